import type { Action, ObjectChange } from './action.ts'
import { deliveries, desiredEvents, eventOfDelivery, eventsOf, isEnabled } from './deliveries.ts'
import type { AccountInput } from './plan.ts'
import { describeLoss } from './replace-order.ts'

/** What one action receives before and when it is done. */
interface Flow {
  readonly before: ReadonlySet<string>
  readonly after: ReadonlySet<string>
}

/**
 * Makes an update in place that gives an event up wait for the one that takes it on, so that it is never without a
 * receiver. Where they would wait for one another, one of them has to go first; what may get lost between the two calls is told.
 */
export function passOn(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  const { definition } = input
  // With a step per event, or steps of its own, what goes is a step that waits by itself.
  if (definition.fanOut !== undefined || definition.steps !== undefined) return actions
  const flows = new Map(actions.map((action) => [action.id, flowOf(input, action)] as const))
  const takers = findTakers(flows)
  const waits = new Map(
    actions.flatMap((action) => {
      const given = action.objects.some(({ op }) => op === 'update') ? givenUp(flows.get(action.id), takers) : []
      return given.length === 0 ? [] : [[action.id, given] as const]
    }),
  )
  if (waits.size === 0) return actions
  const steady = findSteady(input, actions, flows)
  const waiting = new Waiting(actions)
  return actions.map((action) => {
    const given = (waits.get(action.id) ?? []).filter((delivery) => !steady.has(delivery))
    const lost = given.filter((delivery) => !waiting.add(action.id, takers.get(delivery) ?? []))
    const after = waiting.of(action.id)
    const told = lost.length === 0 ? {} : { exchanges: describeLoss([...new Set(lost.map(eventOfDelivery))]) }
    return given.length === 0 ? action : { ...action, after, ...told }
  })
}

function flowOf(input: AccountInput, action: Action): Flow {
  return {
    before: new Set(action.objects.flatMap((change) => receivedBefore(input, change))),
    after: new Set(action.objects.flatMap((change) => receivedAfter(input, change))),
  }
}

function receivedBefore({ definition }: AccountInput, change: ObjectChange): readonly string[] {
  if (!('live' in change) || !isEnabled(change.live)) return []
  return deliveries(change.live.scope, eventsOf(definition, change.live))
}

function receivedAfter({ definition }: AccountInput, change: ObjectChange): readonly string[] {
  if (!('object' in change) || change.object.fields['enabled'] === false) return []
  return deliveries(change.object.scope, desiredEvents(definition, change.object))
}

/** Lists by delivery the actions that begin to receive it. */
function findTakers(flows: ReadonlyMap<string, Flow>): ReadonlyMap<string, readonly string[]> {
  const takers = new Map<string, string[]>()
  for (const [id, { before, after }] of flows) {
    for (const delivery of after) {
      if (!before.has(delivery)) push(takers, delivery, id)
    }
  }
  return takers
}

function push(lists: Map<string, string[]>, name: string, id: string): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [id])
  else list.push(id)
}

function givenUp(flow: Flow | undefined, takers: ReadonlyMap<string, readonly string[]>): readonly string[] {
  if (flow === undefined) return []
  return [...flow.before].filter((delivery) => !flow.after.has(delivery) && takers.has(delivery))
}

/** What somebody receives all the time. */
function findSteady(
  input: AccountInput,
  actions: readonly Action[],
  flows: ReadonlyMap<string, Flow>,
): ReadonlySet<string> {
  const touched = new Set(
    actions.flatMap(({ objects }) => objects.flatMap((one) => ('live' in one ? one.live.id : []))),
  )
  const untouched = input.live.objects
    .filter((live) => !touched.has(live.id) && isEnabled(live))
    .flatMap((live) => deliveries(live.scope, eventsOf(input.definition, live)))
  const kept = [...flows.values()].flatMap(({ before, after }) => [...before].filter((delivery) => after.has(delivery)))
  return new Set([...untouched, ...kept])
}

/** Who waits for whom, without a circle. */
class Waiting {
  readonly #after: Map<string, Set<string>>
  /** What the deletes of an action wait for: others that wait for the action wait for those too. */
  readonly #awaits: ReadonlyMap<string, readonly string[]>
  readonly #fillers = new Map<string, string[]>()

  constructor(actions: readonly Action[]) {
    this.#after = new Map(actions.map(({ id, after }) => [id, new Set(after)]))
    this.#awaits = new Map(actions.map(({ id, awaits = [] }) => [id, awaits]))
    for (const { id, fills = [] } of actions) {
      for (const delivery of fills) push(this.#fillers, delivery, id)
    }
  }

  of(id: string): readonly string[] {
    return [...(this.#after.get(id) ?? [])]
  }

  /** Lets an action wait for one of the others; false where each of them waits for it already. */
  add(id: string, others: readonly string[]): boolean {
    const free = others.find((other) => !this.#waits(other, id))
    if (free !== undefined) this.#after.get(id)?.add(free)
    return free !== undefined
  }

  #waits(who: string, whom: string): boolean {
    const seen = new Set<string>()
    const open = [who]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id === whom) return true
      if (seen.has(id)) continue
      seen.add(id)
      open.push(...(this.#after.get(id) ?? []))
      for (const delivery of this.#awaits.get(id) ?? []) {
        if (!seen.has(delivery)) open.push(...(this.#fillers.get(delivery) ?? []))
        seen.add(delivery)
      }
    }
    return false
  }
}
