import { relative } from 'node:path'
import type { Code } from '../core/codes.ts'
import type { Position } from '../core/diagnostic.ts'
import type { HttpOptions } from '../http/client.ts'
import type { Environment } from './env/env-store.ts'
import type { SecretReference } from './reference.ts'
import type { Store, StoreConfig } from './store.ts'
import type { SettingsFault } from './store-options.ts'

export interface StoreDirectoryOptions {
  readonly stores: readonly StoreConfig[]
  readonly env: Environment
  readonly homeDir: string
  /** Where paths in messages start. */
  readonly cwd: string
  /** Origins the operator allows stores to be at, besides those that the environment itself names. */
  readonly allowedOrigins?: readonly string[]
  /** The only directories that references to files may read, where the operator names them. */
  readonly fileRoots?: readonly string[]
  /** How stores that are servers are called. */
  readonly calls?: StoreCalls
}

/** What all calls to stores have in common. */
export type StoreCalls = Pick<HttpOptions, 'userAgent' | 'scrub' | 'timeoutMs' | 'clock' | 'patience' | 'onCall'>

/** A path in an opened store. */
export interface Place {
  readonly kind: 'place'
  readonly store: Store
  /** The same for all references that one read of the store answers. */
  readonly group: string
  readonly path: string
  readonly version?: string
}

/** Why a reference leads to no store. */
export interface PlaceFault {
  readonly kind: 'fault'
  readonly code: Code
  readonly message: string
  readonly hint: string
  /** Whether the reference is to blame or the store it leads to, which others lead to as well. */
  readonly blame: 'reference' | 'store'
  /** Where the store is declared, if that is to blame. */
  readonly at?: Position
}

/** What one reference is looked up with. */
export interface Lookup {
  readonly reference: SecretReference
  readonly baseDir: string
  /** The store that the reference names or that its backend alone points to. */
  readonly config?: StoreConfig
}

export interface Opening extends Required<Omit<StoreDirectoryOptions, 'fileRoots'>> {
  readonly fileRoots?: readonly string[]
  /** Returns what was opened under the group before, or opens it. A group starts with the name of its backend. */
  readonly openOnce: <S extends Store>(group: string, open: () => S) => S
}

/** Finds the store and the path of references to one backend. */
export type Locate = (lookup: Lookup, opening: Opening) => Place | PlaceFault | Promise<Place | PlaceFault>

/** Tells what is wrong with the settings of a store. */
export function settingsFault(fault: SettingsFault, config: StoreConfig | undefined): PlaceFault {
  return {
    kind: 'fault',
    blame: 'store',
    code: 'HS2006',
    ...fault,
    ...(config?.at === undefined ? {} : { at: config.at }),
  }
}

/** Names a path from where the user stands, if it lies below. */
export function renderPath(path: string, cwd: string): string {
  const short = relative(cwd, path)
  return short === '' || short.startsWith('..') ? path : short
}
