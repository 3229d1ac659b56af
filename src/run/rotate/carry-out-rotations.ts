import { ledgerAccountId } from '../../core/ledger.ts'
import type { Failure, RunEvent } from '../../core/outcome.ts'
import type { Plan } from '../../core/plan.ts'
import type { RotationOutcome } from '../../core/rotation-plan.ts'
import type { OpenLedger } from '../../engine/ledger/ledger-store.ts'
import type { ReadAccount } from '../../engine/read-accounts.ts'
import { type RotatingSecret, rotateSecrets } from '../../engine/rotate-secrets.ts'
import { makeRunLedger } from '../../engine/run-ledger.ts'
import { makeRotationVault } from '../../secrets/rotation-vault.ts'
import { carryOut } from '../carry-out.ts'
import type { SyncOptions } from '../options.ts'
import { clockOf } from '../run-settings.ts'
import type { OpenSecrets } from '../secrets-of-run.ts'
import { acceptancesOf, describeGroup, type RotationGroup } from './rotation-group.ts'
import type { RotationView } from './rotation-view.ts'
import { targetOf } from './survey.ts'

export interface RotationWork {
  readonly groups: readonly RotationGroup[]
  readonly plan: Plan
  readonly accounts: readonly ReadAccount[]
  readonly views: readonly RotationView[]
  readonly secrets: OpenSecrets
  readonly ledger: OpenLedger
  readonly options: SyncOptions
}

/** Carries out rotations; what the vendors are asked for goes the way of every apply. */
export function carryOutRotations(work: RotationWork): Promise<readonly RotationOutcome[]> {
  const { groups, secrets, ledger, options } = work
  return rotateSecrets(
    {
      ledger: makeRunLedger(ledger),
      emit: options.emit,
      clock: clockOf(options),
      send: (rotating) => send(work, rotating),
    },
    groups.map((group) => toRotating(group, secrets)),
  )
}

function toRotating(group: RotationGroup, { resolver, vault }: OpenSecrets): RotatingSecret {
  const target = targetOf(group)
  const places = makeRotationVault(resolver)
  const { ref, webhooks, isResumed } = describeGroup(group)
  const [{ provider, key, path }] = group.members
  return {
    ...group,
    ref,
    webhooks,
    isResumed,
    members: group.members.map(({ slot, account, ...member }) => ({
      ...member,
      ref: slot.source.ref,
      identity: account.account.identity,
    })),
    place: {
      proveWritable: () => vault.proveWritable({ ref, provider, key, path }),
      stage: (value) => places.stage(target, value),
      promote: (held) => places.promote(target, held),
      settle: (pending) => places.settle(target, pending),
      retire: () => places.retire(target),
    },
    accepts: (step, until) => acceptancesOf(group, step, until),
  }
}

/** Lets an apply bring the new secrets to the vendors, and collects what it could not do. */
async function send(work: RotationWork, rotating: readonly RotatingSecret[]): Promise<ReadonlyMap<string, Failure>> {
  const failures = new Map<string, Failure>()
  const ids = new Set(rotating.flatMap(({ members }) => members.map(({ id }) => id)))
  if (ids.size === 0) return failures
  await recordViews(work, ids)
  const emit = (event: RunEvent): void => {
    const isFailure = event.type === 'action_failed' || event.type === 'action_skipped'
    if (isFailure) failures.set(`${event.provider}/${event.key}`, event.failure)
    work.options.emit(event)
  }
  const { secrets, ledger, accounts, options } = work
  const accountPlans = work.plan.accounts.map((account) => ({
    ...account,
    actions: account.actions.filter((action) => ids.has(action.id)),
  }))
  const plan = { ...work.plan, accounts: accountPlans.filter(({ actions }) => actions.length > 0) }
  await carryOut(plan, { plan, accounts, secrets }, ledger, { ...options, emit })
  return failures
}

/** Writes down which webhooks of an interrupted replacement are the old ones, so that nothing is lost on the way out. */
async function recordViews({ views, ledger, groups }: RotationWork, ids: ReadonlySet<string>): Promise<void> {
  for (const { input, entries } of views) {
    const account = ledgerAccountId(input.account.name, input.account.identity)
    for (const { id, place } of groups.flatMap(({ members }) => members)) {
      const entry = place.account === account ? entries.get(place.key) : undefined
      if (entry === undefined || !ids.has(id)) continue
      const { rotation = entry.rotation, ...known } = ledger.ledger.accounts[account]?.webhooks[place.key] ?? {}
      const kept = rotation === undefined ? {} : { rotation }
      await ledger.record({ kind: 'put-entry', ...place, entry: { ...known, ...entry, ...kept } })
    }
  }
}
