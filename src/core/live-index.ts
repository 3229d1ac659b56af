import { compareText } from './diagnostic.ts'
import { groupByIdentity } from './identity.ts'
import type { LedgerEntry } from './ledger.ts'
import { entryId, entryKey } from './ledger.ts'
import type { MatchInput } from './match-input.ts'
import type { DesiredWebhook, LiveObject } from './webhook.ts'

/** What matching looks up again and again. */
export interface LiveIndex {
  readonly byId: ReadonlyMap<string, LiveObject>
  readonly byIdentity: ReadonlyMap<string, readonly LiveObject[]>
  /** Entry that owns a live id. */
  readonly ownerOf: ReadonlyMap<string, string>
  /** Entry ids of what is declared now. */
  readonly declared: ReadonlySet<string>
  /** Entries a webhook continues: its own, and that of its former key or file. None is continued twice. */
  readonly continued: ReadonlyMap<DesiredWebhook, readonly string[]>
  /** Entries by id, in the order of their ids. */
  readonly entries: ReadonlyMap<string, LedgerEntry>
}

/** Indexes live objects and ledger entries for matching. */
export function indexLive(input: MatchInput): LiveIndex {
  const sorted = Object.entries(input.ledger?.webhooks ?? {}).toSorted(([a], [b]) => compareText(a, b))
  const entries = new Map(sorted)
  const declared = new Set(input.desired.map(ownEntry))
  const ownerOf = new Map<string, string>()
  // Where a killed run left an object in two entries, it is that of what is declared.
  const ranked = [...entries].toSorted(([a], [b]) => Number(declared.has(a)) - Number(declared.has(b)))
  for (const [id, entry] of ranked) for (const object of entry.retiring ?? []) ownerOf.set(object.id, id)
  for (const [id, entry] of ranked) for (const object of entry.objects) ownerOf.set(object.id, id)
  return {
    byId: new Map(input.live.map((live) => [live.id, live])),
    byIdentity: groupByIdentity(input.definition, input.live),
    ownerOf,
    declared,
    continued: continueEntries(input, entries, declared),
    entries,
  }
}

/** Names the entry a webhook has under its own key and file. */
export function ownEntry(webhook: DesiredWebhook): string {
  return entryId(webhook.file, webhook.key)
}

/** Gives each undeclared entry of a loaded file to the webhook that says it was it, else to the one of the same key. */
function continueEntries(
  input: MatchInput,
  entries: ReadonlyMap<string, LedgerEntry>,
  declared: ReadonlySet<string>,
): ReadonlyMap<DesiredWebhook, readonly string[]> {
  const vacant = new Map<string, string[]>()
  for (const [id, entry] of entries) {
    if (declared.has(id) || !input.files.has(entry.file)) continue
    const key = entryKey(id, entry)
    vacant.set(key, [...(vacant.get(key) ?? []), id])
  }
  const take = (key: string): readonly string[] => {
    const ids = vacant.get(key) ?? []
    vacant.delete(key)
    return ids
  }
  const former = new Map(
    input.desired.map((webhook) => [webhook, typeof webhook.previously === 'string' ? take(webhook.previously) : []]),
  )
  return new Map(
    input.desired.map((webhook) => {
      const own = entries.has(ownEntry(webhook)) ? [ownEntry(webhook)] : []
      const known = [...own, ...(former.get(webhook) ?? [])]
      return [webhook, known.length > 0 ? known : take(webhook.key)]
    }),
  )
}
