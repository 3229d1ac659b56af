import { identitySources, sopsIdentityFile } from '../age/age-identity.ts'
import { credentialFiles, expandPath } from '../credentials.ts'
import { type Lookup, type Opening, type Place, type PlaceFault, renderPath, settingsFault } from '../locate.ts'
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
import { makeSopsStore } from './sops-store.ts'

/** Finds the SOPS file of a reference; only below the directory of the configuration and the roots of the store. */
export function locateSops({ reference, baseDir, config }: Lookup, opening: Opening): Place | PlaceFault {
  const { stores, env, homeDir, cwd, openOnce } = opening
  const settings = config === undefined ? { roots: [] } : parseSopsSettings(config, homeDir)
  if ('message' in settings) return settingsFault(settings, config)
  const group = `sops:${config?.alias ?? ''}:${baseDir}`
  const store = openOnce(group, () =>
    makeSopsStore({
      roots: [baseDir, ...settings.roots],
      credentialFiles: credentialFiles(stores, opening),
      label: (path) => renderPath(path, cwd),
      sources: identitySources({ ...settings, env, homeDir, lastFiles: [sopsIdentityFile(env, homeDir)] }),
    }),
  )
  return { kind: 'place', store, group, path: expandPath(reference.path, baseDir, homeDir) }
}

interface SopsSettings {
  readonly identity?: string
  readonly roots: readonly string[]
}

/** Reads the settings of a store with backend `sops`, paths absolute. */
export function parseSopsSettings(config: StoreConfig, homeDir: string): SopsSettings | SettingsFault {
  const fault =
    refuseUnknown(config, ['identity', 'roots']) ??
    refuseOtherThan(config, ['identity'], isText, 'a path') ??
    refuseOtherThan(config, ['roots'], isTextList, 'a list of directories')
  if (fault !== undefined) return fault
  const identity = textOf(config.options, 'identity')
  return {
    ...(identity === undefined ? {} : { identity: expandPath(identity, config.baseDir, homeDir) }),
    roots: listOf(config.options, 'roots').map((root) => expandPath(root, config.baseDir, homeDir)),
  }
}
