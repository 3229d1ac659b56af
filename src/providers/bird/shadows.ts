import type { Action, ObjectChange } from '../../core/action.ts'
import { ownedIds } from '../../core/ownership.ts'
import type { Hazard, PlannedWork } from '../../core/provider.ts'
import type { DesiredValues, LiveValues } from '../../core/value.ts'

/**
 * Finds subscriptions that begin to filter for an event which an unfiltered subscription gets now: Bird no longer
 * delivers to the unfiltered one what another filters for.
 */
export function findShadows(work: PlannedWork): readonly Hazard[] {
  const shadowed = findUnfiltered(work)
  return work.actions.flatMap((action) => {
    const stream = action.objects.find((change) => beginsToFilter(change) && shadowed.has(streamOf(change)))
    return stream === undefined || !('object' in stream) ? [] : warnOf(action, stream, shadowed)
  })
}

/** Who receives a service's event without a filter. */
interface Unfiltered {
  readonly id: string
  /** Whether it is declared or owned here. */
  readonly isManaged: boolean
}

function findUnfiltered(work: PlannedWork): ReadonlyMap<string, readonly Unfiltered[]> {
  const owned = new Set(work.ledger === undefined ? [] : ownedIds(work.ledger))
  const changes = work.actions.flatMap((action) => action.objects.map((change) => ({ action, change })))
  const touched = new Set(changes.flatMap(({ change }) => ('live' in change ? [change.live.id] : [])))
  const found = new Map<string, Unfiltered[]>()
  const add = (stream: string, one: Unfiltered) => found.set(stream, [...(found.get(stream) ?? []), one])
  for (const live of work.live.objects) {
    if (touched.has(live.id) || !isUnfiltered(live.fields)) continue
    add(stream(live.fields, live.part), { id: live.id, isManaged: owned.has(live.id) })
  }
  for (const { action, change } of changes) {
    if (!('object' in change) || !isUnfiltered(change.object.fields)) continue
    add(streamOf(change), { id: action.id, isManaged: true })
  }
  return found
}

function warnOf(
  action: Action,
  change: ObjectChange & { readonly op: 'create' | 'update' | 'replace' | 'keep' | 'adopt' },
  shadowed: ReadonlyMap<string, readonly Unfiltered[]>,
): readonly Hazard[] {
  const losers = shadowed.get(streamOf(change)) ?? []
  const foreign = losers.filter(({ isManaged }) => !isManaged)
  const names = (foreign.length > 0 ? foreign : losers).map(({ id }) => id)
  const shown = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
  return [
    {
      guard: 'shadow',
      action: action.id,
      message: `${action.id} filters for ${change.object.part}: Bird then keeps what matches from unfiltered subscriptions, ${shown}.`,
      hint: 'Give the unfiltered one filters of its own, or take these away.',
      ...(foreign.length > 0 ? {} : { only: 'warning' }),
    },
  ]
}

/** A subscription that filtered before, for the same, takes nothing that it has not taken already. */
function beginsToFilter(change: ObjectChange): boolean {
  if (!('object' in change) || !isFiltering(change.object.fields)) return false
  if (change.op === 'create') return true
  if (change.op !== 'update' && change.op !== 'replace') return false
  const before = change.live.fields
  const isMoved = streamOf(change) !== stream(before, change.live.part)
  return isMoved || !isFiltering(before) || (change.op === 'update' && change.paths.includes('filters'))
}

function isFiltering(fields: DesiredValues | LiveValues): boolean {
  return fields['enabled'] !== false && hasFilters(fields)
}

function isUnfiltered(fields: DesiredValues | LiveValues): boolean {
  return fields['enabled'] !== false && !hasFilters(fields)
}

function hasFilters({ filters }: DesiredValues | LiveValues): boolean {
  return Array.isArray(filters) && filters.length > 0
}

function streamOf(change: ObjectChange): string {
  return 'object' in change ? stream(change.object.fields, change.object.part) : ''
}

function stream({ service }: DesiredValues | LiveValues, event: string): string {
  return JSON.stringify([service, event])
}
