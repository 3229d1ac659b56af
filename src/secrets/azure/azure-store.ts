import { randomBytes } from 'node:crypto'
import { editText } from '../cloud/edit-text.ts'
import { mapLimited } from '../cloud/map-limited.ts'
import { SecretDocument } from '../document.ts'
import type { Opening } from '../locate.ts'
import type {
  FieldEdit,
  Store,
  StoredDocument,
  StoreFault,
  StorePath,
  StoreWritten,
  WriteExpectation,
} from '../store.ts'
import {
  type AzureCaller,
  type AzureFailure,
  type AzureVault,
  azureFault,
  failedAs,
  isFailed,
  makeAzureCaller,
  service,
} from './azure-caller.ts'

/** Makes the store of an Azure Key Vault; its paths are names of secrets. */
export function makeAzureStore(vault: AzureVault, calls: Opening['calls']): Store {
  const caller = makeAzureCaller(vault, calls)
  return {
    capabilities: { read: true, write: true, compareAndSet: false },
    read: (paths) => mapLimited(paths, (wanted) => readSecret(caller, wanted)),
    write: (path, set, expectation) => change(caller, path, { set, removed: [] }, expectation),
    edit: (path, wanted, expectation) => change(caller, path, wanted, expectation),
    remove: (path, removed) => change(caller, path, { set: [], removed }, 'any'),
    proveWritable: (path) => proveWritable(caller, path),
    list: async (path) => {
      const found = await readSecret(caller, { path })
      return found.kind === 'document' ? found.document.pointers() : found
    },
    check: async (): Promise<StoreFault | undefined> => {
      // Asks for what need not be there; being refused that is an answer too.
      const answer = await caller.attempt((client, options) => client.getSecret('hooks-sync-check', options))
      if (!isFailed(answer) || failedAs(answer, 'denied', 'not-found')) return undefined
      return azureFault(answer, { verb: 'be asked for a secret' })
    },
    close: () => Promise.resolve(),
  }
}

/** A version of a secret, with what goes over to the next one. */
interface Version {
  readonly text: string
  readonly id: string
  readonly contentType: string | undefined
  readonly tags: Record<string, string> | undefined
}

async function readVersion(
  caller: AzureCaller,
  { path, version }: StorePath,
): Promise<Version | AzureFailure | StoreFault> {
  const answer = await caller.attempt((client, options) =>
    client.getSecret(path, { ...options, ...(version === undefined ? {} : { version }) }),
  )
  if (isFailed(answer)) return answer
  const { value, properties } = answer
  if (typeof value !== 'string') return { kind: 'failure', failure: { kind: 'malformed' } }
  return { text: value, id: properties.version ?? '', contentType: properties.contentType, tags: properties.tags }
}

async function readSecret(caller: AzureCaller, wanted: StorePath): Promise<StoredDocument | StoreFault> {
  const { path, version } = wanted
  const found = await readVersion(caller, wanted)
  if (!isFailed(found)) return { kind: 'document', document: SecretDocument.ofText(found.text), version: found.id }
  if (version === undefined || !failedAs(found, 'not-found', 'refused')) return readFault(found, path)
  return { kind: 'not-found', message: `${service} has no version ${version} of ${path}.`, hint: 'Check ?version=.' }
}

/** The service does not compare when it writes: two writers at the same moment are told by the reading after it alone. */
async function change(
  caller: AzureCaller,
  path: string,
  wanted: FieldEdit,
  expectation: WriteExpectation,
): Promise<StoreWritten | StoreFault> {
  const found = await readVersion(caller, { path })
  if (isFailed(found) && !failedAs(found, 'not-found')) return readFault(found, path)
  const base = isFailed(found) ? undefined : found
  if (typeof expectation === 'object' && expectation.version !== base?.id) {
    const message = `${path} in ${service} was changed since it was read.`
    return { kind: 'conflict', message, hint: 'Run the command again.' }
  }
  const edited = editText(base?.text, wanted, expectation, path)
  if (edited.kind === 'unchanged') return { kind: 'written', ...(base === undefined ? {} : { version: base.id }) }
  if (edited.kind === 'emptied') return removeSecret(caller, path)
  return edited.kind === 'changed' ? setSecret(caller, path, edited.text, base) : edited
}

async function setSecret(
  caller: AzureCaller,
  path: string,
  text: string,
  base: Version | undefined,
): Promise<StoreWritten | StoreFault> {
  const answer = await caller.attempt((client, options) =>
    client.setSecret(path, text, {
      ...options,
      ...(base?.contentType === undefined ? {} : { contentType: base.contentType }),
      ...(base?.tags === undefined ? {} : { tags: base.tags }),
    }),
  )
  if (isFailed(answer)) return writeFault(answer, path, 'set')
  const { version } = answer.properties
  return { kind: 'written', ...(version === undefined ? {} : { version }) }
}

/** The secret can be recovered for as long as the vault keeps what is deleted. */
async function removeSecret(caller: AzureCaller, path: string): Promise<StoreWritten | StoreFault> {
  const answer = await caller.attempt(async (client, options) => {
    await client.beginDeleteSecret(path, options)
    return {}
  })
  return isFailed(answer) ? writeFault(answer, path, 'delete') : { kind: 'written' }
}

/** Asks to change nothing about a version that does not exist; who may not set secrets is told that instead. */
async function proveWritable(caller: AzureCaller, path: string): Promise<StoreFault | undefined> {
  const found = await readVersion(caller, { path })
  if (isFailed(found) && !failedAs(found, 'not-found')) return readFault(found, path)
  const nowhere = randomBytes(16).toString('hex')
  const answer = await caller.attempt((client, options) => client.updateSecretProperties(path, nowhere, options))
  if (!isFailed(answer) || failedAs(answer, 'not-found')) return undefined
  return writeFault(answer, path, 'update')
}

function readFault(failed: AzureFailure | StoreFault, path: string): StoreFault {
  return azureFault(failed, { verb: 'read', path, permission: 'the operation "get" on secrets', mend: mend(path) })
}

function writeFault(failed: AzureFailure | StoreFault, path: string, operation: string): StoreFault {
  return azureFault(failed, {
    verb: 'write',
    path,
    permission: `the operation "${operation}" on secrets`,
    mend: mend(path),
  })
}

function mend(path: string): string {
  return `If it is disabled, enable it; if it is deleted, recover it: az keyvault secret recover --name ${path}`
}
