import { isFields, parseJson } from '../document.ts'
import { type Fields, setField } from '../fields.ts'
import type { FieldPatch } from '../store.ts'

/** Top-level name that the vault keeps for itself; everything else in the file is the user's. */
export const bookkeepingName = '$vault'

const format = 1
const paddingStep = 1024

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

/** Sets fields and makes the groups on the way. */
export function patchFields(fields: Fields, patch: readonly FieldPatch[]): Fields {
  return patch.reduce((patched, { pointer, value }) => setField(patched, pointer, value.reveal()), fields)
}

function sortFields(node: Fields): Fields {
  const names = Object.keys(node).toSorted()
  return Object.fromEntries(names.map((name) => [name, isFields(node[name]) ? sortFields(node[name]) : node[name]]))
}
