import { entryId, ledgerAccountId } from '../core/ledger.ts'
import type { ProviderApi, ProviderDefinition, StepResult } from '../core/provider.ts'
import type { Rung } from '../core/rung.ts'
import type { Secret } from '../core/secret.ts'
import type { CaptureStep, DeleteStep } from '../core/step.ts'
import type { Account, DesiredWebhook } from '../core/webhook.ts'
import type { Ports, VaultTarget } from './ports.ts'
import { failWith } from './step-failure.ts'

/** What capturing needs to know of a run. */
export interface CaptureContext {
  readonly account: Account
  readonly definition: Pick<ProviderDefinition, 'title'>
  readonly webhookOf: (action: string) => DesiredWebhook | undefined
  readonly made: ReadonlyMap<string, StepResult>
  /** Takes the fingerprints of captured secrets, by action. */
  readonly captured: Map<string, Readonly<Record<string, string>>>
}

/** Stores the secret the vendor made, and reads it back from the vault before anything depends on it. */
export async function captureSecret(ports: Ports, context: CaptureContext, step: CaptureStep): Promise<void> {
  const [action = ''] = step.serves
  const webhook = context.webhookOf(action)
  const target = { ref: step.ref, path: step.path, provider: context.account.name, key: webhook?.key ?? '' }
  const made = 'step' in step.of ? context.made.get(step.of.step) : undefined
  const id = 'id' in step.of ? step.of.id : made?.id
  const scope = 'scope' in step.of ? step.of.scope : ''
  const about = { title: context.definition.title, id: id ?? '', rung: step.rung, target }
  const secret = made?.secret ?? (await obtainSecret(ports.api, about, scope))
  if (step.keepsFormer === true) await keepFormer(ports, about, secret)
  const refusal = await ports.vault.store(target, secret)
  if (refusal !== undefined) throw notStored(about, target.path, refusal.message)
  const fingerprint = ports.fingerprint(target, secret)
  if (fingerprint !== undefined) context.captured.set(action, { [step.path]: fingerprint })
}

/** The webhook whose secret is captured, and how that is had again. */
interface Captured {
  readonly title: string
  readonly id: string
  readonly rung: Rung
  readonly target: VaultTarget
}

function obtainSecret(api: ProviderApi, { title, id, rung, target }: Captured, scope: string): Promise<Secret> {
  const { readSecret, recoverSecret } = api
  if (rung === 'fetch' && readSecret !== undefined) return readSecret({ id, scope })
  if ((rung === 'replay' || rung === 'roll') && recoverSecret !== undefined) return recoverSecret(rung, { id, scope })
  const name = `${target.provider}/${target.key}`
  throw failWith({
    code: 'HS4011',
    message: `${title} does not show again the ${target.path} that it made for the webhook ${id}.`,
    hint:
      rung === 'replace'
        ? 'Run the command again: a new webhook takes its place, and the secret of that one is stored.'
        : `Make a new one: hooks-sync rotate '${name}'. Or delete the webhook ${id} at ${title} and run the command again: it is made anew, and its secret is stored.`,
  })
}

/** While two webhooks overlap, receivers need the former secret too. */
async function keepFormer({ vault }: Ports, about: Captured, secret: Secret): Promise<void> {
  const { target } = about
  const former = await vault.read(target)
  if (former === undefined || former.equals(secret)) return
  const refusal = await vault.store({ ...target, sibling: 'previous' }, former)
  if (refusal !== undefined) throw notStored(about, `former ${target.path}`, refusal.message)
}

/** What the next run does about a secret that could not be stored. */
const nextTime: { readonly [rung in Rung]: string } = {
  fetch: 'the secret is read again from the vendor and stored.',
  replay: 'the vendor tells the secret again, and it is stored.',
  roll: 'the vendor makes another secret, and that one is stored.',
  replace: 'a new webhook takes its place, and the secret of that one is stored.',
  manual: 'it says what to do.',
}

function notStored({ title, id, rung }: Captured, what: string, why: string) {
  return failWith({
    code: 'HS4010',
    message: `The webhook ${id} is live at ${title}, and its ${what} is not in the vault: ${why}`,
    hint: `Mend the store and run the command again: ${nextTime[rung]}`,
  })
}

/** Removes the secret of a webhook that is gone; one that is being rotated keeps its neighbors for that. */
export async function discardFormer(
  { vault, ledger }: Ports,
  context: CaptureContext,
  { serves: [action = ''], target: id }: DeleteStep,
  { path, ref }: { readonly path: string; readonly ref: string },
): Promise<void> {
  const webhook = context.webhookOf(action)
  const { name, identity } = context.account
  const own = webhook === undefined ? '' : entryId(webhook.file, webhook.key)
  const entry = ledger.entry(ledgerAccountId(name, identity), own)
  if (entry?.rotation !== undefined) return
  const refusal = await vault.remove({ ref, path, provider: name, key: webhook?.key ?? '', sibling: 'previous' })
  if (refusal === undefined) return
  throw failWith({
    code: 'HS4010',
    message: `The webhook ${id} is gone, and its former ${path} is still in the vault: ${refusal.message}`,
    hint: 'Mend the store and run the command again: it removes the secret.',
  })
}
