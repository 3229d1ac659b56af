import { type Action, type ActionKind, actionKinds } from '../../core/action.ts'
import type { Failure } from '../../core/outcome.ts'
import { type AccountPlan, isRefused, type Plan } from '../../core/plan.ts'
import { actionVerb } from '../action-words.ts'
import { type DiagnosticDocument, toDiagnosticDocument } from '../diagnostic-document.ts'
import type { DriftRunDocument } from '../drift-model.ts'
import { lineUrl } from '../drift-run.ts'
import { renderTime } from '../drift-words.ts'
import { type Mask, makeAccountMask } from '../mask-urls.ts'
import { isListed, toActionDocument, untoldReceivers } from '../plan-document.ts'
import { safeText } from '../safe-text.ts'
import { scrubTexts } from '../scrub-texts.ts'
import { plannedSecretWords } from '../secret-text.ts'
import { removableTwins, renderPlanLine, summarize } from '../summary.ts'
import type { PageRow } from './page-data.ts'
import type { PageModel } from './page-model.ts'
import { toPageChange } from './page-values.ts'
import { renderPage } from './render-page.ts'

/** What became of an action; without it the plan alone is shown. */
export interface PageOutcome {
  readonly words: string
  readonly failure?: Failure
}

/** What a page of an apply tells beside its plan. */
export interface AppliedPage {
  readonly line: string
  readonly headline: string
  /** By `provider/key`. */
  readonly outcomes: ReadonlyMap<string, PageOutcome>
}

const listedKinds = [...actionKinds.filter((kind) => kind !== 'keep'), 'moved', 'unmanaged', 'duplicate'] as const
type Listed = (typeof listedKinds)[number]

const means: Readonly<Record<Listed, string>> = {
  create: 'nothing live matches',
  update: 'changed in place',
  replace: 'a new webhook takes the place of the old one',
  adopt: 'live and equal; only the ledger changes',
  delete: 'owned and no longer declared, or pruned',
  moved: 'another key, the same webhook; only the ledger changes',
  unmanaged: 'live, neither declared nor owned; not touched',
  duplicate: 'a live twin; --dedupe removes it where nothing can be lost',
}

export interface PlanPageOptions {
  readonly run?: DriftRunDocument
  readonly applied?: AppliedPage
  /** Takes known secrets out of a text. */
  readonly scrub?: (text: string) => string
}

/** Renders a plan, or what became of it, as one HTML page. */
export function renderPlanHtml(plan: Plan, { run, applied, scrub }: PlanPageOptions = {}): string {
  const page = toPlanPage(plan, run, applied)
  return renderPage(scrub === undefined ? page : scrubTexts(page, scrub))
}

function toPlanPage(plan: Plan, run: DriftRunDocument | undefined, applied: AppliedPage | undefined): PageModel {
  const rows = plan.accounts.flatMap((account, at) => rowsOf(account, at, run, applied))
  return {
    kind: applied === undefined ? 'Plan' : 'Apply',
    headline: applied?.headline ?? headlineOf(plan, rows),
    line: applied?.line ?? renderPlanLine(plan),
    meta: metaOf(plan, run),
    groups: listedKinds.map((name, group) => ({
      name,
      count: rows.filter((row) => row.group === group).length,
      counts: name === 'delete',
      means: means[name],
    })),
    columns: ['Changes', 'Unchanged', 'Unmanaged'],
    accounts: plan.accounts.map((account) => ({
      name: account.account.name,
      vendor: account.definition.title,
      cells: cellsOf(account),
    })),
    notes: notesOf(plan),
    data: {
      groups: listedKinds.map((name) => ({ name, ...(name === 'delete' ? { counts: true } : {}) })),
      accounts: plan.accounts.map(({ account, definition }) => ({
        name: safeText(account.name),
        vendor: safeText(definition.title),
      })),
      sides: ['Live at the vendor', 'After the apply'],
      rows,
    },
  }
}

function headlineOf(plan: Plan, rows: readonly PageRow[]): string {
  const changes = rows.filter(({ group }) => group < listedKinds.indexOf('unmanaged')).length
  const refused = isRefused(plan) ? ', refused by a guard' : ''
  return `${changes === 0 ? 'No changes' : `${changes.toLocaleString('en')} to change`}${refused}`
}

function metaOf(plan: Plan, run: DriftRunDocument | undefined): readonly string[] {
  return [
    ...(run === undefined ? [] : [renderTime(run.finished_at)]),
    `${plan.accounts.length} account${plan.accounts.length === 1 ? '' : 's'}`,
    ...(run?.repository === undefined ? [] : [`commit ${run.repository.revision.slice(0, 10)}`]),
    `${plan.calls} vendor call${plan.calls === 1 ? '' : 's'}`,
    ...(plan.expectedCalls === undefined ? [] : [`about ${plan.expectedCalls} to apply`]),
    ...(run === undefined ? [] : [`hooks-sync ${run.tool_version}`]),
  ]
}

