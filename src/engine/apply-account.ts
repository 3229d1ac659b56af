import { type Action, claimedIds } from '../core/action.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { identityOfObject } from '../core/identity.ts'
import type { LedgerAccount, LedgerObject } from '../core/ledger.ts'
import { entryId, intentLifetime, isAwaited, ledgerAccountId } from '../core/ledger.ts'
import type { Failure } from '../core/outcome.ts'
import { claimIntents } from '../core/ownership.ts'
import type { AccountPlan } from '../core/plan.ts'
import type { StepResult } from '../core/provider.ts'
import type { Step } from '../core/step.ts'
import type { LiveAccount, LiveObject } from '../core/webhook.ts'
import { compileSteps } from './compile-steps.ts'
import { linkActions } from './link-actions.ts'
import type { Ports } from './ports.ts'
import { prepareActions } from './prepare-actions.ts'
import { recordAction, recordQuietly } from './record-action.ts'
import { runNodes } from './run-nodes.ts'
import type { StepContext } from './run-step.ts'
import { runStep } from './run-step.ts'

/** What became of the actions of one account. */
export interface AccountOutcome {
  readonly done: readonly Action[]
  readonly failed: readonly { readonly action: Action; readonly failure: Failure }[]
  readonly skipped: readonly Action[]
}

export interface ApplyInput {
  readonly plan: AccountPlan
  readonly live: LiveAccount
  readonly ledger: LedgerAccount
  readonly gapAllowed: boolean
  /** The identity under which the ledger knew this account, where the user allowed another one. */
  readonly repointedFrom?: Readonly<Record<string, string>>
}

/**
 * Carries out the plan of one account: secrets first, then the steps in their order, each recorded as it happens. One
 * action's failure stops only what depends on it.
 */
export async function applyAccount(ports: Ports, input: ApplyInput): Promise<AccountOutcome> {
  const { plan, live } = input
  await recordIdentity(ports, input)
  await settleIntents(ports, input)
  await makeGood(ports, input)
  const prepared = await prepareActions(ports, plan)
  const actions = prepared.ready
  const work = { account: plan.account, actions: actions.filter((action) => action.kind !== 'keep'), live }
  const steps = compileSteps(plan.definition, work, input.gapAllowed)
  const context = makeContext(input, actions, ports.clock.now())
  const progress = trackActions(ports, context, actions, steps)
  await progress.finishStepless()
  const unprepared = prepared.failed.map(({ action }) => action)
  await runNodes(linkActions(actions, steps, unprepared), {
    concurrency: plan.definition.limits.concurrency,
    stop: ports.stop,
    run: async ({ step, hasFailed }) => {
      if (step === undefined) return hasFailed !== true
      progress.start(step)
      try {
        await runStep(ports, context, step)
      } catch (error) {
        progress.fail(step, ports.explain(error).failure)
        return false
      }
      return progress.succeed(step)
    },
  })
  await recordQuietly(ports, plan)
  return progress.outcome(prepared.failed)
}

/** Writes down which account this is, before anything is owned there; what it was before is let go. */
async function recordIdentity(ports: Ports, { plan, ledger, repointedFrom }: ApplyInput): Promise<void> {
  const { name, identity } = plan.account
  const isNew = repointedFrom !== undefined || Object.keys(ledger.webhooks).length === 0
  const hasWork = plan.actions.some((action) => action.kind !== 'keep' || action.shared !== undefined)
  if (!hasWork || !isNew) return
  await ports.ledger.record({ kind: 'set-identity', account: ledgerAccountId(name, identity), identity })
  if (repointedFrom === undefined) return
  const files = new Set(plan.actions.flatMap((action) => action.desired?.file ?? []))
  for (const [key, entry] of Object.entries(ledger.webhooks)) {
    if (files.has(entry.file))
      await ports.ledger.record({ kind: 'remove-entry', account: ledgerAccountId(name, repointedFrom), key })
  }
}

/** Writes down what interrupted runs made; an intent without an outcome is dropped once it is old. */
async function settleIntents(ports: Ports, input: ApplyInput): Promise<void> {
  const { plan, ledger, live } = input
  const account = ledgerAccountId(plan.account.name, plan.account.identity)
  for (const { id, intent, made } of claimIntents(plan.definition, ledger, live).settled) {
    const [only, ...others] = made
    const isOld = ports.clock.now() - Date.parse(intent.at) > intentLifetime
    if (others.length > 0 || (only === undefined && !isOld)) continue
    if (only !== undefined) {
      const object: LedgerObject = { id: only.id, part: only.part, scope: only.scope }
      const key = entryId(intent.file, intent.key)
      await ports.ledger.record({ kind: 'own-object', account, key, object, file: intent.file })
    }
    await ports.ledger.record({ kind: 'settle-intent', account, id })
  }
}

/** Does what interrupted runs owe; a lasting refusal ends it, any other failure is told and leaves it to the next run. */
async function makeGood(ports: Ports, { plan, ledger }: ApplyInput): Promise<void> {
  const account = ledgerAccountId(plan.account.name, plan.account.identity)
  for (const [id, { repair }] of Object.entries(ledger.intents)) {
    if (repair === undefined) continue
    try {
      await ports.ledger.confirm()
      await ports.api.execute({ does: 'write', id, serves: [], after: [], ...repair })
    } catch (error) {
      const { outcome, failure, isPassing } = ports.explain(error)
      ports.emit({ type: 'diagnostic', diagnostic: owedStill(plan.account.name, failure) })
      if (outcome !== 'refused' || isPassing === true) continue
    }
    await ports.ledger.record({ kind: 'settle-intent', account, id })
  }
}

