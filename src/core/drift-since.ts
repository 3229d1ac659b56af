import type { Change } from './action.ts'
import type { DriftClass, DriftFinding } from './drift.ts'
import type { LedgerEntry } from './ledger.ts'
import type { LiveObject } from './webhook.ts'

/** Since when something is as it is, and who says so. */
export type DriftTime = Pick<DriftFinding, 'since' | 'sinceFrom'>

/** Tells since when a live object that nobody declared is there. */
export function sinceMade({ createdAt, updatedAt }: LiveObject): DriftTime {
  const since = createdAt ?? updatedAt
  return since === undefined ? {} : { since, sinceFrom: 'vendor' }
}

/** Tells after which time something went wrong: it was in line when it was applied last. */
export function sinceApplied(entry: LedgerEntry | undefined): DriftTime {
  return entry?.applied_at === undefined ? {} : { since: entry.applied_at, sinceFrom: 'ledger' }
}

/** Tells since when a webhook differs: what the vendor says where it is later than our own last write, else after that. */
export function sinceChanged(
  found: DriftClass,
  changes: readonly Change[],
  live: LiveObject | undefined,
  entry: LedgerEntry | undefined,
): DriftTime {
  const applied = sinceApplied(entry)
  const changed = live?.updatedAt
  if (changed === undefined || !happensThere(found, changes) || !isLater(changed, applied.since)) return applied
  return { since: changed, sinceFrom: 'vendor' }
}

/** Whether it came about at the vendor, whose time of change then tells of it; a vault that changed does not show there. */
function happensThere(found: DriftClass, changes: readonly Change[]): boolean {
  switch (found) {
    case 'changed':
    case 'disabled':
      return true
    case 'secret':
      return changes.some((change) => 'secret' in change && (change.ground === 'shown' || change.ground === 'absent'))
    case 'missing':
    case 'duplicate':
    case 'orphaned':
    case 'unmanaged':
    case 'unknown':
    case 'pending':
      return false
  }
}

function isLater(time: string, applied: string | undefined): boolean {
  // What cannot be read as a time is told as it is: it is the vendor's word.
  return applied === undefined || !(Date.parse(time) <= Date.parse(applied))
}