function cellsOf(account: AccountPlan): readonly string[] {
  const summary = summarize({ accounts: [account], diagnostics: [], calls: 0 })
  const changes = actionKinds.flatMap((kind) =>
    kind === 'keep' || summary[kind] === 0 ? [] : [`${summary[kind]} ${kind}`],
  )
  return [changes.length === 0 ? '–' : changes.join(', '), String(summary.keep), String(summary.unmanaged)]
}

/** What guards refuse stands among the errors: nothing is written while it does. */
function notesOf(plan: Plan): readonly DiagnosticDocument[] {
  const refusals = plan.accounts.flatMap(({ refusals: found }) =>
    found.map(({ code, message, hint, flag, provider, key }) => ({
      code,
      severity: 'error' as const,
      message,
      hint: [
        ...(hint === undefined ? [] : [hint]),
        flag === undefined ? 'No flag allows it.' : `Allowed by ${flag}.`,
      ].join(' '),
      provider,
      ...(key === undefined ? {} : { key }),
    })),
  )
  const found = [...plan.diagnostics, ...plan.accounts.flatMap(({ diagnostics }) => diagnostics)]
  return [...refusals, ...found.map(toDiagnosticDocument)]
}

function rowsOf(
  plan: AccountPlan,
  account: number,
  run: DriftRunDocument | undefined,
  applied: AppliedPage | undefined,
): readonly PageRow[] {
  const hide = makeAccountMask(plan)
  const seen = (group: Listed, id: string, url: unknown): PageRow => ({
    group: listedKinds.indexOf(group),
    account,
    name: safeText(hide(id)),
    ...(typeof url === 'string' ? { facts: [['Receiver', safeText(hide(url))] as const] } : {}),
  })
  return [
    ...plan.actions
      .filter(isListed)
      .map((action) => toRow(action, account, hide, run, applied?.outcomes.get(action.id))),
    ...plan.duplicates.flatMap(removableTwins).map((twin) => seen('duplicate', twin.id, twin.fields['url'])),
    ...plan.unmanaged.map((live) => seen('unmanaged', live.id, live.fields['url'])),
  ]
}

function toRow(
  action: Action,
  account: number,
  hide: Mask,
  run: DriftRunDocument | undefined,
  outcome: PageOutcome | undefined,
): PageRow {
  const document = toActionDocument(action, hide)
  const { at } = action.desired ?? {}
  const link = at === undefined ? undefined : lineUrl(run, at.file, at.line)
  return {
    group: listedKinds.indexOf(groupOf(action.kind)),
    account,
    name: safeText(action.key),
    changes: document.changes.map((change) => toPageChange(change, plannedSecretWords)),
    facts: factsOf(action, hide, outcome).map(([label, text]) => [label, safeText(text)]),
    ...(at === undefined ? {} : { place: safeText(`${at.file}:${at.line}`) }),
    ...(link === undefined ? {} : { link }),
    ...applyOf(action, outcome),
    ...(action.gap === undefined && action.kind !== 'delete' ? {} : { risk: 'high' }),
  }
}

/** What the kind of the action does not say already. */
function applyOf(action: Action, outcome: PageOutcome | undefined): Pick<PageRow, 'apply'> {
  if (outcome !== undefined) return { apply: outcome.words }
  return action.order === undefined ? {} : { apply: actionVerb(action) }
}

function groupOf(kind: ActionKind): Listed {
  return kind === 'keep' ? 'moved' : kind
}

function factsOf(action: Action, hide: Mask, outcome: PageOutcome | undefined): readonly (readonly [string, string])[] {
  const { ids, reason, moved_from, takes_over, gap } = toActionDocument(action, hide)
  const failure = outcome?.failure
  return [
    ...(failure === undefined
      ? []
      : [['Outcome', `${failure.code} ${failure.message} ${failure.hint ?? ''}`.trim()] as const]),
    ...untoldReceivers(action, hide).map((url) => ['Receiver', url] as const),
    ...(ids.length === 0 ? [] : [['Vendor id', ids.join(', ')] as const]),
    ...(reason === undefined ? [] : [['Because', reason] as const]),
    ...(moved_from === undefined ? [] : [['Moved from', moved_from] as const]),
    ...(takes_over === undefined ? [] : [['Takes over', 'a webhook that the ledger does not own'] as const]),
    ...(gap === undefined ? [] : [['Gap', `deliveries are lost meanwhile: ${gap}`] as const]),
  ]
}
