import { isList } from '../../core/canonical.ts'
import type { Fields } from '../../core/field.ts'
import type { PlainValue } from '../../core/value.ts'
import type { Kind } from '../../schema/kind-of.ts'
import { isChosenSecret, secretNames } from '../../schema/terraform-secrets.ts'
import { type CtyObject, type CtyValue, Decimal, isObject, Unknown } from '../cty/value.ts'
import { placeholder } from '../findings/attribute-findings.ts'
import type { PathStep } from '../provider.ts'
import { isWritten } from '../values/declared.ts'
import { hasUnknown, textOf } from '../values/known.ts'

/** A configuration as the files of the command line would have it: secrets are references, what is null is left out. */
export function plainConfig(declarations: Fields, block: CtyObject): Readonly<Record<string, PlainValue>> {
  const entries = Object.entries(declarations).flatMap(([name, field]) => {
    if (!isWritten(field)) return []
    const value = valueAt(name, isChosenSecret(field), block)
    return value === null || hasUnknown(value) ? [] : [[name, plainValue(field, value)] as const]
  })
  return Object.fromEntries(entries)
}

/** Names the fields of which something is known only later. */
export function unknownFields(declarations: Fields, block: CtyObject): ReadonlySet<string> {
  const names = Object.entries(declarations).flatMap(([name, field]) =>
    isWritten(field) && hasUnknown(valueAt(name, isChosenSecret(field), block)) ? [name] : [],
  )
  return new Set(names)
}

function valueAt(name: string, isSecret: boolean, block: CtyObject): CtyValue {
  const value = block[name] ?? null
  return value === null && isSecret ? (block[secretNames(name).writeOnly] ?? null) : value
}

function plainValue(kind: Kind, value: CtyValue): PlainValue {
  if (value === null || value instanceof Unknown) return null
  if (kind.kind === 'secret') return placeholder
  if (typeof value === 'bigint' || value instanceof Decimal)
    return String(value instanceof Decimal ? value.text : value)
  if (isList(value)) {
    return kind.kind === 'set' || kind.kind === 'bag' ? value.map((item) => plainValue(kind.of, item)) : []
  }
  if (!isObject(value)) return value
  if (kind.kind === 'object') return plainConfig(kind.fields, value)
  const isClosed = kind.kind === 'map' && kind.secrets
  const entries = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(entries.map(([name, item]) => [name, isClosed ? placeholder : textOf(item)] as const))
}

/** Leads to the attribute that a path into declared fields means: a member of a set, or the write-only twin of a secret. */
export function attributePath(
  declarations: Fields,
  block: CtyObject,
  path: readonly (string | number)[],
): readonly PathStep[] {
  const [name, ...rest] = path
  if (typeof name !== 'string') return []
  const field = declarations[name]
  if (field === undefined) return [name]
  const isTwin =
    isChosenSecret(field) && (block[name] ?? null) === null && (block[secretNames(name).writeOnly] ?? null) !== null
  const attribute = isTwin ? secretNames(name).writeOnly : name
  return [attribute, ...innerPath(field, block[attribute] ?? null, rest)]
}

function innerPath(kind: Kind, value: CtyValue, path: readonly (string | number)[]): readonly PathStep[] {
  const [step, ...rest] = path
  if (step === undefined) return []
  if (kind.kind === 'object') return isObject(value) ? attributePath(kind.fields, value, path) : []
  if (kind.kind === 'map') return isObject(value) && typeof step === 'string' && step in value ? [step] : []
  if ((kind.kind !== 'set' && kind.kind !== 'bag') || !isList(value) || typeof step !== 'number') return []
  const member = value[step]
  if (member === undefined) return []
  return [kind.kind === 'bag' ? step : { member }, ...innerPath(kind.of, member, rest)]
}
