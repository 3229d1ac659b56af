import type { Opening } from '../locate.ts'
import type { Store, StoreFault } from '../store.ts'
import { failedAs, type GcpSettings, gcpFault, isFailed, makeGcpCaller } from './gcp-caller.ts'
import { readSecret, readSecrets } from './read-secrets.ts'
import { changeSecret, proveSecretWritable } from './write-secret.ts'

export type { GcpSettings } from './gcp-caller.ts'

/** Makes the store of Google Secret Manager; its paths are ids or full names of secrets. */
export function makeGcpStore(settings: GcpSettings, calls: Opening['calls']): Store {
  const caller = makeGcpCaller(settings, calls)
  /** Google tells of a new version under the name "latest" only after a while. */
  const written = new Map<string, number>()
  return {
    capabilities: { read: true, write: true, compareAndSet: false },
    read: (paths) => readSecrets({ caller, written }, paths),
    write: (path, set, expectation) => changeSecret({ caller, written }, path, { set, removed: [] }, expectation),
    edit: (path, wanted, expectation) => changeSecret({ caller, written }, path, wanted, expectation),
    remove: (path, removed) => changeSecret({ caller, written }, path, { set: [], removed }, 'any'),
    proveWritable: (path) => proveSecretWritable(caller, path),
    list: async (path) => {
      const found = await readSecret({ caller, written }, { path })
      return found.kind === 'document' ? found.document.pointers() : found
    },
    check: async (): Promise<StoreFault | undefined> => {
      // Asks for what need not be there; being refused that is an answer too.
      const answer = await caller.attempt('hooks-sync-check', (client, name) => client.getSecret({ name }))
      if (!isFailed(answer) || failedAs(answer, 'denied', 'not-found')) return undefined
      return gcpFault(answer, { verb: 'be asked for a secret' })
    },
    close: () => caller.close(),
  }
}
