import PQueue from 'p-queue'
import type { Diagnostic } from '../core/diagnostic.ts'
import { hasErrors } from '../core/diagnostic.ts'
import type { Ledger } from '../core/ledger.ts'
import { findLedgerAccount } from '../core/make-plan.ts'
import type { RunEvent } from '../core/outcome.ts'
import type { AccountInput, PlanOptions } from '../core/plan.ts'
import type { ProviderApi } from '../core/provider.ts'
import { fetchLive } from './fetch-live.ts'
import type { Clock, Explained } from './ports.ts'

/** A declared account whose secrets are resolved, and how to reach it. */
export interface AccountSource
  extends Pick<
    AccountInput,
    'account' | 'definition' | 'desired' | 'desiredFields' | 'accountFingerprints' | 'accountFile' | 'fingerprintAs'
  > {
  readonly open: () => Promise<ProviderApi>
}

export interface ReadOptions {
  /** Undefined with `--no-ledger`. */
  readonly ledger: Ledger | undefined
  readonly files: ReadonlySet<string>
  readonly plan: PlanOptions
  readonly allScopes: boolean
  /** Accounts at once. */
  readonly parallelism: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly explain: (error: unknown) => Explained
  readonly emit: (event: RunEvent) => void
}

/** An account that was read, and the open connection to it. */
export interface ReadAccount {
  readonly input: AccountInput
  readonly api: ProviderApi
}

export interface ReadAccounts {
  readonly accounts: readonly ReadAccount[]
  /** Findings of accounts that could not be read, and warnings of those that could. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads all accounts side by side. One that cannot be read is reported and left out; the others go on. */
export async function readAccounts(sources: readonly AccountSource[], options: ReadOptions): Promise<ReadAccounts> {
  const queue = new PQueue({ concurrency: options.parallelism })
  const results = await Promise.all(
    sources.map((source) =>
      queue.add(() => {
        options.emit({ type: 'account_reading', provider: source.account.name, accounts: sources.length })
        return readAccount(source, options)
      }),
    ),
  )
  return {
    accounts: results.flatMap((result) => ('api' in result ? [{ input: result.input, api: result.api }] : [])),
    diagnostics: results.flatMap((result) => result.diagnostics),
  }
}

type Result =
  | { readonly input: AccountInput; readonly api: ProviderApi; readonly diagnostics: readonly Diagnostic[] }
  | { readonly diagnostics: readonly Diagnostic[] }

async function readAccount(source: AccountSource, options: ReadOptions): Promise<Result> {
  const { open, ...declared } = source
  const { name } = source.account
  let api: ProviderApi | undefined
  try {
    api = await open()
    const known = options.ledger && findLedgerAccount(options.ledger, source.account, options.files)
    const input = { ...declared, ledger: known?.account, allScopes: options.allScopes }
    const { live, diagnostics } = await fetchLive(api, input, options.clock, options.signal)
    if (hasErrors(diagnostics)) return await giveUp(source, api, diagnostics, options)
    options.emit({ type: 'account_read', provider: name, webhooks: live.objects.length })
    const repointed = known?.repointedFrom === undefined ? {} : { repointedFrom: known.repointedFrom }
    const planned = {
      ...declared,
      ledger: known?.account,
      live,
      files: options.files,
      options: options.plan,
      ...repointed,
    }
    return { input: planned, api, diagnostics }
  } catch (error) {
    const { failure } = options.explain(error)
    const at = source.account.at === undefined ? {} : { at: source.account.at }
    const diagnostic = { severity: 'error', provider: name, ...at, ...failure } as const
    return giveUp(source, api, [{ ...diagnostic, message: `${name} cannot be read: ${failure.message}` }], options)
  }
}

async function giveUp(
  source: AccountSource,
  api: ProviderApi | undefined,
  diagnostics: readonly Diagnostic[],
  options: ReadOptions,
): Promise<Result> {
  await api?.close()
  const [first] = diagnostics
  if (first !== undefined) {
    const { code, message, hint } = first
    const failure = { code, message, ...(hint === undefined ? {} : { hint }) }
    options.emit({ type: 'account_failed', provider: source.account.name, failure })
  }
  return { diagnostics }
}
