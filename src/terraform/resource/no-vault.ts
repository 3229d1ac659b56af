import type { Vault } from '../../engine/ports.ts'

const nothing = (): never => {
  throw new TypeError('A resource keeps no secret in a vault.')
}

/** Stands where the engine expects a vault: secrets come with the configuration, and none is stored. */
export const noVault: Vault = {
  proveWritable: nothing,
  store: nothing,
  generate: nothing,
  read: nothing,
  remove: nothing,
}
