import type { Change, ReplaceOrder, SecretGround } from '../core/action.ts'
import type { Position } from '../core/diagnostic.ts'
import type { DriftClass, DriftRemedy, DriftRisk } from '../core/drift.ts'
import type { PlanDocument } from './plan-document.ts'

/**
 * A drift run as plain data without any secret: the JSON of `drift --json`, and what every other format is rendered
 * from. Those of several shards hold together all that the document of one run of all accounts would.
 */
export interface DriftDocument extends PlanDocument {
  readonly command: 'drift'
  /** Absent where nobody said which run it is, as in programs. */
  readonly run?: DriftRunDocument
  readonly counted_classes: readonly DriftClass[]
  readonly totals: DriftTotals
  readonly accounts: readonly DriftAccountDocument[]
  readonly drift: readonly DriftFindingDocument[]
  /** Absent without `--history`. */
  readonly history?: DriftHistoryDocument
}

export interface DriftFindingDocument {
  readonly class: DriftClass
  readonly provider: string
  readonly key?: string
  readonly id?: string
  readonly changes: readonly Change[]
  readonly type: string
  /** Names the finding in every run: its class and what it is about. */
  readonly fingerprint: string
  /** Whether its class counts as drift in this run. */
  readonly counted: boolean
  /** All live objects it is about, where there are several. */
  readonly ids?: readonly string[]
  readonly scope?: string
  readonly url?: string
  readonly reason?: string
  readonly since?: string
  readonly since_from?: 'vendor' | 'ledger'
  /** Where the webhook is declared. */
  readonly at?: Position
  /** What verdicts on hidden fields rest on, by path. */
  readonly grounds?: Readonly<Record<string, DriftGroundDocument>>
  /** What an apply would do. */
  readonly apply: DriftApplyDocument
  /** With `--history`: whether a run before has seen it as it is now. */
  readonly state?: 'new' | 'known'
  readonly first_seen?: string
}

export interface DriftGroundDocument {
  readonly ground?: SecretGround
  /** It is no secret, the vendor just does not show it. */
  readonly plain?: true
}

export interface DriftApplyDocument {
  readonly kind: DriftRemedy['kind']
  readonly order?: ReplaceOrder
  readonly deletes: number
  readonly risk: DriftRisk
  readonly risks: readonly string[]
  readonly gap?: string
  readonly takes_over?: true
  readonly reason?: string
  /** Guards that would refuse it. */
  readonly refused_by?: readonly { readonly code: string; readonly flag?: string }[]
}

/** Which run a report is about. */
export interface DriftRunDocument {
  readonly tool_version: string
  readonly finished_at: string
  readonly shard?: { readonly index: number; readonly count: number }
  readonly narrowed?: true
  /** What `-f` names, in one order, where it was given. */
  readonly files?: readonly string[]
  readonly directory?: string
  readonly repository?: Repository
}

/** Where the files of a run lie, for links into them. */
export interface Repository {
  /** Such as `https://github.com/owner/name`. */
  readonly url: string
  readonly revision: string
}

/** One account of a drift run. */
export type DriftAccountDocument = ReadAccountDocument | UnreadAccountDocument

export interface ReadAccountDocument {
  readonly provider: string
  readonly read: true
  readonly type: string
  /** The vendor's name. */
  readonly title: string
  /** Where the account is declared. */
  readonly at?: Position
  /** Declared webhooks that were compared. */
  readonly webhooks: number
  /** Keys of those nothing is known to be wrong with. */
  readonly in_line: readonly string[]
  /** Live objects; absent, as `managed`, where they were not counted. */
  readonly live?: number
  /** Those of them that are declared or owned. */
  readonly managed?: number
  /** Scopes that were looked at, where the vendor lists by scope. */
  readonly scopes?: readonly string[]
  readonly classes: Readonly<Partial<Record<DriftClass, number>>>
}

/** An account that could not be read: nothing is known of it. */
export interface UnreadAccountDocument {
  readonly provider: string
  readonly read: false
}

/** The numbers of a drift run that every format tells. */
export interface DriftTotals {
  readonly findings: number
  /** Findings of classes that count as drift. */
  readonly counted: number
  readonly classes: Readonly<Record<DriftClass, number>>
  /** Declared webhooks that were compared. */
  readonly webhooks: number
  readonly in_line: number
  /** Live objects, and those of them that are declared or owned. */
  readonly live: number
  readonly managed: number
  readonly accounts: number
  readonly unread_accounts: number
}

/** What became of findings since earlier runs. */
export interface DriftHistoryDocument {
  /** Runs that were written down before this one. */
  readonly runs: number
  /** When the last of them ended; ISO time. */
  readonly last_run_at?: string
  readonly new: number
  readonly known: number
  readonly resolved: readonly ResolvedDocument[]
}

/** A finding of an earlier run that is there no more. */
export interface ResolvedDocument {
  readonly fingerprint: string
  readonly class: DriftClass
  readonly provider: string
  readonly key?: string
  readonly id?: string
  readonly first_seen: string
}
