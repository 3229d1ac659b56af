import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { desiredEvents, eventsOf, isEnabled } from '../../src/core/deliveries.ts'
import { ownedIds } from '../../src/core/ownership.ts'
import type { AccountPlan } from '../../src/core/plan.ts'
import { planAccount } from '../../src/core/plan-account.ts'
import type { LiveObject } from '../../src/core/webhook.ts'
import type { AnyCase, Declared } from './any-world.ts'
import { anyCase, anyDeclared, inputOf } from './any-world.ts'
import { kindsOf } from './build-account.ts'
import type { World } from './carry-out.ts'
import { carryOut, isWork } from './carry-out.ts'
import { traits } from './vendor-traits.ts'

// FC_RUNS looks further.
const runs = { numRuns: Number(process.env['FC_RUNS'] ?? 150) }

function planNow(given: AnyCase, world?: World, declared?: Declared): AccountPlan {
  return planAccount(inputOf(given, world, declared))
}

/** Lists what the plan of a later run would still do; nothing once it has converged. */
function workLeft(given: AnyCase, world: World): readonly string[] {
  const plan = planNow({ ...given, writeSecrets: false, dedupe: false }, world)
  return [
    ...plan.actions.filter(isWork).map((action) => `${action.key}: ${action.kind} ${JSON.stringify(action.changes)}`),
    ...plan.ended.map((id) => `${id} ends`),
  ]
}

describe.each(traits)('for a $type vendor', (definition) => {
  const cases = anyCase([definition])

  test('applying a plan converges: the next one does nothing', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.func(fc.nat(50)), async (given, pick) => {
        const plan = planNow(given)
        if (plan.refusals.length > 0) return

        const { world } = await carryOut(plan, given.world, { pick })

        expect(workLeft(given, world)).toEqual([])
      }),
      runs,
    )
  })

  test('planning anew after a kill at any write converges', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(40), fc.func(fc.nat(50)), async (given, killAfter, pick) => {
        const plan = planNow(given)
        if (plan.refusals.length > 0) return
        const first = await carryOut(plan, given.world, { killAfter, pick })
        const again = planNow(given, first.world)
        if (again.refusals.length > 0) return

        const { world } = await carryOut(again, first.world)

        expect(workLeft(given, world)).toEqual([])
      }),
      runs,
    )
  })

  test('a kill followed by other files leaves nothing behind that nobody owns', async () => {
    await fc.assert(
      fc.asyncProperty(cases, anyDeclared(definition), fc.nat(40), async (given, next, killAfter) => {
        if (given.world.ledger === undefined) return
        const plan = planNow(given)
        if (plan.refusals.length > 0) return
        const first = await carryOut(plan, given.world, { killAfter })
        const again = planNow(given, first.world, next)
        if (again.refusals.length > 0) return

        const { world } = await carryOut(again, first.world)

        const owned = ownedIds(world.ledger ?? { identity: {}, webhooks: {}, intents: {} })
        const strays = [...world.objects.keys()].filter((id) => id.startsWith('made-') && !owned.has(id))
        const abandoned = given.declared.webhooks.concat(next.webhooks).some((webhook) => webhook.abandon)
        expect(abandoned ? [] : strays).toEqual([])
      }),
      runs,
    )
  })

  test('the order of webhooks, live objects and set members does not matter', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const input = inputOf(given)
        const turned = {
          ...input,
          desired: input.desired?.toReversed().map((webhook) => {
            const { events } = webhook.fields
            return Array.isArray(events)
              ? { ...webhook, fields: { ...webhook.fields, events: events.toReversed() } }
              : webhook
          }),
          live: { ...input.live, objects: input.live.objects.toReversed() },
          ledger: input.ledger && {
            ...input.ledger,
            webhooks: Object.fromEntries(Object.entries(input.ledger.webhooks).toReversed()),
          },
          files: new Set([...input.files].toReversed()),
        }

        expect(outlineOf(planAccount(turned))).toEqual(outlineOf(planAccount(input)))
      }),
      runs,
    )
  })

  test('a plan is a function of its input alone', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const input = deepFreeze(inputOf(given))

        expect(planAccount(input)).toEqual(planAccount(input))
      }),
      runs,
    )
  })

  test('unmanaged webhooks are never touched unless everything is pruned', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const plan = planNow(given)
        if (plan.refusals.length > 0 || given.declared.prune === 'all') return

        const { world } = await carryOut(plan, given.world)

        for (const live of plan.unmanaged) expect(world.objects.get(live.id)).toEqual(live)
      }),
      runs,
    )
  })

  test('webhooks of files that are not loaded stay as they are', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const plan = planNow(given)
        if (plan.refusals.length > 0 || given.world.ledger === undefined) return
        const declared = new Set(
          plan.actions
            .flatMap((action) => (action.desired === undefined ? [] : action.objects))
            .flatMap((change) => ('live' in change && change.op !== 'delete' ? [change.live.id] : [])),
        )
        const foreign = Object.values(given.world.ledger.webhooks)
          .filter((entry) => !given.declared.files.includes(entry.file))
          .flatMap((entry) => [...entry.objects, ...(entry.retiring ?? [])])
          .flatMap(({ id }) => given.world.objects.get(id) ?? [])
          .filter((live) => !declared.has(live.id))

        const { world } = await carryOut(plan, given.world)

        for (const live of foreign) expect(world.objects.get(live.id)).toEqual(live)
      }),
      runs,
    )
  })

  test('no event is without a receiver at any moment unless a gap is told', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.func(fc.nat(50)), async (given, pick) => {
        const plan = planNow(given)
        if (plan.refusals.length > 0 || plan.actions.some((action) => action.gap !== undefined)) return

        const { moments } = await carryOut(plan, given.world, { pick })

        const received = moments.map((objects) => receivedEvents(plan, objects))
        const kept = [...(received[0] ?? [])].filter(
          (event) => received.at(-1)?.has(event) && !isMovedByUpdate(plan, event),
        )
        for (const moment of received) expect(kept.filter((event) => !moment.has(event))).toEqual([])
      }),
      runs,
    )
  })
})

