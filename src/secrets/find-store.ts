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
