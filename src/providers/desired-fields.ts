import { Secret, SecretSlot } from '../core/secret.ts'
import type { DesiredValue, DesiredValues } from '../core/value.ts'

/** Reads a declared text; absent and `null` are both "none". */
export function readText(fields: DesiredValues, name: string): string | undefined {
  const value = fields[name]
  return typeof value === 'string' ? value : undefined
}

/** Reads a declared list of texts; absent is an empty one. */
export function readTexts(fields: DesiredValues, name: string): readonly string[] {
  const value = fields[name]
  return Array.isArray(value) ? value.map(String) : []
}

/** Reads a declared map or object; absent and `null` are both "none". */
export function readRecord(fields: DesiredValues, name: string): DesiredValues | undefined {
  const value = fields[name]
  return isRecord(value) ? value : undefined
}

/** Reads a declared secret; absent and `null` are both "none". Throws where it was not resolved: nothing is sent half. */
export function readSecret(fields: DesiredValues, name: string): Secret | undefined {
  const value = fields[name]
  if (!(value instanceof SecretSlot)) return undefined
  if (value.finding.value === undefined) throw new TypeError(`The secret ${name} was not resolved before it was sent.`)
  return value.finding.value
}

/** Tells a map or object from every other value. */
export function isRecord(value: DesiredValue | undefined): value is DesiredValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof SecretSlot)
}
