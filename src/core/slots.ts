import type { Action, ObjectChange } from './action.ts'
import { isEmptyValue } from './canonical.ts'
import { diffObject } from './diff.ts'
import type { AccountInput } from './plan.ts'
import { measureQuota, quotaGroup } from './quota.ts'
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
    const donor = over > 0 ? donors.get(group)?.[0] : undefined
    const given = donor?.objects[0]
    if (donor === undefined || given?.op !== 'delete' || !canBecome(input, only.object, given.live)) return action
    donors.get(group)?.shift()
    excess.set(group, over - 1)
    used.add(donor)
    return becomeUpdate(input, action, only.object, donor, given.live)
  })
  return changed.filter((action) => !used.has(action))
}

function becomeUpdate(
  input: AccountInput,
  action: Action,
  object: DesiredObject,
  donor: Action,
  live: LiveObject,
): Action {
  return {
    ...action,
    kind: 'update',
    objects: [updateInstead(input, object, live)],
    entries: [...new Set([...action.entries, ...donor.entries])],
    movedFrom: donor.key,
    reason: `takes the slot of ${donor.key}, because the quota is full`,
  }
}

/** Makes a live object that was to be deleted the one that was to be created; what it had and shall not have is cleared. */
export function updateInstead(input: AccountInput, object: DesiredObject, live: LiveObject): ObjectChange {
  const cleared: Record<string, DesiredValue> = {}
  for (const [name, field] of Object.entries(input.definition.fields)) {
    if (object.fields[name] === undefined && field.clearable === true && !isEmptyValue(live.fields[name])) {
      cleared[name] = null
    }
  }
  const fields = { ...object.fields, ...cleared }
  const paths = Object.keys(fields).filter((name) => name !== input.definition.scope)
  return { op: 'update', object: { ...object, fields }, live, paths }
}

/** Whether the vendor can make one of the other in place. */
export function canBecome({ definition }: AccountInput, object: DesiredObject, live: LiveObject): boolean {
  const prints = { desired: {}, ledger: undefined, writeUnknown: true }
  const differences = diffObject(definition, object.fields, live.fields, prints)
  return definition.update === 'in-place' && differences.every((difference) => difference.effect !== 'replace')
}
