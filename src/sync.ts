import { type Diagnostic, hasErrors } from './core/diagnostic.ts'
import type { DriftCoverage, DriftFinding } from './core/drift.ts'
import { measureCoverage } from './core/drift-coverage.ts'
import { findDrift, withoutAdvice } from './core/drift-findings.ts'
import type { ApplySummary } from './core/outcome.ts'
import { type AccountInput, isRefused, type Plan } from './core/plan.ts'
import type { OpenLedger } from './engine/ledger/ledger-store.ts'
import { carryOut } from './run/carry-out.ts'
import { type Loaded, load } from './run/load.ts'
import type { SyncOptions } from './run/options.ts'
import { closePlanned, type Narrow, type Planned, planProject } from './run/plan-project.ts'
import { planProjectOffline } from './run/plan-project-offline.ts'
import { keepUndo } from './run/undo/keep-undo.ts'
import { undoProject } from './run/undo/undo-project.ts'
import { gateReceivers } from './run/verify/gate-receivers.ts'
import { version } from './run/version.ts'
import { requireTrust, tellUntrusted } from './trust/untrusted.ts'

/** Plans what the files ask for. Reads only: no vendor call that writes, and not a byte of the ledger. */
export async function plan(options: SyncOptions): Promise<Plan> {
  const loaded = await loadWanted(options)
  if (hasErrors(loaded.diagnostics)) return emptyPlan(loaded.diagnostics)
  const { doubt } = loaded.project.trust
  if (doubt !== undefined) return planUntrusted(loaded, doubt, options)
  const planned = await readOnly(loaded, options)
  return planned.plan
}

/** Plans without opening a socket, by what the ledger remembers. */
export async function planWithoutNetwork(options: SyncOptions): Promise<Plan> {
  const loaded = await load(options)
  if (hasErrors(loaded.diagnostics)) return emptyPlan(loaded.diagnostics)
  return planProjectOffline(loaded, options)
}

async function planUntrusted(loaded: Loaded, doubt: string, options: SyncOptions): Promise<Plan> {
  const offline = await planProjectOffline(loaded, options)
  return { ...offline, diagnostics: [tellUntrusted(doubt), ...offline.diagnostics] }
}

export interface Drift {
  readonly plan: Plan
  readonly findings: readonly DriftFinding[]
  /** How much of each account that was read is looked after. */
  readonly coverage: readonly DriftCoverage[]
}

/** Compares the live accounts with the files; writes nothing. */
export async function drift(options: SyncOptions): Promise<Drift> {
  const loaded = await load(options)
  if (hasErrors(loaded.diagnostics)) return { plan: emptyPlan(loaded.diagnostics), findings: [], coverage: [] }
  requireTrust(loaded.project.trust, 'drift')
  const planned = await readOnly(loaded, options)
  const ledgers = new Map(planned.accounts.map(({ input }) => [input.account.name, input.ledger] as const))
  const findings = planned.plan.accounts.flatMap((account) => findDrift(account, ledgers.get(account.account.name)))
  return { plan: withoutAdvice(planned.plan), findings, coverage: coverageOf(planned) }
}

function coverageOf({ plan, accounts }: Planned): readonly DriftCoverage[] {
  const live = new Map(accounts.map(({ input }) => [input.account.name, input.live] as const))
  return plan.accounts.flatMap((account) => {
    const found = live.get(account.account.name)
    return found === undefined ? [] : [measureCoverage(account, found)]
  })
}

/** What the caller decides once the plan is known: go on, perhaps with a part of it, or stop; refusals stand in any case. */
export type Decide = (plan: Plan, narrow: Narrow, read: readonly AccountInput[]) => Promise<Plan | undefined>

export interface Applied {
  readonly plan: Plan
  /** Undefined where nothing was begun: a refusal, a decision against it, or nothing that could be planned. */
  readonly summary?: ApplySummary
  /** Path of the file that takes it back; absent where nothing was written, or none was asked for. */
  readonly undo?: string
}

/**
 * Plans under the ledger's lock, asks, and carries out what was decided. `tell` hears what came of it before the ledger
 * is closed: that may fail, and what was done is done all the same.
 */
export async function apply(
  options: SyncOptions,
  decide: Decide,
  tell: (applied: Applied) => void = () => undefined,
): Promise<Applied> {
  const loaded = await loadWanted(options)
  if (hasErrors(loaded.diagnostics)) return { plan: emptyPlan(loaded.diagnostics) }
  requireTrust(loaded.project.trust, 'apply')
  const ledger = await lockLedger(loaded, options)
  try {
    const applied = await applyLocked(loaded, ledger, options, decide)
    tell(applied)
    return applied
  } finally {
    await ledger?.close()
  }
}

async function applyLocked(
  loaded: Loaded,
  ledger: OpenLedger | undefined,
  options: SyncOptions,
  decide: Decide,
): Promise<Applied> {
  const planned = await gateReceivers(
    await planProject(loaded, ledger?.ledger, options, 'apply'),
    loaded.project.trust,
    options,
  )
  try {
    const decided = await decide(
      planned.plan,
      planned.narrow,
      planned.accounts.map(({ input }) => input),
    )
    if (decided === undefined) return { plan: planned.plan }
    if (isRefused(decided)) return { plan: decided }
    return await applyDecided(decided, planned, ledger, loaded, options)
  } finally {
    await closePlanned(planned)
  }
}

/** Loads what shall be live: what the files declare, or what an undo puts in its place. */
async function loadWanted(options: SyncOptions): Promise<Loaded> {
  const loaded = await load(options)
  return options.undo === undefined || hasErrors(loaded.diagnostics) ? loaded : undoProject(loaded, options.undo)
}

async function applyDecided(
  decided: Plan,
  planned: Planned,
  ledger: OpenLedger | undefined,
  { undoDirectory }: Loaded,
  options: SyncOptions,
): Promise<Applied> {
  const undo = options.keepsUndo === true ? await keepUndo(decided, undoDirectory, options) : undefined
  const emit: SyncOptions['emit'] = (event) => {
    undo?.observe(event)
    options.emit(event)
  }
  const summary = await carryOut(decided, planned, ledger, { ...options, emit })
  const stays = (await undo?.finish(summary)) === true
  return { plan: decided, summary, ...(undo !== undefined && stays ? { undo: undo.path } : {}) }
}

async function readOnly(loaded: Loaded, options: SyncOptions): Promise<Planned> {
  const planned = await planProject(loaded, await loaded.ledger?.read(), options, 'plan')
  await closePlanned(planned)
  return planned
}

async function lockLedger({ ledger }: Loaded, options: SyncOptions): Promise<OpenLedger | undefined> {
  return ledger?.open({
    waitMs: options.lockTimeoutMs,
    owner: `hooks-sync apply (${version})`,
    now: Date.now,
    signal: options.stop,
  })
}

function emptyPlan(diagnostics: readonly Diagnostic[]): Plan {
  return { accounts: [], diagnostics, calls: 0 }
}
