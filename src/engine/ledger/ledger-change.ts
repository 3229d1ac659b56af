import type { Intent, Ledger, LedgerAccount, LedgerEntry, LedgerObject } from '../../core/ledger.ts'

/** Where an entry stands. */
export interface EntryPlace {
  readonly account: string
  readonly key: string
}

/** One thing a run learned, as the journal keeps it. */
export type LedgerChange =
  | ({ readonly kind: 'put-entry'; readonly entry: LedgerEntry } & EntryPlace)
  | ({ readonly kind: 'remove-entry' } & EntryPlace)
  /** Replaces what stands at `to`, so a swap of keys is two `put-entry`. */
  | { readonly kind: 'move-entry'; readonly from: EntryPlace; readonly to: EntryPlace }
  | { readonly kind: 'put-intent'; readonly account: string; readonly id: string; readonly intent: Intent }
  | { readonly kind: 'settle-intent'; readonly account: string; readonly id: string }
  | {
      readonly kind: 'set-identity'
      readonly account: string
      readonly identity: Readonly<Record<string, string>>
    }
  | ({ readonly kind: 'own-object'; readonly object: LedgerObject; readonly file: string } & EntryPlace)
  /** Leaves the entry, also without objects, for its file and fingerprints. */
  | ({ readonly kind: 'disown-object'; readonly id: string } & EntryPlace)
  | ({ readonly kind: 'retire-object'; readonly id: string; readonly until: string } & EntryPlace)

interface DraftAccount extends LedgerAccount {
  identity: Readonly<Record<string, string>>
  readonly webhooks: Record<string, LedgerEntry>
  readonly intents: Record<string, Intent>
}

/** A ledger of our own that changes in place, so that n changes cost n and not n². */
export interface LedgerDraft extends Ledger {
  readonly accounts: Record<string, DraftAccount>
}

/** Makes a ledger that knows nothing yet. */
export function makeLedger(lineage: string): Ledger {
  return { format: 1, lineage, serial: 0, accounts: makeRecord({}) }
}

/** Copies the maps of a ledger; entries are shared, since they are replaced and never changed. */
export function makeDraft(ledger: Ledger): LedgerDraft {
  const accounts: Record<string, DraftAccount> = makeRecord({})
  for (const [name, account] of Object.entries(ledger.accounts)) {
    accounts[name] = {
      identity: account.identity,
      webhooks: makeRecord(account.webhooks),
      intents: makeRecord(account.intents),
    }
  }
  return { format: ledger.format, lineage: ledger.lineage, serial: ledger.serial, accounts }
}

/** Computes the ledger after a change and leaves the given one as it is. */
export function applyChange(ledger: Ledger, change: LedgerChange): Ledger {
  return applyChanges(ledger, [change])
}

/** Computes the ledger after all changes, in linear time. */
export function applyChanges(ledger: Ledger, changes: Iterable<LedgerChange>): Ledger {
  const draft = makeDraft(ledger)
  for (const change of changes) changeDraft(draft, change)
  return draft
}

/** Applies a change to a draft in place. */
export function changeDraft(draft: LedgerDraft, change: LedgerChange): void {
  switch (change.kind) {
    case 'put-entry':
      accountIn(draft, change.account).webhooks[change.key] = change.entry
      return
    case 'remove-entry':
      delete draft.accounts[change.account]?.webhooks[change.key]
      return
    case 'move-entry':
      moveEntry(draft, change.from, change.to)
      return
    case 'put-intent':
      accountIn(draft, change.account).intents[change.id] = change.intent
      return
    case 'settle-intent':
      delete draft.accounts[change.account]?.intents[change.id]
      return
    case 'set-identity':
      accountIn(draft, change.account).identity = change.identity
      return
    case 'own-object':
      ownObject(draft, change, change.object, change.file)
      return
    case 'disown-object':
      changeEntry(draft, change, (entry) => withoutObject(entry, change.id))
      return
    case 'retire-object':
      changeEntry(draft, change, (entry) => withRetired(entry, change.id, change.until))
      return
  }
}

/** Tells one object of an entry from another. */
export function isSameObject(a: LedgerObject, b: LedgerObject): boolean {
  return a.id === b.id && a.part === b.part && a.scope === b.scope
}

/** Copies into an object without a prototype, where no key has a meaning of its own. */
export function makeRecord<T>(source: Readonly<Record<string, T>>): Record<string, T> {
  const record: Record<string, T> = Object.create(null)
  return Object.assign(record, source)
}

function accountIn(draft: LedgerDraft, name: string): DraftAccount {
  const known = draft.accounts[name]
  if (known !== undefined) return known
  const made: DraftAccount = { identity: makeRecord({}), webhooks: makeRecord({}), intents: makeRecord({}) }
  draft.accounts[name] = made
  return made
}

function moveEntry(draft: LedgerDraft, from: EntryPlace, to: EntryPlace): void {
  const entry = draft.accounts[from.account]?.webhooks[from.key]
  if (entry === undefined) return
  delete draft.accounts[from.account]?.webhooks[from.key]
  accountIn(draft, to.account).webhooks[to.key] = entry
}

function changeEntry(draft: LedgerDraft, place: EntryPlace, change: (entry: LedgerEntry) => LedgerEntry): void {
  const webhooks = draft.accounts[place.account]?.webhooks
  const entry = webhooks?.[place.key]
  if (webhooks === undefined || entry === undefined) return
  webhooks[place.key] = change(entry)
}

function ownObject(draft: LedgerDraft, place: EntryPlace, object: LedgerObject, file: string): void {
  const { webhooks } = accountIn(draft, place.account)
  const entry = webhooks[place.key] ?? { objects: [], file, fingerprints: {} }
  const others = entry.objects.filter((known) => !isSameObject(known, object))
  const retiring = entry.retiring?.filter((known) => !isSameObject(known, object))
  webhooks[place.key] = withRetiring({ ...entry, file, objects: [...others, object] }, retiring)
}

function withoutObject(entry: LedgerEntry, id: string): LedgerEntry {
  const objects = entry.objects.filter((object) => object.id !== id)
  return withRetiring(
    { ...entry, objects },
    entry.retiring?.filter((object) => object.id !== id),
  )
}

function withRetired(entry: LedgerEntry, id: string, until: string): LedgerEntry {
  const retiring = entry.retiring ?? []
  const known = retiring.map((object) => (object.id === id ? { ...object, until } : object))
  const added = entry.objects.filter((object) => object.id === id).map((object) => ({ ...object, until }))
  const objects = entry.objects.filter((object) => object.id !== id)
  return withRetiring({ ...entry, objects }, [...known, ...added])
}

function withRetiring(entry: LedgerEntry, retiring: LedgerEntry['retiring']): LedgerEntry {
  const { retiring: _, ...rest } = entry
  return retiring === undefined || retiring.length === 0 ? rest : { ...rest, retiring }
}
