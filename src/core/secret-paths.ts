import { isList } from './canonical.ts'
import { HiddenSecret, Secret, SecretSlot } from './secret.ts'
import type { DesiredValue, DesiredValues } from './value.ts'

/** Lists the secret slots of declared fields with their paths, such as `client_credentials.client_secret`. */
export function listSlots(fields: DesiredValues): readonly (readonly [path: string, slot: SecretSlot])[] {
  return Object.entries(fields).flatMap(([name, value]) => slotsIn(name, value))
}

function slotsIn(path: string, value: DesiredValue): readonly (readonly [string, SecretSlot])[] {
  if (value instanceof SecretSlot) return [[path, value]]
  if (typeof value !== 'object' || value === null || isList(value)) return []
  return Object.entries(value).flatMap(([name, inner]) => slotsIn(`${path}.${name}`, inner))
}

/** Returns the same fields with each slot replaced. */
export function mapSlots(fields: DesiredValues, change: (path: string, slot: SecretSlot) => SecretSlot): DesiredValues {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, mapIn(name, value, change)]))
}

function mapIn(
  path: string,
  value: DesiredValue,
  change: (path: string, slot: SecretSlot) => SecretSlot,
): DesiredValue {
  if (value instanceof SecretSlot) return change(path, value)
  if (typeof value !== 'object' || value === null || isList(value)) return value
  if (value instanceof Secret || value instanceof HiddenSecret) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, mapIn(`${path}.${name}`, inner, change)]),
  )
}
