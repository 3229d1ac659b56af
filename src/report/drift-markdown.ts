import { renderChangeMarkdown } from './change-markdown.ts'
import { groundedChanges } from './drift-document.ts'
import { renderHistoryLine, renderSubject } from './drift-history.ts'
import type { DriftAccountDocument, DriftDocument, DriftFindingDocument } from './drift-model.ts'
import { lineUrl } from './drift-run.ts'
import { renderDriftLine } from './drift-totals.ts'
import { driftClasses, driftWords, renderRemedy, renderRisk, renderShare, renderSince } from './drift-words.ts'
import { makeDiagnosticBlocks } from './findings-markdown.ts'
import { groupByProvider } from './group-by-provider.ts'
import {
  assembleMarkdown,
  codeMarkdown,
  escapeMarkdown,
  type MarkdownBlock,
  makeDetails,
  makeTable,
} from './markdown.ts'
import { foundSecretWords } from './secret-text.ts'

/** Renders a drift report as a comment for a pull request or an issue. */
export function renderDriftMarkdown(document: DriftDocument): string {
  const { accounts, drift, diagnostics } = document
  const titles = new Map(accounts.flatMap((account) => (account.read ? [[account.provider, account.title]] : [])))
  return assembleMarkdown(`**${renderDriftLine(document)}**`, [
    ...makeClassTable(document),
    ...makeHistoryBlocks(document),
    ...makeDiagnosticBlocks(diagnostics),
    ...[...groupByProvider(drift)].map(([name, group]) => {
      const title = escapeMarkdown(titles.get(name) ?? '')
      return makeDetails(
        `${codeMarkdown(name)} ${title}, ${group.length} found`,
        group.map((finding) => renderFinding(finding, document)),
      )
    }),
    ...makeCoverage(accounts),
  ])
}

function makeClassTable({ drift, totals }: DriftDocument): readonly MarkdownBlock[] {
  if (drift.length === 0) return []
  const rows = driftClasses
    .filter((found) => totals.classes[found] > 0)
    .map((found) => [found, String(totals.classes[found]), driftWords[found].means, driftWords[found].remedy])
  return [makeTable(['Class', 'count', 'what it means', 'what apply would do'], rows)]
}

function makeHistoryBlocks({ history }: DriftDocument): readonly MarkdownBlock[] {
  if (history === undefined) return []
  const { resolved } = history
  const line = { open: [''], lines: [renderHistoryLine(history)], close: [] }
  if (resolved.length === 0) return [line]
  const lines = resolved.map((finding) => `- ${escapeMarkdown(renderSubject(finding))}`)
  return [line, makeDetails(`Resolved: ${resolved.length}`, lines)]
}

function makeCoverage(accounts: readonly DriftAccountDocument[]): readonly MarkdownBlock[] {
  const rows = accounts.map((account) => {
    if (!account.read) return [codeMarkdown(account.provider), '', 'could not be read', '', '']
    const { provider, title, live, managed, webhooks, in_line } = account
    const share = live === undefined || managed === undefined ? '' : renderShare(managed, live)
    return [codeMarkdown(provider), escapeMarkdown(title), share, String(webhooks), String(in_line.length)]
  })
  if (rows.length === 0) return []
  const { open, lines, close } = makeTable(['Account', 'vendor', 'managed of live', 'declared', 'in line'], rows)
  const details = makeDetails('Coverage', lines)
  return [{ open: [...details.open, ...open.slice(1)], lines, close: [...close, ...details.close] }]
}

/** One finding is one entry: it is shown as a whole or not at all. */
function renderFinding(finding: DriftFindingDocument, document: DriftDocument): string {
  const { key, id, url, reason, state, apply, counted } = finding
  const names = [key, id, url].filter((text) => text !== undefined).map(codeMarkdown)
  const since = renderSince(finding)
  return [
    `- ${counted ? `**${finding.class}**` : finding.class} ${names.join(' ')}${state === 'new' ? ' (new)' : ''}`,
    ...groundedChanges(finding).map((change) => renderChangeMarkdown(change, foundSecretWords)),
    ...renderPlace(finding, document),
    ...(since === undefined ? [] : [`  - ${escapeMarkdown(since)}`]),
    ...(reason === undefined ? [] : [`  - the vendor says: ${escapeMarkdown(reason)}`]),
    ...(apply.kind === 'none' || apply.kind === 'forget' ? [] : [`  - apply: ${renderApply(finding)}`]),
  ].join('\n')
}

function renderPlace({ at }: DriftFindingDocument, { run }: DriftDocument): readonly string[] {
  if (at === undefined) return []
  const place = escapeMarkdown(`${at.file}:${at.line}`)
  const url = lineUrl(run, at.file, at.line)
  return [`  - declared at ${url === undefined ? place : `[${place}](<${url}>)`}`]
}

function renderApply(finding: DriftFindingDocument): string {
  const words = escapeMarkdown(`${renderRemedy(finding)}; ${renderRisk(finding.apply)}`)
  return finding.apply.deletes > 0 ? `**${words}**` : words
}