function receivedEvents(plan: AccountPlan, objects: readonly LiveObject[]): ReadonlySet<string> {
  return new Set(
    objects
      .filter(isEnabled)
      .flatMap((live) => eventsOf(plan.definition, live).map((event) => `${live.scope} ${event}`)),
  )
}

/** An event taken from one live webhook and given to another by two updates. */
function isMovedByUpdate(plan: AccountPlan, name: string): boolean {
  return plan.actions
    .flatMap((action) => action.objects)
    .some((change) => {
      if (change.op !== 'update') return false
      const had = eventsOf(plan.definition, change.live).some((event) => `${change.live.scope} ${event}` === name)
      const has = desiredEvents(plan.definition, change.object).some(
        (event) => `${change.object.scope} ${event}` === name,
      )
      return had && (!has || change.object.fields['enabled'] === false)
    })
}

/** All of a plan that is not bound to the order of its input. */
function outlineOf(plan: AccountPlan) {
  return {
    kinds: kindsOf(plan),
    actions: plan.actions.map((action) => ({
      ...action,
      desired: undefined,
      objects: action.objects.map((change) => ({
        op: change.op,
        live: 'live' in change ? change.live.id : '',
        part: 'object' in change ? change.object.part : '',
      })),
      changes: JSON.stringify(action.changes),
    })),
    unmanaged: plan.unmanaged,
    duplicates: plan.duplicates,
    outOfScope: plan.outOfScope,
    orphaned: plan.orphaned,
    abandoned: plan.abandoned,
    ended: plan.ended,
    refusals: plan.refusals,
    diagnostics: plan.diagnostics,
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const inner of Object.values(value)) deepFreeze(inner)
  return value
}
