import { relative, resolve, sep } from 'node:path'
import { type AuthUse, makeAccountSources } from './account-sources.ts'
import type { Diagnostic } from './core/diagnostic.ts'
import { hasErrors } from './core/diagnostic.ts'
import type { DriftFinding } from './core/drift.ts'
import { findDrift } from './core/drift-findings.ts'
import type { Ledger } from './core/ledger.ts'
import { findLedgerAccount, makePlan } from './core/make-plan.ts'
import type { ApplySummary } from './core/outcome.ts'
import type { Plan } from './core/plan.ts'
import { planOffline } from './core/plan-offline.ts'
import { countWrites } from './count-writes.ts'
import { applyPlan } from './engine/apply-plan.ts'
import { explainError } from './engine/explain.ts'
import type { OpenLedger } from './engine/ledger/ledger-store.ts'
import type { Clock, Explained, Ports } from './engine/ports.ts'
import type { ReadAccount } from './engine/read-accounts.ts'
import { readAccounts } from './engine/read-accounts.ts'
import { makeRunLedger, noLedger } from './engine/run-ledger.ts'
import { explainHttpError } from './http/explain-error.ts'
import type { Loaded } from './load.ts'
import { load } from './load.ts'
import type { SyncOptions } from './options.ts'
import { patienceAfter } from './patience.ts'
import type { CheckedPlan } from './saved-plan.ts'
import type { OpenSecrets } from './secrets-of-run.ts'
import { openSecrets } from './secrets-of-run.ts'
import { makeSelection } from './selection.ts'
import { version } from './version.ts'

/** A plan, the connections it was made over, and what applying it needs. */
interface Planned {
  readonly plan: Plan
  readonly accounts: readonly ReadAccount[]
  readonly secrets: OpenSecrets
}

/** Plans what the files ask for. Reads only: no vendor call that writes, and not a byte of the ledger. */
export async function plan(options: SyncOptions): Promise<Plan> {
  const loaded = await load(options)
  if (hasErrors(loaded.diagnostics)) return refusedPlan(loaded.diagnostics)
  const planned = await planLoaded(loaded, await loaded.ledger?.read(), options, 'plan')
  await close(planned)
  return planned.plan
}

/** Plans without opening a socket, by what the ledger remembers. */
export async function planWithoutNetwork(options: SyncOptions): Promise<Plan> {
  const loaded = await load(options)
  if (hasErrors(loaded.diagnostics)) return refusedPlan(loaded.diagnostics)
  const ledger = await loaded.ledger?.read()
  const selection = makeSelection(options, loaded.project, ledger)
  const files = filesOf(loaded, options)
  const { hashWebhook } = await import('./engine/hash-webhook.ts')
  const accounts = selection.project.accounts.map(({ account, definition, desired }) =>
    planOffline({
      account,
      definition,
      desired: desired?.map((webhook) => ({ ...webhook, hash: hashWebhook(webhook) })),
      desiredFields: {},
      ledger: ledger && findLedgerAccount(ledger, account, files).account,
      files,
      options: planOptions(options, selection),
    }),
  )
  return { accounts, diagnostics: [...loaded.diagnostics, ...selection.diagnostics], calls: 0 }
}

export interface Drift {
  readonly plan: Plan
  readonly findings: readonly DriftFinding[]
}

/** Compares the live accounts with the files; writes nothing. */
export async function drift(options: SyncOptions): Promise<Drift> {
  const loaded = await load(options)
  if (hasErrors(loaded.diagnostics)) return { plan: refusedPlan(loaded.diagnostics), findings: [] }
  const planned = await planLoaded(loaded, await loaded.ledger?.read(), options, 'plan')
  await close(planned)
  const ledgers = new Map(planned.accounts.map(({ input }) => [input.account.name, input.ledger] as const))
  const findings = planned.plan.accounts.flatMap((account) => findDrift(account, ledgers.get(account.account.name)))
  return { plan: planned.plan, findings }
}

