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

/** What the ledger knows of one declared webhook. Holds no secret. */
export interface LedgerEntry {
  readonly objects: readonly LedgerObject[]
  readonly retiring?: readonly RetiringObject[]
  /** File it was declared in, relative to the ledger's directory. */
  readonly file: string
  /** Keyed fingerprints of the secrets last written, by field path. */
  readonly fingerprints: Readonly<Record<string, string>>
  /** Hash of the declared fields last applied; absent when an interrupted run left only objects. */
  readonly hash?: string
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
}

export interface LedgerAccount {
  readonly identity: Readonly<Record<string, string>>
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
  readonly accounts: Readonly<Record<string, LedgerAccount>>
}
