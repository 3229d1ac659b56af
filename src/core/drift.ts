import type { Change } from './action.ts'

/** Classes that count as drift, in the order reports list them. */
export const countedDrift = ['missing', 'changed', 'disabled', 'secret', 'duplicate', 'orphaned'] as const
/** Classes that are listed and do not count, unless `--fail-on` names them. */
export const listedDrift = ['unmanaged', 'unknown', 'pending'] as const

export type DriftClass = (typeof countedDrift)[number] | (typeof listedDrift)[number]

/** One way in which an account differs from what the files say. */
export interface DriftFinding {
  readonly class: DriftClass
  readonly provider: string
  readonly type: string
  readonly key?: string
  readonly id?: string
  readonly url?: string
  readonly changes: readonly Change[]
  /** The vendor's own words on why, where it gives any. */
  readonly reason?: string
  /** Since when, as far as the vendor or the ledger can tell; ISO time. */
  readonly since?: string
}
