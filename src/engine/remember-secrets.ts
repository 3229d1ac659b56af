import type { Action } from '../core/action.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import { rotationOf } from '../core/rotation.ts'
import type { DesiredValues } from '../core/value.ts'

type Remembered = Pick<LedgerEntry, 'secrets_written' | 'rotation'>

/**
 * Carries along what an entry says of its secrets: when each was last written, which is now for those that this action
 * wrote, and how far a rotation has come. `former` are the entries that the new one goes on from, its own first.
 */
export function rememberSecrets(
  action: Action,
  fields: DesiredValues,
  former: readonly LedgerEntry[],
  now: number,
): Remembered {
  const at = new Date(now).toISOString()
  const written = action.changes.flatMap((change) =>
    'secret' in change && change.isPlain !== true && writes.has(change.secret) ? [[change.path, at] as const] : [],
  )
  const known = former.toReversed().flatMap((entry) => Object.entries(entry.secrets_written ?? {}))
  const declared = [...known, ...written].filter(([path]) => fields[path.split('.', 1)[0] ?? ''] !== undefined)
  const times = [...new Map(declared)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const rotation = former.map((entry) => rotationOf(entry, fields)).find((found) => found !== undefined)
  return {
    ...(times.length === 0 ? {} : { secrets_written: Object.fromEntries(times) }),
    ...(rotation === undefined ? {} : { rotation }),
  }
}

const writes: ReadonlySet<string> = new Set(['write', 'differs', 'capture'])
