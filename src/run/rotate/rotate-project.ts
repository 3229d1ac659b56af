import { type Diagnostic, DiagnosticError, hasErrors } from '../../core/diagnostic.ts'
import type { Ledger } from '../../core/ledger.ts'
import { makePlan } from '../../core/make-plan.ts'
import { isRefused, type Plan } from '../../core/plan.ts'
import type { RotationOutcome, RotationPlan } from '../../core/rotation-plan.ts'
import type { Secret, SecretSlot } from '../../core/secret.ts'
import type { OpenLedger } from '../../engine/ledger/ledger-store.ts'
import type { ReadAccount } from '../../engine/read-accounts.ts'
import { asksVendor } from '../../engine/rotate-secrets.ts'
import { requireTrust } from '../../trust/untrusted.ts'
import { type Loaded, load } from '../load.ts'
import type { SyncOptions } from '../options.ts'
import { type ReadProject, readProject } from '../plan-project.ts'
import { type OpenSecrets, openSecrets } from '../secrets-of-run.ts'
import { narrow, type Selection } from '../selection.ts'
import { version } from '../version.ts'
import { carryOutRotations } from './carry-out-rotations.ts'
import { type JudgedGroups, judgeGroups } from './judge-plan.ts'
import { describeGroup, type RotationGroup } from './rotation-group.ts'
import { type RotationView, viewAccount } from './rotation-view.ts'
import { type RotateWish, surveyRotations } from './survey.ts'

/** What the caller decides once it is known what is going to happen; what a guard refuses is not done in any case. */
export type DecideRotation = (plan: RotationPlan, findings: readonly Diagnostic[]) => Promise<boolean>

export interface Rotated {
  readonly rotations: RotationPlan
  readonly findings: readonly Diagnostic[]
  /** Undefined where nothing was begun. */
  readonly outcomes?: readonly RotationOutcome[]
}

/** What a rotation reaches the world with. */
export interface RotateMeans {
  readonly openSecrets: typeof openSecrets
  readonly carryOut: typeof carryOutRotations
}

/** Rotates signing secrets under the ledger's lock: surveys, asks, and carries out what was decided. */
export async function rotate(options: SyncOptions, wish: RotateWish, decide: DecideRotation): Promise<Rotated> {
  return rotateLoaded(await load(options), options, wish, decide)
}

/** Rotates secrets of files that are loaded. */
export async function rotateLoaded(
  loaded: Loaded,
  options: SyncOptions,
  wish: RotateWish,
  decide: DecideRotation,
  means: RotateMeans = { openSecrets, carryOut: carryOutRotations },
): Promise<Rotated> {
  if (wish.globs.length === 0 && !wish.resume) throw new DiagnosticError([needsGlobs])
  if (hasErrors(loaded.diagnostics)) return { rotations: nothing, findings: loaded.diagnostics }
  requireTrust(loaded.project.trust, 'rotate')
  if (loaded.ledger === undefined) throw new DiagnosticError([needsLedger])
  const ledger = wish.dryRun ? undefined : await openLedger(loaded.ledger, options)
  try {
    const known = ledger?.ledger ?? (await loaded.ledger.read())
    return await rotateKnown({ loaded, options, wish, decide, means, ledger, known })
  } finally {
    await ledger?.close()
  }
}

const nothing: RotationPlan = { rotations: [], young: [], plan: { accounts: [], diagnostics: [], calls: 0 } }

const needsGlobs: Diagnostic = {
  code: 'HS6001',
  severity: 'error',
  message: "Name what to rotate, for example 'chat-eu/*'.",
  hint: '--resume alone goes on with all that was begun.',
}

const needsLedger: Diagnostic = {
  code: 'HS6004',
  severity: 'error',
  message: 'A secret cannot be rotated with --no-ledger: how far a rotation has come is written down there.',
  hint: 'Leave out --no-ledger.',
}

function openLedger(store: NonNullable<Loaded['ledger']>, options: SyncOptions): Promise<OpenLedger> {
  return store.open({
    waitMs: options.lockTimeoutMs,
    owner: `hooks-sync rotate (${version})`,
    now: Date.now,
    signal: options.stop,
  })
}

interface Rotating {
  readonly loaded: Loaded
  readonly options: SyncOptions
  readonly wish: RotateWish
  readonly decide: DecideRotation
  readonly means: RotateMeans
  /** Undefined where nothing is to be written. */
  readonly ledger: OpenLedger | undefined
  readonly known: Ledger
}

