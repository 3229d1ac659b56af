import type { Action, ObjectChange } from './action.ts'
import type { AccountInput } from './plan.ts'
import type { Quota } from './provider.ts'
import { joins, leaves, measureQuota, quotaGroup } from './quota.ts'
import { withOrder } from './replace-order.ts'
import { canBecome, updateInstead } from './slots.ts'

/** How much a group is over its limit if everything new comes first, and who makes room in it by going. */
interface Crowd {
  excess: number
  /** Objects that go and that nobody waits for yet. */
  room: number
  readonly donors: readonly string[]
}

interface FullGroups {
  readonly input: AccountInput
  readonly quota: Quota
  readonly crowds: ReadonlyMap<string, Crowd>
  /** Changes that have their room, and those that make it. */
  readonly placed: Set<ObjectChange>
}

type Deletion = Extract<ObjectChange, { readonly op: 'delete' }>
type Replacing = Extract<ObjectChange, { readonly op: 'replace' }>

/**
 * Where a group is still too full for everything new to come first, what comes waits for what goes: for deletes of its
 * own action first, then for those of others. Replaces within the group come last, for one that finds no room makes it
 * itself, by deleting first.
 */
export function makeRoom(input: AccountInput, actions: readonly Action[]): readonly Action[] {
  const { quota } = input.definition
  if (quota === undefined) return actions
  const full: FullGroups = { input, quota, crowds: findCrowds(input, quota, actions), placed: new Set() }
  if (full.crowds.size === 0) return actions
  return actions
    .map((action) => takeOwnRoom(full, action, (change) => !isWithinGroup(full, change)))
    .map((action) => waitForRoom(full, action, (change) => !isWithinGroup(full, change)))
    .map((action) => takeOwnRoom(full, action, (change) => isWithinGroup(full, change)))
    .map((action) => waitForRoom(full, action, (change) => isWithinGroup(full, change)))
    .map((action) => deleteFirst(full, action))
}

function findCrowds(input: AccountInput, quota: Quota, actions: readonly Action[]): ReadonlyMap<string, Crowd> {
  const full = measureQuota(input.definition, input.live.objects, actions).filter((use) => use.peak > use.limit)
  const donors = new Map<string, string[]>(full.map((use) => [use.group, []]))
  for (const action of actions) {
    for (const change of action.objects) {
      if (isWithinGroup({ input, quota }, change)) continue
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

/** Whether the old object leaves its group only once the new one is in it: that makes no room for anybody. */
function isWithinGroup(
  { input, quota }: Pick<FullGroups, 'input' | 'quota'>,
  change: ObjectChange,
): change is Replacing {
  if (change.op !== 'replace' || change.order === 'delete-first') return false
  return quotaGroup(input.definition, quota, change.object) === quotaGroup(input.definition, quota, change.live)
}

/** Finds the full group that a change needs room in and has none yet. */
function crowdOf({ input, quota, crowds, placed }: FullGroups, change: ObjectChange): Crowd | undefined {
  const [group = ''] = placed.has(change) ? [] : joins(input.definition, quota, change)
  const crowd = crowds.get(group)
  return crowd !== undefined && crowd.excess > 0 ? crowd : undefined
}

function place({ placed }: FullGroups, change: ObjectChange, crowd: Crowd): void {
  placed.add(change)
  crowd.excess -= 1
  crowd.room -= 1
}

/** What an action gives up in a group becomes what it gains there, or goes before that comes. */
function takeOwnRoom(full: FullGroups, action: Action, isAsked: (change: ObjectChange) => boolean): Action {
  const given = deletesByCrowd(full, action)
  if (given.size === 0) return action
  const instead = new Map<ObjectChange, readonly ObjectChange[]>()
  for (const change of action.objects.filter(isAsked)) {
    const crowd = crowdOf(full, change)
    const own = crowd === undefined || crowd.room <= 0 ? undefined : given.get(crowd)?.shift()
    if (crowd === undefined || own === undefined) continue
    place(full, change, crowd)
    if (change.op === 'create' && own.order === undefined && canBecome(full.input, change.object, own.live)) {
      instead.set(own, []).set(change, [updateInstead(full.input, change.object, own.live)])
    } else {
      const first = { ...own, order: 'delete-first' } as const
      full.placed.add(first)
      instead.set(own, [first])
    }
  }
  return { ...action, objects: action.objects.flatMap((change) => instead.get(change) ?? [change]) }
}

/** Groups the deletes that make room for nothing yet; those that go first in any case come first. */
function deletesByCrowd({ input, quota, crowds, placed }: FullGroups, action: Action): ReadonlyMap<Crowd, Deletion[]> {
  const given = new Map<Crowd, Deletion[]>()
  const free = action.objects.filter((change) => change.op === 'delete').filter((change) => !placed.has(change))
  const last = free.filter((change) => change.order === undefined)
  for (const change of [...free.filter((each) => each.order !== undefined), ...last]) {
    const crowd = crowds.get(quotaGroup(input.definition, quota, change.live))
    if (crowd !== undefined) given.set(crowd, [...(given.get(crowd) ?? []), change])
  }
  return given
}

function waitForRoom(full: FullGroups, action: Action, isAsked: (change: ObjectChange) => boolean): Action {
  const waits = action.objects
    .filter(isAsked)
    .flatMap((change) => roomMakers(full, change))
    .filter((id) => id !== action.id)
  return waits.length === 0 ? action : { ...action, after: [...new Set([...action.after, ...waits])] }
}

/** Lists whom a newcomer has to wait for; none where there is room or nobody makes any. */
function roomMakers(full: FullGroups, change: ObjectChange): readonly string[] {
  const crowd = crowdOf(full, change)
  if (crowd === undefined || crowd.room <= 0) return []
  place(full, change, crowd)
  return crowd.donors
}

/** A replace that has found no room deletes first: then it needs none. */
function deleteFirst(full: FullGroups, action: Action): Action {
  const objects = action.objects.map((change) => {
    const crowd = isWithinGroup(full, change) ? crowdOf(full, change) : undefined
    if (crowd === undefined || change.op !== 'replace') return change
    crowd.excess -= 1
    return { ...change, order: 'delete-first' as const }
  })
  if (objects.every((change, at) => change === action.objects[at])) return action
  return withOrder({ ...action, objects }, `the quota of ${full.quota.limit} ${full.quota.words} is full`)
}
