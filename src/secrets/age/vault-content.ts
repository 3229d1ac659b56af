import { isFields, parseJson } from '../document.ts'
import type { FieldPatch } from '../store.ts'

/** Top-level name that the vault keeps for itself; everything else in the file is the user's. */
export const bookkeepingName = '$vault'

const format = 1
const paddingStep = 1024

export type Fields = Readonly<Record<string, unknown>>

/** The plaintext of an age vault: nested fields, and what the vault notes about itself. */
export interface VaultContent {
  readonly fields: Fields
  /** Counts writes. */
  readonly revision: number
  /** Whom the file is encrypted to; age itself does not tell. Empty for a file made by other means. */
  readonly recipients: readonly string[]
}

export const emptyVault: VaultContent = { fields: {}, revision: 0, recipients: [] }

/** Reads the plaintext of a vault; any JSON object is one. Answers with what is wrong where it is none. */
export function parseVault(text: string): VaultContent | string {
  const json = parseJson(text)
  if (!isFields(json)) return 'does not hold a JSON object'
  const { [bookkeepingName]: bookkeeping, ...fields } = json
  if (bookkeeping === undefined) return { ...emptyVault, fields }
  if (!isFields(bookkeeping)) return `has something else under "${bookkeepingName}", which hooks-sync keeps for itself`
  const { v, rev, recipients } = bookkeeping
  if (v !== format) return 'was written by a newer version of hooks-sync'
  return {
    fields,
    revision: typeof rev === 'number' ? rev : 0,
    recipients: Array.isArray(recipients) ? recipients.filter((recipient) => typeof recipient === 'string') : [],
  }
}

/** Writes the plaintext of a vault as canonical JSON, padded so that the file's size does not tell the secrets' lengths. */
export function renderVault({ fields, revision, recipients }: VaultContent): string {
  const render = (pad: string): string => {
    const bookkeeping = { pad, recipients: recipients.toSorted(), rev: revision, v: format }
    return `${JSON.stringify({ [bookkeepingName]: bookkeeping, ...sortFields(fields) }, undefined, 2)}\n`
  }
  const excess = Buffer.byteLength(render('')) % paddingStep
  return render('.'.repeat((paddingStep - excess) % paddingStep))
}

/** Returns what stands at a pointer. */
export function valueAt(fields: Fields, pointer: readonly string[]): unknown {
  return pointer.reduce<unknown>(
    (node, name) => (isFields(node) && Object.hasOwn(node, name) ? node[name] : undefined),
    fields,
  )
}

/** Finds the pointer of a value that stands where a patch needs a group of fields. */
export function findBlocker(fields: Fields, pointer: readonly string[]): readonly string[] | undefined {
  const groups = pointer.slice(1).map((_, index) => pointer.slice(0, index + 1))
  return groups.find((group) => isValue(valueAt(fields, group)))
}

/** Sets fields and makes the groups on the way. */
export function patchFields(fields: Fields, patch: readonly FieldPatch[]): Fields {
  return patch.reduce((patched, { pointer, value }) => setAt(patched, pointer, value.reveal()), fields)
}

/** Removes fields, and the groups that become empty by it. */
export function removeFields(fields: Fields, pointers: readonly (readonly string[])[]): Fields {
  return pointers.reduce(removeAt, fields)
}

function isValue(node: unknown): boolean {
  return node !== undefined && !isFields(node)
}

function setAt(fields: Fields, [name, ...rest]: readonly string[], value: string): Fields {
  if (name === undefined) return fields
  const child = Object.hasOwn(fields, name) ? fields[name] : undefined
  return { ...fields, [name]: rest.length === 0 ? value : setAt(isFields(child) ? child : {}, rest, value) }
}

function removeAt(fields: Fields, [name, ...rest]: readonly string[]): Fields {
  if (name === undefined || !Object.hasOwn(fields, name)) return fields
  const { [name]: child, ...others } = fields
  if (rest.length === 0) return others
  if (!isFields(child)) return fields
  const remaining = removeAt(child, rest)
  return Object.keys(remaining).length === 0 ? others : { ...fields, [name]: remaining }
}

function sortFields(node: Fields): Fields {
  const names = Object.keys(node).toSorted()
  return Object.fromEntries(names.map((name) => [name, isFields(node[name]) ? sortFields(node[name]) : node[name]]))
}
