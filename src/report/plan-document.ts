import { type Action, type ActionKind, type Change, objectIds, type ReplaceOrder } from '../core/action.ts'
import { sortDiagnostics } from '../core/diagnostic.ts'
import type { AccountPlan, Duplicate, Plan, Refusal, Summary } from '../core/plan.ts'
import type { LiveObject } from '../core/webhook.ts'
import { type DiagnosticDocument, toDiagnosticDocument } from './diagnostic-document.ts'
import { type Mask, makeAccountMask, maskValue } from './mask-urls.ts'
import { planChecksum, withoutGround } from './plan-checksum.ts'
import { removableTwins, summarize } from './summary.ts'

/** Grows its minor part when keys are added, its major part when a key changes its meaning. */
export const formatVersion = '1.0'

/** The JSON of `plan --json` and of `--report json`. Holds no secret. */
export interface PlanDocument {
  readonly format_version: typeof formatVersion
  readonly command: 'plan' | 'apply' | 'rotate' | 'drift'
  readonly summary: Summary
  readonly actions: readonly ActionDocument[]
  readonly unmanaged: readonly LiveDocument[]
  readonly duplicates: readonly DuplicateDocument[]
  readonly out_of_scope: readonly KeyDocument[]
  readonly orphaned: readonly KeyDocument[]
  readonly abandoned: readonly KeyDocument[]
  readonly refusals: readonly RefusalDocument[]
  /** Vendor calls made for this plan. */
  readonly calls: number
  /** Vendor calls that applying it is expected to make, its own reading included; absent where it cannot be applied. */
  readonly expected_calls?: number
  /** Names what was decided, as every other report of it does. */
  readonly checksum: string
  readonly diagnostics: readonly DiagnosticDocument[]
}

/** A plan document with what its writer must find again when it is applied. */
export type PlanFile<Extra extends object> = PlanDocument & { readonly extra: Extra }

export interface ActionDocument {
  readonly kind: ActionKind
  readonly provider: string
  readonly type: string
  readonly key: string
  /** Vendor objects, in the vendor's terms. */
  readonly ids: readonly string[]
  readonly changes: readonly Change[]
  readonly order?: ReplaceOrder
  readonly reason?: string
  readonly takes_over?: true
  readonly moved_from?: string
  readonly gap?: string
}

export interface LiveDocument {
  readonly provider: string
  readonly type: string
  readonly id: string
  readonly url?: string
}

export interface DuplicateDocument {
  readonly provider: string
  readonly type: string
  readonly key?: string
  readonly kept: string
  readonly twins: readonly { readonly id: string; readonly url?: string }[]
}

export interface KeyDocument {
  readonly provider: string
  readonly type: string
  readonly key: string
}

export interface RefusalDocument {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly count?: number
  readonly limit?: number
  readonly flag?: string
  readonly provider: string
  readonly key?: string
}

/** Shapes a plan for JSON output. */
export function toPlanDocument(plan: Plan, command: PlanDocument['command'] = 'plan'): PlanDocument {
  const accounts = plan.accounts.map(toAccountDocument)
  const diagnostics = [...plan.diagnostics, ...plan.accounts.flatMap((account) => account.diagnostics)]
  const actions = accounts.flatMap((account) => account.actions)
  return {
    format_version: formatVersion,
    command,
    summary: summarize(plan),
    actions,
    unmanaged: accounts.flatMap((account) => account.unmanaged),
    duplicates: accounts.flatMap((account) => account.duplicates),
    out_of_scope: accounts.flatMap((account) => account.outOfScope),
    orphaned: accounts.flatMap((account) => account.orphaned),
    abandoned: accounts.flatMap((account) => account.abandoned),
    refusals: plan.accounts.flatMap((account) => account.refusals.map(toRefusalDocument)),
    calls: plan.calls,
    ...(plan.expectedCalls === undefined ? {} : { expected_calls: plan.expectedCalls }),
    checksum: planChecksum(actions),
    diagnostics: sortDiagnostics(diagnostics).map(toDiagnosticDocument),
  }
}

/** Shapes a plan for a file that `apply` takes, with what must come out the same then. */
export function toPlanFile<Extra extends object>(plan: Plan, extra: Extra): PlanFile<Extra> {
  return { ...toPlanDocument(plan), extra }
}

