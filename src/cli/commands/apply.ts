import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Diagnostic, DiagnosticError } from '../../core/diagnostic.ts'
import type { Plan } from '../../core/plan.ts'
import { hasChanges, renderPlanLine } from '../../report/summary.ts'
import type { SyncOptions } from '../../run/options.ts'
import { parsePlanFile, type SavedPlan, withPlanFlags } from '../../run/plan-file.ts'
import { checkSavedPlan } from '../../run/saved-plan.ts'
import { apply } from '../../sync.ts'
import { ApplyTeller } from '../apply-teller.ts'
import { confirm } from '../ask.ts'
import type { Context } from '../context.ts'
import { readSyncOptions } from '../options.ts'
import { refuseOffline } from '../refuse-offline.ts'
import { openReports } from '../reports.ts'
import { isRefused } from './plan.ts'

/** Runs `hooks-sync apply [plan.json]`. */
export async function run(context: Context): Promise<number> {
  refuseOffline(context)
  const [name] = context.operands
  const saved = name === undefined ? undefined : await readPlanFile(context, name)
  const teller = new ApplyTeller(context, await openReports(context))
  const given = await readSyncOptions(context, (event) => teller.emit(event))
  const options = saved === undefined ? given : withStdin(context, withPlanFlags(given, saved))
  try {
    const applied = await apply(options, (plan) => decide(context, teller, plan, saved))
    // Where the run was stopped while it was reading, what it could not read tells nothing.
    if (!context.signals.stop.aborted) teller.tellPlan(applied.plan)
    if (applied.summary !== undefined) teller.tellSummary(applied.summary)
  } catch (error) {
    teller.tellFailure(error)
  }
  return teller.end()
}

/** Decides what is carried out of a fresh plan; undefined for nothing. */
async function decide(
  context: Context,
  teller: ApplyTeller,
  plan: Plan,
  saved: SavedPlan | undefined,
): Promise<Plan | undefined> {
  if (context.signals.stop.aborted) return undefined
  teller.tellPlan(plan)
  if (plan.accounts.length === 0 || plan.diagnostics.some(stopsAll)) return undefined
  const checked = saved === undefined ? { plan, stale: [], extra: [] } : checkSavedPlan(plan, readable(saved, plan))
  teller.tellFindings([...checked.stale, ...checked.extra])
  if (checked.stale.length > 0) return teller.refuse('stale')
  if (isRefused(checked.plan)) return teller.refuse('refused')
  if (!hasChanges(checked.plan)) return checked.plan
  const isAgreed = await confirm(context, `${renderPlanLine(checked.plan)} Carry it out?`)
  if (!isAgreed) return teller.refuse('error')
  context.audit?.decide(checked.plan)
  teller.begin(checked.plan)
  return checked.plan
}

/** A plan that was made of stdin is made of stdin again. */
function withStdin(context: Context, options: SyncOptions): SyncOptions {
  return options.files.includes('-') ? { ...options, stdin: context.stdin() } : options
}

/** An error that belongs to no account: what is planned cannot be relied on. */
function stopsAll(found: Diagnostic): boolean {
  return found.severity === 'error' && found.provider === undefined
}

/** Leaves out the actions of accounts that cannot be read now: they are not stale, they cannot be told. */
function readable(saved: SavedPlan, plan: Plan): SavedPlan {
  const unread = new Set(
    plan.diagnostics.flatMap((found) => (found.severity === 'error' ? (found.provider ?? []) : [])),
  )
  return { ...saved, actions: saved.actions.filter(({ provider }) => !unread.has(provider)) }
}

async function readPlanFile({ cwd }: Context, name: string): Promise<SavedPlan> {
  const text = await readFile(resolve(cwd, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unusable(`The plan file ${name} cannot be read (${error.code ?? error.message}).`)
  })
  const saved = parsePlanFile(text, name)
  if ('code' in saved) throw new DiagnosticError([saved])
  return saved
}

function unusable(message: string): DiagnosticError {
  const hint = 'Make one with: hooks-sync plan --out plan.json'
  return new DiagnosticError([{ code: 'HS3021', severity: 'error', message, hint }])
}
