import { closest, didYouMean } from '../config/suggest.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { definitions } from '../providers/registry.ts'
import { usageError } from './flags.ts'

/** Finds a vendor by its type; throws with a suggestion where there is none. */
export function findDefinition(type: string): ProviderDefinition {
  const found = definitions.find((definition) => definition.type === type)
  if (found !== undefined) return found
  const types = definitions.map((definition) => definition.type)
  const hint = didYouMean(closest(type, types)) ?? `The types are ${types.join(', ')}.`
  throw usageError(`There is no vendor of the type "${type}".`, hint, 'HS1013')
}
