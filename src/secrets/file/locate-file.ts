import { credentialFiles, expandPath } from '../credentials.ts'
import { type Lookup, type Opening, type Place, type PlaceFault, renderPath, settingsFault } from '../locate.ts'
import type { StoreConfig } from '../store.ts'
import { isTextList, listOf, refuseOtherThan, refuseUnknown, type SettingsFault } from '../store-options.ts'
import { makeFileStore } from './file-store.ts'

/** Where container runtimes mount secrets. */
const runtimeMount = '/run/secrets'

/** Finds the file of a reference; only below the directory of the configuration and the roots of the store. */
export function locateFile({ reference, baseDir, config }: Lookup, opening: Opening): Place | PlaceFault {
  const { stores, homeDir, cwd, openOnce } = opening
  const settings = config === undefined ? { roots: [] } : parseFileSettings(config, homeDir)
  if ('message' in settings) return settingsFault(settings, config)
  const group = `file:${config?.alias ?? ''}:${baseDir}`
  const store = openOnce(group, () =>
    makeFileStore({
      roots: opening.fileRoots ?? [baseDir, runtimeMount, ...settings.roots],
      credentialFiles: credentialFiles(stores, opening),
      label: (path) => renderPath(path, cwd),
    }),
  )
  return { kind: 'place', store, group, path: expandPath(reference.path, baseDir, homeDir) }
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
