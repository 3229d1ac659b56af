import type { Action, ObjectChange } from './action.ts'
import { deliveries, desiredEvents, eventsOf } from './deliveries.ts'
import { identityOfObject } from './identity.ts'
import { makeRoom } from './make-room.ts'
import { passOn } from './pass-on.ts'
import type { AccountInput } from './plan.ts'
import { findGaps, orderReplace } from './replace-order.ts'
import { reuseSlots } from './slots.ts'

/**
 * Brings actions into a safe order: identities are free before they are taken, new objects come before old ones go
 * wherever the vendor lets both live, and a full quota is relieved with the least harm.
 */
export function orderActions(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  const replaced = reuseSlots(input, actions).map((action) => orderReplace(input, action))
  const linked = addDependencies(input, makeRoom(input, replaced))
  return passOn(input, addHandovers(input, findGaps(input, linked)))
}

/** Finds actions that wait for one another, so that none of them can ever begin. */
export function findCycle(actions: readonly Action[]): readonly string[] {
  const waits = new Map(actions.map((action) => [action.id, action.after.length] as const))
  const waiters = new Map<string, string[]>()
  for (const action of actions) {
    for (const id of action.after) waiters.set(id, [...(waiters.get(id) ?? []), action.id])
  }
  const ready = actions.filter((action) => !action.after.some((id) => waits.has(id))).map((action) => action.id)
  for (const action of actions) waits.set(action.id, action.after.filter((id) => waits.has(id)).length)
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    waits.delete(id)
    for (const waiter of waiters.get(id) ?? []) {
      const left = (waits.get(waiter) ?? 0) - 1
      waits.set(waiter, left)
      if (left === 0) ready.push(waiter)
    }
  }
  return [...waits.keys()]
}

/** Makes every action that takes an identity wait for the one that frees it. */
function addDependencies(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  if (input.definition.uniqueIdentity === 'no') return actions
  const taken = new Map<string, string>()
  const frees = new Map<string, string>()
  for (const action of actions) {
    for (const change of action.objects) {
      const takes = takenBy(input, change)
      if (takes !== undefined) taken.set(takes, action.id)
      const freed = freedBy(input, change)
      if (freed !== undefined) frees.set(freed, action.id)
    }
  }
  const linked = actions.map((action) => {
    const waits = action.objects.flatMap((change) => {
      const holder = frees.get(takenBy(input, change) ?? '')
      return holder === undefined || holder === action.id ? [] : [holder]
    })
    const hurried = withoutOverlap(input, action, taken)
    return waits.length === 0 ? hurried : { ...hurried, after: [...new Set([...action.after, ...waits])] }
  })
  // Where it is not even known that the vendor minds, twins for a moment are better than never beginning.
  const circling = new Set(input.definition.uniqueIdentity === 'yes' ? [] : findCycle(linked))
  return linked.map((action, at) => (circling.has(action.id) ? { ...action, after: actions[at]?.after ?? [] } : action))
}

/** The identity a change needs to be free, where it is not the one it has already. */
function takenBy(input: AccountInput, change: ObjectChange): string | undefined {
  if (change.op !== 'create' && change.op !== 'update' && change.op !== 'replace') return undefined
  const identity = identityOfObject(input.definition, change.object)
  if (change.op === 'create') return identity
  return identityOfObject(input.definition, change.live) === identity ? undefined : identity
}

function freedBy(input: AccountInput, change: ObjectChange): string | undefined {
  if (change.op !== 'update' && change.op !== 'delete' && change.op !== 'replace') return undefined
  const identity = identityOfObject(input.definition, change.live)
  const stays = change.op !== 'delete' && identityOfObject(input.definition, change.object) === identity
  return stays ? undefined : identity
}

/** What another webhook needs the place of cannot stay for a while. */
function withoutOverlap(input: AccountInput, action: Action, taken: ReadonlyMap<string, string>): Action {
  if (input.definition.uniqueIdentity !== 'yes') return action
  const objects = action.objects.map((change) => {
    if (change.op !== 'replace' || change.overlap === undefined) return change
    if (!taken.has(identityOfObject(input.definition, change.live))) return change
    const { overlap: _, ...hurried } = change
    return hurried
  })
  return { ...action, objects }
}

/**
 * Makes deletes wait until whoever newly receives their events is in place, so that moving a webhook to another key or
 * URL loses nothing. What others wait for goes first and waits for nobody; so does the old object that must go first.
 */
function addHandovers(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  const waitedFor = new Set(actions.flatMap((action) => action.after))
  const leaving = (action: Action) =>
    waitedFor.has(action.id) ? [] : action.objects.flatMap((change) => (goesLast(change) ? [change.live] : []))
  if (!actions.some((action) => leaving(action).length > 0)) return actions
  return actions.map((action) => {
    const fills = action.objects.flatMap((change) => {
      if (change.op !== 'create' && change.op !== 'update' && change.op !== 'replace') return []
      // What is switched off receives nothing, so it takes over nothing.
      if (change.object.fields['enabled'] === false) return []
      return deliveries(change.object.scope, desiredEvents(input.definition, change.object))
    })
    const own = new Set(fills)
    const awaits = leaving(action)
      .flatMap((live) => deliveries(live.scope, eventsOf(input.definition, live)))
      .filter((delivery) => !own.has(delivery))
    return {
      ...action,
      ...(fills.length === 0 ? {} : { fills: [...new Set(fills)] }),
      ...(awaits.length === 0 ? {} : { awaits: [...new Set(awaits)] }),
    }
  })
}

function goesLast(change: ObjectChange): change is Extract<ObjectChange, { readonly op: 'delete' | 'replace' }> {
  if (change.op === 'replace') return change.order === 'create-first' && change.overlap === undefined
  return change.op === 'delete' && change.order === undefined
}
