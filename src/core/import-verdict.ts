import type { Action } from './action.ts'
import type { AccountPlan } from './plan.ts'

/** Why imported webhooks must not be declared; empty where a plan with them does nothing at all. */
export interface ImportVerdict {
  /** By key. */
  readonly webhooks: ReadonlyMap<string, string>
  /** Something else of the account would be touched, because files declare webhooks of it now. */
  readonly account?: string
}

/** Holds the plan with the imported webhooks against the one without: importing must never lead to a write. */
export function judgeImport(before: AccountPlan, after: AccountPlan, imported: ReadonlySet<string>): ImportVerdict {
  const webhooks = after.actions.flatMap((action) =>
    imported.has(action.key) && !isQuiet(action) ? [[action.key, reasonOf(action)] as const] : [],
  )
  const planned = new Map(before.actions.map((action) => [action.id, action.kind] as const))
  const spoiled = after.actions.find(
    (action) => !imported.has(action.key) && !isQuiet(action) && planned.get(action.id) !== action.kind,
  )
  const refused = after.refusals.find(({ message }) => !before.refusals.some((refusal) => refusal.message === message))
  const account =
    spoiled === undefined
      ? refused?.message
      : `Declaring webhooks of this account, a plan would ${spoiled.kind} ${spoiled.key}.`
  return { webhooks: new Map(webhooks), ...(account === undefined || webhooks.length > 0 ? {} : { account }) }
}

function isQuiet(action: Action): boolean {
  return action.kind === 'keep' || action.kind === 'adopt'
}

function reasonOf({ kind, changes }: Action): string {
  const fields = [...new Set(changes.map((change) => change.path))].join(', ')
  return `Declared, a plan would ${kind} it${fields === '' ? '' : `, because of ${fields}`}.`
}
