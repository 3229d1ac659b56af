import { entryId, type Intent, ledgerAccountId, type Repair } from '../core/ledger.ts'
import type { ProviderDefinition, StepResult } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import type { CaptureStep, DeleteStep, FollowStep, RetireStep, Step, UpdateStep, WriteStep } from '../core/step.ts'
import type { Account, DesiredWebhook } from '../core/webhook.ts'
import { confirmGone, confirmObject, confirmObjects } from './confirm-object.ts'
import { createObject } from './create-object.ts'
import type { Ports, VaultTarget } from './ports.ts'
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
      return runCapture(ports, context, step)
    case 'retire':
      return runRetire(ports, context, step)
  }
}

async function runCreate(ports: Ports, context: StepContext, step: Step & { readonly does: 'create' }): Promise<void> {
  const webhook = step.serves.map(context.webhookOf).find((found) => found !== undefined)
  if (webhook === undefined) throw new TypeError(`The step ${step.id} creates a webhook that nobody declares.`)
  const { account, definition, liveIds } = context
  const made = await createObject(ports, { account, definition, webhook, liveIds }, step)
  context.made.set(step.id, made)
  if (made.id === undefined) return
  const failure = await confirmObject(context.definition, ports.api, ports.clock, made.id, step.object)
  if (failure !== undefined) throw failWith(failure)
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

/** Stores the secret the vendor made, and reads it back from the vault before anything depends on it. */
async function runCapture(ports: Ports, context: StepContext, step: CaptureStep): Promise<void> {
  const [action = ''] = step.serves
  const webhook = context.webhookOf(action)
  const target = { ref: step.ref, path: step.path, provider: context.account.name, key: webhook?.key ?? '' }
  const secret = await madeSecret(ports, context, step)
  if (webhook?.overlap !== undefined || step.keepsFormer === true) await keepPrevious(ports, target, secret)
  const refusal = await ports.vault.store(target, secret)
  if (refusal !== undefined) {
    throw failWith({
      code: 'HS4010',
      message: `The secret the vendor made could not be stored: ${refusal.message}`,
      hint: 'The vendor still has it: mend the store and run the command again.',
    })
  }
  const fingerprint = ports.fingerprint(target, secret)
  if (fingerprint !== undefined) context.captured.set(action, { [step.path]: fingerprint })
}

async function madeSecret(ports: Ports, context: StepContext, step: CaptureStep): Promise<Secret> {
  const made = 'step' in step.of ? context.made.get(step.of.step) : undefined
  if (made?.secret !== undefined) return made.secret
  const id = 'id' in step.of ? step.of.id : made?.id
  const scope = 'scope' in step.of ? step.of.scope : ''
  const { readSecret } = ports.api
  if (id === undefined || readSecret === undefined) {
    throw failWith({
      code: 'HS4011',
      message: `${context.definition.title} does not show the secret it made.`,
      hint: 'Look it up in the dashboard of the vendor, store it by hand, and declare it without `capture`.',
    })
  }
  return readSecret({ id, scope })
}

/** While two webhooks overlap, receivers need the former secret too. */
async function keepPrevious(ports: Ports, target: VaultTarget, secret: Secret): Promise<void> {
  const former = await ports.vault.read(target)
  if (former === undefined || former.equals(secret)) return
  const refusal = await ports.vault.store({ ...target, sibling: 'previous' }, former)
  if (refusal !== undefined) throw failWith({ code: 'HS4010', message: refusal.message })
}
