import type { Action, ObjectChange } from './action.ts'
import { isEmptyValue } from './canonical.ts'
import type { AccountInput } from './plan.ts'
import type { Quota } from './provider.ts'
import { joins, leaves, measureQuota, quotaGroup } from './quota.ts'
import { withOrder } from './replace-order.ts'
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
function updateInstead(input: AccountInput, object: DesiredObject, live: LiveObject): ObjectChange {
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

/**
 * In a full group, what a webhook gives up becomes what it gains; an object that was to move there is given up instead.
 */
function reuseOwn(input: AccountInput, quota: Quota, action: Action, crowds: ReadonlyMap<string, Crowd>): Action {
  if (input.definition.update === 'none') return action
  const given = new Set<ObjectChange>()
  const objects = action.objects.flatMap((change): readonly ObjectChange[] => {
    if (change.op !== 'create' && change.op !== 'update') return [change]
    const [group] = joins(input.definition, quota, change)
    const crowd = group === undefined ? undefined : crowds.get(group)
    if (crowd === undefined || crowd.excess <= 0) return [change]
    const own = action.objects.find(
      (other) =>
        other.op === 'delete' && !given.has(other) && quotaGroup(input.definition, quota, other.live) === group,
    )
    if (own?.op !== 'delete') return [change]
    given.add(own)
    crowd.excess -= 1
    crowd.room -= 1
    const reused = updateInstead(input, change.object, own.live)
    return change.op === 'create' ? [reused] : [reused, { op: 'delete', live: change.live }]
  })
  return given.size === 0 ? action : { ...action, objects: objects.filter((change) => !given.has(change)) }
}

/** How much a group is over its limit if everything new comes first, and who makes room in it by going. */
interface Crowd {
  excess: number
  /** Deletes that nobody waits for yet. */
  room: number
  readonly donors: readonly string[]
}

/**
 * Where a group is still too full for everything new to come first, creates wait for deletes, then replaces do; a
 * replace for which no delete is left has to delete first itself.
 */
export function freeSlots(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  const { quota } = input.definition
  if (quota === undefined) return actions
  const crowds = findCrowds(input, quota, actions)
  if (crowds.size === 0) return actions
  const waiting = new Map<Action, Action>()
  for (const action of actions) {
    if (action.kind === 'replace') continue
    waiting.set(action, waitForRoom(input, quota, reuseOwn(input, quota, action, crowds), crowds))
  }
  return actions.map((action) => waiting.get(action) ?? makeRoom(input, quota, action, crowds))
}

function findCrowds(input: AccountInput, quota: Quota, actions: readonly Action[]): ReadonlyMap<string, Crowd> {
  const full = measureQuota(input.definition, input.live.objects, actions).filter((use) => use.peak > use.limit)
  const donors = new Map<string, string[]>(full.map((use) => [use.group, []]))
  for (const action of actions) {
    for (const change of action.objects) {
      if (change.op === 'replace') continue
      for (const group of leaves(input.definition, quota, change)) donors.get(group)?.push(action.id)
    }
  }
  return new Map(
    full.map(({ group, peak, limit }) => {
      const known = donors.get(group) ?? []
      return [group, { excess: peak - limit, room: known.length, donors: known }]
    }),
  )
}

function waitForRoom(input: AccountInput, quota: Quota, action: Action, crowds: ReadonlyMap<string, Crowd>): Action {
  const after = action.objects
    .flatMap((change) => joins(input.definition, quota, change))
    .flatMap((group) => takeRoom(crowds.get(group)))
    .filter((id) => id !== action.id)
  return after.length === 0 ? action : { ...action, after: [...new Set([...action.after, ...after])] }
}

/** Lists whom a newcomer has to wait for; none where there is room or nobody makes any. */
function takeRoom(crowd: Crowd | undefined): readonly string[] {
  if (crowd === undefined || crowd.excess <= 0 || crowd.room <= 0) return []
  crowd.excess -= 1
  crowd.room -= 1
  return crowd.donors
}

function makeRoom(input: AccountInput, quota: Quota, action: Action, crowds: ReadonlyMap<string, Crowd>): Action {
  const waits: string[] = []
  const objects = action.objects.map((change) => {
    if (change.op !== 'replace' || change.order === 'delete-first') return change
    const group = quotaGroup(input.definition, quota, change.object)
    const crowd = crowds.get(group)
    const donors = takeRoom(crowd)
    waits.push(...donors)
    if (donors.length > 0 || crowd === undefined || crowd.excess <= 0) return change
    if (group !== quotaGroup(input.definition, quota, change.live)) return change
    crowd.excess -= 1
    return { ...change, order: 'delete-first' as const }
  })
  const after = [...new Set([...action.after, ...waits.filter((id) => id !== action.id)])]
  return withOrder({ ...action, objects, after }, `the quota of ${quota.limit} ${quota.words} is full`)
}
