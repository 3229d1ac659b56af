import type { Action, ObjectChange, ReplaceOrder } from './action.ts'
import { deliveries, desiredEvents, eventOfDelivery, eventsOf, isEnabled } from './deliveries.ts'
import { identityOfObject } from './identity.ts'
import type { AccountInput } from './plan.ts'
import type { DesiredObject, LiveObject } from './webhook.ts'

/** Decides for each replaced object whether the new one can live beside the old one. */
export function orderReplace(input: AccountInput, action: Action): Action {
  if (!action.objects.some((change) => change.op === 'replace')) return action
  const objects = action.objects.map((change) =>
    change.op === 'replace' && isSameUnique(input, change.object, change.live)
      ? { ...change, order: 'delete-first' as const }
      : change,
  )
  return withOrder({ ...action, objects }, 'the vendor refuses two webhooks of one identity')
}

/** Two objects of one identity cannot live side by side where the vendor forbids it. */
function isSameUnique(input: AccountInput, object: DesiredObject, live: LiveObject): boolean {
  if (input.definition.uniqueIdentity !== 'yes') return false
  return identityOfObject(input.definition, object) === identityOfObject(input.definition, live)
}

/** Sums up the order of an action's objects. */
export function withOrder(action: Action, why: string): Action {
  const isDeleteFirst = hasDeleteFirst(action)
  const order: ReplaceOrder = isDeleteFirst ? 'delete-first' : 'create-first'
  if (!isDeleteFirst || action.reason?.includes(why)) return { ...action, order }
  return { ...action, order, reason: `${action.reason ?? 'replaced'}; ${why}` }
}

/** Whether an old object of an action must go before its successor is there. */
function hasDeleteFirst(action: Action): boolean {
  return action.objects.some((change) => change.op === 'replace' && goesFirst(change))
}

function goesFirst(change: ObjectChange): boolean {
  return (change.op === 'replace' || change.op === 'delete') && change.order === 'delete-first'
}

/**
 * Says of each action which deliveries would be lost for a moment: where it deletes first, and where it must wait for
 * others whose events nobody has in the meantime.
 */
export function findGaps(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  if (!actions.some((action) => action.after.length > 0 || action.objects.some(goesFirst))) return actions
  const byId = new Map(actions.map((action) => [action.id, action] as const))
  const changes = actions.flatMap((action) => action.objects)
  const leaving = new Set(changes.flatMap((change) => (isLeaving(change) ? [change.live.id] : [])))
  const staying = new Set(
    input.live.objects
      .filter((live) => isEnabled(live) && !leaving.has(live.id))
      .flatMap((live) => deliveries(live.scope, eventsOf(input.definition, live))),
  )
  const gained = new Set(changes.flatMap((change) => gainedBy(input, change)))
  const lost = (going: readonly ObjectChange[]): readonly string[] =>
    going
      .flatMap((change) => (isLeaving(change) && isEnabled(change.live) ? [change.live] : []))
      .flatMap((live) => deliveries(live.scope, eventsOf(input.definition, live)))
      .filter((delivery) => gained.has(delivery) && !staying.has(delivery))
  return actions.map((action) => {
    const first = action.objects.filter(goesFirst)
    const meanwhile = new Set(first.length === 0 ? [] : action.objects.flatMap((change) => heldBy(input, change)))
    const own = lost(first).filter((delivery) => !meanwhile.has(delivery))
    const before = action.after.flatMap((id) => byId.get(id)?.objects ?? [])
    const events = [...own, ...lost(before)].map(eventOfDelivery)
    return events.length === 0 ? action : { ...action, gap: describeLoss([...new Set(events)]) }
  })
}

type Leaving = Extract<ObjectChange, { readonly op: 'update' | 'replace' | 'delete' }>

function isLeaving(change: ObjectChange): change is Leaving {
  return change.op === 'delete' || change.op === 'replace' || change.op === 'update'
}

/** What an object that is still to go, or is changed in place, receives until then and beyond. */
function heldBy(input: AccountInput, change: ObjectChange): readonly string[] {
  if (!isLeaving(change) || goesFirst(change) || !isEnabled(change.live)) return []
  const held = deliveries(change.live.scope, eventsOf(input.definition, change.live))
  if (change.op !== 'update') return held
  const kept = new Set(gainedBy(input, change))
  return held.filter((delivery) => kept.has(delivery))
}

function gainedBy(input: AccountInput, change: ObjectChange): readonly string[] {
  if (change.op !== 'create' && change.op !== 'replace' && change.op !== 'update') return []
  if (change.object.fields['enabled'] === false) return []
  return deliveries(change.object.scope, desiredEvents(input.definition, change.object))
}

/** Says in words what would be lost. */
export function describeLoss(events: readonly string[]): string {
  return events.includes('*') ? 'its deliveries' : `deliveries of ${events.join(', ')}`
}
