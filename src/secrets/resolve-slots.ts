import type { Diagnostic } from '../core/diagnostic.ts'
import type { Secret, SecretSlot } from '../core/secret.ts'
import { mapSlots } from '../core/secret-paths.ts'
import type { DesiredValues } from '../core/value.ts'
import type { Resolver, Want } from './resolver.ts'

/** A secret that the files declare, and where. */
export interface SlotWant extends Omit<Want, 'ref' | 'optional'> {
  readonly slot: SecretSlot
}

/** What was found for all declared secrets of a run. */
export interface ResolvedSlots {
  readonly valueOf: (slot: SecretSlot) => Secret | undefined
  /** Those that are being rotated. */
  readonly succeeded?: ReadonlySet<SecretSlot>
  /** Names of accounts of which a needed secret is missing. */
  readonly failedAccounts: ReadonlySet<string>
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads all declared secrets, each path of each store once. A secret that is yet to be made may be absent. */
export async function resolveSlots(resolver: Resolver, wants: readonly SlotWant[]): Promise<ResolvedSlots> {
  const asked = wants.map(({ slot, ...want }) => ({
    slot,
    want: { ...want, ref: slot.source.ref, ...(slot.source.form === 'ref' ? {} : { optional: true }) },
  }))
  const resolution = await resolver.resolve(asked.map(({ want }) => want))
  const values = new Map<SecretSlot, Secret>()
  for (const { slot, want } of asked) {
    const value = resolution.values.get(want)
    if (value !== undefined) values.set(slot, value)
  }
  return {
    valueOf: (slot) => values.get(slot),
    failedAccounts: new Set([...resolution.failed.keys()].flatMap((want) => want.provider ?? [])),
    diagnostics: resolution.diagnostics,
  }
}

/** Returns the same fields with what was found filled into their slots. */
export function fillSlots(fields: DesiredValues, resolved: ResolvedSlots): DesiredValues {
  return mapSlots(fields, (_, slot) => {
    const value = resolved.valueOf(slot)
    if (value === undefined) return slot
    return slot.resolved({ value, ...(resolved.succeeded?.has(slot) === true ? { hasSuccessor: true } : {}) })
  })
}
