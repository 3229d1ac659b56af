import type { OpenLedger } from './ledger/ledger-store.ts'
import type { RunLedger } from './ports.ts'

/** The ledger of a run, as the steps see it. */
export function makeRunLedger(open: OpenLedger): RunLedger {
  return {
    record: (change) => open.record(change),
    entry: (account, id) => open.ledger.accounts[account]?.webhooks[id],
    confirm: () => open.confirm(),
  }
}

/** Stands in with `--no-ledger`: nothing is owned and nothing is written down. */
export const noLedger: RunLedger = {
  record: () => Promise.resolve(),
  entry: () => undefined,
  confirm: () => Promise.resolve(),
}
