import { findUnsafeTls } from '../http/unsafe-tls.ts'
import type { AgeStore } from './age/age-store.ts'
import { openAge } from './age/locate-age.ts'
import { localBackends } from './backends.ts'
import { findStore } from './find-store.ts'
import type { Lookup, Opening, Place, PlaceFault, StoreDirectoryOptions } from './locate.ts'
import { locators } from './locators.ts'
import type { SecretReference } from './reference.ts'
import type { Store } from './store.ts'

/** The stores of a run, opened when first needed. */
export interface StoreDirectory {
  locate(reference: SecretReference, baseDir: string): Promise<Place | PlaceFault>
  /** Returns the store of an age file. */
  ageStore(file: string, alias?: string): Promise<AgeStore | PlaceFault>
  close(): Promise<void>
}

/** Makes the directory of stores: the configured ones, and those that need no configuration. */
export function makeStoreDirectory(options: StoreDirectoryOptions): StoreDirectory {
  const opened = new Map<string, Store>()
  // Thousands of webhooks may share a path; where it lies is found out once.
  const located = new Map<string, Promise<Place | PlaceFault>>()
  const openOnce: Opening['openOnce'] = <S extends Store>(group: string, open: () => S): S => {
    const known = opened.get(group)
    // A group names one backend, so what was opened for it is of that backend's type.
    if (known !== undefined) return known as S
    const store = open()
    opened.set(group, store)
    return store
  }
  const opening: Opening = { allowedOrigins: [], calls: { userAgent: 'hooks-sync' }, ...options, openOnce }
  return {
    locate: (reference, baseDir) => {
      const { backend, store, path, version } = reference
      const key = JSON.stringify([backend, store ?? null, path, version ?? null, baseDir])
      const place = located.get(key) ?? locate({ reference, baseDir }, opening)
      located.set(key, place)
      return place
    },
    ageStore: (file, alias) => openAge(file, alias, opening),
    close: async () => {
      await Promise.all(Array.from(opened.values(), (store) => store.close()))
    },
  }
}

async function locate({ reference, baseDir }: Omit<Lookup, 'config'>, opening: Opening): Promise<Place | PlaceFault> {
  const unsafe = localBackends.has(reference.backend) ? undefined : findUnsafeTls(opening.env)
  if (unsafe !== undefined) return { kind: 'fault', blame: 'store', ...unsafe }
  const config = findStore(reference, opening.stores)
  if (config !== undefined && 'message' in config) return config
  return locators[reference.backend]({ reference, baseDir, ...(config === undefined ? {} : { config }) }, opening)
}
