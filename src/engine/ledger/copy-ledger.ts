import { entryId, entryKey, type Ledger } from '../../core/ledger.ts'
import type { LedgerChange } from './ledger-change.ts'

/** Lists the changes that make an empty ledger the same as another, with the files named as they are seen from there. */
export function copyChanges(ledger: Ledger, rename: (file: string) => string): readonly LedgerChange[] {
  return Object.entries(ledger.accounts).flatMap(([account, { identity, webhooks, intents }]): LedgerChange[] => [
    { kind: 'set-identity', account, identity },
    ...Object.entries(webhooks).map(([id, entry]): LedgerChange => {
      const file = rename(entry.file)
      return { kind: 'put-entry', account, key: entryId(file, entryKey(id, entry)), entry: { ...entry, file } }
    }),
    ...Object.entries(intents).map(([id, intent]): LedgerChange => {
      // What is owed to webhooks that are not ours belongs to no file.
      const file = intent.file === '' ? '' : rename(intent.file)
      return { kind: 'put-intent', account, id, intent: { ...intent, file } }
    }),
  ])
}
