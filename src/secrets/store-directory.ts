import { realpath } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Code } from '../core/codes.ts'
import type { Position } from '../core/diagnostic.ts'
import { identitySources } from './age-identity.ts'
import { type AgeStore, makeAgeStore } from './age-store.ts'
import type { Backend } from './backends.ts'
import { credentialFiles, expandPath, isCredentialVariable } from './credentials.ts'
import { type Environment, makeEnvStore } from './env-store.ts'
import { makeFileStore } from './file-store.ts'
import type { SecretReference } from './reference.ts'
import type { Store, StoreConfig } from './store.ts'
import {
  type AgeStoreSettings,
  checkEnvSettings,
  parseAgeSettings,
  parseFileSettings,
  type SettingsFault,
} from './store-options.ts'

export interface StoreDirectoryOptions {
  readonly stores: readonly StoreConfig[]
  readonly env: Environment
  readonly homeDir: string
  /** Where paths in messages start. */
  readonly cwd: string
}

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

/** The stores of a run, opened when first needed. */
export interface StoreDirectory {
  locate(reference: SecretReference, baseDir: string): Promise<Place | PlaceFault>
  /** Returns the store of an age file. */
  ageStore(file: string, alias?: string): Promise<AgeStore | PlaceFault>
  close(): Promise<void>
}

interface Opening extends StoreDirectoryOptions {
  readonly openOnce: <S extends Store>(group: string, open: () => S) => S
}

/** What one reference is looked up with. */
interface Lookup {
  readonly reference: SecretReference
  readonly baseDir: string
  /** The store that the reference names or that its backend alone points to. */
  readonly config?: StoreConfig
}

type Locate = (lookup: Lookup, opening: Opening) => Place | PlaceFault | Promise<Place | PlaceFault>

/** What can be read so far; other backends are known to the grammar only. */
const locators: { readonly [B in Backend]?: Locate } = { env: locateVariable, file: locateFile, age: locateVault }

const runtimeMount = '/run/secrets'

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
  const opening: Opening = { ...options, openOnce }
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

async function locate({ reference, baseDir }: Lookup, opening: Opening): Promise<Place | PlaceFault> {
  const config = findStore(reference, opening.stores)
  if (config !== undefined && 'message' in config) return config
  const locate = locators[reference.backend] ?? refuseBackend
  return locate({ reference, baseDir, ...(config === undefined ? {} : { config }) }, opening)
}

/** Finds the store that a reference names, or the one that its backend alone points to. */
function findStore(
  { store, backend }: SecretReference,
  stores: readonly StoreConfig[],
): StoreConfig | PlaceFault | undefined {
  const ofBackend = stores.filter((config) => config.backend === backend)
  if (store === undefined) {
    return ofBackend.find(({ alias }) => alias === 'default') ?? (ofBackend.length === 1 ? ofBackend[0] : undefined)
  }
  const config = stores.find(({ alias }) => alias === store)
  if (config === undefined) {
    const known = stores.map(({ alias }) => alias).join(', ')
    const hint = known === '' ? 'There is no "stores:" in the files.' : `The stores are ${known}.`
    return { kind: 'fault', blame: 'reference', code: 'HS2006', message: `There is no store "${store}".`, hint }
  }
  if (config.backend === backend) return config
  const message = `The store "${store}" has the backend ${config.backend}, the reference says ${backend}.`
  return {
    kind: 'fault',
    blame: 'reference',
    code: 'HS2006',
    message,
    hint: `Write ref+${config.backend}://… or name another store.`,
  }
}

function refuseBackend({ reference: { backend } }: Lookup): PlaceFault {
  const message = `This version of hooks-sync cannot read references to ${backend}.`
  return { kind: 'fault', blame: 'reference', code: 'HS2006', message, hint: 'It reads env, file and age.' }
}

function locateVariable({ reference: { path }, config }: Lookup, opening: Opening): Place | PlaceFault {
  const { stores, env, openOnce } = opening
  const fault = config === undefined ? undefined : checkEnvSettings(config)
  if (fault !== undefined) return settingsFault(fault, config)
  if (isCredentialVariable(path, stores)) {
    const message = `The variable ${path} holds a credential of hooks-sync or of a store, which must not be sent anywhere.`
    return {
      kind: 'fault',
      blame: 'reference',
      code: 'HS2007',
      message,
      hint: 'Keep the secret in a variable of its own.',
    }
  }
  return { kind: 'place', store: openOnce('env', () => makeEnvStore(env)), group: 'env', path }
}

function locateFile({ reference, baseDir, config }: Lookup, opening: Opening): Place | PlaceFault {
  const { stores, homeDir, cwd, openOnce } = opening
  const settings = config === undefined ? { roots: [] } : parseFileSettings(config, homeDir)
  if ('message' in settings) return settingsFault(settings, config)
  const group = `file:${config?.alias ?? ''}:${baseDir}`
  const store = openOnce(group, () =>
    makeFileStore({
      roots: [baseDir, runtimeMount, ...settings.roots],
      credentialFiles: credentialFiles(stores, opening),
      label: (path) => renderPath(path, cwd),
    }),
  )
  return { kind: 'place', store, group, path: expandPath(reference.path, baseDir, homeDir) }
}

async function locateVault({ reference, baseDir }: Lookup, opening: Opening): Promise<Place | PlaceFault> {
  const path = expandPath(reference.path, baseDir, opening.homeDir)
  const store = await openAge(path, reference.store, opening)
  return 'message' in store ? store : { kind: 'place', store, group: 'age', path }
}

async function openAge(file: string, alias: string | undefined, opening: Opening): Promise<AgeStore | PlaceFault> {
  const { env, homeDir, cwd } = opening
  const settings = await ageSettingsFor(file, alias, opening)
  if ('message' in settings) return settings
  return opening.openOnce(`age:${settings.identity ?? ''}:${settings.file ?? ''}`, () =>
    makeAgeStore({
      ...settings,
      sources: identitySources({ ...settings, env, homeDir }),
      label: (path) => renderPath(path, cwd),
    }),
  )
}

/** Picks the settings of the store that keeps the file, named or not; without one, those of no store. */
async function ageSettingsFor(
  file: string,
  alias: string | undefined,
  { stores, homeDir, cwd }: StoreDirectoryOptions,
): Promise<AgeStoreSettings | PlaceFault> {
  for (const config of stores.filter(({ backend }) => backend === 'age')) {
    const settings = parseAgeSettings(config, homeDir)
    if ('message' in settings) return settingsFault(settings, config)
    const isSame = settings.file !== undefined && (await realPlace(settings.file)) === (await realPlace(file))
    if (isSame && (alias === undefined || alias === config.alias)) return settings
    if (config.alias === alias) {
      const message = `The store "${alias}" does not keep ${renderPath(file, cwd)}.`
      const hint = `It keeps ${renderPath(settings.file ?? '', cwd)}.`
      return { kind: 'fault', blame: 'reference', code: 'HS2006', message, hint }
    }
  }
  return { recipients: [] }
}

async function realPlace(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

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
function renderPath(path: string, cwd: string): string {
  const short = relative(cwd, path)
  return short === '' || short.startsWith('..') ? path : short
}
