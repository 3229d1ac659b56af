import type { Rotation } from './ledger.ts'
import type { Secret } from './secret.ts'

/** What the vault holds of a secret and at the places beside it. */
export interface HeldSecrets {
  readonly current?: Secret
  readonly pending?: Secret
  readonly previous?: Secret
}

/**
 * How far the rotation of a secret has come.
 * - `idle`: none is under way.
 * - `begun`: webhooks are yet to get the new value, or to be replaced.
 * - `switching`: the new value has taken its place, and still stands in the other one too.
 * - `unrecorded`: the vault is done, the ledger does not say so yet.
 * - `overlapping`, `due`: the former value is kept, or may go.
 */
export type RotationPhase = 'idle' | 'begun' | 'switching' | 'unrecorded' | 'overlapping' | 'due'

/**
 * Tells how far a rotation has come. The vault has the last word, so that a run on a machine without the ledger goes on
 * with the value that is pending and never makes a second one.
 */
export function phaseOf(
  kind: 'chosen' | 'made',
  { current, pending }: HeldSecrets,
  records: readonly Rotation[],
  now: number,
): RotationPhase {
  const open = records.filter(({ step }) => step !== 'promoted')
  if (kind === 'made' && open.length > 0) return 'begun'
  if (pending !== undefined) return current?.equals(pending) === true ? 'switching' : 'begun'
  if (open.some(({ step }) => step === 'sent')) return 'unrecorded'
  const until = records.flatMap((record) => (record.step === 'promoted' ? [Date.parse(record.until ?? '')] : []))
  if (until.length === 0) return 'idle'
  return until.every((time) => !(time > now)) ? 'due' : 'overlapping'
}
