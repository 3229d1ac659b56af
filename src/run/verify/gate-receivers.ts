import { isRefused, type Plan, type Refusal } from '../../core/plan.ts'
import type { VerifiedReceiver } from '../../core/verification.ts'
import type { Trust } from '../../trust/trust.ts'
import type { SyncOptions } from '../options.ts'
import type { Planned } from '../plan-project.ts'
import { verifyPlan } from './verify-project.ts'

/** Refuses a plan that would send deliveries to a receiver which does not pass; where no gate is wanted, it is as it was. */
export async function gateReceivers(planned: Planned, trust: Trust, options: SyncOptions): Promise<Planned> {
  const { receiverGate: gate } = options
  if (gate === undefined || isRefused(planned.plan)) return planned
  const refusals = refusalsOf(await verifyPlan(planned.plan, trust, { ...options, ...gate }))
  if (refusals.length === 0) return planned
  return {
    ...planned,
    plan: withRefusals(planned.plan, refusals),
    narrow: (selects) => withRefusals(planned.narrow(selects), refusals),
  }
}

function refusalsOf(receivers: readonly VerifiedReceiver[]): readonly (Refusal & { readonly key: string })[] {
  return receivers.flatMap(({ provider, key, checks }) =>
    checks
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ message, hint }) => ({
        code: 'HS3029',
        message: `The receiver of ${provider}/${key} ${message}.`,
        ...(hint === undefined ? {} : { hint }),
        provider,
        key,
      })),
  )
}

/** A plan for fewer webhooks is refused for those alone that are still in it. */
function withRefusals(plan: Plan, refusals: readonly (Refusal & { readonly key: string })[]): Plan {
  const accounts = plan.accounts.map((account) => {
    const written = new Set(account.actions.filter(({ kind }) => kind !== 'keep').map(({ key }) => key))
    const mine = refusals.filter(({ provider, key }) => provider === account.account.name && written.has(key))
    return mine.length === 0 ? account : { ...account, refusals: [...account.refusals, ...mine] }
  })
  return { ...plan, accounts }
}
