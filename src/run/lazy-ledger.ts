import type { LedgerStore } from '../engine/ledger/ledger-store.ts'
import type { LedgerPlace, SharedPlace } from '../shared-ledger/ledger-place.ts'
import { requireTrust } from '../trust/untrusted.ts'
import type { LoadOptions } from './options.ts'
import type { StoreProject } from './secrets-of-run.ts'

/** What a ledger in a vault is reached with: the stores of the files, within what the operator allows. */
export type LedgerSurroundings = Pick<LoadOptions, 'env' | 'homeDir' | 'cwd'> & { readonly project: StoreProject }

/** Makes a ledger whose code is loaded when it is first used: checking files needs none of it. */
export function makeLazyLedger(place: LedgerPlace, surroundings: LedgerSurroundings): LedgerStore {
  const load = (): Promise<LedgerStore> =>
    place.kind === 'file' ? loadLocal(place.path) : loadShared(place, surroundings)
  return {
    place: place.kind === 'file' ? place.path : place.text,
    read: async () => (await load()).read(),
    open: async (options) => (await load()).open(options),
    unlock: async () => (await load()).unlock(),
  }
}

async function loadLocal(path: string): Promise<LedgerStore> {
  const { LocalLedger } = await import('../engine/ledger/local-ledger.ts')
  return new LocalLedger(path)
}

async function loadShared(place: SharedPlace, { project, ...options }: LedgerSurroundings): Promise<LedgerStore> {
  requireTrust(project.trust, 'Opening the ledger')
  const [{ openSharedLedger }, { resolverOptions }] = await Promise.all([
    import('../shared-ledger/open-shared-ledger.ts'),
    import('./secrets-of-run.ts'),
  ])
  return openSharedLedger(place, resolverOptions(project, options))
}
