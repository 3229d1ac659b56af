import type { ProviderDefinition } from './provider.ts'

/**
 * Ways to a secret that the vendor made, the gentlest first.
 * - `fetch`: the vendor shows it again.
 * - `replay`: the same create under the same key answers it again.
 * - `roll`: the vendor makes another one in its place.
 * - `replace`: a new webhook takes the place of the one whose secret nobody has.
 * - `manual`: a person has to act.
 */
export const rungs = ['fetch', 'replay', 'roll', 'replace', 'manual'] as const
export type Rung = (typeof rungs)[number]

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

/**
 * Chooses the way to a secret that is not in the vault. Where nobody can have it, because the run that made it was
 * interrupted, it may also be made anew; where receivers may use it, it is only read.
 */
export function chooseRung(definition: ProviderDefinition, canBeRemade: boolean): Rung {
  const { secretRecovery: recovery, uniqueIdentity } = definition
  if (recovery?.fetch === true) return 'fetch'
  if (!canBeRemade) return 'manual'
  if (recovery?.replay === true) return 'replay'
  if (recovery?.roll === true) return 'roll'
  // Never the old one first: what takes its place could not be made beside it.
  return uniqueIdentity === 'yes' ? 'manual' : 'replace'
}
