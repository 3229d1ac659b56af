import type { Field, Fields } from '../core/field.ts'
import { SecretSlot } from '../core/secret.ts'
import type { DesiredValue, DesiredValues } from '../core/value.ts'
import type { Kind } from '../schema/kind-of.ts'
import { secretNames } from '../schema/terraform-secrets.ts'
import { camelCase, escapeTemplate, versionOf } from './names.ts'
import type { ConfigObject, ConfigValue } from './webhook-model.ts'

/** What declared values are turned into attributes with. */
export interface Secrets {
  /** Returns what stands for the secret of a field. */
  readonly place: (slot: SecretSlot, path: readonly string[]) => string
  /** Raised by the user to have secrets written again. */
  readonly version: number
}

type Entry = readonly [name: string, value: ConfigValue]

/** Turns declared fields into the configuration of a resource; what the vendor makes is no part of it. */
export function configOf(
  fields: Fields,
  values: DesiredValues,
  secrets: Secrets,
  path: readonly string[] = [],
): ConfigObject {
  const entries = Object.entries(values).flatMap(([name, value]) => {
    const field = fields[name]
    return field === undefined || value === null ? [] : fieldEntries(name, field, value, secrets, [...path, name])
  })
  return Object.fromEntries(entries)
}

function fieldEntries(
  name: string,
  field: Field,
  value: DesiredValue,
  secrets: Secrets,
  path: readonly string[],
): readonly Entry[] {
  if (value instanceof SecretSlot) {
    if (value.source.form === 'capture') return []
    return writeOnly(name, secrets.place(value, path), [value.source.ref, secrets.version])
  }
  if (field.kind === 'map' && isValues(value)) return mapEntries(name, value, secrets, path)
  return [[camelCase(name), valueOf(field, value, secrets, path)]]
}

/** A map with a secret in it is secret as a whole, for an attribute is write-only or it is not. */
function mapEntries(name: string, values: DesiredValues, secrets: Secrets, path: readonly string[]): readonly Entry[] {
  const entries = Object.entries(values)
  const config = Object.fromEntries(
    entries.map(([key, value]) => [
      escapeTemplate(key),
      value instanceof SecretSlot ? secrets.place(value, [...path, key]) : escapeTemplate(textOf(value)),
    ]),
  )
  if (!entries.some(([, value]) => value instanceof SecretSlot)) return [[camelCase(name), config]]
  const told = entries.map(([key, value]) => [key, value instanceof SecretSlot ? value.source.ref : value])
  return writeOnly(name, config, [told, secrets.version])
}

function textOf(value: DesiredValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function writeOnly(name: string, value: ConfigValue, told: readonly unknown[]): readonly Entry[] {
  const names = secretNames(name)
  return [
    [camelCase(names.writeOnly), value],
    [camelCase(names.version), versionOf(told)],
  ]
}

function valueOf(kind: Kind, value: DesiredValue, secrets: Secrets, path: readonly string[]): ConfigValue {
  if (typeof value === 'string') return escapeTemplate(value)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if ((kind.kind === 'set' || kind.kind === 'bag') && Array.isArray(value)) {
    return value.map((item: DesiredValue) => valueOf(kind.of, item, secrets, path))
  }
  if (kind.kind === 'object' && isValues(value)) return configOf(kind.fields, value, secrets, path)
  throw new TypeError(`${path.join('.')} is not as its declaration says.`)
}

function isValues(value: DesiredValue): value is DesiredValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof SecretSlot)
}
