import type { Diagnostic } from '../../core/diagnostic.ts'
import type {
  Intent,
  Ledger,
  LedgerAccount,
  LedgerEntry,
  LedgerObject,
  Repair,
  RetiringObject,
  Rotation,
} from '../../core/ledger.ts'
import { isSameObject, makeRecord } from './ledger-change.ts'
import { unreadable } from './ledger-errors.ts'

const newestFormat = 1
const upgrade = 'Use the hooks-sync version that wrote it, or a newer one.'

/** A value that is not what a ledger holds there. */
export class ShapeProblem extends Error {
  readonly hint: string | undefined

  constructor(path: string, problem: string, hint?: string) {
    super(`${path === '' ? 'its content' : path} ${problem}`)
    this.hint = hint
  }
}

/** Parses the text of a ledger file. */
export function parseLedger(text: string, place: string): Ledger | Diagnostic {
  const value = parseJson(text)
  if (value === undefined) return unreadable(place, explainText(text))
  return readLedger(value, place)
}

/** Reads a ledger from data as JSON knows it. */
export function readLedger(value: unknown, place: string): Ledger | Diagnostic {
  try {
    return ledgerFrom(value)
  } catch (error) {
    if (!(error instanceof ShapeProblem)) throw error
    return unreadable(place, `is not a ledger: ${error.message}`, error.hint)
  }
}

/** Tells the finding of a parser from what it parsed. */
export function isDiagnostic(value: Ledger | Diagnostic): value is Diagnostic {
  return 'severity' in value
}

export function readEntry(value: unknown, path: string): LedgerEntry {
  const fields = readFields(value, path, ['objects', 'file', 'fingerprints'], optionalOfEntry)
  const objects = readList(fields['objects'], `${path}.objects`, readObject)
  const retiring = readIfPresent(fields, 'retiring', path, (list, at) => readList(list, at, readRetiring))
  refuseTwins([...objects, ...(retiring.retiring ?? [])], path)
  return {
    objects,
    ...retiring,
    file: readText(fields['file'], `${path}.file`),
    fingerprints: readMap(fields['fingerprints'], `${path}.fingerprints`, readText),
    ...readIfPresent(fields, 'secrets_written', path, (map, at) => readMap(map, at, readTime)),
    ...readIfPresent(fields, 'rotation', path, readRotation),
    ...readIfPresent(fields, 'hash', path, readText),
    ...readIfPresent(fields, 'declared', path, (list, at) => readList(list, at, readText)),
    ...readIfPresent(fields, 'applied_at', path, readTime),
    ...readIfPresent(fields, 'tool_version', path, readText),
  }
}

export function readObject(value: unknown, path: string): LedgerObject {
  const fields = readFields(value, path, ['id', 'part', 'scope'])
  return {
    id: readText(fields['id'], `${path}.id`),
    part: readText(fields['part'], `${path}.part`),
    scope: readText(fields['scope'], `${path}.scope`),
  }
}

export function readIntent(value: unknown, path: string): Intent {
  const fields = readFields(
    value,
    path,
    ['key', 'file', 'part', 'scope', 'identity', 'seen', 'at'],
    ['accepted', 'repair'],
  )
  return {
    key: readText(fields['key'], `${path}.key`),
    file: readText(fields['file'], `${path}.file`),
    part: readText(fields['part'], `${path}.part`),
    scope: readText(fields['scope'], `${path}.scope`),
    identity: readText(fields['identity'], `${path}.identity`),
    seen: readList(fields['seen'], `${path}.seen`, readText),
    at: readTime(fields['at'], `${path}.at`),
    ...(fields['accepted'] === true ? { accepted: true } : {}),
    ...readIfPresent(fields, 'repair', path, readRepair),
  }
}

function readRepair(value: unknown, path: string): Repair {
  const fields = readFields(value, path, ['target', 'call'])
  return { target: readText(fields['target'], `${path}.target`), call: fields['call'] }
}

const rotationSteps: readonly Rotation['step'][] = ['staged', 'sent', 'promoted']

function readRotation(value: unknown, path: string): Rotation {
  const required = ['path', 'ref', 'step', 'started_at', 'overlap']
  const fields = readFields(value, path, required, ['until', 'replaces'])
  const step = rotationSteps.find((known) => known === fields['step'])
  if (step === undefined) throw new ShapeProblem(`${path}.step`, 'is not known', upgrade)
  return {
    path: readText(fields['path'], `${path}.path`),
    ref: readText(fields['ref'], `${path}.ref`),
    step,
    started_at: readTime(fields['started_at'], `${path}.started_at`),
    overlap: readCount(fields['overlap'], `${path}.overlap`),
    ...readIfPresent(fields, 'until', path, readTime),
    ...readIfPresent(fields, 'replaces', path, (list, at) => readList(list, at, readText)),
  }
}

