import { entryId, type Intent, ledgerAccountId, type Repair } from '../core/ledger.ts'
import type { ProviderDefinition, StepResult } from '../core/provider.ts'
import type { DeleteStep, FollowStep, RetireStep, Step, UpdateStep, WriteStep } from '../core/step.ts'
import type { Account, DesiredWebhook } from '../core/webhook.ts'
import { captureSecret, discardFormer } from './capture-secret.ts'
import { confirmGone, confirmObject, confirmObjects } from './confirm-object.ts'
import { awaitCreated, createObject } from './create-object.ts'
import type { Ports } from './ports.ts'
import { resolveFollow, resolveWrite } from './resolve-target.ts'
import { failWith } from './step-failure.ts'

/** What the steps of one account's run share. */
export interface StepContext {
  readonly account: Account
  readonly definition: ProviderDefinition
  /** The declared webhook an action is about; undefined for removals. */
  readonly webhookOf: (action: string) => DesiredWebhook | undefined
  /** Ledger entries an action takes over or ends. */
  readonly entriesOf: (action: string) => readonly string[]
  readonly liveIds: (identity: string) => readonly string[]
  /** By identity, what the vendor accepted in another run and does not list yet. */
  readonly awaited: ReadonlyMap<string, Intent>
  /** Ids of live objects that are paired with what is declared, whatever entry they stand in. */
  readonly claimed: ReadonlySet<string>
  /** Results of the creates so far, by step. */
  readonly made: Map<string, StepResult>
  /** New ids of objects by their old ones. */
  readonly renamed: Map<string, string>
  /** Fingerprints of captured secrets, by action and path. */
  readonly captured: Map<string, Readonly<Record<string, string>>>
}

/** Carries out one step, checks that the vendor kept it, and writes down what came of it. Rejects when it failed. */
export function runStep(ports: Ports, context: StepContext, step: Step): Promise<void> {
  switch (step.does) {
    case 'create':
      return runCreate(ports, context, step)
    case 'update':
      return runUpdate(ports, context, step)
    case 'follow':
      return runFollow(ports, context, step)
    case 'delete':
      return runDelete(ports, context, step)
    case 'write':
      return runWrite(ports, context, step)
    case 'capture':
      return captureSecret(ports, context, step)
    case 'retire':
      return runRetire(ports, context, step)
  }
}

async function runCreate(ports: Ports, context: StepContext, step: Step & { readonly does: 'create' }): Promise<void> {
  const webhook = step.serves.map(context.webhookOf).find((found) => found !== undefined)
  if (webhook === undefined) throw new TypeError(`The step ${step.id} creates a webhook that nobody declares.`)
  const { account, definition, liveIds, awaited } = context
  const about = { account, definition, webhook, liveIds, awaited }
  const made = await createObject(ports, about, step)
  context.made.set(step.id, made)
  if (made.id === undefined) return
  const unkept = await confirmObject(context.definition, ports.api, ports.clock, made.id, step.object)
  if (unkept === undefined) return
  const { isUnlisted, ...failure } = unkept
  // Where it can be asked for by its id, what is not there is gone; a list alone may just lag.
  if (isUnlisted === true && ports.api.reread === undefined) await awaitCreated(ports, about, step)
  throw failWith(failure)
}

async function runUpdate(ports: Ports, context: StepContext, step: UpdateStep): Promise<void> {
  await ports.ledger.confirm()
  const { renamed } = await ports.api.execute(step)
  await confirmChanges(ports, context, [step], renamed)
}

/** What a create could not carry along; the object is owned by now, so a failure here is mended by a later run. */
async function runFollow(ports: Ports, context: StepContext, step: FollowStep): Promise<void> {
  await runUpdate(ports, context, resolveFollow(step, context.made))
}

/** Reads again what was changed, under the id it has now. */
async function confirmChanges(
  ports: Ports,
  context: StepContext,
  changes: readonly Pick<UpdateStep, 'target' | 'object'>[],
  renamed: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  for (const [from, to] of renamed) context.renamed.set(from, to)
  const changed = changes.map(({ target, object }) => ({ id: renamed.get(target) ?? target, object }))
  const failure = await confirmObjects(context.definition, ports.api, ports.clock, changed)
  if (failure !== undefined) throw failWith(failure)
}

async function runDelete(ports: Ports, context: StepContext, step: DeleteStep): Promise<void> {
  await ports.ledger.confirm()
  const { renamed = new Map<string, string>() } = await ports.api.execute(step)
  for (const [from, to] of renamed) context.renamed.set(from, to)
  const gone = step.gone ?? step.target
  const failure = await confirmGone(context.definition, ports.api, ports.clock, gone, step.scope)
  if (failure !== undefined) throw failWith(failure)
  // Only then is it forgotten: until the former secret has left the vault, the ledger says that something is left to do.
  if (step.discards !== undefined) await discardFormer(ports, context, step, step.discards)
  await forgetObject(ports, context, step.serves, step.target)
}

async function runWrite(ports: Ports, context: StepContext, step: WriteStep): Promise<void> {
  const intent = { account: accountId(context), id: step.id }
  const { repair } = step
  if (repair !== undefined) await ports.ledger.record({ kind: 'put-intent', ...intent, intent: owe(ports, repair) })
  await ports.ledger.confirm()
  const { renamed } = await ports.api.execute(resolveWrite(step, context.made))
  if (repair !== undefined) await ports.ledger.record({ kind: 'settle-intent', ...intent })
  await confirmChanges(ports, context, step.changes ?? [], renamed)
}

function owe(ports: Ports, repair: Repair): Intent {
  const at = new Date(ports.clock.now()).toISOString()
  return { key: '', file: '', part: '', scope: '', identity: '', seen: [], at, repair }
}

/** Takes the old object out of every entry its action is about. */
async function forgetObject(ports: Ports, context: StepContext, serves: readonly string[], id: string): Promise<void> {
  const account = accountId(context)
  for (const key of placesOf(context, serves)) {
    await ports.ledger.record({ kind: 'disown-object', account, key, id })
  }
}

async function runRetire(ports: Ports, context: StepContext, step: RetireStep): Promise<void> {
  const until = new Date(ports.clock.now() + step.overlap).toISOString()
  for (const key of placesOf(context, step.serves)) {
    await ports.ledger.record({ kind: 'retire-object', account: accountId(context), key, id: step.target, until })
  }
}

function placesOf(context: StepContext, serves: readonly string[]): readonly string[] {
  const own = serves.flatMap((action) => {
    const webhook = context.webhookOf(action)
    return webhook === undefined ? [] : [entryId(webhook.file, webhook.key)]
  })
  return [...new Set([...own, ...serves.flatMap(context.entriesOf)])]
}

function accountId(context: StepContext): string {
  return ledgerAccountId(context.account.name, context.account.identity)
}
