import { type Action, actionKinds } from '../core/action.ts'
import type { AccountPlan, Plan } from '../core/plan.ts'
import { actionSymbol, actionVerb } from './action-words.ts'
import { renderChangeMarkdown } from './change-markdown.ts'
import { toDiagnosticDocument } from './diagnostic-document.ts'
import { makeDiagnosticBlocks, makeRefusalBlocks } from './findings-markdown.ts'
import {
  assembleMarkdown,
  codeMarkdown,
  escapeMarkdown,
  type MarkdownBlock,
  makeDetails,
  makeTable,
} from './markdown.ts'
import { type Mask, makeAccountMask } from './mask-urls.ts'
import { type ActionDocument, isListed, liveUrl, toActionDocument, untoldReceivers } from './plan-document.ts'
import { scrubTexts } from './scrub-texts.ts'
import { plannedSecretWords } from './secret-text.ts'
import { removableTwins, renderPlanLine, summarize } from './summary.ts'

/** Renders a plan as a comment for a pull request; `scrub` takes known secrets out of what vendors say. */
export function renderPlanMarkdown(plan: Plan, scrub: Mask = (text) => text): string {
  const found = [...plan.diagnostics, ...plan.accounts.flatMap((account) => account.diagnostics)]
  return assembleMarkdown(`**${renderPlanLine(plan)}**`, [
    makeAccountTable(plan),
    ...makeRefusalBlocks(plan),
    ...makeDiagnosticBlocks(scrubTexts(found.map(toDiagnosticDocument), scrub)),
    ...plan.accounts.flatMap((account) => makeAccountBlocks(account, scrub)),
  ])
}

function makeAccountTable(plan: Plan): MarkdownBlock {
  const rows = plan.accounts.map((account) => {
    const summary = summarize({ accounts: [account], diagnostics: [], calls: 0 })
    const counts = actionKinds.map((kind) =>
      kind === 'delete' && summary.delete > 0 ? `**${summary.delete}**` : String(summary[kind]),
    )
    const vendor = escapeMarkdown(account.definition.title)
    return [
      `${codeMarkdown(account.account.name)} ${vendor}`,
      ...counts,
      String(summary.unmanaged),
      String(summary.duplicates),
    ]
  })
  return makeTable(['Account', ...actionKinds, 'unmanaged', 'duplicates'], rows)
}

function makeAccountBlocks(plan: AccountPlan, scrub: Mask): readonly MarkdownBlock[] {
  const mask = makeAccountMask(plan)
  const hide: Mask = (text) => scrub(mask(text))
  const lines = [
    ...plan.actions.filter(isListed).map((action) => renderAction(action, hide).join('\n')),
    ...plan.duplicates.flatMap((found) =>
      removableTwins(found).map(
        (twin) => `- duplicate of ${codeMarkdown(found.key ?? hide(found.kept))}: ${codeMarkdown(hide(twin.id))}`,
      ),
    ),
    ...plan.unmanaged.map(
      (live) =>
        `- unmanaged, not touched: ${codeMarkdown([hide(live.id), liveUrl(live, hide) ?? ''].join(' ').trim())}`,
    ),
    ...renderKeys('out of scope, kept', plan.outOfScope),
    ...renderKeys('orphaned', plan.orphaned),
    ...renderKeys('abandoned, left live', plan.abandoned),
  ]
  if (lines.length === 0) return []
  return [makeDetails(`${codeMarkdown(plan.account.name)} ${escapeMarkdown(plan.definition.title)}`, lines)]
}

function renderAction(action: Action, hide: Mask): readonly string[] {
  const document = toActionDocument(action, hide)
  const words = action.kind === 'keep' ? 'move' : actionVerb(document)
  const text = `${codeMarkdown(actionSymbol(document))} ${words} ${codeMarkdown(document.key)}`
  const ids = document.ids.length === 0 ? '' : ` ${codeMarkdown(document.ids.join(', '))}`
  return [
    `- ${action.kind === 'delete' ? `**${text}**` : text}${ids}`,
    ...untoldReceivers(action, hide).map((url) => `  - ${codeMarkdown('url')}: ${codeMarkdown(url)}`),
    ...document.changes.map((change) => renderChangeMarkdown(change, plannedSecretWords)),
    ...renderRemarks(document),
  ]
}

function renderRemarks(action: ActionDocument): readonly string[] {
  return [
    ...(action.reason === undefined ? [] : [`because: ${escapeMarkdown(action.reason)}`]),
    ...(action.moved_from === undefined
      ? []
      : [`moved from the key ${codeMarkdown(action.moved_from)}; no vendor call`]),
    ...(action.takes_over === undefined ? [] : ['takes over a webhook that the ledger does not own']),
    ...(action.gap === undefined ? [] : [`**deliveries are lost meanwhile:** ${escapeMarkdown(action.gap)}`]),
  ].map((remark) => `  - ${remark}`)
}

function renderKeys(what: string, keys: readonly string[]): readonly string[] {
  return keys.map((key) => `- ${what}: ${codeMarkdown(key)}`)
}
