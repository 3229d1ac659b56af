import type { Ledger } from '../core/ledger.ts'
import { makePlan } from '../core/make-plan.ts'
import type { Plan } from '../core/plan.ts'
import { type ReadAccount, readAccounts } from '../engine/read-accounts.ts'
import { type AuthUse, makeAccountSources } from './account-sources.ts'
import type { Loaded } from './load.ts'
import type { SyncOptions } from './options.ts'
import { patienceAfter } from './patience.ts'
import { clockOf, explain, filesOf, planOptions } from './run-settings.ts'
import { type OpenSecrets, openSecrets } from './secrets-of-run.ts'
import { makeSelection } from './selection.ts'

/** A plan, the connections it was made over, and what applying it needs. */
export interface Planned {
  readonly plan: Plan
  readonly accounts: readonly ReadAccount[]
  readonly secrets: OpenSecrets
}

/** Reads the accounts that are selected and plans them; what it opened is left open for an apply. */
export async function planProject(
  loaded: Loaded,
  ledger: Ledger | undefined,
  options: SyncOptions,
  use: AuthUse,
): Promise<Planned> {
  const selection = makeSelection(options, loaded.project, ledger)
  const { project } = selection
  const secrets = await openSecrets(project, options)
  const calls = { count: 0 }
  const onCall = (): void => void (calls.count += 1)
  const patience = patienceAfter(options.stop, options.pace?.graceMs)
  const sourced = await makeAccountSources({ project, ledger, options, use, onCall, patience, ...secrets })
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
  const told = [...loaded.diagnostics, ...selection.diagnostics, ...secrets.diagnostics, ...sourced.diagnostics]
  const plan = makePlan({
    accounts: read.accounts.map(({ input }) => input),
    diagnostics: [...told, ...read.diagnostics],
    calls: calls.count,
  })
  return { plan, accounts: read.accounts, secrets }
}

/** Closes the connections and the stores that planning opened. */
export async function closePlanned({ accounts, secrets }: Planned): Promise<void> {
  await Promise.all(accounts.map(({ api }) => api.close()))
  await secrets.close()
}
