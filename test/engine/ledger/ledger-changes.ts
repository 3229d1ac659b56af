import type { LedgerEntry } from '../../../src/core/ledger.ts'
import type { LedgerChange } from '../../../src/engine/ledger/ledger-change.ts'

export function anEntry(fields: Partial<LedgerEntry> = {}): LedgerEntry {
  return { objects: [{ id: 'W1', part: '', scope: 'app' }], file: 'webhooks.yaml', fingerprints: {}, ...fields }
}

export function putEntry(key: string, fields: Partial<LedgerEntry> = {}): LedgerChange {
  return { kind: 'put-entry', account: 'casey', key, entry: anEntry(fields) }
}

export function putIntent(id: string): LedgerChange {
  return {
    kind: 'put-intent',
    account: 'casey',
    id,
    intent: {
      key: id,
      file: 'webhooks.yaml',
      part: '',
      scope: 'app',
      identity: 'url',
      seen: [],
      at: '2026-01-01T00:00:00.000Z',
    },
  }
}
