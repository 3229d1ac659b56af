import {
  absentValue,
  type EventKind,
  type Field,
  type Fields,
  type ListKind,
  type MapKind,
  type ObjectKind,
  type UrlKind,
} from '../core/field.ts'
import type { DesiredValue, PlainValue } from '../core/value.ts'
import type { Kind, KindOf } from '../schema/kind-of.ts'
import { referenceLikePattern } from '../schema/patterns.ts'
import { readEvent } from './read-event.ts'
import { isReferenceText, readSecret } from './read-secret.ts'
import { checkUrl } from './read-url.ts'
import type { Reading } from './reading.ts'
import { isLeftEmpty, type Path } from './source-tree.ts'

type PlainMap = { readonly [key: string]: PlainValue }
type Readers = {
  readonly [K in Kind['kind']]: (kind: KindOf<K>, value: PlainValue, path: Path, reading: Reading) => DesiredValue
}

const referenceLike = new RegExp(referenceLikePattern, 'u')

const readers: Readers = {
  text: (_kind, value, path, reading) => readText(value, path, reading),
  choice: (_kind, value, path, reading) => readText(value, path, reading),
  boolean: (_kind, value) => value,
  url: (kind, value, path, reading) => readUrl(kind, value, path, reading),
  event: (kind, value, path, reading) => readEventText(kind, value, path, reading),
  set: (kind, value, path, reading) => readSet(kind, value, path, reading),
  bag: (kind, value, path, reading) => readList(kind, value, path, reading),
  map: (kind, value, path, reading) => readMap(kind, value, path, reading),
  object: (kind, value, path, reading) => readObject(kind, value, path, reading),
  secret: (kind, value, path, reading) => readSecret(value, path, reading, kind.forms) ?? null,
}

/**
 * Reads a map of declared fields: text filled in, secrets as slots, events in the vendor's spelling. Values of the
 * wrong type and keys nobody knows come back as they are, for the validator to find.
 */
export function readFields(
  fields: Fields,
  values: PlainMap,
  path: Path,
  reading: Reading,
): Record<string, DesiredValue> {
  const read: Record<string, DesiredValue> = {}
  for (const [name, value] of Object.entries(values)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    read[name] = field === undefined ? value : readField(field, value, [...path, name], reading)
  }
  return read
}

/** Fills in a plain text that is not a declared field, such as an option. */
export function readText(value: PlainValue, path: Path, reading: Reading): PlainValue {
  if (typeof value !== 'string') return value
  const filled = reading.fill(value)
  if (typeof filled !== 'string') {
    reading.findings.report('HS1010', path, filled.message, { hint: filled.hint, within: filled.within })
    return value
  }
  if (!referenceLike.test(filled)) return filled
  reading.findings.report('HS2005', path, `${String(path.at(-1))} cannot hold a secret reference.`, {
    hint: 'References stand in secret fields alone; a secret in a receiver url goes into url_params.',
  })
  return filled
}

/** Fills in what is left out and has a default. */
export function withDefaults(
  fields: Fields,
  values: Readonly<Record<string, DesiredValue>>,
): Record<string, DesiredValue> {
  const read = { ...values }
  for (const [name, field] of Object.entries(fields)) {
    const value = absentValue(field)
    if (read[name] === undefined && value !== undefined) read[name] = value
  }
  return read
}

function readField(field: Field, value: PlainValue, path: Path, reading: Reading): DesiredValue {
  if (field.presence === 'vendor') return value
  return value === null ? readNull(field, path, reading) : readKind(field, value, path, reading)
}

function readKind(kind: Kind, value: PlainValue, path: Path, reading: Reading): DesiredValue {
  // The map is total over kinds; TypeScript cannot follow that the reader found belongs to this very kind.
  const read = readers[kind.kind] as (kind: Kind, value: PlainValue, path: Path, reading: Reading) => DesiredValue
  return read(kind, value, path, reading)
}

function readNull(field: Field, path: Path, reading: Reading): null {
  const name = String(path.at(-1))
  if (isLeftEmpty(reading.findings.tree, path)) {
    const hint =
      field.clearable === true ? 'Write null to clear it, or remove the line.' : 'Give a value, or remove the line.'
    reading.findings.report('HS1009', path, `Nothing stands after ${name}.`, { part: 'key', hint })
  } else if (field.presence === 'required') {
    reading.findings.report('HS1014', path, `${name} is required and cannot be cleared.`, { hint: field.doc })
  } else if (field.clearable !== true) {
    const hint = 'Remove the line to leave it alone, or give a value.'
    reading.findings.report('HS1014', path, `${reading.title} cannot clear ${name}.`, { hint })
  }
  return null
}