/** What the caller decides once the plan is known: go on, perhaps with a part of it, or stop. */
export type Decide = (plan: Plan) => Promise<CheckedPlan['plan'] | undefined>

export interface Applied {
  readonly plan: Plan
  /** Undefined where nothing was begun: a refusal, a decision against it, or nothing that could be planned. */
  readonly summary?: ApplySummary
}

/** Plans under the ledger's lock, asks, and carries out what was decided. */
export async function apply(options: SyncOptions, decide: Decide): Promise<Applied> {
  const loaded = await load(options)
  if (hasErrors(loaded.diagnostics)) return { plan: refusedPlan(loaded.diagnostics) }
  const ledger = await loaded.ledger?.open({
    waitMs: options.lockTimeoutMs,
    owner: `hooks-sync apply (${version})`,
    now: Date.now,
    signal: options.stop,
  })
  try {
    const planned = await planLoaded(loaded, ledger?.ledger, options, 'apply')
    try {
      const decided = await decide(planned.plan)
      if (decided === undefined) return { plan: planned.plan }
      return { plan: decided, summary: await carryOut({ ...planned, plan: decided }, ledger, options) }
    } finally {
      await close(planned)
    }
  } finally {
    await ledger?.close()
  }
}

async function planLoaded(
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
    clock: options.pace?.clock ?? systemClock,
    signal: options.stop,
    explain,
    emit: options.emit,
  })
  const told = [...loaded.diagnostics, ...selection.diagnostics, ...secrets.diagnostics, ...sourced.diagnostics]
  const inputs = read.accounts.map((account) => account.input)
  const made = makePlan({ accounts: inputs, diagnostics: [...told, ...read.diagnostics], calls: calls.count })
  return { plan: made, accounts: read.accounts, secrets }
}

function carryOut(
  { plan: decided, accounts, secrets }: Planned,
  ledger: OpenLedger | undefined,
  options: SyncOptions,
): Promise<ApplySummary> {
  let writes = 0
  const clock = options.pace?.clock ?? systemClock
  const portsOf = ({ api }: ReadAccount): Ports => ({
    api: countWrites(api, explain, () => (writes += 1)),
    ledger: ledger === undefined ? noLedger : makeRunLedger(ledger),
    vault: secrets.vault,
    clock,
    fingerprint: ({ provider, key, path }, value) =>
      secrets.fingerprint?.(value, { account: provider, webhook: key, field: path }),
    explain,
    emit: options.emit,
    stop: options.stop,
    toolVersion: version,
  })
  return applyPlan({
    plan: decided,
    accounts,
    gapAllowed: options.allow.gap,
    parallelism: options.parallelism,
    portsOf,
    clock,
    stop: options.stop,
    writes: () => writes,
  })
}

const systemClock: Clock = { now: Date.now, wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }

function explain(error: unknown): Explained {
  return explainError(error, explainHttpError)
}

function planOptions(options: SyncOptions, selection: ReturnType<typeof makeSelection>) {
  const { allow, dedupe } = options
  return { allow, dedupe, now: Date.now(), selects: selection.selects, writesSecrets: selection.writesSecrets }
}

/** The files whose webhooks may be deleted: those loaded now, and those named as gone. */
function filesOf({ project, ledgerDirectory }: Loaded, options: SyncOptions): ReadonlySet<string> {
  const gone = options.pruneFiles.map((path) =>
    relative(ledgerDirectory, resolve(options.cwd, path)).replaceAll(sep, '/'),
  )
  return new Set([...project.ledgerFiles, ...gone])
}

function refusedPlan(diagnostics: readonly Diagnostic[]): Plan {
  return { accounts: [], diagnostics, calls: 0 }
}

async function close({ accounts, secrets }: Planned): Promise<void> {
  await Promise.all(accounts.map(({ api }) => api.close()))
  await secrets.close()
}
