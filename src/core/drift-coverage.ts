import type { DriftCoverage } from './drift.ts'
import type { AccountPlan } from './plan.ts'
import type { LiveAccount } from './webhook.ts'

/** Counts how much of what is live in an account is declared or owned, whatever was selected to be compared. */
export function measureCoverage(plan: AccountPlan, live: LiveAccount): DriftCoverage {
  const foreign = foreignIds(plan)
  const known = live.scopes.filter(({ state }) => state !== 'unconfirmed').map(({ scope }) => scope)
  return {
    provider: plan.account.name,
    live: live.objects.length,
    managed: live.objects.filter(({ id }) => !foreign.has(id)).length,
    ...(plan.definition.scope === undefined ? {} : { scopes: known.toSorted() }),
  }
}

/** Lists what is neither declared nor owned, twins and what is about to be pruned included. */
function foreignIds({ unmanaged, duplicates, actions }: AccountPlan): ReadonlySet<string> {
  const pruned = actions
    .filter(({ kind, entries }) => kind === 'delete' && entries.length === 0)
    .flatMap(({ objects }) => objects.flatMap((change) => (change.op === 'delete' ? [change.live] : [])))
  return new Set([...unmanaged, ...duplicates.flatMap(({ twins }) => twins), ...pruned].map(({ id }) => id))
}