function owedStill(provider: string, { code, message, hint }: Failure): Diagnostic {
  return {
    code,
    severity: 'warning',
    message: `What an interrupted run had taken away for a moment could not be put back: ${message}`,
    ...(hint === undefined ? {} : { hint }),
    provider,
  }
}

function makeContext(input: ApplyInput, actions: readonly Action[], now: number): StepContext {
  const { plan } = input
  const byId = new Map(actions.map((action) => [action.id, action] as const))
  const byIdentity = groupByIdentity(plan, input.live.objects)
  const awaited = Object.values(input.ledger.intents).filter((intent) => isAwaited(intent, now))
  return {
    account: plan.account,
    definition: plan.definition,
    webhookOf: (action) => byId.get(action)?.desired,
    entriesOf: (action) => byId.get(action)?.entries ?? [],
    liveIds: (identity) => byIdentity.get(identity) ?? [],
    awaited: new Map(awaited.map((intent) => [intent.identity, intent])),
    claimed: claimedIds(actions),
    made: new Map<string, StepResult>(),
    renamed: new Map(),
    captured: new Map(),
  }
}

function groupByIdentity(plan: AccountPlan, objects: readonly LiveObject[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const live of objects) {
    const identity = identityOfObject(plan.definition, live)
    const group = groups.get(identity)
    if (group === undefined) groups.set(identity, [live.id])
    else group.push(live.id)
  }
  return groups
}

interface Progress {
  /** Finishes actions that need no vendor call, such as adopting. */
  finishStepless(): Promise<void>
  start(step: Step): void
  fail(step: Step, failure: Failure): void
  /** Counts a step as done; true also when writing the outcome down failed, which is then the action's failure. */
  succeed(step: Step): Promise<boolean>
  outcome(alreadyFailed: AccountOutcome['failed']): AccountOutcome
}

/** Follows each action from its first step to its last. */
function trackActions(
  ports: Ports,
  context: StepContext,
  actions: readonly Action[],
  steps: readonly Step[],
): Progress {
  const byId = new Map(actions.map((action) => [action.id, action] as const))
  const open = new Map<string, number>()
  for (const action of steps.flatMap((step) => step.serves)) open.set(action, (open.get(action) ?? 0) + 1)
  const started = new Set<string>()
  const done: Action[] = []
  const failed = new Map<string, { action: Action; failure: Failure }>()
  const served = (step: Step): readonly Action[] => step.serves.flatMap((id) => byId.get(id) ?? [])
  const about = ({ provider, key, kind }: Action) => ({ provider, key, kind })
  const begin = (action: Action): void => {
    if (started.has(action.id)) return
    started.add(action.id)
    ports.emit({ type: 'action_start', ...about(action) })
  }
  const finish = async (action: Action): Promise<void> => {
    const ids = await recordAction(ports, context, action)
    done.push(action)
    if (action.kind !== 'keep' || action.movedFrom !== undefined)
      ports.emit({ type: 'action_done', ...about(action), ids })
  }
  const failAction = (action: Action, failure: Failure): void => {
    if (failed.has(action.id)) return
    failed.set(action.id, { action, failure })
    ports.emit({ type: 'action_failed', ...about(action), failure })
  }
  return {
    finishStepless: async () => {
      for (const action of actions) if (!open.has(action.id)) await finish(action)
    },
    start: (step) => served(step).forEach(begin),
    fail: (step, failure) => served(step).forEach((action) => failAction(action, failure)),
    succeed: async (step) => {
      for (const action of served(step)) {
        const left = (open.get(action.id) ?? 1) - 1
        open.set(action.id, left)
        if (left > 0 || failed.has(action.id)) continue
        try {
          await finish(action)
        } catch (error) {
          failAction(action, ports.explain(error).failure)
        }
      }
      return true
    },
    outcome: (alreadyFailed) => {
      const finished = new Set([...done.map((action) => action.id), ...failed.keys()])
      const skipped = actions.filter((action) => !finished.has(action.id))
      for (const action of skipped) {
        const failure = whySkipped(ports, started.has(action.id))
        ports.emit({ type: 'action_skipped', ...about(action), failure })
      }
      return { done, failed: [...alreadyFailed, ...failed.values()], skipped }
    },
  }
}

function whySkipped(ports: Ports, wasBegun: boolean): Failure {
  if (ports.stop.aborted) return interrupted(wasBegun)
  return {
    code: 'HS4009',
    message: 'It waits for an action that failed.',
    hint: 'Run the command again once that is mended.',
  }
}

function interrupted(wasBegun: boolean): Failure {
  if (!wasBegun) return { code: 'HS6005', message: 'The run was interrupted before this was begun.' }
  return {
    code: 'HS6005',
    message: 'The run was interrupted when this was done in part; that part is recorded.',
    hint: 'Run the command again; it does the rest.',
  }
}
