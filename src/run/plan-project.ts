import { type Diagnostic, hasErrors } from '../core/diagnostic.ts'
import type { Ledger } from '../core/ledger.ts'
import { makePlan } from '../core/make-plan.ts'
import { type AccountInput, isRefused, type Plan } from '../core/plan.ts'
import type { Secret, SecretSlot } from '../core/secret.ts'
import { expectCalls } from '../engine/expect-calls.ts'
import { type ReadAccount, readAccounts } from '../engine/read-accounts.ts'
import { type AuthUse, makeAccountSources } from './account-sources.ts'
import type { Loaded } from './load.ts'
import type { SyncOptions } from './options.ts'
import { patienceAfter } from './patience.ts'
import { clockOf, explain, filesOf, planOptions } from './run-settings.ts'
import { type OpenSecrets, openSecrets } from './secrets-of-run.ts'
import { makeSelection, type Selection } from './selection.ts'
import { tellUndeclared } from './tell-undeclared.ts'

/** A plan, the connections it was made over, and what applying it needs. */
export interface Planned {
  readonly plan: Plan
  readonly narrow: Narrow
  readonly accounts: readonly ReadAccount[]
  readonly secrets: OpenSecrets
}

/** Plans again what was read, for fewer webhooks: guards count only what is selected then. */
export type Narrow = (selects: (id: string) => boolean) => Plan

/** Reads the accounts that are selected and plans them; what it opened is left open for an apply. */
export async function planProject(
  loaded: Loaded,
  ledger: Ledger | undefined,
  options: SyncOptions,
  use: AuthUse,
): Promise<Planned> {
  const selection = makeSelection(options, loaded.project, ledger)
  const secrets = await openSecrets(selection.project, options)
  const read = await readProject({ loaded, ledger, options, use, selection, secrets })
  const inputs = read.accounts.map(({ input }) => input)
  const diagnostics = [
    ...loaded.diagnostics,
    ...selection.diagnostics,
    ...secrets.diagnostics,
    ...read.diagnostics,
    ...(options.undo === undefined ? tellUndeclared(loaded.project, ledger) : []),
  ]
  const plan = makePlan({ accounts: inputs, diagnostics, calls: read.calls })
  const narrow: Narrow = (selects) =>
    makePlan({ accounts: inputs.map((input) => narrowInput(input, selects)), diagnostics, calls: read.calls })
  return { plan: withExpectedCalls(plan, read, options), narrow, accounts: read.accounts, secrets }
}

function narrowInput(input: AccountInput, selects: (id: string) => boolean): AccountInput {
  return { ...input, options: { ...input.options, selects: (id) => input.options.selects(id) && selects(id) } }
}

/** What is refused, or cannot be planned to its end, cannot be counted either. */
function withExpectedCalls(plan: Plan, { accounts, calls }: ReadProject, { allow }: SyncOptions): Plan {
  const diagnostics = [...plan.diagnostics, ...plan.accounts.flatMap((account) => account.diagnostics)]
  if (hasErrors(diagnostics) || isRefused(plan)) return plan
  const byName = new Map(accounts.map((account) => [account.input.account.name, account] as const))
  const expected = plan.accounts.map((account) => {
    const read = byName.get(account.account.name)
    return read === undefined
      ? 0
      : expectCalls(account, { live: read.input.live, api: read.api, gapAllowed: allow.gap })
  })
  return { ...plan, expectedCalls: expected.reduce((sum, count) => sum + count, calls) }
}

export interface ReadInput {
  readonly loaded: Loaded
  readonly ledger: Ledger | undefined
  readonly options: SyncOptions
  readonly use: AuthUse
  readonly selection: Selection
  readonly secrets: OpenSecrets
  /** Values that stand for those in the vault. */
  readonly staged?: ReadonlyMap<SecretSlot, Secret>
}

export interface ReadProject {
  readonly accounts: readonly ReadAccount[]
  readonly diagnostics: readonly Diagnostic[]
  /** Vendor calls that were made. */
  readonly calls: number
}

/** Resolves the secrets of the selected accounts and reads what is live there. */
export async function readProject(input: ReadInput): Promise<ReadProject> {
  const { loaded, ledger, options, use, selection, secrets, staged } = input
  const calls = { count: 0 }
  const onCall = (): void => void (calls.count += 1)
  const patience = patienceAfter(options.stop, options.pace?.graceMs)
  const sourced = await makeAccountSources({
    project: selection.project,
    ledger,
    options,
    use,
    onCall,
    patience,
    ...secrets,
    ...(staged === undefined ? {} : { staged }),
  })
  const read = await readAccounts(sourced.sources, {
    ledger,
    files: filesOf(loaded, options),
    plan: planOptions(options, selection),
    allScopes: options.allScopes,
    parallelism: options.parallelism,
    clock: clockOf(options),
    signal: options.stop,
    explain,
    emit: options.emit,
  })
  return {
    accounts: read.accounts,
    diagnostics: [...sourced.diagnostics, ...read.diagnostics],
    calls: calls.count,
  }
}

/** Closes the connections and the stores that planning opened. */
export async function closePlanned({ accounts, secrets }: Planned): Promise<void> {
  await Promise.all(accounts.map(({ api }) => api.close()))
  await secrets.close()
}
