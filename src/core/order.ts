import type { Action } from './action.ts'
import { desiredEvents, eventsOf } from './deliveries.ts'
import { identityOfObject } from './identity.ts'
import type { AccountInput } from './plan.ts'
import { orderReplace } from './replace-order.ts'
import { freeSlots, reuseSlots } from './slots.ts'

/**
 * Brings actions into a safe order: identities are free before they are taken, new objects come before old ones go
 * wherever the vendor lets both live, and a full quota is relieved with the smallest harm.
 */
export function orderActions(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  const slotted = reuseSlots(input, actions)
  const ordered = slotted.map((action) => orderReplace(input, slotted, action))
  return addHandovers(input, addDependencies(input, freeSlots(input, ordered)))
}

/** Makes every action that takes an identity wait for the one that frees it. */
function addDependencies(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  if (input.definition.uniqueIdentity === 'no') return actions
  const frees = new Map<string, string>()
  for (const action of actions) {
    for (const change of action.objects) {
      if (change.op !== 'update' && change.op !== 'delete' && change.op !== 'replace') continue
      const identity = identityOfObject(input.definition, change.live)
      const stays = change.op === 'update' && identityOfObject(input.definition, change.object) === identity
      if (!stays) frees.set(identity, action.id)
    }
  }
  return actions.map((action) => {
    const waits = action.objects.flatMap((change) => {
      if (!('object' in change) || change.op === 'keep' || change.op === 'adopt') return []
      const holder = frees.get(identityOfObject(input.definition, change.object))
      return holder === undefined || holder === action.id ? [] : [holder]
    })
    return waits.length === 0 ? action : { ...action, after: [...new Set([...action.after, ...waits])] }
  })
}

/**
 * Makes deletes wait until whoever newly receives their events is in place, so that moving a webhook to another key or
 * URL loses nothing. What others wait for goes first and waits for nobody.
 */
function addHandovers(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  const waitedFor = new Set(actions.flatMap((action) => action.after))
  const deletes = (action: Action) => action.objects.flatMap((change) => (change.op === 'delete' ? [change.live] : []))
  if (!actions.some((action) => deletes(action).length > 0 && !waitedFor.has(action.id))) return actions
  return actions.map((action) => {
    const fills = action.objects.flatMap((change) =>
      change.op === 'create' || change.op === 'update' || change.op === 'replace'
        ? desiredEvents(input.definition, change.object).map((event) => handover(change.object.scope, event))
        : [],
    )
    const leaving = waitedFor.has(action.id) ? [] : deletes(action)
    const awaits = leaving.flatMap((live) =>
      eventsOf(input.definition, live).map((event) => handover(live.scope, event)),
    )
    return {
      ...action,
      ...(fills.length === 0 ? {} : { fills: [...new Set(fills)] }),
      ...(awaits.length === 0 ? {} : { awaits: [...new Set(awaits)] }),
    }
  })
}

function handover(scope: string, event: string): string {
  return `${scope} ${event}`
}
