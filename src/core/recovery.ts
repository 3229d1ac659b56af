import type { ProviderDefinition } from './provider.ts'
import type { Rung } from './rung.ts'

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
