import { realpath } from 'node:fs/promises'
import { expandPath } from '../credentials.ts'
import {
  type Lookup,
  type Opening,
  type Place,
  type PlaceFault,
  renderPath,
  type StoreDirectoryOptions,
  settingsFault,
} from '../locate.ts'
import { identitySources } from './age-identity.ts'
import { type AgeStoreSettings, parseAgeSettings } from './age-settings.ts'
import { type AgeStore, makeAgeStore } from './age-store.ts'

/** Finds the age file of a reference and the store that keeps it. */
export async function locateAge({ reference, baseDir }: Lookup, opening: Opening): Promise<Place | PlaceFault> {
  const path = expandPath(reference.path, baseDir, opening.homeDir)
  const store = await openAge(path, reference.store, opening)
  return 'message' in store ? store : { kind: 'place', store, group: 'age', path }
}

/** Opens the store of an age file: the one that is configured for it, else one that needs no configuration. */
export async function openAge(
  file: string,
  alias: string | undefined,
  opening: Opening,
): Promise<AgeStore | PlaceFault> {
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
