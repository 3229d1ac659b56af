import { groundedChanges } from '../drift-document.ts'
import { renderHistoryLine, renderSubject } from '../drift-history.ts'
import type { DriftAccountDocument, DriftDocument, DriftFindingDocument } from '../drift-model.ts'
import { lineUrl } from '../drift-run.ts'
import { renderDriftLine } from '../drift-totals.ts'
import {
  driftClasses,
  driftWords,
  remedyVerb,
  renderRemedy,
  renderRisk,
  renderShare,
  renderSince,
  renderTime,
} from '../drift-words.ts'
import { safeText } from '../safe-text.ts'
import { foundSecretWords } from '../secret-text.ts'
import type { PageAccount, PageRow } from './page-data.ts'
import type { PageAccountRow, PageModel } from './page-model.ts'
import { toPageChange } from './page-values.ts'
import { renderPage } from './render-page.ts'

/** Renders a drift report as one HTML page. */
export function renderDriftHtml(document: DriftDocument): string {
  return renderPage(toDriftPage(document))
}

function toDriftPage(document: DriftDocument): PageModel {
  const { accounts, totals, counted_classes, history, diagnostics } = document
  return {
    kind: 'Drift report',
    headline: headlineOf(document),
    line: renderDriftLine(document),
    meta: metaOf(document),
    groups: driftClasses.map((found) => ({
      name: found,
      count: totals.classes[found],
      counts: counted_classes.includes(found),
      means: `${driftWords[found].means}; ${driftWords[found].remedy}`,
    })),
    columns: ['Managed of live', 'Declared', 'In line', 'Found'],
    accounts: accounts.map(toAccountRow),
    notes: diagnostics,
    ...(history === undefined
      ? {}
      : { history: { line: renderHistoryLine(history), resolved: history.resolved.map(renderSubject) } }),
    data: {
      groups: driftClasses.map((name) => ({ name, ...(counted_classes.includes(name) ? { counts: true } : {}) })),
      accounts: listAccounts(document),
      sides: ['Live at the vendor', 'Declared'],
      rows: toRows(document),
    },
  }
}

function headlineOf({ totals }: DriftDocument): string {
  const { counted, unread_accounts } = totals
  const rest = unread_accounts === 0 ? '' : `, ${count(unread_accounts, 'account')} could not be read`
  return counted === 0
    ? `No drift${rest}`
    : `${count(counted, 'finding')} ${counted === 1 ? 'counts' : 'count'} as drift${rest}`
}

function metaOf({ run, totals, calls }: DriftDocument): readonly string[] {
  const { live, managed, accounts } = totals
  return [
    ...(run === undefined ? [] : [renderTime(run.finished_at)]),
    count(accounts, 'account'),
    ...(live === 0 ? [] : [`${renderShare(managed, live)} of what is live is managed`]),
    ...(run?.shard === undefined ? [] : [`part ${run.shard.index} of ${run.shard.count}`]),
    ...(run?.narrowed === true ? ['a selection of webhooks'] : []),
    ...(run?.repository === undefined ? [] : [`commit ${run.repository.revision.slice(0, 10)}`]),
    count(calls, 'vendor call'),
    ...(run === undefined ? [] : [`hooks-sync ${run.tool_version}`]),
  ]
}

function toAccountRow(account: DriftAccountDocument): PageAccountRow {
  if (!account.read) return { name: account.provider, vendor: '' }
  const { provider, title, live, managed, webhooks, in_line, classes } = account
  const found = driftClasses.flatMap((drift) => (classes[drift] === undefined ? [] : [`${classes[drift]} ${drift}`]))
  const share = live === undefined || managed === undefined ? '' : renderShare(managed, live)
  return {
    name: provider,
    vendor: title,
    cells: [share, String(webhooks), String(in_line.length), found.length === 0 ? '–' : found.join(', ')],
    ...(live === undefined || live === 0 ? {} : { share: Math.floor((100 * (managed ?? 0)) / live) }),
  }
}

/** Accounts that have something to list. */
function listAccounts({ accounts, drift }: DriftDocument): readonly PageAccount[] {
  const titles = new Map(accounts.flatMap((account) => (account.read ? [[account.provider, account.title]] : [])))
  return [...new Map(drift.map((finding) => [finding.provider, finding.type]))].map(([name, type]) => ({
    name: safeText(name),
    vendor: safeText(titles.get(name) ?? type),
  }))
}

function toRows(document: DriftDocument): readonly PageRow[] {
  const places = new Map([...new Set(document.drift.map(({ provider }) => provider))].map((name, at) => [name, at]))
  return document.drift.map((finding) => toRow(finding, document, places.get(finding.provider) ?? 0))
}

function toRow(finding: DriftFindingDocument, { run }: DriftDocument, account: number): PageRow {
  const { key, id, at, since, since_from, state, apply } = finding
  const link = at === undefined ? undefined : lineUrl(run, at.file, at.line)
  const day = since === undefined ? undefined : renderTime(since).slice(0, 10)
  return {
    group: driftClasses.indexOf(finding.class),
    account,
    name: safeText(key ?? id ?? ''),
    changes: groundedChanges(finding).map((change) => toPageChange(change, foundSecretWords)),
    facts: factsOf(finding).map(([label, text]) => [label, safeText(text)]),
    ...(at === undefined ? {} : { place: safeText(`${at.file}:${at.line}`) }),
    ...(link === undefined ? {} : { link }),
    ...(day === undefined ? {} : { since: safeText(`${since_from === 'ledger' ? 'after' : 'since'} ${day}`) }),
    apply: apply.kind === 'none' ? 'left alone' : remedyVerb(finding.class, apply),
    risk: apply.risk,
    ...(state === undefined ? {} : { state }),
  }
}

function factsOf(finding: DriftFindingDocument): readonly (readonly [string, string])[] {
  const { key, id, ids, url, scope, reason, apply } = finding
  const since = renderSince(finding)
  const lives = ids ?? (id === undefined ? [] : [id])
  return [
    ...(url === undefined ? [] : [['Receiver', url] as const]),
    ...(key === undefined || lives.length === 0 ? [] : [['Vendor id', lives.join(', ')] as const]),
    ...(scope === undefined ? [] : [['Scope', scope] as const]),
    ...(since === undefined ? [] : [['Since when', since] as const]),
    ...(reason === undefined ? [] : [['Vendor says', reason] as const]),
    ['Apply', `${renderRemedy(finding)}; ${renderRisk(apply)}`],
    ...(apply.reason === undefined ? [] : [['Because', apply.reason] as const]),
    ...(apply.gap === undefined ? [] : [['Gap', apply.gap] as const]),
  ]
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}
