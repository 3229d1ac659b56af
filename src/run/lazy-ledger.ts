import type { LedgerStore } from '../engine/ledger/ledger-store.ts'

/** Makes a local ledger whose code is loaded when it is first used: checking files needs none of it. */
export function makeLazyLedger(place: string): LedgerStore {
  const load = async (): Promise<LedgerStore> => {
    const { LocalLedger } = await import('../engine/ledger/local-ledger.ts')
    return new LocalLedger(place)
  }
  return {
    place,
    read: async () => (await load()).read(),
    open: async (options) => (await load()).open(options),
    unlock: async () => (await load()).unlock(),
  }
}
