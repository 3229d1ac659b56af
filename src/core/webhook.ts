import type { Position } from './diagnostic.ts'
import type { DesiredValues, LiveValues } from './value.ts'

/** One vendor account as declared under `providers:`. */
export interface Account {
  /** Our name for it: the key under `providers:`. */
  readonly name: string
  readonly type: string
  /** Account settings without `auth`, filled with defaults; holds no secret but those of `accountFields`. */
  readonly settings: DesiredValues
  /** What makes two accounts the same for the vendor: origin and the identifying settings, never a credential. */
  readonly identity: Readonly<Record<string, string>>
  readonly prune: 'none' | 'owned' | 'all'
  readonly at?: Position
}

/** One webhook as declared under `webhooks:` of an account. */
export interface DesiredWebhook {
  /** Name of the account. */
  readonly provider: string
  readonly key: string
  /** The vendor's fields as declared: what was left out is absent. */
  readonly fields: DesiredValues
  /** File that declares it, relative to the ledger's directory, with forward slashes. */
  readonly file: string
  readonly at?: Position
  readonly protected: boolean
  readonly allowGap: boolean
  readonly abandon: boolean
  /** How long a replaced server-made secret stays accepted, in milliseconds. */
  readonly overlap?: number
  /** The key, or the identity fields, it had before. */
  readonly previously?: string | DesiredValues
  /** Keyed fingerprints of its secrets and unreadable fields, by field path; filled in once secrets are resolved. */
  readonly fingerprints?: Readonly<Record<string, string>>
  /** Hash of the declared fields, secrets counted by their reference; filled in with the fingerprints. */
  readonly hash?: string
}

/**
 * One thing the vendor would count as one: a declared webhook is one object, or, where the vendor subscribes each
 * event on its own, one object per event (`part`).
 */
export interface DesiredObject {
  readonly provider: string
  readonly key: string
  /** The event, where each event is an object of its own; otherwise empty. */
  readonly part: string
  /** Value of the scope field, such as an app; empty where the account is the scope. */
  readonly scope: string
  readonly fields: DesiredValues
}

/** One object as the vendor's API shows it. */
export interface LiveObject {
  readonly id: string
  readonly part: string
  readonly scope: string
  /** In our field names; fields the vendor does not show are absent, hidden secrets say so. */
  readonly fields: LiveValues
  readonly createdAt?: string
  readonly updatedAt?: string
  /** The vendor's own words on the state, where it gives any. */
  readonly statusReason?: string
}

/** What was found of one scope while listing. `gone`: the vendor confirms it no longer has it. */
export interface ScopeFinding {
  readonly scope: string
  readonly state: 'listed' | 'gone' | 'unconfirmed'
}

/** Everything read from one account. */
export interface LiveAccount {
  readonly objects: readonly LiveObject[]
  readonly scopes: readonly ScopeFinding[]
  /** Account-wide values, where the definition declares `accountFields`. */
  readonly fields: LiveValues
  /** What a provider needs to see again when it compiles steps, such as a whole document. Opaque to the core. */
  readonly document?: unknown
}
