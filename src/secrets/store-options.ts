import { expandPath } from './credentials.ts'
import type { StoreConfig } from './store.ts'

/** Settings of a store with backend `age`, paths absolute. */
export interface AgeStoreSettings {
  readonly file?: string
  readonly identity?: string
  readonly recipients: readonly string[]
}

/** What is wrong with the settings of a store. */
export interface SettingsFault {
  readonly message: string
  readonly hint: string
}

type Settings = Readonly<Record<string, unknown>>

/** Reads the settings of a store with backend `age`. */
export function parseAgeSettings(config: StoreConfig, homeDir: string): AgeStoreSettings | SettingsFault {
  const { options, alias } = config
  const fault =
    refuseUnknown(config, ['file', 'identity', 'recipients']) ??
    refuseOtherThan(config, ['file', 'identity'], isText, 'a path') ??
    refuseOtherThan(config, ['recipients'], isTextList, 'a list of recipients')
  if (fault !== undefined) return fault
  const file = textOf(options, 'file')
  if (file === undefined) {
    return { message: `The store "${alias}" names no file.`, hint: 'Add file: secrets.age' }
  }
  const identity = textOf(options, 'identity')
  return {
    file: expandPath(file, config.baseDir, homeDir),
    ...(identity === undefined ? {} : { identity: expandPath(identity, config.baseDir, homeDir) }),
    recipients: listOf(options, 'recipients'),
  }
}

/** Reads the settings of a store with backend `file`: the directories it may read, absolute. */
export function parseFileSettings(
  config: StoreConfig,
  homeDir: string,
): { readonly roots: readonly string[] } | SettingsFault {
  const fault =
    refuseUnknown(config, ['roots']) ?? refuseOtherThan(config, ['roots'], isTextList, 'a list of directories')
  if (fault !== undefined) return fault
  return { roots: listOf(config.options, 'roots').map((root) => expandPath(root, config.baseDir, homeDir)) }
}

/** Checks the settings of a store with backend `env`, which has none. */
export function checkEnvSettings(config: StoreConfig): SettingsFault | undefined {
  return refuseUnknown(config, [])
}

function refuseUnknown({ alias, backend, options }: StoreConfig, known: readonly string[]): SettingsFault | undefined {
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown === undefined) return undefined
  const hint = known.length === 0 ? 'It has no settings.' : `Its settings are ${known.join(', ')}.`
  return {
    message: `The store "${alias}" has a setting "${unknown}", which the backend ${backend} does not know.`,
    hint,
  }
}

function refuseOtherThan(
  { alias, options }: StoreConfig,
  keys: readonly string[],
  isExpected: (value: unknown) => boolean,
  expected: string,
): SettingsFault | undefined {
  const wrong = keys.find((key) => options[key] !== undefined && !isExpected(options[key]))
  if (wrong === undefined) return undefined
  return { message: `The setting "${wrong}" of the store "${alias}" is not ${expected}.`, hint: `Write ${expected}.` }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText)
}

function textOf(options: Settings, key: string): string | undefined {
  const value = options[key]
  return isText(value) ? value : undefined
}

function listOf(options: Settings, key: string): readonly string[] {
  const value = options[key]
  return isTextList(value) ? value : []
}
