import type { Action, Change } from './action.ts'
import type { Code } from './codes.ts'
import type { Position } from './diagnostic.ts'

/** Classes that count as drift, in the order reports list them. */
export const countedDrift = ['missing', 'changed', 'disabled', 'secret', 'duplicate', 'orphaned'] as const
/** Classes that are listed and do not count, unless `--fail-on` names them. */
export const listedDrift = ['unmanaged', 'unknown', 'pending'] as const

export type DriftClass = (typeof countedDrift)[number] | (typeof listedDrift)[number]

/** How much an apply that sets things right may do to deliveries. */
export const driftRisks = ['none', 'low', 'medium', 'high'] as const
export type DriftRisk = (typeof driftRisks)[number]

/** What an apply would do about a finding, and what that puts at stake. */
export interface DriftRemedy extends Pick<Action, 'order' | 'gap' | 'takesOver' | 'reason'> {
  /** `none` where it leaves the webhook alone, `forget` where it drops it from the ledger without a call. */
  readonly kind: 'create' | 'update' | 'replace' | 'adopt' | 'delete' | 'forget' | 'none'
  /** Live objects that are gone afterwards. */
  readonly deletes: number
  readonly risk: DriftRisk
  /** Why it is no smaller, in words. */
  readonly risks: readonly string[]
  /** Guards that would refuse it, each with the flag that allows it. */
  readonly refusals: readonly { readonly code: Code; readonly flag?: string }[]
}

/** One way in which an account differs from what the files say. */
export interface DriftFinding {
  readonly class: DriftClass
  readonly provider: string
  readonly type: string
  readonly key?: string
  readonly id?: string
  /** All live objects it is about, where there are several. */
  readonly ids?: readonly string[]
  /** What is listed on its own at the vendor, such as an app, where the live object lies. */
  readonly scope?: string
  readonly url?: string
  readonly changes: readonly Change[]
  /** The vendor's own words on why, where it gives any. */
  readonly reason?: string
  /** Since when, as far as the vendor or the ledger can tell; ISO time. */
  readonly since?: string
  /** `vendor`: changed or made then. `ledger`: in line then, so it came about later. */
  readonly sinceFrom?: 'vendor' | 'ledger'
  /** Where the webhook is declared. */
  readonly at?: Position
  readonly remedy: DriftRemedy
}

/** How much of what is live in an account is looked after. Counts are of vendor objects. */
export interface DriftCoverage {
  readonly provider: string
  readonly live: number
  /** Declared or owned. */
  readonly managed: number
  /** Scopes that were looked at, where the vendor lists by scope: others are not known to be free of drift. */
  readonly scopes?: readonly string[]
}
