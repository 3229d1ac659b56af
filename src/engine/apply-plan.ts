import PQueue from 'p-queue'
import type { ActionKind } from '../core/action.ts'
import { actionKinds } from '../core/action.ts'
import type { ApplySummary } from '../core/outcome.ts'
import type { Plan } from '../core/plan.ts'
import type { AccountOutcome } from './apply-account.ts'
import { applyAccount } from './apply-account.ts'
import type { Ports } from './ports.ts'
import type { ReadAccount } from './read-accounts.ts'

export interface ApplyPlanInput {
  readonly plan: Plan
  readonly accounts: readonly ReadAccount[]
  readonly gapAllowed: boolean
  readonly parallelism: number
  /** The ports of one account; all but its API are shared. */
  readonly portsOf: (account: ReadAccount) => Ports
  readonly clock: { now(): number }
  readonly stop: AbortSignal
  /** Vendor calls made so far that write. */
  readonly writes: () => number
}

/** Carries out a plan, accounts side by side. One account's failure never stops another. */
export async function applyPlan(input: ApplyPlanInput): Promise<ApplySummary> {
  const startedAt = input.clock.now()
  const queue = new PQueue({ concurrency: input.parallelism })
  const byName = new Map(input.accounts.map((account) => [account.input.account.name, account] as const))
  const outcomes = await Promise.all(
    input.plan.accounts.flatMap((plan) => {
      const read = byName.get(plan.account.name)
      if (read === undefined) return []
      const { live, ledger, repointedFrom } = read.input
      const known = ledger ?? { identity: plan.account.identity, webhooks: {}, intents: {} }
      const repointed = repointedFrom === undefined ? {} : { repointedFrom }
      const work = { plan, live, ledger: known, gapAllowed: input.gapAllowed, ...repointed }
      return [queue.add(() => applyAccount(input.portsOf(read), work))]
    }),
  )
  return {
    done: countDone(outcomes),
    failed: outcomes.reduce((sum, outcome) => sum + outcome.failed.length, 0),
    skipped: outcomes.reduce((sum, outcome) => sum + outcome.skipped.length, 0),
    writes: input.writes(),
    interrupted: input.stop.aborted,
    durationMs: input.clock.now() - startedAt,
  }
}

function countDone(outcomes: readonly AccountOutcome[]): Readonly<Record<ActionKind, number>> {
  const done = outcomes.flatMap((outcome) => outcome.done)
  const count = (kind: ActionKind): number => done.filter((action) => action.kind === kind).length
  const [create, update, replace, adopt, remove, keep] = actionKinds.map(count)
  return {
    create: create ?? 0,
    update: update ?? 0,
    replace: replace ?? 0,
    adopt: adopt ?? 0,
    delete: remove ?? 0,
    keep: keep ?? 0,
  }
}
