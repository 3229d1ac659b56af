import { isList } from '../../core/canonical.ts'
import type { Field, Fields } from '../../core/field.ts'
import { Secret, SecretSlot } from '../../core/secret.ts'
import type { DesiredValue, DesiredValues, LiveValue, LiveValues } from '../../core/value.ts'
import type { Kind } from '../../schema/kind-of.ts'
import { isChosenSecret, isSecret, secretNames } from '../../schema/terraform-secrets.ts'
import { type CtyObject, type CtyValue, Decimal, isObject, Unknown } from '../cty/value.ts'
import { hasUnknown, textOf } from './known.ts'

/** Fields as a configuration or a state declares them. */
export interface Declared {
  /** What is left out is absent, and so is what is not known yet. */
  readonly fields: DesiredValues
  /** Names of the fields of which something is known only later. */
  readonly unknown: ReadonlySet<string>
}

/** Reads declared fields out of a block, or out of a nested object. A write-only value stands for its field. */
export function readDeclared(declarations: Fields, block: CtyObject): Declared {
  const fields: Record<string, DesiredValue> = {}
  const unknown = new Set<string>()
  for (const [name, field] of Object.entries(declarations)) {
    const given = givenValue(name, field, block)
    if (given === null) continue
    if (hasUnknown(given)) unknown.add(name)
    else fields[name] = toDesired(field, given)
  }
  return { fields, unknown }
}

/** Tells whether users have an attribute for a field: what a vendor sets or makes has none to write. */
export function isWritten(field: Field): boolean {
  return field.presence !== 'vendor' && (isChosenSecret(field) || !isSecret(field))
}

function givenValue(name: string, field: Field, block: CtyObject): CtyValue {
  if (!isWritten(field)) return null
  const value = block[name] ?? null
  return value === null && isChosenSecret(field) ? (block[secretNames(name).writeOnly] ?? null) : value
}

/** Brings a known value of a field into the form that the core compares; secrets are closed. */
export function toDesired(kind: Kind, value: CtyValue): DesiredValue {
  if (value === null || value instanceof Unknown) return null
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Decimal) return value.text
  if (kind.kind === 'secret') return closeSecret(textOf(value))
  if (isList(value))
    return kind.kind === 'set' || kind.kind === 'bag' ? value.map((item) => toDesired(kind.of, item)) : []
  if (!isObject(value)) return value
  if (kind.kind === 'object') return readDeclared(kind.fields, value).fields
  const isClosed = kind.kind === 'map' && kind.secrets
  const entries = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(
    entries.map(([name, item]) => [name, isClosed ? closeSecret(textOf(item)) : textOf(item)] as const),
  )
}

/** Where a secret stands that a configuration gives: not in a vault. */
const givenHere = { form: 'ref', ref: 'terraform' } as const

function closeSecret(text: string): SecretSlot {
  return new SecretSlot(givenHere, { value: new Secret(text) })
}

/** Shows declared fields as if they were live. */
export function asLive(fields: DesiredValues): LiveValues {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, liveValue(value)]))
}

function liveValue(value: DesiredValue): LiveValue {
  if (value instanceof SecretSlot) return value.finding.value ?? null
  if (typeof value !== 'object' || value === null) return value
  return isList(value) ? value.map(liveValue) : asLive(value)
}
