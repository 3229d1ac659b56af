import { compareText } from './diagnostic.ts'
import type { Field, FieldKind, Fields, ItemKind } from './field.ts'
import { HiddenSecret, Secret, SecretSlot } from './secret.ts'
import type { DesiredValue, LiveValue, PlainValue } from './value.ts'

/**
 * Brings a value into the one form in which equal values are equal: sets sorted and free of repetitions, bags sorted,
 * URLs in the vendor's own normalization, events in their main spelling. Secrets become their state, never a value.
 */
export function canonical(kind: FieldKind | ItemKind, value: DesiredValue | LiveValue | undefined): PlainValue {
  if (value === undefined || value === null) return null
  if (isSecret(value)) return '[secret]'
  switch (kind.kind) {
    case 'url':
      return typeof value === 'string' && kind.normalize !== undefined ? kind.normalize(value) : plain(value)
    case 'event':
      return (typeof value === 'string' ? kind.aliases?.[value] : undefined) ?? plain(value)
    case 'set':
      return sortedItems(kind.of, value, true)
    case 'bag':
      return sortedItems(kind.of, value, false)
    case 'object':
      return canonicalObject(kind.fields, value)
    case 'map':
      return sortedEntries(value, kind.caseInsensitiveKeys === true)
    case 'text':
    case 'boolean':
    case 'choice':
    case 'secret':
      return plain(value)
  }
}

/** Renders the canonical form as text, for comparing and for keys of maps. */
export function canonicalText(kind: FieldKind | ItemKind, value: DesiredValue | LiveValue | undefined): string {
  return JSON.stringify(canonical(kind, value))
}

/** Brings a part of an identity into its canonical form; an empty list, map or text is the same as none. */
export function canonicalPart(kind: FieldKind, value: DesiredValue | LiveValue | undefined): PlainValue {
  return isEmptyValue(value) ? null : canonical(kind, value)
}

/** Returns a value without its secrets, as plans and reports may show it. */
export function plain(value: DesiredValue | LiveValue | undefined): PlainValue {
  if (value === undefined || value === null) return null
  if (isSecret(value)) return '[secret]'
  if (isList(value)) return value.map((item) => plain(item))
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]))
  }
  return value
}

/** Whether a value counts as "nothing there" for fields that can be cleared. */
export function isEmptyValue(value: DesiredValue | LiveValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true
  if (isList(value)) return value.length === 0
  if (isSecret(value)) return false
  return typeof value === 'object' && Object.keys(value).length === 0
}

function isSecret(value: DesiredValue | LiveValue): value is Secret | HiddenSecret | SecretSlot {
  return value instanceof Secret || value instanceof HiddenSecret || value instanceof SecretSlot
}

/** Tells a list from a map, for readonly arrays too. */
export function isList<T>(value: T): value is Extract<T, readonly unknown[]> {
  return Array.isArray(value)
}

/** Returns the fields of a map value; anything else has none. */
export function entriesOf<V extends DesiredValue | LiveValue>(value: V | undefined): readonly (readonly [string, V])[] {
  if (typeof value !== 'object' || value === null || isList(value)) return []
  if (isSecret(value)) return []
  return Object.entries(value)
}

function sortedItems(kind: ItemKind, value: DesiredValue | LiveValue, once: boolean): PlainValue {
  const items: readonly (DesiredValue | LiveValue)[] = isList(value) ? value : [value]
  const texts = items.map((item) => canonicalText(kind, item)).toSorted(compareText)
  const kept = once ? texts.filter((text, index) => text !== texts[index - 1]) : texts
  return kept.map((text): PlainValue => JSON.parse(text))
}

function sortedEntries(value: DesiredValue | LiveValue, lowerCase: boolean): PlainValue {
  const entries = entriesOf(value)
    .map(([name, item]) => [lowerCase ? name.toLowerCase() : name, plain(item)] as const)
    .toSorted(([a], [b]) => compareText(a, b))
  return Object.fromEntries(entries)
}

function canonicalObject(fields: Fields, value: DesiredValue | LiveValue): PlainValue {
  const given = new Map<string, DesiredValue | LiveValue>(entriesOf(value))
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, canonical(field, given.get(name) ?? defaultOf(field))]),
  )
}

function defaultOf(field: Field): PlainValue | undefined {
  return field.absence?.means === 'default' ? field.absence.value : undefined
}
