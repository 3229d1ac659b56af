/**
 * Ways to a secret that the vendor made, the gentlest first.
 * - `fetch`: the vendor shows it again.
 * - `replay`: the same create under the same key answers it again.
 * - `roll`: the vendor makes another one in its place.
 * - `replace`: a new webhook takes the place of the one whose secret nobody has.
 * - `manual`: a person has to act.
 */
export type Rung = 'fetch' | 'replay' | 'roll' | 'replace' | 'manual'

/** How the vendor lets a secret that it made be had again. */
export interface SecretRecovery {
  /** A later call shows it. */
  readonly fetch: boolean
  /** A create that is repeated under its idempotency key answers it. */
  readonly replay: boolean
  /** A call makes another one in its place. */
  readonly roll: boolean
  /** Where the facts come from. */
  readonly source: string
}