/** Reads an object that has all required fields and none that is not known. */
export function readFields(
  value: unknown,
  path: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const fields = readObjectOf(value, path)
  const missing = required.find((name) => !Object.hasOwn(fields, name))
  if (missing !== undefined) throw new ShapeProblem(path, `lacks "${missing}"`)
  const unknown = Object.keys(fields).find((name) => !required.includes(name) && !optional.includes(name))
  if (unknown !== undefined) throw new ShapeProblem(path, `has a field "${unknown}" that is not known`, upgrade)
  return fields
}

export function readText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new ShapeProblem(path, 'is not text')
  return value
}

/** Reads a name that becomes a key. */
export function readName(value: unknown, path: string): string {
  const name = readText(value, path)
  if (name === reservedName) throw new ShapeProblem(path, `may not be "${reservedName}"`)
  return name
}

export function readTime(value: unknown, path: string): string {
  const text = readText(value, path)
  if (Number.isNaN(Date.parse(text))) throw new ShapeProblem(path, 'is not a time')
  return text
}

export function readCount(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new ShapeProblem(path, 'is not a whole number')
}

export function readMap<T>(
  value: unknown,
  path: string,
  read: (item: unknown, path: string) => T,
): Readonly<Record<string, T>> {
  const map: Record<string, T> = makeRecord({})
  for (const [key, item] of Object.entries(readObjectOf(value, path))) {
    map[key] = read(item, path === '' ? key : `${path}.${key}`)
  }
  return map
}

/** The one key that means something else to code that copies objects carelessly. */
const reservedName = '__proto__'

const optionalOfEntry = ['retiring', 'secrets_written', 'rotation', 'hash', 'declared', 'applied_at', 'tool_version']

function ledgerFrom(value: unknown): Ledger {
  refuseNewerFormat(readObjectOf(value, '')['format'])
  const fields = readFields(value, '', ['format', 'lineage', 'serial', 'accounts'])
  return {
    format: newestFormat,
    lineage: readText(fields['lineage'], 'lineage'),
    serial: readCount(fields['serial'], 'serial'),
    accounts: readMap(fields['accounts'], 'accounts', readAccount),
  }
}

function refuseNewerFormat(format: unknown): void {
  if (format === newestFormat || format === undefined) return
  if (typeof format !== 'number' || format < newestFormat) throw new ShapeProblem('format', 'is not known')
  throw new ShapeProblem('format', `is ${format}, and this version knows up to ${newestFormat}`, upgrade)
}

export function readAccount(value: unknown, path: string): LedgerAccount {
  const fields = readFields(value, path, ['identity', 'webhooks', 'intents'])
  return {
    identity: readMap(fields['identity'], `${path}.identity`, readText),
    webhooks: readMap(fields['webhooks'], `${path}.webhooks`, readEntry),
    intents: readMap(fields['intents'], `${path}.intents`, readIntent),
  }
}

function readRetiring(value: unknown, path: string): RetiringObject {
  const { until, ...object } = readFields(value, path, ['id', 'part', 'scope', 'until'])
  return { ...readObject(object, path), until: readTime(until, `${path}.until`) }
}

function refuseTwins(objects: readonly LedgerObject[], path: string): void {
  const twin = objects.find((object, index) => objects.findIndex((other) => isSameObject(other, object)) < index)
  if (twin !== undefined) throw new ShapeProblem(path, `names the object "${twin.id}" twice`)
}

export function readList<T>(value: unknown, path: string, read: (item: unknown, path: string) => T): readonly T[] {
  if (!Array.isArray(value)) throw new ShapeProblem(path, 'is not a list')
  return value.map((item, index) => read(item, `${path}[${index}]`))
}

export function readIfPresent<K extends string, T>(
  fields: Readonly<Record<string, unknown>>,
  name: K,
  path: string,
  read: (value: unknown, path: string) => T,
): { readonly [P in K]?: T } {
  if (!Object.hasOwn(fields, name)) return {}
  const found: { [P in K]?: T } = {}
  found[name] = read(fields[name], `${path}.${name}`)
  return found
}

function readObjectOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new ShapeProblem(path, 'is not an object')
  if (Object.hasOwn(value, reservedName)) throw new ShapeProblem(path, `has the field "${reservedName}"`)
  return value
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// Only `undefined` is no JSON value, so it can stand for "not JSON".
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
  } catch {
    return undefined
  }
}

function explainText(text: string): string {
  if (text.trim() === '') return 'is empty'
  if (/^<{7}/m.test(text)) return 'holds the markers of a merge conflict'
  return 'is not JSON'
}