/** Shapes one action; the mask hides secret parts of its URLs. */
export function toActionDocument(action: Action, hide: Mask): ActionDocument {
  return {
    kind: action.kind,
    provider: action.provider,
    type: action.type,
    key: action.key,
    ids: objectIds(action).map(hide),
    changes: action.changes.map((change) => toChangeDocument(change, hide)),
    ...(action.order === undefined ? {} : { order: action.order }),
    ...(action.reason === undefined ? {} : { reason: hide(action.reason) }),
    ...(action.takesOver === undefined ? {} : { takes_over: action.takesOver }),
    ...(action.movedFrom === undefined ? {} : { moved_from: action.movedFrom }),
    ...(action.gap === undefined ? {} : { gap: hide(action.gap) }),
  }
}

/** Shapes one change for people, who are told what a verdict rests on; JSON has the verdict alone. */
export function toChangeDocument(change: Change, hide: Mask): Change {
  if ('secret' in change) return change
  return {
    path: change.path,
    before: maskValue(change.before, hide),
    after: maskValue(change.after, hide),
    effect: change.effect,
  }
}

function withoutGrounds(action: ActionDocument): ActionDocument {
  return { ...action, changes: action.changes.map(withoutGround) }
}

/** Shows the receiver of a live webhook where the vendor shows it. */
export function liveUrl(live: LiveObject, hide: Mask): string | undefined {
  const url = live.fields['url']
  return typeof url === 'string' ? hide(url) : undefined
}

/** Lists where webhooks deliver that are deleted or adopted as they are: no change tells it. */
export function untoldReceivers(action: Action, hide: Mask): readonly string[] {
  if (action.kind !== 'delete' && action.kind !== 'adopt') return []
  if (action.changes.some((change) => change.path === 'url')) return []
  const urls = action.objects.flatMap((change) => ('live' in change ? (liveUrl(change.live, hide) ?? []) : []))
  return [...new Set(urls)]
}

interface AccountDocument
  extends Pick<PlanDocument, 'actions' | 'unmanaged' | 'duplicates' | 'orphaned' | 'abandoned'> {
  readonly outOfScope: PlanDocument['out_of_scope']
}

function toAccountDocument(plan: AccountPlan): AccountDocument {
  const hide = makeAccountMask(plan)
  const account = { provider: plan.account.name, type: plan.account.type }
  const toKey = (key: string): KeyDocument => ({ ...account, key })
  return {
    actions: plan.actions.filter(isListed).map((action) => withoutGrounds(toActionDocument(action, hide))),
    unmanaged: plan.unmanaged.map((live) => ({ ...account, ...toTwin(live, hide) })),
    duplicates: plan.duplicates.map((found) => toDuplicateDocument(found, hide)),
    outOfScope: plan.outOfScope.map(toKey),
    orphaned: plan.orphaned.map(toKey),
    abandoned: plan.abandoned.map(toKey),
  }
}

/** Tells whether reports list an action: all but what stays as it is. */
export function isListed(action: Action): boolean {
  return action.kind !== 'keep' || action.movedFrom !== undefined
}

function toTwin(live: LiveObject, hide: Mask): { readonly id: string; readonly url?: string } {
  const url = liveUrl(live, hide)
  return { id: hide(live.id), ...(url === undefined ? {} : { url }) }
}

function toDuplicateDocument(found: Duplicate, hide: Mask): DuplicateDocument {
  return {
    provider: found.provider,
    type: found.type,
    ...(found.key === undefined ? {} : { key: found.key }),
    kept: hide(found.kept),
    twins: removableTwins(found).map((twin) => toTwin(twin, hide)),
  }
}

function toRefusalDocument(refusal: Refusal): RefusalDocument {
  return {
    code: refusal.code,
    message: refusal.message,
    ...(refusal.hint === undefined ? {} : { hint: refusal.hint }),
    ...(refusal.count === undefined ? {} : { count: refusal.count }),
    ...(refusal.limit === undefined ? {} : { limit: refusal.limit }),
    ...(refusal.flag === undefined ? {} : { flag: refusal.flag }),
    provider: refusal.provider,
    ...(refusal.key === undefined ? {} : { key: refusal.key }),
  }
}
