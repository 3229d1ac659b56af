import type { Action, ActionKind } from './action.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Intent, LedgerAccount } from './ledger.ts'
import type { ProviderDefinition } from './provider.ts'
import type { DesiredValues } from './value.ts'
import type { Account, DesiredWebhook, LiveAccount, LiveObject } from './webhook.ts'

/** What the user allowed by name for this run; each guard asks for its own. */
export interface Allowances {
  /** `--max-deletes`: a number of objects, or a share of the scope's live ones. */
  readonly maxDeletes?: { readonly count: number } | { readonly percent: number }
  readonly empty: boolean
  readonly gap: boolean
  readonly takeover: boolean
  readonly recreate: boolean
  readonly http: boolean
  readonly shadow: boolean
  readonly repoint: boolean
}

export const allowNothing: Allowances = {
  empty: false,
  gap: false,
  takeover: false,
  recreate: false,
  http: false,
  shadow: false,
  repoint: false,
}

/** What a run that rotates does with a webhook: it makes a new one in its place, or brings it the value that is to come. */
export type Rotating = 'replacing' | 'sending'

export interface PlanOptions {
  readonly allow: Allowances
  /** Whether `provider/key` was selected by `--target` and `--exclude`. */
  readonly selects: (id: string) => boolean
  /** Whether `--write-secrets` names `provider/key`. */
  readonly writesSecrets: (id: string) => boolean
  readonly dedupe: boolean
  /** What `rotate` does with `provider/key`; absent in every other run. */
  readonly rotating?: (id: string) => Rotating | undefined
  /** Milliseconds since the epoch; the plan's only clock. */
  readonly now: number
}

/** All that the plan of one account depends on. */
export interface AccountInput {
  readonly account: Account
  readonly definition: ProviderDefinition
  /** Undefined where the account has no `webhooks:` line: it is read, never written. */
  readonly desired: readonly DesiredWebhook[] | undefined
  /** Computes the fingerprints a webhook had under another key: they are bound to it. */
  readonly fingerprintAs?: (webhook: DesiredWebhook, key: string) => Readonly<Record<string, string>>
  /** Declared account-wide values, such as one signing secret for all webhooks. */
  readonly desiredFields: DesiredValues
  /** Keyed fingerprints of `desiredFields`. */
  readonly accountFingerprints?: Readonly<Record<string, string>>
  /** File that declares them, as the ledger names it. */
  readonly accountFile?: string
  readonly live: LiveAccount
  /** Undefined with `--no-ledger`: nothing is owned. */
  readonly ledger: LedgerAccount | undefined
  /** Files loaded in this run, as the ledger writes them, and those named by `--prune-file`. */
  readonly files: ReadonlySet<string>
  readonly options: PlanOptions
  /** Identity under which the ledger knows an account of this name, where it is not the one the files name now. */
  readonly repointedFrom?: Readonly<Record<string, string>>
  /** Intents of interrupted runs whose outcome cannot be told; `planAccount` fills them in. */
  readonly unclear?: readonly Intent[]
}

/** Why a plan is refused; nothing is written anywhere while one stands. */
export interface Refusal {
  readonly code: Diagnostic['code']
  readonly message: string
  readonly hint?: string
  readonly count?: number
  readonly limit?: number
  /** The flag that allows it; absent where none does. */
  readonly flag?: string
  readonly provider: string
  readonly key?: string
}

/** Live twins of one identity. */
export interface Duplicate {
  readonly provider: string
  readonly type: string
  readonly key?: string
  /** The object that is kept. */
  readonly kept: string
  readonly twins: readonly LiveObject[]
}

/** What the plan of one account says. */
export interface AccountPlan {
  readonly account: Account
  readonly definition: ProviderDefinition
  readonly actions: readonly Action[]
  readonly unmanaged: readonly LiveObject[]
  readonly duplicates: readonly Duplicate[]
  /** Keys in the ledger whose file is not loaded. */
  readonly outOfScope: readonly string[]
  /** Keys in the ledger, not declared, whose objects are gone at the vendor. */
  readonly orphaned: readonly string[]
  /** Keys that stop being managed and stay live (`abandon: true`). */
  readonly abandoned: readonly string[]
  /** Ids of ledger entries that end without a vendor call: those of orphaned and abandoned webhooks. */
  readonly ended: readonly string[]
  readonly refusals: readonly Refusal[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The plans of all accounts, in the order of their names. */
export interface Plan {
  readonly accounts: readonly AccountPlan[]
  /** Findings that belong to no single account, and those of accounts that could not be read. */
  readonly diagnostics: readonly Diagnostic[]
  /** Vendor calls made for this plan. */
  readonly calls: number
  /** Vendor calls that applying it takes, reading included; absent where it cannot be applied. */
  readonly expectedCalls?: number
}

/** Tells whether a guard refuses the plan. */
export function isRefused(plan: Pick<Plan, 'accounts'>): boolean {
  return plan.accounts.some(({ refusals }) => refusals.length > 0)
}

export type Summary = Readonly<Record<ActionKind | 'unmanaged' | 'duplicates', number>>
