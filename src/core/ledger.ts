/** One live object owned by an entry. */
export interface LedgerObject {
  readonly id: string
  readonly part: string
  readonly scope: string
}

/** A replaced object that stays live until a later apply. */
export interface RetiringObject extends LedgerObject {
  /** ISO time after which it is deleted. */
  readonly until: string
}

/** How far the change of a secret has come. Holds no secret. */
export interface Rotation {
  /** Field whose secret it is. */
  readonly path: string
  /** The reference as declared when it began. */
  readonly ref: string
  /** Done last: the new value is in the vault, every webhook has it, or it has taken the place of the former one. */
  readonly step: 'staged' | 'sent' | 'promoted'
  readonly started_at: string
  /** Milliseconds for which the former value is kept once the new one is in its place. */
  readonly overlap: number
  /** ISO time after which the former value is removed; stands once the new one is in its place. */
  readonly until?: string
  /** Ids of the objects that new ones replace, where the vendor makes the secret. */
  readonly replaces?: readonly string[]
}

/** What the ledger knows of one declared webhook. Holds no secret. */
export interface LedgerEntry {
  readonly objects: readonly LedgerObject[]
  readonly retiring?: readonly RetiringObject[]
  /** File it was declared in, relative to the ledger's directory. */
  readonly file: string
  /** Keyed fingerprints of the secrets last written, by field path. */
  readonly fingerprints: Readonly<Record<string, string>>
  /** ISO times at which secrets were last written to the vendor, or made by it, by field path. */
  readonly secrets_written?: Readonly<Record<string, string>>
  readonly rotation?: Rotation
  /** Hash of the declared fields last applied; absent when an interrupted run left only objects. */
  readonly hash?: string
  /** Names of the fields that were declared then. */
  readonly declared?: readonly string[]
  readonly applied_at?: string
  readonly tool_version?: string
}

/** A create that was about to be sent. What it made is owned, also when its answer was lost. */
export interface Intent {
  readonly key: string
  readonly file: string
  readonly part: string
  readonly scope: string
  /** Identity of the object, as `identityOf` renders it. */
  readonly identity: string
  /** Ids of that identity that were live before. */
  readonly seen: readonly string[]
  readonly at: string
  /** The vendor said that it was made, and did not show it for as long as was waited. */
  readonly accepted?: true
  /** Not a create: a write that a run which died midway owes to webhooks that are not ours. */
  readonly repair?: Repair
}

/** After this time, in milliseconds, a create that shows no webhook has made none. */
export const intentLifetime: number = 10 * 60 * 1000

/** Whether what a create made may still appear although it is not listed, so that it must not be made again. */
export function isAwaited({ accepted, at }: Intent, now: number): boolean {
  return accepted === true && now - Date.parse(at) <= intentLifetime
}

/** Until when a create is waited for, as an ISO time. */
export function patienceEnd({ at }: Intent): string {
  return new Date(Date.parse(at) + intentLifetime).toISOString()
}

/** The call that puts right what a write may leave undone; as JSON, without a secret. */
export interface Repair {
  readonly target: string
  readonly call: unknown
}

export interface LedgerAccount {
  readonly identity: Readonly<Record<string, string>>
  /** Entries by `file#key`: two environments in one directory may use the same key. */
  readonly webhooks: Readonly<Record<string, LedgerEntry>>
  /** Unsettled intents by their id. */
  readonly intents: Readonly<Record<string, Intent>>
}

export interface Ledger {
  readonly format: 1
  /** Made once; tells two ledgers of the same name apart. */
  readonly lineage: string
  /** Grows by one with each fold. */
  readonly serial: number
  /** Accounts by `name@identity`: two environments may use the same name for different accounts. */
  readonly accounts: Readonly<Record<string, LedgerAccount>>
}

/** Renders the id of an entry within its account. */
export function entryId(file: string, key: string): string {
  return `${file}#${key}`
}

/** The key under which account-wide values are planned and remembered. */
export const accountKey = '@account'

/** Tells the entry of account-wide values from those of webhooks. */
export function isAccountEntry(id: string, entry: Pick<LedgerEntry, 'file'>): boolean {
  return entryKey(id, entry) === accountKey
}

/** Reads our key out of an entry's id. */
export function entryKey(id: string, entry: Pick<LedgerEntry, 'file'>): string {
  return id.slice(entry.file.length + 1)
}

/** Renders the id of an account within the ledger. */
export function ledgerAccountId(name: string, identity: Readonly<Record<string, string>>): string {
  const parts = Object.keys(identity)
    .toSorted()
    .map((field) => `${field}=${identity[field] ?? ''}`)
  return `${name}@${parts.join('&')}`
}
