import type { Action } from './action.ts'
import { isEmptyValue } from './canonical.ts'
import { desiredEvents } from './deliveries.ts'
import type { AccountInput } from './plan.ts'
import { joins, leaves, measureQuota, quotaGroup } from './quota.ts'
import { describeLoss, lostEvents, withOrder } from './replace-order.ts'
import type { DesiredValue } from './value.ts'
import type { DesiredObject, LiveObject } from './webhook.ts'

/**
 * At a full quota a deleted webhook and a created one share a slot: where the vendor updates in place, the live object
 * simply becomes the new one, so nothing has to go first.
 */
export function reuseSlots(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  const { definition } = input
  const { quota } = definition
  if (quota === undefined || definition.update === 'none' || definition.fanOut !== undefined) return actions
  const donors = new Map<string, Action[]>()
  for (const action of actions) {
    const [only, ...others] = action.objects
    if (action.kind !== 'delete' || only?.op !== 'delete' || others.length > 0) continue
    const group = quotaGroup(definition, quota, only.live)
    donors.set(group, [...(donors.get(group) ?? []), action])
  }
  const excess = new Map(
    measureQuota(definition, input.live.objects, actions).map((use) => [use.group, use.peak - use.limit]),
  )
  const used = new Set<Action>()
  const changed = actions.map((action) => {
    const [only] = action.objects
    if (action.kind !== 'create' || only?.op !== 'create') return action
    const group = quotaGroup(definition, quota, only.object)
    const over = excess.get(group) ?? 0
    const donor = over > 0 ? donors.get(group)?.shift() : undefined
    const given = donor?.objects[0]
    if (donor === undefined || given?.op !== 'delete') return action
    excess.set(group, over - 1)
    used.add(donor)
    return becomeUpdate(input, action, only.object, donor, given.live)
  })
  return changed.filter((action) => !used.has(action))
}

/** Turns a create into an update of an object that was to be deleted; what the old one had and the new one has not is cleared. */
function becomeUpdate(
  input: AccountInput,
  action: Action,
  object: DesiredObject,
  donor: Action,
  live: LiveObject,
): Action {
  const cleared: Record<string, DesiredValue> = {}
  for (const [name, field] of Object.entries(input.definition.fields)) {
    if (object.fields[name] === undefined && field.clearable === true && !isEmptyValue(live.fields[name])) {
      cleared[name] = null
    }
  }
  const fields = { ...object.fields, ...cleared }
  const paths = Object.keys(fields).filter((name) => name !== input.definition.scope)
  return {
    ...action,
    kind: 'update',
    objects: [{ op: 'update', object: { ...object, fields }, live, paths }],
    entries: [...new Set([...action.entries, ...donor.entries])],
    movedFrom: donor.key,
    reason: `takes the slot of ${donor.key}, because the quota is full`,
  }
}

/** Where a group is still too full for create-first, its replaces delete first, and its creates wait for deletes. */
export function freeSlots(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  const { definition } = input
  const { quota } = definition
  if (quota === undefined) return actions
  const excess = new Map(
    measureQuota(definition, input.live.objects, actions).map((use) => [use.group, use.peak - use.limit]),
  )
  const isOver = (group: string): boolean => (excess.get(group) ?? 0) > 0
  return actions.map((action) => {
    if (action.kind === 'create' || action.kind === 'update') return waitForSlot(input, action, actions, excess)
    if (action.kind !== 'replace') return action
    const objects = action.objects.map((change) => {
      if (change.op !== 'replace' || change.order === 'delete-first') return change
      const group = quotaGroup(definition, quota, change.object)
      if (!isOver(group) || group !== quotaGroup(definition, quota, change.live)) return change
      excess.set(group, (excess.get(group) ?? 0) - 1)
      return { ...change, order: 'delete-first' as const }
    })
    return withOrder(input, actions, { ...action, objects }, `the quota of ${quota.limit} ${quota.words} is full`)
  })
}

function waitForSlot(
  input: AccountInput,
  action: Action,
  actions: readonly Action[],
  excess: Map<string, number>,
): Action {
  const { definition } = input
  const { quota } = definition
  if (quota === undefined) return action
  const wanted = action.objects
    .flatMap((change) => joins(definition, quota, change))
    .filter((group) => (excess.get(group) ?? 0) > 0)
  if (wanted.length === 0) return action
  const donors = actions.filter(
    (other) =>
      other.kind === 'delete' &&
      other.objects.some((change) => leaves(definition, quota, change).some((group) => wanted.includes(group))),
  )
  for (const group of wanted) excess.set(group, (excess.get(group) ?? 0) - 1)
  const gained = new Set(
    action.objects.flatMap((change) => ('object' in change ? desiredEvents(definition, change.object) : [])),
  )
  const lost = lostEvents(
    input,
    actions,
    donors.flatMap((other) => other.objects),
  ).filter((event) => gained.has(event))
  return {
    ...action,
    after: [...new Set([...action.after, ...donors.map((other) => other.id)])],
    ...(lost.length === 0 ? {} : { gap: describeLoss(lost) }),
  }
}
