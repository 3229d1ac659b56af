import { SecretDocument } from '../document.ts'
import type { FieldEdit, Store, StoredDocument, StoreFault, StoreWritten, WriteExpectation } from '../store.ts'
import { editSecret, fieldEdit } from './edit-secret.ts'
import type { KvFault, KvSecret } from './kv-dialect.ts'
import type { KvEngine } from './kv-engine.ts'
import type { VaultSession } from './vault-session.ts'

/** Makes the store of secrets in the KV engines of one vault. */
export function makeVaultStore(session: VaultSession, engine: KvEngine): Store {
  const edit = (path: string, change: FieldEdit, expectation: WriteExpectation): Promise<StoreWritten | StoreFault> =>
    editSecret(path, fieldEdit(path, change, expectation), engine)
  return {
    // Paths differ: KV version 2 has check-and-set, version 1 has not.
    capabilities: { read: true, write: true, compareAndSet: false },
    capabilitiesAt: async (path) => {
      const version = await engine.versionAt(path)
      return typeof version === 'object' ? version : { read: true, write: true, compareAndSet: version === 2 }
    },
    read: (paths) => Promise.all(paths.map(async ({ path, version }) => toDocument(await engine.read(path, version)))),
    write: (path, patch, expectation) => edit(path, { set: patch, removed: [] }, expectation),
    edit,
    remove: (path, pointers) => edit(path, { set: [], removed: pointers }, 'any'),
    proveWritable: (path) => engine.proveWritable(path),
    list: async (path) => {
      const secret = await engine.read(path)
      return secret.kind === 'secret' ? SecretDocument.ofFields(secret.fields).pointers() : secret
    },
    check: () => session.check(),
    close: () => session.close(),
  }
}

function toDocument(answer: KvSecret | KvFault): StoredDocument | StoreFault {
  if (answer.kind !== 'secret') return answer
  const { fields, version } = answer
  return {
    kind: 'document',
    document: SecretDocument.ofFields(fields),
    ...(version === undefined ? {} : { version: String(version) }),
  }
}
