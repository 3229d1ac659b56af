import type { Diagnostic } from '../core/diagnostic.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import type { Failure, RunEvent } from '../core/outcome.ts'
import type { ProviderApi } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import type { DesiredValues } from '../core/value.ts'
import type { LedgerChange } from './ledger/ledger-change.ts'

/** What a failed call tells: whether the vendor may have done it all the same, and how to say so. */
export interface Explained {
  /** `not-sent` and `refused`: nothing was done. `unknown`: it may have been. */
  readonly outcome: 'not-sent' | 'refused' | 'unknown'
  readonly failure: Failure
  /** A refusal that asking again later may turn: credentials, a limit, a lock. */
  readonly isPassing?: boolean
}

/** Where secrets are kept, as far as the engine writes there. Each call names the reference as declared. */
export interface Vault {
  /** Shows that a later `store` would be let through; undefined when it would. */
  proveWritable(target: VaultTarget): Promise<Diagnostic | undefined>
  /** Stores a value, reads it back and compares; undefined when it is there. */
  store(target: VaultTarget, value: Secret): Promise<Diagnostic | undefined>
  /** Makes a secret where there is none; answers with the one that is there in the end. */
  generate(target: VaultTarget, bytes: number): Promise<Secret | Diagnostic>
  /** Reads a value anew; undefined when there is none. Rejects where that cannot be told. */
  read(target: VaultTarget): Promise<Secret | undefined>
  /** Removes a value; undefined when there is none any more. */
  remove(target: VaultTarget): Promise<Diagnostic | undefined>
}

/** A reference and the webhook it belongs to. */
export interface VaultTarget {
  readonly ref: string
  readonly provider: string
  readonly key: string
  readonly path: string
  /** The place beside it is meant: that of the value to come, or of the former one. */
  readonly sibling?: 'pending' | 'previous'
}

/** The run's open ledger; with `--no-ledger` one that forgets. */
export interface RunLedger {
  record(change: LedgerChange): Promise<void>
  /** What stands at an entry now. */
  entry(account: string, id: string): LedgerEntry | undefined
  /** Throws when the lock is lost; called before each vendor write. */
  confirm(): Promise<void>
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  wait(ms: number): Promise<void>
}

/** All that carrying out the plan of one account needs from outside. */
export interface Ports {
  readonly api: ProviderApi
  readonly ledger: RunLedger
  readonly vault: Vault
  readonly clock: Clock
  /** Keyed fingerprint of a value; undefined without a fingerprint key. */
  readonly fingerprint: (target: Omit<VaultTarget, 'ref'>, value: Secret) => string | undefined
  /** Keyed fingerprints of all that a vendor may hide, by field path; empty without a fingerprint key. */
  readonly fingerprints: (
    owner: Pick<VaultTarget, 'provider' | 'key'>,
    fields: DesiredValues,
  ) => Readonly<Record<string, string>>
  readonly explain: (error: unknown) => Explained
  readonly emit: (event: RunEvent) => void
  /** Aborted when the run shall stop: what is in flight is finished, nothing new is begun. */
  readonly stop: AbortSignal
  readonly toolVersion: string
}
