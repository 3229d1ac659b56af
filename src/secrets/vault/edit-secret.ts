import { Secret } from '../../core/secret.ts'
import { isFields } from '../document.ts'
import { type Fields, findBlocker, removeFields, setField, valueAt } from '../fields.ts'
import { renderPointer } from '../reference.ts'
import type { FieldEdit, FieldPatch, StoreFault, StoreWritten, WriteExpectation } from '../store.ts'
import type { KvEngine } from './kv-engine.ts'

/** What stands at a path before an edit; it has no version where nothing ever stood, and in KV version 1. */
export interface Before {
  readonly fields: Fields
  readonly version?: number
  /** Whether an earlier attempt of this edit may have been written though no answer came. */
  readonly isUnsure: boolean
}

type Edited = { readonly kind: 'changed'; readonly fields: Fields } | { readonly kind: 'unchanged' } | StoreFault

/** What an edit makes of the fields of a path. */
export type Edit = (before: Before) => Edited

const attemptsAllowed = 8

/** Sets and removes fields in one write, if what is expected holds. */
export function fieldEdit(path: string, { set, removed }: FieldEdit, expectation: WriteExpectation): Edit {
  return (before) => {
    const { fields, isUnsure } = before
    const missing = removed.filter((pointer) => !isThere(fields, pointer))
    const isDone = set.every(({ pointer, value }) => holds(fields, pointer, value)) && missing.length === removed.length
    if (isDone && isUnsure) return { kind: 'unchanged' }
    const fault =
      checkExpectation(path, set, expectation, before) ?? checkPlaces(path, set, fields) ?? nothingAt(path, missing[0])
    if (fault !== undefined) return fault
    if (isDone) return { kind: 'unchanged' }
    const patched = set.reduce((known, { pointer, value }) => setField(known, pointer, value), fields)
    return { kind: 'changed', fields: removeFields(patched, removed) }
  }
}

/** Reads, edits and writes back what has not been changed meanwhile; begins anew where it has been. */
export async function editSecret(path: string, edit: Edit, engine: KvEngine): Promise<StoreWritten | StoreFault> {
  let isUnsure = false
  for (let attempt = 0; attempt < attemptsAllowed; attempt += 1) {
    const found = await engine.read(path)
    if (found.kind !== 'secret' && found.kind !== 'not-found') return found
    const { version } = found
    const fields = found.kind === 'secret' ? found.fields : {}
    const edited = edit({ fields, isUnsure, ...(version === undefined ? {} : { version }) })
    if (edited.kind === 'unchanged')
      return { kind: 'written', ...(version === undefined ? {} : { version: `${version}` }) }
    if (edited.kind !== 'changed') return edited
    const fault = checkNumbers(path, fields)
    if (fault !== undefined) return fault
    const written = await save(path, edited.fields, version, engine)
    if (written.kind !== 'mismatch') return written
    isUnsure ||= written.cause === 'unknown'
  }
  return { kind: 'conflict', message: `${path} keeps changing while it is written.`, hint: 'Run the command again.' }
}

function save(
  path: string,
  fields: Fields,
  version: number | undefined,
  engine: KvEngine,
): ReturnType<KvEngine['write']> {
  // KV version 1 takes no secret without fields.
  if (version === undefined && Object.keys(fields).length === 0) return engine.erase(path)
  return engine.write(path, fields, version ?? 0)
}

function isThere(fields: Fields, pointer: readonly string[]): boolean {
  return pointer.length > 0 && valueAt(fields, pointer) !== undefined
}

function nothingAt(path: string, pointer: readonly string[] | undefined): StoreFault | undefined {
  if (pointer === undefined) return undefined
  return { kind: 'not-found', message: `Vault has nothing at ${renderPointer(pointer)} of ${path}.` }
}

function holds(fields: Fields, pointer: readonly string[], value: Secret): boolean {
  const existing = valueAt(fields, pointer)
  return typeof existing === 'string' && new Secret(existing).equals(value)
}

function checkExpectation(
  path: string,
  patch: readonly FieldPatch[],
  expectation: WriteExpectation,
  { fields, version }: Before,
): StoreFault | undefined {
  if (typeof expectation === 'object') {
    if (expectation.version === `${version}`) return undefined
    return version === undefined
      ? { kind: 'conflict', message: `${path} has no version, so that it cannot be told whether it was changed.` }
      : { kind: 'conflict', message: `${path} was changed since it was read.`, hint: 'Run the command again.' }
  }
  const taken = patch.find(({ pointer }) => hasValue(valueAt(fields, pointer)))
  if (expectation === 'any' || taken === undefined) return undefined
  return { kind: 'conflict', message: `${path} has a value at ${renderPointer(taken.pointer)} already.` }
}

function checkPlaces(path: string, patch: readonly FieldPatch[], fields: Fields): StoreFault | undefined {
  if (patch.some(({ pointer }) => pointer.length === 0)) {
    const hint = `Name a field, for example ref+vault://${path}#/api_key.`
    return { kind: 'malformed', message: `${path} has fields; it cannot be a value itself.`, hint }
  }
  const blocker = patch.map(({ pointer }) => findBlocker(fields, pointer)).find((pointer) => pointer !== undefined)
  if (blocker === undefined) return undefined
  const message = `${path} has a value at ${renderPointer(blocker)}, so nothing can be stored below it.`
  return { kind: 'malformed', message, hint: 'Choose another name, or remove that value first.' }
}

/** The other fields are written back as they were read, which a number too large for JavaScript would not survive. */
function checkNumbers(path: string, node: unknown): StoreFault | undefined {
  if (typeof node === 'number' && Math.abs(node) > Number.MAX_SAFE_INTEGER) {
    const message = `${path} holds a number that is too large to be written back as it is.`
    return { kind: 'malformed', message, hint: 'Keep that number as text, or the secret at a path of its own.' }
  }
  const children = isFields(node) ? Object.values(node) : toList(node)
  return children.map((child) => checkNumbers(path, child)).find((fault) => fault !== undefined)
}

function toList(node: unknown): readonly unknown[] {
  return Array.isArray(node) ? node : []
}

function hasValue(node: unknown): boolean {
  return node !== undefined && node !== null && node !== ''
}
