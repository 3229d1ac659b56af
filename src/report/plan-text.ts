import { type Action, type Change, objectIds } from '../core/action.ts'
import type { AccountPlan, Duplicate, Plan, Refusal } from '../core/plan.ts'
import type { LiveObject } from '../core/webhook.ts'
import { actionSymbol, actionVerb, actionWords } from './action-words.ts'
import { renderChange } from './change-text.ts'
import { withoutSubject } from './diagnostic-text.ts'
import { type Look, paint } from './look.ts'
import { type Mask, makeAccountMask } from './mask-urls.ts'
import { type ActionDocument, liveUrl, toActionDocument, untoldReceivers } from './plan-document.ts'
import { safeText } from './safe-text.ts'
import { plannedSecretWords } from './secret-text.ts'
import { hasChanges, removableTwins, renderPlanLine } from './summary.ts'

/** How many members of a list are shown before the rest is counted. */
const listed = 10

/** Renders a plan for people; the last line is stable. Findings are not part of it: they go to stderr. */
export function renderPlanText(plan: Plan, look: Look): string {
  const accounts = look.quiet === true ? [] : plan.accounts.flatMap((account) => renderAccount(account, look))
  const calls = look.verbose === true ? [`${plan.calls} vendor calls made for this plan.`] : []
  const lines = [
    ...accounts,
    ...renderRefusals(plan, look),
    ...renderSecretHint(plan, look),
    ...calls,
    ...renderExpectedCalls(plan, look),
    paint(look, 'bold', renderPlanLine(plan)),
  ]
  return `${lines.join('\n')}\n`
}

function renderExpectedCalls(plan: Plan, look: Look): readonly string[] {
  const { expectedCalls } = plan
  if (expectedCalls === undefined || look.quiet === true || !hasChanges(plan)) return []
  return [`Apply would make about ${expectedCalls} vendor calls, ${plan.calls} of them to read.`]
}

function renderAccount(plan: AccountPlan, look: Look): readonly string[] {
  const hide = makeAccountMask(plan)
  const body = [
    ...plan.actions.flatMap((action) => renderAction(action, plan, hide, look)),
    ...renderUnmanaged(plan, hide, look),
    ...plan.duplicates.flatMap((found) => renderDuplicate(found, plan, hide, look)),
    ...renderKeys('out of scope: kept, because the file that declares them is not loaded', plan.outOfScope, look),
    ...renderKeys('orphaned: gone at the vendor and no longer declared', plan.orphaned, look),
    ...renderKeys('abandoned: no longer managed, left live', plan.abandoned, look),
  ]
  if (body.length === 0) return []
  const heading = `${paint(look, 'bold', safeText(plan.account.name))}  ${safeText(plan.definition.title)}`
  return [heading, '', ...body.map((line) => (line === '' ? '' : `  ${line}`))]
}

function renderAction(action: Action, plan: AccountPlan, hide: Mask, look: Look): readonly string[] {
  const document = toActionDocument(action, hide)
  if (action.kind === 'keep' && action.movedFrom === undefined && look.verbose !== true) return []
  const { tone } = actionWords[action.kind]
  const ids = objectIds(action).length === 0 ? '' : `  ${paint(look, 'dim', renderIds(document.ids, look))}`
  const heading = `${actionSymbol(document)} ${safeText(document.key)}`
  return [
    `${paint(look, tone, heading)}  ${actionVerb(document)}${ids}`,
    ...renderReceivers(action, hide),
    ...document.changes.flatMap((change) =>
      // What surrounds the lines: two columns that the account adds.
      renderChange(change, plannedSecretWords, { ...look, width: look.width - 2 }, '    '),
    ),
    ...renderRemarks(document, plan, look),
    '',
  ]
}

function renderIds(ids: readonly string[], look: Look): string {
  if (look.verbose === true || ids.length <= 3) return ids.map(safeText).join(', ')
  return `${ids.slice(0, 3).map(safeText).join(', ')} and ${ids.length - 3} more`
}

function renderReceivers(action: Action, hide: Mask): readonly string[] {
  return untoldReceivers(action, hide).map((url) => `    url: ${safeText(url)}`)
}

function renderRemarks(action: ActionDocument, plan: AccountPlan, look: Look): readonly string[] {
  const remarks = [
    ...(action.reason === undefined ? [] : [`because: ${safeText(action.reason)}`]),
    ...(action.moved_from === undefined ? [] : [`moved from the key ${safeText(action.moved_from)}; no vendor call`]),
    ...(action.takes_over === undefined
      ? []
      : [`takes over a webhook at ${safeText(plan.definition.title)} that the ledger does not own`]),
  ]
  const gap =
    action.gap === undefined ? [] : [paint(look, 'red', `! deliveries are lost meanwhile: ${safeText(action.gap)}`)]
  return [...remarks, ...gap].map((remark) => `    ${remark}`)
}

