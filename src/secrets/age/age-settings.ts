import { expandPath } from '../credentials.ts'
import type { StoreConfig } from '../store.ts'
import {
  isText,
  isTextList,
  listOf,
  refuseOtherThan,
  refuseUnknown,
  type SettingsFault,
  textOf,
} from '../store-options.ts'

/** Settings of a store with backend `age`, paths absolute. */
export interface AgeStoreSettings {
  readonly file?: string
  readonly identity?: string
  readonly recipients: readonly string[]
}

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
