import type { Action, ObjectChange } from './action.ts'
import { canonicalPart } from './canonical.ts'
import type { ProviderDefinition, Quota } from './provider.ts'
import type { DesiredValues, LiveValues } from './value.ts'
import type { LiveObject } from './webhook.ts'

/** How full one group of objects that share a limit is, before and after the actions. */
export interface QuotaUse {
  readonly group: string
  readonly limit: number
  readonly live: number
  /** Objects there will be when all is done. */
  readonly final: number
  /** Objects there would be at once if everything were created before anything is deleted. */
  readonly peak: number
  /** Objects that are made in it or moved to it. */
  readonly made: number
}

/** Names the group an object counts in; objects that agree in all `per` fields share one limit. */
export function quotaGroup(
  definition: ProviderDefinition,
  quota: Quota,
  object: { readonly fields: DesiredValues | LiveValues },
): string {
  return JSON.stringify(
    quota.per.map((name) => {
      const field = definition.fields[name]
      return field === undefined ? null : canonicalPart(field, object.fields[name])
    }),
  )
}

/** Counts what the actions add to and take from each group, unmanaged objects included. */
export function measureQuota(
  definition: ProviderDefinition,
  live: readonly LiveObject[],
  actions: readonly Action[],
): readonly QuotaUse[] {
  const quota = definition.quota
  if (quota === undefined) return []
  const counts = new Map<string, { live: number; added: number; removed: number; made: number }>()
  const count = (group: string) => {
    const found = counts.get(group) ?? { live: 0, added: 0, removed: 0, made: 0 }
    counts.set(group, found)
    return found
  }
  for (const object of live) count(quotaGroup(definition, quota, object)).live += 1
  for (const change of actions.flatMap((action) => action.objects)) {
    for (const group of joins(definition, quota, change)) count(group).added += 1
    for (const group of arrivals(definition, quota, change)) count(group).made += 1
    for (const group of leaves(definition, quota, change)) count(group).removed += 1
  }
  return [...counts].map(([group, { live: have, added, removed, made }]) => ({
    group,
    limit: quota.limit,
    live: have,
    final: have + added - removed,
    peak: have + added,
    made,
  }))
}

/** Groups in which a change makes an object, be it in the place of an old one. */
function arrivals(definition: ProviderDefinition, quota: Quota, change: ObjectChange): readonly string[] {
  return change.op === 'replace' ? [quotaGroup(definition, quota, change.object)] : joins(definition, quota, change)
}

/** Groups in which a change needs room. */
export function joins(definition: ProviderDefinition, quota: Quota, change: ObjectChange): readonly string[] {
  if (change.op !== 'create' && change.op !== 'update' && change.op !== 'replace') return []
  const to = quotaGroup(definition, quota, change.object)
  return staysInPlace(change) && to === quotaGroup(definition, quota, change.live) ? [] : [to]
}

/** Groups in which a change makes room. */
export function leaves(definition: ProviderDefinition, quota: Quota, change: ObjectChange): readonly string[] {
  if (change.op !== 'delete' && change.op !== 'update' && change.op !== 'replace') return []
  const from = quotaGroup(definition, quota, change.live)
  return staysInPlace(change) && from === quotaGroup(definition, quota, change.object) ? [] : [from]
}

/** Whether the new object takes the very place of the old one, so that it needs room in another group alone. */
function staysInPlace(change: ObjectChange): change is Extract<ObjectChange, { readonly op: 'update' | 'replace' }> {
  return change.op === 'update' || (change.op === 'replace' && change.order === 'delete-first')
}
