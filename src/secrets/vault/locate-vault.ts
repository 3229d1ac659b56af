import type { Lookup, Opening, Place, PlaceFault } from '../locate.ts'
import { openVault, settleVault } from './open-vault.ts'
import { splitPath } from './vault-path.ts'
import { makeVaultStore } from './vault-store.ts'

/** Finds the vault of a reference and the path in it. */
export function locateVault({ reference, config }: Lookup, opening: Opening): Place | PlaceFault {
  const { path, version } = reference
  const fault = checkPlace(path, version)
  if (fault !== undefined) return fault
  const settings = settleVault(config, opening)
  if ('message' in settings) return settings
  const store = opening.openOnce(`vault:${JSON.stringify(settings)}`, () => {
    const { session, engine } = openVault(settings, opening)
    return makeVaultStore(session, engine)
  })
  // Whoever logs in, a path is the same place: what is written with one role must not be remembered for the other.
  const group = `vault:${JSON.stringify([settings.address, settings.namespace ?? ''])}`
  return { kind: 'place', store, group, path, ...(version === undefined ? {} : { version }) }
}

function checkPlace(path: string, version: string | undefined): PlaceFault | undefined {
  const steps = splitPath(path)
  if ('message' in steps) {
    const { message, hint = '' } = steps
    return { kind: 'fault', blame: 'reference', code: 'HS2002', message, hint }
  }
  if (version === undefined || /^[1-9]\d{0,8}$/u.test(version)) return undefined
  const message = 'A version of a secret in Vault is a number.'
  return { kind: 'fault', blame: 'reference', code: 'HS2002', message, hint: 'Write ?version=3, or leave it out.' }
}
