import { onTestFinished } from 'vitest'
import { Secret } from '../../../src/core/secret.ts'
import type { Clock } from '../../../src/http/clock.ts'
import type { Place, PlaceFault, StoreDirectoryOptions } from '../../../src/secrets/locate.ts'
import { isReferenceFault, parseReference, type SecretReference } from '../../../src/secrets/reference.ts'
import type { FieldPatch, Store, StoreConfig, StoreFault } from '../../../src/secrets/store.ts'
import { makeStoreDirectory } from '../../../src/secrets/store-directory.ts'
import { openVaultKv, type VaultKv } from '../../../src/secrets/vault/kv.ts'

/** Makes a clock on which every wait is over at once. */
export function makeHastyClock(): Clock {
  let aheadMs = 0
  return {
    now: () => Date.now() + aheadMs,
    after: (ms, task) => {
      const timer = setTimeout(() => {
        aheadMs += ms
        task()
      }, 0)
      return () => clearTimeout(timer)
    },
    random: () => 0.5,
  }
}

/** Completes what a vault is opened with. */
export function surroundings(options: Partial<StoreDirectoryOptions> = {}): StoreDirectoryOptions {
  return {
    stores: [],
    env: {},
    homeDir: '/nonexistent',
    cwd: '/nonexistent',
    ...options,
    calls: { userAgent: 'hooks-sync/test', clock: makeHastyClock(), ...options.calls },
  }
}

/** A store as the files declare it. */
export function aVaultStore(options: Readonly<Record<string, unknown>>, rest: Partial<StoreConfig> = {}): StoreConfig {
  return { alias: 'default', backend: 'vault', baseDir: '/nonexistent', options, ...rest }
}

/** Reads a reference that is known to be well formed. */
export function aReference(text: string): SecretReference {
  const reference = parseReference(text)
  if (isReferenceFault(reference)) throw new Error(reference.message)
  return reference
}

/** Finds where a reference leads; what was opened is closed with the test. */
export async function locate(ref: string, options: Partial<StoreDirectoryOptions>): Promise<Place | PlaceFault> {
  const directory = makeStoreDirectory(surroundings(options))
  onTestFinished(() => directory.close())
  return directory.locate(aReference(ref), '/nonexistent')
}

/** Opens the vault that the options lead to. */
export async function openStore(options: Partial<StoreDirectoryOptions>): Promise<Store> {
  const place = await locate('ref+vault://kv/a#/b', options)
  if (place.kind === 'fault') throw new Error(place.message)
  return place.store
}

/** Opens the documents of the vault that the options lead to. */
export function openDocuments(options: Partial<StoreDirectoryOptions>): VaultKv {
  const opened = openVaultKv(aReference('ref+vault://kv/a#/b'), surroundings(options))
  if ('message' in opened) throw new Error(opened.message)
  onTestFinished(() => opened.close())
  return opened
}

/** Reads one field in clear, or what is wrong. */
export async function readField(
  store: Store,
  path: string,
  pointer: string,
  version?: string,
): Promise<string | StoreFault | { readonly kind: string }> {
  const [answer] = await store.read([version === undefined ? { path } : { path, version }])
  if (answer?.kind !== 'document') return answer as StoreFault
  const selection = answer.document.select(pointer.slice(1).split('/'))
  return selection.kind === 'found' ? selection.value.reveal() : { kind: selection.kind }
}

/** Sets one field. */
export function aPatch(pointer: string, value: string): readonly FieldPatch[] {
  return [{ pointer: pointer.slice(1).split('/'), value: new Secret(value) }]
}
