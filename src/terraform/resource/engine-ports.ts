import type { Diagnostic } from '../../core/diagnostic.ts'
import type { DesiredValues } from '../../core/value.ts'
import { changeDraft, type LedgerDraft } from '../../engine/ledger/ledger-change.ts'
import type { Clock, Ports } from '../../engine/ports.ts'
import { version } from '../../run/version.ts'
import { noVault } from './no-vault.ts'
import type { ObservedApi } from './observed-api.ts'
import { explain } from './tell-error.ts'

/** What carrying out one change takes, where a state and not a ledger remembers. */
export interface PortsInput {
  readonly api: ObservedApi
  /** Made of the state, and gone with the change. */
  readonly draft: LedgerDraft
  readonly clock: Clock
  readonly fingerprints: (fields: DesiredValues) => Readonly<Record<string, string>>
  readonly stop: AbortSignal
  readonly warn: (diagnostic: Diagnostic) => void
}

/** Connects the engine to a vendor for one change: the ledger lives as long as that, and no vault is written. */
export function makePorts({ api, draft, clock, fingerprints, stop, warn }: PortsInput): Ports {
  return {
    api,
    ledger: {
      record: async (change) => changeDraft(draft, change),
      entry: (place, id) => draft.accounts[place]?.webhooks[id],
      confirm: () => Promise.resolve(),
    },
    vault: noVault,
    clock,
    fingerprint: () => undefined,
    fingerprints: (_, fields) => fingerprints(fields),
    explain,
    emit: (event) => {
      if (event.type === 'diagnostic') warn(event.diagnostic)
    },
    stop,
    toolVersion: version,
  }
}
