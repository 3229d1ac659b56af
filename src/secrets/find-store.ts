import { type Backend, localBackends } from './backends.ts'
import type { PlaceFault } from './locate.ts'
import type { SecretReference } from './reference.ts'
import type { StoreConfig } from './store.ts'

/** Finds the store that a reference names, or the one that its backend alone points to. */
export function findStore(
  { store, backend }: SecretReference,
  stores: readonly StoreConfig[],
): StoreConfig | PlaceFault | undefined {
  const ofBackend = stores.filter((config) => config.backend === backend)
  if (store === undefined) {
    const config = ofBackend.find(({ alias }) => alias === 'default') ?? ofBackend[0]
    if (config === undefined || config.alias === 'default' || ofBackend.length === 1) return config
    return localBackends.has(backend) ? undefined : ambiguous(backend, ofBackend)
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

/** Which of several servers is asked is not to be guessed, and least of all to be one that no file names. */
function ambiguous(backend: Backend, stores: readonly StoreConfig[]): PlaceFault {
  const names = stores.map(({ alias }) => alias)
  const message = `The reference names none of the stores with the backend ${backend}: ${names.join(', ')}.`
  const hint = `Add ?store=${names[0]} before the "#", or call one of them default.`
  return { kind: 'fault', blame: 'reference', code: 'HS2006', message, hint }
}
