import { mkdir, realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { probeDirectory, replaceFile } from '../atomic-file.ts'
import { SecretDocument } from '../document.ts'
import { type Fields, findBlocker, removeFields, valueAt } from '../fields.ts'
import { renderFileFault } from '../file-fault.ts'
import { acquireFileLock, type FileLock } from '../file-lock.ts'
import { renderPointer } from '../reference.ts'
import type {
  FieldEdit,
  FieldPatch,
  Store,
  StoredDocument,
  StoreFault,
  StoreWritten,
  WriteExpectation,
} from '../store.ts'
import { currentVersion, encryptAgeFile } from './age-file.ts'
import {
  type AgeVaultOptions,
  checkRecipients,
  firstIdentities,
  type OpenVault,
  openVault,
  recipientsFor,
} from './age-vault.ts'
import { bookkeepingName, emptyVault, patchFields, renderVault } from './vault-content.ts'

export interface AgeStoreOptions extends AgeVaultOptions {
  /** The file that `check` opens; absolute. */
  readonly file?: string
  /** How long a write waits for another one. */
  readonly lockTimeoutMs?: number
}

/** A store whose paths are age files, and which can also make one. */
export interface AgeStore extends Store {
  /** Makes an empty vault; keeps what is there and opens. */
  create(path: string): Promise<'made' | 'kept' | StoreFault>
}

/** What an edit makes of a vault. */
type Edited = { readonly kind: 'changed'; readonly fields: Fields } | { readonly kind: 'unchanged' } | StoreFault
type Edit = (vault: OpenVault) => Edited

const changesAllowed = 10

/** Makes the store of vaults in age files: no server, one encrypted file each. */
export function makeAgeStore(options: AgeStoreOptions): AgeStore {
  const open = (path: string): Promise<OpenVault | StoreFault> => openVault(path, options)
  const edit = (path: string, change: Edit): Promise<StoreWritten | StoreFault> => editVault(path, change, options)
  return {
    capabilities: { read: true, write: true, compareAndSet: true },
    read: (paths) => Promise.all(paths.map(async ({ path }) => toDocument(await open(path)))),
    write: (path, patch, expectation) =>
      edit(path, (vault) => applyPatch(vault, patch, expectation, options.label(path))),
    edit: (path, change, expectation) =>
      edit(path, (vault) => applyEdit(vault, change, expectation, options.label(path))),
    remove: (path, pointers) => edit(path, (vault) => applyRemoval(vault, pointers, options.label(path))),
    proveWritable: (path) => proveWritable(path, options),
    list: async (path) => {
      const vault = await open(path)
      return vault.kind === 'open' ? SecretDocument.ofFields(vault.content.fields).pointers() : vault
    },
    create: (path) => createVault(path, options),
    check: async () => {
      if (options.file === undefined) return undefined
      const vault = await open(options.file)
      return vault.kind === 'open' ? undefined : vault
    },
    close: () => Promise.resolve(),
  }
}

function toDocument(vault: OpenVault | StoreFault): StoredDocument | StoreFault {
  if (vault.kind !== 'open') return vault
  return { kind: 'document', document: SecretDocument.ofFields(vault.content.fields), version: vault.file.version }
}

function applyPatch(
  vault: OpenVault,
  patch: readonly FieldPatch[],
  expectation: WriteExpectation,
  label: string,
): Edited {
  const { fields } = vault.content
  const pointers = patch.map(({ pointer }) => pointer)
  if (pointers.some(([name]) => name === undefined || name === bookkeepingName)) {
    const message = `"${bookkeepingName}" and the vault as a whole are kept by hooks-sync itself.`
    return { kind: 'denied', message, hint: 'Name a field, for example #/casey/api_key.' }
  }
  const taken = pointers.find((pointer) => hasValue(fields, pointer))
  if (expectation === 'absent' && taken !== undefined) {
    return { kind: 'conflict', message: `${label} has a value at ${renderPointer(taken)} already.` }
  }
  if (typeof expectation === 'object' && expectation.version !== vault.file.version) {
    return { kind: 'conflict', message: `${label} was changed since it was read.`, hint: 'Run the command again.' }
  }
  const blocker = pointers.map((pointer) => findBlocker(fields, pointer)).find((pointer) => pointer !== undefined)
  if (blocker !== undefined) {
    const message = `${label} has a value at ${renderPointer(blocker)}, so nothing can be stored below it.`
    return { kind: 'malformed', message, hint: 'Choose another name, or remove that value first.' }
  }
  if (patch.every(({ pointer, value }) => valueAt(fields, pointer) === value.reveal())) return { kind: 'unchanged' }
  return { kind: 'changed', fields: patchFields(fields, patch) }
}

function hasValue(fields: Fields, pointer: readonly string[]): boolean {
  const value = valueAt(fields, pointer)
  return value !== undefined && value !== ''
}

function applyRemoval(vault: OpenVault, pointers: readonly (readonly string[])[], label: string): Edited {
  const { fields } = vault.content
  const missing = pointers.find((pointer) => pointer.length === 0 || valueAt(fields, pointer) === undefined)
  if (missing === undefined) return { kind: 'changed', fields: removeFields(fields, pointers) }
  return { kind: 'not-found', message: `${label} has nothing at ${renderPointer(missing)}.` }
}

function applyEdit(
  vault: OpenVault,
  { set, removed }: FieldEdit,
  expectation: WriteExpectation,
  label: string,
): Edited {
  const patched = applyPatch(vault, set, expectation, label)
  if (patched.kind !== 'changed') return patched.kind === 'unchanged' ? applyRemoval(vault, removed, label) : patched
  return applyRemoval({ ...vault, content: { ...vault.content, fields: patched.fields } }, removed, label)
}

async function editVault(path: string, change: Edit, options: AgeStoreOptions): Promise<StoreWritten | StoreFault> {
  return underLock(path, options, async (real, lock) => {
    for (let attempt = 0; attempt < changesAllowed; attempt += 1) {
      const vault = await openVault(real, options)
      if (vault.kind !== 'open') return vault
      const edited = change(vault)
      if (edited.kind === 'unchanged') return { kind: 'written', version: vault.file.version }
      if (edited.kind !== 'changed') return edited
      const recipients = await recipientsFor(vault, options, options.label(path))
      if ('kind' in recipients) return recipients
      const content = { fields: edited.fields, revision: vault.content.revision + 1, recipients }
      const text = await encryptAgeFile(renderVault(content), recipients)
      // Whoever writes without our lock, such as git or age itself, must not be overwritten unread.
      const isUnchanged = async (): Promise<boolean> =>
        (await currentVersion(real, path)) === vault.file.version && (await lock.isHeld())
      if (!(await replaceFile(real, text, isUnchanged))) continue
      return written(real, path)
    }
    return {
      kind: 'conflict',
      message: `${options.label(path)} keeps changing while it is written.`,
      hint: 'Try again.',
    }
  })
}

async function written(real: string, label: string): Promise<StoreWritten> {
  const version = await currentVersion(real, label)
  return { kind: 'written', ...(version === undefined ? {} : { version }) }
}

async function createVault(path: string, options: AgeStoreOptions): Promise<'made' | 'kept' | StoreFault> {
  const label = options.label(path)
  const existing = await openVault(path, options)
  if (existing.kind === 'open') return 'kept'
  if (existing.kind !== 'not-found') return existing
  const own = await firstIdentities(options, label)
  if (own.kind !== 'identities') return own
  const recipients = await checkRecipients([...own.recipients, ...options.recipients], label)
  if ('kind' in recipients) return recipients
  await mkdir(dirname(path), { recursive: true })
  const text = await encryptAgeFile(renderVault({ ...emptyVault, revision: 1, recipients }), recipients)
  return underLock<'made' | 'kept'>(path, options, async (real) => {
    const isAbsent = async (): Promise<boolean> => (await currentVersion(real, label)) === undefined
    return (await replaceFile(real, text, isAbsent)) ? 'made' : 'kept'
  })
}

async function proveWritable(path: string, options: AgeStoreOptions): Promise<StoreFault | undefined> {
  const outcome = await underLock<StoreWritten>(path, options, async (real) => {
    const vault = await openVault(real, options)
    if (vault.kind !== 'open') return vault
    const recipients = await recipientsFor(vault, options, options.label(path))
    if ('kind' in recipients) return recipients
    await probeDirectory(real)
    return { kind: 'written' }
  })
  return outcome.kind === 'written' ? undefined : outcome
}

async function underLock<T>(
  path: string,
  options: AgeStoreOptions,
  work: (real: string, lock: FileLock) => Promise<T | StoreFault>,
): Promise<T | StoreFault> {
  const label = options.label(path)
  try {
    // A rename onto a symbolic link would replace the link, not what it points to.
    const real = await realpath(path).catch(() => path)
    const lock = await acquireFileLock(`${real}.lock`, options.lockTimeoutMs ?? 10_000)
    if ('holder' in lock) {
      return {
        kind: 'conflict',
        message: `${label} is being written by ${lock.holder}.`,
        hint: 'Try again when it is done.',
      }
    }
    try {
      return await work(real, lock)
    } finally {
      await lock.release()
    }
  } catch (error) {
    return renderFileFault(error, `${label}, or its directory,`)
  }
}
