import { createHash } from 'node:crypto'
import type { IdentitySource } from '../age/age-identity.ts'
import { SecretDocument } from '../document.ts'
import { type Confinement, readConfinedFile } from '../file/confined-file.ts'
import { makeReadOnly, type Store, type StoredDocument, type StoreFault } from '../store.ts'
import { openDataKey } from './data-key.ts'
import { openDocument } from './open-document.ts'
import { readDotenv, readIni } from './read-lines.ts'
import { readJson, readYaml } from './read-yaml.ts'
import { readMetadata, type SopsMetadata } from './sops-metadata.ts'
import { fieldOf, type SopsFields } from './sops-node.ts'

export interface SopsStoreOptions extends Omit<Confinement, 'backend' | 'largestKiB'> {
  readonly sources: readonly IdentitySource[]
}

/** What hooks-sync reads of a file before it opens it. */
interface SopsFile {
  readonly kind: 'sops-file'
  readonly document: SopsFields
  readonly metadata: SopsMetadata
}

const largestKiB = 1024
const restore = 'Restore it from version control, or change it with sops itself.'

/** Makes the store of files that SOPS encrypted to age recipients. */
export function makeSopsStore(options: SopsStoreOptions): Store {
  return {
    capabilities: { read: true, write: false, compareAndSet: false },
    read: (paths) => Promise.all(paths.map(({ path }) => readSopsFile(path, options))),
    ...makeReadOnly('A SOPS file'),
    list: async (path) => {
      const answer = await readSopsFile(path, options)
      return answer.kind === 'document' ? answer.document.pointers() : answer
    },
    check: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  }
}

async function readSopsFile(path: string, options: SopsStoreOptions): Promise<StoredDocument | StoreFault> {
  const label = options.label(path)
  const bytes = await readConfinedFile(path, { ...options, backend: 'sops', largestKiB })
  if (!Buffer.isBuffer(bytes)) return bytes
  const file = parseSopsFile(bytes.toString('utf8'), path, label)
  if (file.kind !== 'sops-file') return file
  const key = await openDataKey(file.metadata, options.sources, label)
  if (key.kind !== 'data-key') return key
  const opened = openDocument(file.document, file.metadata, key.bytes)
  key.bytes.fill(0)
  if (opened.kind === 'changed') {
    const message = `${label} was changed after it was encrypted: ${opened.message}.`
    return { kind: 'malformed', message, hint: restore }
  }
  const version = createHash('sha256').update(bytes).digest('base64url')
  return { kind: 'document', document: toDocument(opened.fields, path), version }
}

function parseSopsFile(text: string, path: string, label: string): SopsFile | StoreFault {
  const tree = (readers.find(([ending]) => path.endsWith(ending))?.[1] ?? readJson)(text)
  if (typeof tree === 'string') return { kind: 'malformed', message: `${label} ${tree}.`, hint: restore }
  const notes = fieldOf(tree, 'sops')
  if (notes === undefined) {
    const hint = `Encrypt it with: sops encrypt -i --age age1… ${label}`
    return { kind: 'malformed', message: `${label} is not encrypted with SOPS.`, hint }
  }
  const metadata = readMetadata(notes)
  if (typeof metadata === 'string') return { kind: 'malformed', message: `${label} ${metadata}.`, hint: restore }
  const document: SopsFields = { kind: 'fields', entries: tree.entries.filter(([name]) => name !== 'sops') }
  return { kind: 'sops-file', document, metadata }
}

type Reader = (text: string) => SopsFields | string

/** How SOPS tells formats: by the end of the name. */
const readers: readonly (readonly [ending: string, Reader])[] = [
  ['.yaml', readYaml],
  ['.yml', readYaml],
  ['.json', readJson],
  ['.env', readDotenv],
  ['.ini', readIni],
]

/** A file of any other name is one value in an envelope. */
function toDocument(fields: Readonly<Record<string, unknown>>, path: string): SecretDocument {
  const isEnvelope = !readers.some(([ending]) => path.endsWith(ending))
  const { data } = fields
  return isEnvelope && typeof data === 'string' ? SecretDocument.ofText(data) : SecretDocument.ofFields(fields)
}
