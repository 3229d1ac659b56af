/** What the script of a report page is given. Every text in it is safe to show; indices keep it small. */
export interface PageData {
  /** The classes, or the kinds of action, that rows belong to. */
  readonly groups: readonly PageDataGroup[]
  readonly accounts: readonly PageAccount[]
  /** Names of the sides of a difference. */
  readonly sides: readonly [before: string, after: string]
  readonly rows: readonly PageRow[]
}

export interface PageDataGroup {
  readonly name: string
  /** Set where the report warns of it. */
  readonly counts?: true
}

export interface PageAccount {
  readonly name: string
  /** The vendor's name. */
  readonly vendor: string
}

export interface PageRow {
  /** Index into `groups`. */
  readonly group: number
  /** Index into `accounts`. */
  readonly account: number
  /** The key; the id where there is none. */
  readonly name: string
  readonly changes?: readonly PageChange[]
  /** More that is known, as label and text. */
  readonly facts?: readonly (readonly [label: string, text: string])[]
  /** Where it is declared, and a link there. */
  readonly place?: string
  readonly link?: string
  readonly since?: string
  /** What an apply does, in short. */
  readonly apply?: string
  readonly risk?: PageRisk
  readonly state?: 'new' | 'known'
}

export type PageRisk = 'none' | 'low' | 'medium' | 'high'

/** A difference: two sides, or words about what is not shown. */
export type PageChange =
  | { readonly path: string; readonly before: PageValue; readonly after: PageValue; readonly forces?: true }
  | { readonly path: string; readonly words: string }

/** A value as text, a list by its members, or nothing. */
export type PageValue = string | null | readonly PageMember[]

/** A member of a list; `only` where the other side lacks it. */
export interface PageMember {
  readonly text: string
  readonly only?: true
}
