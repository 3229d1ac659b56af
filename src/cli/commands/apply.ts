import { readFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { type Diagnostic, DiagnosticError } from '../../core/diagnostic.ts'
import { type AccountInput, isRefused, type Plan } from '../../core/plan.ts'
import { hasChanges, renderPlanLine } from '../../report/summary.ts'
import type { SyncOptions } from '../../run/options.ts'
import { parsePlanFile, type SavedPlan, withPlanFlags } from '../../run/plan-file.ts'
import type { Planned } from '../../run/plan-project.ts'
import { type CheckedPlan, checkSavedPlan } from '../../run/saved-plan.ts'
import { checkUndo } from '../../run/undo/check-undo.ts'
import { isUndoText, parseUndo, type Undo } from '../../run/undo/undo-file.ts'
import { type Applied, apply } from '../../sync.ts'
import { ApplyTeller } from '../apply-teller.ts'
import { confirm } from '../ask.ts'
import type { Context } from '../context.ts'
import { usageError } from '../flags.ts'
import { notifyOfApply, openNotifier } from '../notifier.ts'
import { readSyncOptions } from '../options.ts'
import { readTimeLimit } from '../receiver-time-limit.ts'
import { refuseOffline } from '../refuse-offline.ts'
import { openReports, planFormats } from '../reports.ts'

/** What was planned just now, and what of. */
type Made = Pick<Planned, 'plan' | 'narrow'> & { readonly read: readonly AccountInput[] }

/** A file that an apply follows: a plan that was saved, or what another apply left to be undone with. */
type Saved = SavedPlan | Undo

/** Runs `hooks-sync apply [plan.json]`. */
export async function run(context: Context): Promise<number> {
  refuseOffline(context)
  const [name] = context.operands
  const saved = name === undefined ? undefined : await readSaved(context, name)
  if (saved !== undefined) checkFiles(context, saved)
  const teller = new ApplyTeller(context, await openReports(context, planFormats))
  const notifier = await openNotifier(context)
  const given = {
    ...(await readSyncOptions(context, (event) => teller.emit(event))),
    ...(context.flags.isOn('verify') ? { receiverGate: readTimeLimit(context) } : {}),
    keepsUndo: true,
  }
  const options = saved === undefined ? given : withStdin(context, withSaved(given, saved))
  const tell = ({ summary, undo }: Applied): void => {
    if (summary !== undefined) teller.tellSummary(summary)
    if (undo !== undefined) teller.tellUndo(relative(context.cwd, undo))
  }
  try {
    const { plan } = await apply(
      options,
      (made, narrow, read) => decide(context, teller, { plan: made, narrow, read }, saved),
      tell,
    )
    // Where the run was stopped while it was reading, what it could not read tells nothing.
    if (!context.signals.stop.aborted) teller.tellPlan(plan)
  } catch (error) {
    teller.tellFailure(error)
  }
  const code = await teller.end()
  if (notifier !== undefined) await notifyOfApply(notifier, teller.applied(code))
  return code
}

/** Decides what is carried out of a fresh plan; undefined for nothing. */
async function decide(
  context: Context,
  teller: ApplyTeller,
  made: Made,
  saved: Saved | undefined,
): Promise<Plan | undefined> {
  const { plan } = made
  if (context.signals.stop.aborted) return undefined
  teller.tellPlan(plan)
  if (plan.accounts.length === 0 || plan.diagnostics.some(stopsAll)) return undefined
  const checked = checkSaved(made, saved)
  teller.tellFindings([...checked.stale, ...checked.extra])
  if (checked.stale.length > 0) {
    teller.refuse('stale')
    return hasChanges(checked.plan) && isRefused(checked.plan) ? teller.refuse('refused') : undefined
  }
  if (isRefused(checked.plan)) return teller.refuse('refused')
  if (!hasChanges(checked.plan)) return checked.plan
  const isAgreed = await confirm(context, `${renderPlanLine(checked.plan)} Carry it out?`)
  if (!isAgreed) return teller.refuse('error')
  context.audit?.decide(checked.plan)
  teller.begin(checked.plan)
  return checked.plan
}

/** Holds a fresh plan against the file it shall follow. */
function checkSaved({ plan, narrow, read }: Made, saved: Saved | undefined): CheckedPlan {
  if (saved === undefined) return { plan, stale: [], extra: [] }
  if ('extra' in saved) return checkSavedPlan(plan, readable(saved, plan), narrow)
  const { stale, lost } = checkUndo(plan, saved, read)
  const gone = new Set(stale.map(({ provider, key }) => `${provider}/${key}`))
  const rest = stale.length === 0 ? plan : narrow((id) => !gone.has(id))
  return { plan: rest, stale, extra: hasChanges(plan) ? [...lost, filesStay] : lost }
}

const filesStay: Diagnostic = {
  code: 'HS3027',
  severity: 'warning',
  message: 'The files stay as they are: the next apply of them does again what is undone now.',
  hint: 'Take the change back in the files too, before anybody applies them.',
}

/** Somebody else may have written the file: what it names is quoted where it cannot be read, so it must be of this directory. */
function checkFiles({ cwd, flags, operands: [name = ''] }: Context, saved: Saved): void {
  if (flags.list('file').length > 0) return
  const { files } = 'extra' in saved ? saved.extra.flags : saved.flags
  const outside = files.find(
    (file) => file !== '-' && /^\.\.(?:\/|\\|$)|^(?:\/|[a-z]:)/iu.test(relative(cwd, resolve(cwd, file))),
  )
  if (outside === undefined) return
  throw unusable(
    `${name} was made of ${outside}, which is outside of this directory.`,
    'If that is right, say so with -f.',
  )
}

function withSaved(options: SyncOptions, saved: Saved): SyncOptions {
  if ('extra' in saved) return withPlanFlags(options, saved)
  if (options.ledger === false) throw noLedger
  const { files, allowUnknownEvents } = saved.flags
  return {
    ...options,
    files: options.files.length > 0 ? options.files : files,
    allowUnknownEvents: options.allowUnknownEvents || allowUnknownEvents,
    undo: saved,
  }
}

const noLedger = usageError(
  'An undo needs the ledger: it says what the apply made.',
  'Leave out --no-ledger.',
  'HS6004',
)

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

async function readSaved({ cwd }: Context, name: string): Promise<Saved> {
  const text = await readFile(resolve(cwd, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unusable(`The plan file ${name} cannot be read (${error.code ?? error.message}).`)
  })
  const saved = isUndoText(text) ? parseUndo(text, name) : parsePlanFile(text, name)
  if ('code' in saved) throw new DiagnosticError([saved])
  return saved
}

function unusable(message: string, hint = 'Make one with: hooks-sync plan --out plan.json'): DiagnosticError {
  return new DiagnosticError([{ code: 'HS3021', severity: 'error', message, hint }])
}
