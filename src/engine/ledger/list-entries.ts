import { compareText } from '../../core/diagnostic.ts'
import type { Ledger, LedgerEntry } from '../../core/ledger.ts'
import type { EntryPlace } from './ledger-change.ts'

export interface ListedEntry extends EntryPlace {
  readonly entry: LedgerEntry
}

/** Lists what the ledger knows, sorted by account and key. */
export function listEntries(ledger: Ledger): readonly ListedEntry[] {
  const entries = Object.entries(ledger.accounts).flatMap(([account, { webhooks }]) =>
    Object.entries(webhooks).map(([key, entry]) => ({ account, key, entry })),
  )
  return entries.toSorted((a, b) => compareText(a.account, b.account) || compareText(a.key, b.key))
}
