import type { Action, ObjectChange, ReplaceOrder } from './action.ts'
import { uncoveredEvents } from './deliveries.ts'
import { identityOfObject } from './identity.ts'
import type { AccountInput } from './plan.ts'
import type { DesiredObject, LiveObject } from './webhook.ts'

/** Decides for each replaced object whether the new one can live beside the old one. */
export function orderReplace(input: AccountInput, actions: readonly Action[], action: Action): Action {
  if (!action.objects.some((change) => change.op === 'replace')) return action
  const objects = action.objects.map((change) =>
    change.op === 'replace' && isSameUnique(input, change.object, change.live)
      ? { ...change, order: 'delete-first' as const }
      : change,
  )
  return withOrder(input, actions, { ...action, objects }, 'the vendor refuses two webhooks of one identity')
}

/** Two objects of one identity cannot live side by side where the vendor forbids it. */
function isSameUnique(input: AccountInput, object: DesiredObject, live: LiveObject): boolean {
  if (input.definition.uniqueIdentity !== 'yes') return false
  return identityOfObject(input.definition, object) === identityOfObject(input.definition, live)
}

/** Sums up the order of an action's objects, and says what is lost where something goes first. */
export function withOrder(input: AccountInput, actions: readonly Action[], action: Action, why: string): Action {
  const first = action.objects.filter((change) => change.op === 'replace' && change.order === 'delete-first')
  const order: ReplaceOrder = first.length > 0 ? 'delete-first' : 'create-first'
  const lost = lostEvents(input, actions, first)
  return {
    ...action,
    order,
    ...(first.length === 0 || action.reason?.includes(why) ? {} : { reason: `${action.reason ?? 'replaced'}; ${why}` }),
    ...(lost.length === 0 ? {} : { gap: describeLoss(lost) }),
  }
}

/** Lists the events nobody receives once these objects are gone and before anything new is there. */
export function lostEvents(
  input: AccountInput,
  actions: readonly Action[],
  changes: readonly ObjectChange[],
): readonly string[] {
  const going = changes.flatMap((change) => (change.op === 'replace' || change.op === 'delete' ? [change.live] : []))
  if (going.length === 0) return []
  const leaving = new Set(
    actions
      .flatMap((action) => action.objects)
      .flatMap((change) => (change.op === 'delete' || change.op === 'replace' ? [change.live.id] : [])),
  )
  const scopes = new Set(going.map((live) => live.scope))
  const staying = input.live.objects.filter((live) => scopes.has(live.scope) && !leaving.has(live.id))
  return [...new Set(going.flatMap((live) => uncoveredEvents(input.definition, live, staying)))]
}

export function describeLoss(events: readonly string[]): string {
  return events.includes('*') ? 'its deliveries' : `deliveries of ${events.join(', ')}`
}
