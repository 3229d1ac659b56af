import { createHash, type Hash } from 'node:crypto'
import { UnusableValue } from '../document.ts'
import { renderPointer } from '../reference.ts'
import type { SopsMetadata } from './sops-metadata.ts'
import type { SopsFields, SopsNode } from './sops-node.ts'
import { decryptValue, isEncrypted, parseEncrypted } from './sops-value.ts'

/** The values of a document whose MAC was right, or what is wrong with it. */
export type OpenedDocument =
  | { readonly kind: 'opened'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'changed'; readonly message: string }

const clear = new UnusableValue(
  'a value that stands there in clear',
  'SOPS binds only encrypted values to their place; encrypt it, or write it where it is used.',
)

class Changed extends Error {}

/**
 * Decrypts all values of a document and compares its MAC before it gives out any of them.
 *
 * What is encrypted is told from the values themselves, not from the rules in the metadata (`encrypted_regex` and the
 * like), which nothing protects. A value in clear counts for the MAC but is no secret: the MAC covers it, but not the
 * name it stands under.
 */
export function openDocument(document: SopsFields, metadata: SopsMetadata, key: Uint8Array): OpenedDocument {
  const walk: Walk = { key, hash: startHash(metadata), metadata }
  try {
    const fields = openFields(document, [], walk)
    return isMacRight(walk) ? { kind: 'opened', fields } : changed('its values do not match its MAC')
  } catch (error) {
    if (error instanceof Changed) return changed(error.message)
    throw error
  }
}

interface Walk {
  readonly key: Uint8Array
  readonly hash: Hash
  readonly metadata: SopsMetadata
}

/** A place in the document: names only, because neither the index in a list nor SOPS's binding has more. */
type Place = readonly string[]

function startHash({ isMacOfEncryptedOnly }: SopsMetadata): Hash {
  const hash = createHash('sha512')
  // So that a MAC over all values never passes for one over the encrypted ones.
  return isMacOfEncryptedOnly ? hash.update(createHash('sha256').update('sops').digest()) : hash
}

function isMacRight({ hash, key, metadata }: Walk): boolean {
  const mac = parseEncrypted(metadata.mac)
  const expected = mac === undefined ? undefined : decryptValue(mac, key, metadata.lastModified)
  return expected?.toString('latin1') === hash.digest('hex').toUpperCase()
}

function openFields({ entries }: SopsFields, place: Place, walk: Walk): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries.map(([name, node]) => [name, openNode(node, [...place, name], walk)]))
}

function openNode(node: SopsNode, place: Place, walk: Walk): unknown {
  if (node.kind === 'null') return null
  if (node.kind === 'fields') return openFields(node, place, walk)
  if (node.kind === 'list') return node.items.map((item) => openNode(item, place, walk))
  if (node.text === '') return ''
  if (node.kind === 'text' && isEncrypted(node.text)) return openValue(node.text, place, walk)
  if (!walk.metadata.isMacOfEncryptedOnly) walk.hash.update(node.text)
  return clear
}

function openValue(text: string, place: Place, { key, hash }: Walk): unknown {
  const encrypted = parseEncrypted(text)
  const bytes = encrypted === undefined ? undefined : decryptValue(encrypted, key, `${place.join(':')}:`)
  if (encrypted === undefined || bytes === undefined) {
    throw new Changed(`the value at ${renderPointer(place)} is damaged, or was encrypted for another place`)
  }
  // Python and Go write the same spelling into the value and into the MAC, so its bytes can be taken as they are.
  hash.update(bytes)
  return toContent(bytes, encrypted.type, place)
}

const texts: ReadonlySet<string> = new Set(['str', 'bytes', 'time'])
const others: Readonly<Record<string, UnusableValue>> = {
  int: new UnusableValue('a number', 'Write it as text, in quotes.'),
  float: new UnusableValue('a number', 'Write it as text, in quotes.'),
  bool: new UnusableValue('a boolean', 'Write it as text, in quotes.'),
}
const binary = new UnusableValue('bytes that are no UTF-8', 'Store them in an encoding such as base64.')

function toContent(bytes: Buffer, type: string, place: Place): unknown {
  if (!texts.has(type)) {
    const other = others[type]
    if (other === undefined) throw new Changed(`the value at ${renderPointer(place)} has a type that no value has`)
    return other
  }
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? text : binary
}

function changed(what: string): OpenedDocument {
  return { kind: 'changed', message: what }
}