function renderUnmanaged(plan: AccountPlan, hide: Mask, look: Look): readonly string[] {
  if (plan.unmanaged.length === 0) return []
  const heading = `${plan.unmanaged.length} unmanaged: live, neither declared nor owned; not touched`
  return [
    heading,
    ...renderList(
      plan.unmanaged.map((live) => renderLive(live, hide)),
      look,
    ),
    ...renderUnmanagedCost(plan),
    '',
  ]
}

function renderUnmanagedCost({ definition }: AccountPlan): readonly string[] {
  if (definition.quota === undefined) return []
  const { limit, words } = definition.quota
  return [`    each counts for the ${limit} webhooks that ${safeText(definition.title)} allows ${safeText(words)}`]
}

function renderDuplicate(found: Duplicate, plan: AccountPlan, hide: Mask, look: Look): readonly string[] {
  const twins = removableTwins(found)
  const of = found.key === undefined ? '' : ` of ${safeText(found.key)}`
  return [
    paint(
      look,
      'yellow',
      `${twins.length} duplicate${twins.length === 1 ? '' : 's'}${of}; ${safeText(hide(found.kept))} is the one that counts`,
    ),
    ...renderList(
      twins.map((twin) => renderLive(twin, hide)),
      look,
    ),
    `    ${renderDuplicateCost(plan)}`,
    '    --dedupe removes a twin where nothing can be lost by it',
    '',
  ]
}

function renderDuplicateCost({ definition }: AccountPlan): string {
  const delivery = 'each delivers every event once more'
  if (definition.quota === undefined) return delivery
  const { limit, words } = definition.quota
  return `${delivery} and takes one of the ${limit} webhooks that ${safeText(definition.title)} allows ${safeText(words)}`
}

function renderKeys(what: string, keys: readonly string[], look: Look): readonly string[] {
  return keys.length === 0 ? [] : [`${keys.length} ${what}`, ...renderList(keys.map(safeText), look), '']
}

function renderLive(live: LiveObject, hide: Mask): string {
  const url = liveUrl(live, hide)
  return [live.id, ...(url === undefined || live.id.includes(url) ? [] : [url])]
    .map((text) => safeText(hide(text)))
    .join('  ')
}

function renderList(items: readonly string[], look: Look): readonly string[] {
  const shown = look.verbose === true ? items : items.slice(0, listed)
  const rest = items.length - shown.length
  return [...shown, ...(rest === 0 ? [] : [`… and ${rest} more (--verbose lists all)`])].map((item) => `    ${item}`)
}

/** Renders what guards refuse, and which flag allows it. */
export function renderRefusals(plan: Plan, look: Look): readonly string[] {
  const refusals = plan.accounts.flatMap((account) => account.refusals)
  if (refusals.length === 0) return []
  const heading = paint(look, 'red', 'Refused. Nothing is written anywhere until this is settled:')
  return [heading, '', ...refusals.flatMap((refusal) => [...renderRefusal(refusal, look), ''])]
}

function renderRefusal(refusal: Refusal, look: Look): readonly string[] {
  const about = [refusal.provider, ...(refusal.key === undefined ? [] : [refusal.key])].map(safeText).join('/')
  const counted = [
    ...(refusal.count === undefined ? [] : [`counted: ${refusal.count}`]),
    ...(refusal.limit === undefined ? [] : [`limit: ${refusal.limit}`]),
    refusal.flag === undefined ? 'no flag allows this' : `allowed by: ${safeText(refusal.flag)}`,
  ]
  return [
    `  ${paint(look, 'red', '!')} ${about}  ${paint(look, 'bold', refusal.code)}  ${safeText(withoutSubject(refusal.message, about))}`,
    `      ${counted.join(', ')}`,
    ...(refusal.hint === undefined ? [] : [`      hint: ${safeText(refusal.hint)}`]),
  ]
}

function renderSecretHint(plan: Plan, look: Look): readonly string[] {
  const actions = plan.accounts.flatMap((account) => account.actions).filter(hasUnknownSecret)
  const [first] = actions
  if (first === undefined || look.quiet === true) return []
  const glob = actions.length === 1 ? first.id : '*'
  const areSecrets = actions.every((action) => action.changes.some(isUnknownSecret))
  const one = areSecrets ? 'The secret of 1 webhook' : 'A hidden value of 1 webhook'
  const several = `${areSecrets ? 'Secrets' : 'Hidden values'} of ${actions.length} webhooks`
  const [subject, them] = actions.length === 1 ? [one, 'it'] : [several, 'them']
  return [`${subject} cannot be compared. To write ${them}: --write-secrets '${safeText(glob)}'`]
}

function hasUnknownSecret(action: Action): boolean {
  return action.changes.some((change) => 'secret' in change && change.secret === 'unknown')
}

function isUnknownSecret(change: Change): boolean {
  return 'secret' in change && change.secret === 'unknown' && change.isPlain !== true
}