function readUrl(kind: UrlKind, value: PlainValue, path: Path, reading: Reading): PlainValue {
  const text = readText(value, path, reading)
  if (typeof text === 'string' && !reading.findings.isFaulted(path)) checkUrl(kind, text, path, reading)
  return text
}

function readEventText(kind: EventKind, value: PlainValue, path: Path, reading: Reading): PlainValue {
  const text = readText(value, path, reading)
  if (typeof text !== 'string' || text === '' || reading.findings.isFaulted(path)) return text
  return readEvent(kind, text, path, reading)
}

function readList(kind: ListKind, value: PlainValue, path: Path, reading: Reading): DesiredValue {
  if (!Array.isArray(value)) return value
  return value.map((item, index) => readKind(kind.of, item, [...path, index], reading))
}

function readSet(kind: ListKind, value: PlainValue, path: Path, reading: Reading): DesiredValue {
  const list = readList(kind, value, path, reading)
  if (Array.isArray(list)) refuseRepeats(list, path, reading)
  return list
}

function refuseRepeats(list: readonly DesiredValue[], path: Path, reading: Reading): void {
  if (list.length < 2) return
  const first = new Map<string, number>()
  for (const [index, item] of list.entries()) {
    const text = typeof item === 'string' ? item : canonicalText(item)
    const earlier = first.get(text)
    if (earlier === undefined) {
      first.set(text, index)
      continue
    }
    const { line, column } = reading.findings.position([...path, earlier])
    const what = typeof item === 'string' ? `"${item}"` : 'This member'
    reading.findings.report('HS1007', [...path, index], `${what} stands twice in ${String(path.at(-1))}.`, {
      hint: `The first is in line ${line}, column ${column}; remove one of the two.`,
    })
  }
}

/** Renders a value so that equal ones are equal text, whatever the order of their keys. */
export function canonicalText(value: DesiredValue | undefined): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  )
}

function readMap(kind: MapKind, value: PlainValue, path: Path, reading: Reading): DesiredValue {
  if (!isPlainMap(value)) return value
  if (kind.caseInsensitiveKeys === true) refuseCaseTwins(Object.keys(value), path, reading)
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    readMapValue(kind, item, [...path, name], reading),
  ])
  return Object.fromEntries(entries)
}

function readMapValue(kind: MapKind, value: PlainValue, path: Path, reading: Reading): DesiredValue {
  if (kind.secretsOnly === true || (kind.secrets && isMeantAsSecret(value)))
    return readSecret(value, path, reading, ['ref', 'generate']) ?? null
  if (kind.secrets && isPlainMap(value)) {
    // The validator lets objects pass here, because a secret slot is one.
    const hint = 'Write a text or a secret reference.'
    reading.findings.report('HS1003', path, `${String(path.at(-1))} must be text.`, { hint })
  }
  if (value === null && isLeftEmpty(reading.findings.tree, path)) {
    const hint = 'Give a text, "" for an empty one, or remove the line.'
    reading.findings.report('HS1009', path, `Nothing stands after ${String(path.at(-1))}.`, { part: 'key', hint })
  }
  return readText(value, path, reading)
}

function refuseCaseTwins(names: readonly string[], path: Path, reading: Reading): void {
  const first = new Map<string, string>()
  for (const name of names) {
    const earlier = first.get(name.toLowerCase())
    if (earlier === undefined) {
      first.set(name.toLowerCase(), name)
      continue
    }
    const { line } = reading.findings.position([...path, earlier], 'key')
    reading.findings.report(
      'HS1007',
      [...path, name],
      `"${name}" and "${earlier}" in line ${line} are the same name.`,
      {
        part: 'key',
        hint: 'Upper and lower case make no difference here; remove one of the two.',
      },
    )
  }
}

function isMeantAsSecret(value: PlainValue): boolean {
  if (typeof value === 'string') return isReferenceText(value)
  return isPlainMap(value) && ['from', 'generate', 'capture'].some((name) => Object.hasOwn(value, name))
}

function readObject(kind: ObjectKind, value: PlainValue, path: Path, reading: Reading): DesiredValue {
  return isPlainMap(value) ? readFields(kind.fields, value, path, reading) : value
}

/** Tells a map from every other kind of data. */
export function isPlainMap(value: PlainValue | undefined): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
