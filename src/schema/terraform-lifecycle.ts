import type { ProviderDefinition } from '../core/provider.ts'

/**
 * Tells whether a replaced webhook may have its successor beside it, so that no event is lost. Terraform has this decided
 * once for a resource: not where some replacement has the identity of the old one and the vendor takes each only once.
 */
export function replacesCreateFirst({ fields, uniqueIdentity }: ProviderDefinition): boolean {
  if (uniqueIdentity !== 'yes') return true
  return Object.values(fields).every(({ change, identity }) => change !== 'replace' || identity === true)
}
