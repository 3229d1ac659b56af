import { DiagnosticError } from '../core/diagnostic.ts'
import { entryKey, type Ledger, type LedgerEntry } from '../core/ledger.ts'
import type { EntryPlace } from '../engine/ledger/ledger-change.ts'
import { listEntries } from '../engine/ledger/list-entries.ts'
import { matchIds, unmatchedGlob } from '../run/selection.ts'

/** An entry of the ledger under the name that users know it by. */
export interface NamedEntry {
  /** `provider/key`. */
  readonly id: string
  readonly provider: string
  readonly key: string
  readonly place: EntryPlace
  readonly entry: LedgerEntry
}

/** Lists all entries; two files may each have one of the same name. */
export function nameEntries(ledger: Ledger): readonly NamedEntry[] {
  return listEntries(ledger).map(({ account, key: id, entry }) => {
    const provider = providerOf(account)
    const key = entryKey(id, entry)
    return { id: `${provider}/${key}`, provider, key, place: { account, key: id }, entry }
  })
}

/** Selects entries by `provider/key` globs; one that matches nothing is an error. */
export function selectEntries(ledger: Ledger, globs: readonly string[]): readonly NamedEntry[] {
  const entries = nameEntries(ledger)
  const ids = entries.map(({ id }) => id)
  const unmatched = globs.filter((glob) => !ids.some(matchIds([glob])))
  if (unmatched.length > 0) {
    throw new DiagnosticError(unmatched.map((glob) => unmatchedGlob('The glob', glob, ids)))
  }
  const isMatch = globs.length === 0 ? () => true : matchIds(globs)
  return entries.filter(({ id }) => isMatch(id))
}

/** Reads our name of an account out of its id in the ledger; the name itself may hold an "@". */
function providerOf(account: string): string {
  const end = account.lastIndexOf('@')
  return end < 0 ? account : account.slice(0, end)
}
