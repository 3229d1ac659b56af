import type { StoreConfig } from './store.ts'

/** What is wrong with the settings of a store. */
export interface SettingsFault {
  readonly message: string
  readonly hint: string
}

type Settings = Readonly<Record<string, unknown>>

/** Finds a setting that the backend does not know. */
export function refuseUnknown(
  { alias, backend, options }: StoreConfig,
  known: readonly string[],
): SettingsFault | undefined {
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown === undefined) return undefined
  const hint = known.length === 0 ? 'It has no settings.' : `Its settings are ${known.join(', ')}.`
  return {
    message: `The store "${alias}" has a setting "${unknown}", which the backend ${backend} does not know.`,
    hint,
  }
}

/** Finds a setting that is there and not as expected. */
export function refuseOtherThan(
  { alias, options }: StoreConfig,
  keys: readonly string[],
  isExpected: (value: unknown) => boolean,
  expected: string,
): SettingsFault | undefined {
  const wrong = keys.find((key) => options[key] !== undefined && !isExpected(options[key]))
  if (wrong === undefined) return undefined
  return { message: `The setting "${wrong}" of the store "${alias}" is not ${expected}.`, hint: `Write ${expected}.` }
}

/** Tells whether a setting is a text with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Tells whether a setting is a list of such texts. */
export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText)
}

/** Returns a setting that is a text. */
export function textOf(options: Settings, key: string): string | undefined {
  const value = options[key]
  return isText(value) ? value : undefined
}

/** Returns a setting that is a list of texts; empty when it is not there. */
export function listOf(options: Settings, key: string): readonly string[] {
  const value = options[key]
  return isTextList(value) ? value : []
}
