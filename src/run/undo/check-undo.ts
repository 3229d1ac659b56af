import type { Action, ObjectChange } from '../../core/action.ts'
import { canonicalText, isEmptyValue, isList, plain } from '../../core/canonical.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { AccountInput, AccountPlan, Plan } from '../../core/plan.ts'
import { cannotBeTold, type UndoWebhook, undoId } from '../../core/undo.ts'
import type { PlainValue } from '../../core/value.ts'
import type { LiveObject } from '../../core/webhook.ts'
import { renderJsonLine } from '../../report/json-text.ts'
import { type Mask, makeAccountMask, maskValue } from '../../report/mask-urls.ts'
import { type ActionDocument, toActionDocument } from '../../report/plan-document.ts'
import { otherAccount } from '../account-identities.ts'
import { whyNotFound } from './find-renamed.ts'
import type { Undo } from './undo-file.ts'

/** What is to be said of an undo once it is planned. */
export interface CheckedUndo {
  /** Why it is stale: somebody has changed since what it would put back. */
  readonly stale: readonly Diagnostic[]
  /** What does not come back. */
  readonly lost: readonly Diagnostic[]
}

/** Holds the plan of an undo against what the apply did: it may take that back and nothing else. */
export function checkUndo(plan: Plan, undo: Undo, read: readonly AccountInput[] = []): CheckedUndo {
  const did = new Map(undo.actions.map((action) => [undoId(action), action] as const))
  const accounts = new Map(plan.accounts.map((account) => [account.account.name, account] as const))
  const stale = undo.webhooks.flatMap((webhook) => {
    const account = accounts.get(webhook.provider)
    if (account === undefined || webhook.undo === 'nothing') return []
    const done = did.get(undoId(webhook))
    // A run that was killed did not come to say which ids it left; those it found are known.
    const known = done === undefined ? webhook : { ids: done.ids, ...webhook }
    const reason =
      otherAccount(undo.accounts, account.account) ??
      read.flatMap((input) => whyNotFoundIn(known, input))[0] ??
      staleReason(webhook, account, done)
    return reason === undefined ? [] : [isStale(webhook, reason)]
  })
  const lost = undo.webhooks.flatMap((webhook) => {
    const action = accounts.get(webhook.provider)?.actions.find(({ id }) => id === undoId(webhook))
    const all = [...undeclared(webhook, action, did.get(undoId(webhook))).map(cannotBeTold), ...webhook.lost]
    return all.map((one) => isLost(webhook, one))
  })
  return { stale, lost }
}

function whyNotFoundIn(webhook: UndoWebhook, input: AccountInput): readonly string[] {
  const reason = input.account.name === webhook.provider ? whyNotFound(webhook, input) : undefined
  return reason === undefined ? [] : [reason]
}

/** Fields that a webhook made anew would take from the files, if one still declared them. */
function undeclared(
  { as_declared }: UndoWebhook,
  action: Action | undefined,
  did: ActionDocument | undefined,
): readonly string[] {
  const isAnew = did?.kind === 'delete' || did?.kind === 'replace'
  if (!isAnew || action === undefined || action.kind === 'keep') return []
  return as_declared.filter((name) => action.desired?.fields[name] === undefined)
}

function staleReason(webhook: UndoWebhook, account: AccountPlan, did: ActionDocument | undefined): string | undefined {
  if (did === undefined) return 'the file does not say what was done to it'
  const action = account.actions.find(({ id }) => id === undoId(webhook))
  if (action === undefined) return undefined
  const hide = makeAccountMask(account)
  switch (webhook.undo) {
    case 'remove':
      return action.objects.some((change) => change.op === 'delete' && isChanged(account, change.live, did, hide))
        ? 'it was changed since'
        : undefined
    case 'recreate':
      return isLeftAlone(action.objects) ? undefined : 'another webhook is live in its place'
    case 'restore':
      return whyNotRestored(action, did, hide)
    case 'nothing':
      return undefined
  }
}

function isLeftAlone(objects: readonly ObjectChange[]): boolean {
  return objects.every(({ op }) => op === 'create' || op === 'keep' || op === 'adopt')
}

function whyNotRestored(action: Action, did: ActionDocument, hide: Mask): string | undefined {
  if (action.kind === 'create' && did.kind !== 'replace') return 'it is gone'
  if (action.takesOver === true && did.takes_over !== true) return 'another webhook is live in its place'
  const moved = toActionDocument(action, hide).changes.filter(
    (change) => !('secret' in change) && !takesBack(change, did),
  )
  return moved.length === 0 ? undefined : `${moved.map(({ path }) => path).join(', ')} was changed since`
}

/** Whether a change starts where the apply ended; of lists, an apply that was cut short may have left a mixture. */
function takesBack(
  { path, before }: { readonly path: string; readonly before: PlainValue },
  { changes, kind }: ActionDocument,
): boolean {
  if (kind === 'replace' && before === null) return true
  const done = changes.find((change) => change.path === path)
  if (done === undefined || 'secret' in done) return false
  if (JSON.stringify(done.after) === JSON.stringify(before)) return true
  if (!isList(before) || !isList(done.after) || !isList(done.before)) return false
  const known = new Set([...done.after, ...done.before].map((item) => JSON.stringify(item)))
  return before.every((item) => known.has(JSON.stringify(item)))
}

/** Whether a webhook that was made is no longer what was made. */
function isChanged({ definition }: AccountPlan, live: LiveObject, { changes }: ActionDocument, hide: Mask): boolean {
  return changes.some((change) => {
    const field = definition.fields[change.path]
    if (field === undefined || 'secret' in change || field.read === 'never') return false
    if (change.path === definition.fanOut) return isList(change.after) && !change.after.includes(live.part)
    if (renderJsonLine(change.after).includes('[secret]')) return false
    const now = maskValue(plain(live.fields[change.path]), hide)
    if (isEmptyValue(now) && isEmptyValue(change.after)) return false
    return canonicalText(field, now) !== canonicalText(field, change.after)
  })
}

/** Words why a webhook cannot be put back. */
export function isStale(webhook: Pick<UndoWebhook, 'provider' | 'key'>, reason: string): Diagnostic {
  return {
    code: 'HS3017',
    severity: 'error',
    message: `${undoId(webhook)}: the undo is stale: ${reason}.`,
    hint: 'What happened since would be lost; put back by hand, or in the files, what you still want back.',
    provider: webhook.provider,
    key: webhook.key,
  }
}

function isLost({ provider, key }: UndoWebhook, lost: string): Diagnostic {
  const message = `${provider}/${key}: ${lost}`
  return { code: 'HS3026', severity: 'warning', message, provider, key }
}
