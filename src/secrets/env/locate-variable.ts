import { isCredentialVariable } from '../credentials.ts'
import { type Lookup, type Opening, type Place, type PlaceFault, settingsFault } from '../locate.ts'
import { refuseUnknown } from '../store-options.ts'
import { makeEnvStore } from './env-store.ts'

/** Finds the variable of a reference; those that open the stores themselves are refused. */
export function locateVariable({ reference: { path }, config }: Lookup, opening: Opening): Place | PlaceFault {
  const { stores, env, openOnce } = opening
  const fault = config === undefined ? undefined : refuseUnknown(config, [])
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
