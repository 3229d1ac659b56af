import type { Diagnostic } from '../core/diagnostic.ts'
import type { AccountPlan, Plan } from '../core/plan.ts'
import { comparableAction } from '../report/plan-checksum.ts'
import type { ActionDocument } from '../report/plan-document.ts'
import { toPlanDocument } from '../report/plan-document.ts'
import type { SavedPlan } from './plan-file.ts'
import { version } from './version.ts'

/** What is left of a fresh plan once it is held against a saved one. */
export interface CheckedPlan {
  readonly plan: Plan
  /** Why the saved plan is stale; empty when each of its actions came out the same. */
  readonly stale: readonly Diagnostic[]
  /** What has to be done by now and is not in the file: reported, not done. */
  readonly extra: readonly Diagnostic[]
}

/** Holds a plan made just now against a saved one, action by action. The file itself is never trusted. */
export function checkSavedPlan(plan: Plan, saved: SavedPlan): CheckedPlan {
  const wanted = new Map(saved.actions.map((action) => [idOf(action), action] as const))
  const fresh = new Map(toPlanDocument(plan).actions.map((action) => [idOf(action), action] as const))
  const stale = [...wanted].flatMap(([id, action]) => staleReason(id, action, fresh.get(id), saved.extra.tool_version))
  const extra = [...fresh].filter(([id]) => !wanted.has(id)).map(([id, action]) => notInFile(id, action))
  return { plan: { ...plan, accounts: plan.accounts.map((account) => onlyWanted(account, wanted)) }, stale, extra }
}

function idOf(action: Pick<ActionDocument, 'provider' | 'key'>): string {
  return `${action.provider}/${action.key}`
}

function onlyWanted(account: AccountPlan, wanted: ReadonlyMap<string, ActionDocument>): AccountPlan {
  const isWanted = (id: string): boolean => wanted.has(id)
  return {
    ...account,
    actions: account.actions.filter((action) => isWanted(action.id) || action.kind === 'keep'),
    refusals: account.refusals.filter(
      (refusal) => refusal.key === undefined || isWanted(`${refusal.provider}/${refusal.key}`),
    ),
  }
}

function staleReason(
  id: string,
  saved: ActionDocument,
  fresh: ActionDocument | undefined,
  madeBy: string,
): readonly Diagnostic[] {
  if (fresh !== undefined && comparableAction(saved) === comparableAction(fresh)) return []
  const other = madeBy === version ? '' : `; it was made by hooks-sync ${madeBy}, this is ${version}`
  return [
    {
      code: 'HS3017',
      severity: 'error',
      message: `${id}: the saved plan is stale: ${whatChanged(saved, fresh)}${other}.`,
      hint: 'Make a new plan and look at it before you apply it.',
      provider: saved.provider,
      key: saved.key,
    },
  ]
}

function whatChanged(saved: ActionDocument, fresh: ActionDocument | undefined): string {
  if (fresh === undefined) return 'nothing is to be done any more; it was applied already, or the files changed'
  if (fresh.kind !== saved.kind) return `it said ${saved.kind}, and now it would be ${fresh.kind}`
  if (JSON.stringify(fresh.ids) !== JSON.stringify(saved.ids)) return 'it is about other live webhooks now'
  return 'the files or the live webhook changed'
}

function notInFile(id: string, { kind, provider, key }: ActionDocument): Diagnostic {
  return {
    code: 'HS3017',
    severity: 'warning',
    message: `${id}: ${kind} is needed by now and is not in the saved plan; it is not done.`,
    provider,
    key,
  }
}
