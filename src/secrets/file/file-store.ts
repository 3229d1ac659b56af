import { SecretDocument } from '../document.ts'
import { makeReadOnly, type Store, type StoredDocument, type StoreFault } from '../store.ts'
import { type Confinement, readConfinedFile } from './confined-file.ts'

/** Makes the store of single files, such as the ones a container runtime mounts. */
export function makeFileStore(limits: Omit<Confinement, 'backend' | 'largestKiB'>): Store {
  const confinement = { ...limits, backend: 'file', largestKiB: 64 }
  return {
    capabilities: { read: true, write: false, compareAndSet: false },
    read: (paths) => Promise.all(paths.map(({ path }) => readSecretFile(path, confinement))),
    ...makeReadOnly('A plain file of secrets'),
    check: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  }
}

async function readSecretFile(path: string, confinement: Confinement): Promise<StoredDocument | StoreFault> {
  const bytes = await readConfinedFile(path, confinement)
  if (!Buffer.isBuffer(bytes)) return bytes
  const label = confinement.label(path)
  const text = decodeText(bytes)
  if (text === undefined) return { kind: 'not-text', message: `${label} is not UTF-8 text.` }
  // Editors and `echo` end a file with a newline that is no part of the secret.
  const value = text.replace(/\r?\n$/, '')
  if (value === '') return { kind: 'empty', message: `${label} is empty.` }
  return { kind: 'document', document: SecretDocument.ofText(value) }
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
