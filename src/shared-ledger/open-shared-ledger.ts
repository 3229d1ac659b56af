import type { SharedDocuments } from '../engine/ledger/documents/shared-documents.ts'
import { SharedLedger, type SharedLedgerOptions } from '../engine/ledger/documents/shared-ledger.ts'
import type { LedgerStore } from '../engine/ledger/ledger-store.ts'
import type { StoreDirectoryOptions } from '../secrets/locate.ts'
import type { SharedPlace } from './ledger-place.ts'

/** Opens the ledger at a place that several machines share; nothing is asked of it yet. */
export function openSharedLedger(
  place: SharedPlace,
  options: StoreDirectoryOptions,
  pace: SharedLedgerOptions = {},
): LedgerStore {
  return new SharedLedger(place.text, () => connect(place, options), pace)
}

async function connect(place: SharedPlace, options: StoreDirectoryOptions): Promise<SharedDocuments> {
  switch (place.kind) {
    case 'vault':
      return (await import('./vault-documents.ts')).openVaultDocuments(place, options)
    case 's3':
      return (await import('./s3-documents.ts')).openBucketDocuments(place, options)
  }
}