async function rotateKnown(rotating: Rotating): Promise<Rotated> {
  const { loaded, options, wish, means, known } = rotating
  const secrets = await means.openSecrets(loaded.project, options)
  try {
    const now = Date.now()
    const survey = await surveyRotations(loaded, known, secrets, wish, now)
    const told = [...loaded.diagnostics, ...secrets.diagnostics, ...survey.diagnostics]
    const read = await readAccounts(rotating, secrets, survey.groups.filter(asksVendor))
    try {
      const views = read.accounts.map(({ input }) => viewAccount(input, survey.groups, known, now))
      const { ready, refused } = judge(survey.groups, views, known)
      const plan = planOf(ready, views, read.calls)
      const rotations = { rotations: ready.map(describeGroup), young: survey.young, plan }
      const findings = [...told, ...read.diagnostics, ...survey.refused, ...refused, ...adviceOn(plan, ready)]
      const isAgreed = await rotating.decide(rotations, findings)
      if (!isAgreed || isRefused(plan)) return { rotations, findings }
      return { rotations, findings, outcomes: await carryOut(rotating, secrets, { ready, plan, views, read }) }
    } finally {
      await Promise.all(read.accounts.map(({ api }) => api.close()))
    }
  } finally {
    await secrets.close()
  }
}

/** Reads the accounts in which something is to be done, as if the new secrets were in their places. */
async function readAccounts(
  { loaded, options, wish, known }: Rotating,
  secrets: OpenSecrets,
  groups: readonly RotationGroup[],
): Promise<ReadProject> {
  if (groups.length === 0) return { accounts: [], diagnostics: [], calls: 0 }
  const staged = new Map<SecretSlot, Secret>(
    groups.flatMap(({ members, next }) => (next === undefined ? [] : members.map(({ slot }) => [slot, next] as const))),
  )
  const use = wish.dryRun ? 'plan' : 'apply'
  const selection = selectionOf(loaded, groups)
  return readProject({ loaded, ledger: known, options, use, selection, secrets, staged })
}

function selectionOf({ project }: Loaded, groups: readonly RotationGroup[]): Selection {
  const members = groups.flatMap((group) => group.members)
  const ids = new Set(members.map(({ id }) => id))
  const accounts = new Set(members.map(({ provider }) => provider))
  const selects = (id: string): boolean => ids.has(id)
  return { selects, writesSecrets: selects, project: narrow(project, (name) => accounts.has(name)), diagnostics: [] }
}

function judge(groups: readonly RotationGroup[], views: readonly RotationView[], known: Ledger): JudgedGroups {
  const asking = groups.filter(asksVendor)
  const { ready, refused } = judgeGroups(asking, planOf(asking, views, 0), known)
  return { ready: groups.filter((group) => !asksVendor(group) || ready.includes(group)), refused }
}

/** Plans what the vendors are asked for, and nothing else. */
function planOf(groups: readonly RotationGroup[], views: readonly RotationView[], calls: number): Plan {
  const ids = new Set(groups.filter(asksVendor).flatMap(({ members }) => members.map(({ id }) => id)))
  const inputs = views.map(({ input }) => ({
    ...input,
    options: { ...input.options, selects: (id: string) => ids.has(id) },
  }))
  const plan = makePlan({ accounts: inputs, diagnostics: [], calls })
  return { ...plan, accounts: plan.accounts.map((account) => ({ ...account, ended: [] })) }
}

/** What the planner has to say of the webhooks that are rotated. */
function adviceOn(plan: Plan, groups: readonly RotationGroup[]): readonly Diagnostic[] {
  const ids = new Set(groups.flatMap(({ members }) => members.map(({ id }) => id)))
  return plan.accounts
    .flatMap(({ diagnostics }) => diagnostics)
    .filter(({ severity, provider, key }) => severity === 'error' || ids.has(`${provider ?? ''}/${key ?? ''}`))
}

interface Decided {
  readonly ready: readonly RotationGroup[]
  readonly plan: Plan
  readonly views: readonly RotationView[]
  readonly read: ReadProject
}

function carryOut(
  { options, means, ledger }: Rotating,
  secrets: OpenSecrets,
  { ready, plan, views, read }: Decided,
): Promise<readonly RotationOutcome[]> {
  if (ledger === undefined) throw new TypeError('A dry run was carried out.')
  const accounts = read.accounts.map(
    (account, at): ReadAccount => ({ ...account, input: views[at]?.input ?? account.input }),
  )
  return means.carryOut({ groups: ready, plan, accounts, views, secrets, ledger, options })
}
