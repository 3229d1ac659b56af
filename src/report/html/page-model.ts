import type { DiagnosticDocument } from '../diagnostic-document.ts'
import type { PageData } from './page-data.ts'

/** A report as a page: what is drawn as it stands, and what its script lists. */
export interface PageModel {
  /** What kind of report, such as "Drift report". */
  readonly kind: string
  readonly headline: string
  /** The stable last line of the text report. */
  readonly line: string
  /** When, with what and of what it was made. */
  readonly meta: readonly string[]
  readonly groups: readonly PageGroup[]
  readonly accounts: readonly PageAccountRow[]
  /** Names of the columns of `accounts`. */
  readonly columns: readonly string[]
  readonly notes: readonly DiagnosticDocument[]
  readonly history?: { readonly line: string; readonly resolved: readonly string[] }
  readonly data: PageData
}

/** A switch that shows only a part of the list. */
export interface PageGroup {
  readonly name: string
  readonly count: number
  /** Whether it is what the report warns of. */
  readonly counts: boolean
  /** Explained in words below. */
  readonly means?: string
}

export interface PageAccountRow {
  readonly name: string
  readonly vendor: string
  /** Undefined where the account could not be read. */
  readonly cells?: readonly string[]
  /** Share of what is live that is looked after, in percent. */
  readonly share?: number
}
