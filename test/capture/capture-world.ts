import type { AccountPlan } from '../../src/core/plan.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import { pendingFingerprint } from '../../src/core/secret-verdict.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import type { Provider } from '../../src/providers/registry.ts'
import { findProvider } from '../../src/providers/registry.ts'
import type { Sandbox } from '../../src/sandbox/index.ts'
import { type Applied, type Declared, ManagedAccount, type RunOptions } from '../providers/managed-account.ts'
import { captureTo } from '../providers/open-account.ts'
import { KillSwitch } from './kill-switch.ts'

export type Vendor = 'tellcasey' | 'smallest'

/** A webhook as the vendor has it, as far as secrets go. */
export interface LiveWebhook {
  readonly id: string
  readonly url: string
  readonly secret: string
  readonly isEnabled: boolean
}

/** What a run came to before it ended. */
export interface KilledRun {
  readonly effects: number
  /** What the vault or the ledger lacked at some instant. */
  readonly faults: readonly string[]
}

export const place = 'ref+age://secrets.age#/hook'
export const formerPlace: string = `${place}_previous`

const hooks = 'https://hooks.example.com'
const agent = 'a6e270000000000000000001'

/** Declares one webhook whose secret is captured. */
export function hook(vendor: Vendor, parts: { readonly events?: readonly string[] } = {}): DesiredValues {
  const about = { url: `${hooks}/hook`, signing_secret: captureTo(place) }
  if (vendor === 'tellcasey') return { ...about, events: parts.events ?? ['conversation.completed'] }
  return { ...about, subscriptions: [{ agent_id: agent, events: parts.events ?? ['post-conversation'] }] }
}

export const overlap: number = 30 * 60_000

/** One account whose secrets the vendor makes, and time that passes when it is told to. */
export class CaptureWorld {
  readonly account: ManagedAccount
  readonly #sandbox: Sandbox
  readonly #vendor: Vendor
  #now = Date.parse('2026-11-20T12:00:00Z')

  constructor(sandbox: Sandbox, vendor: Vendor, provider: Provider = providerOf(vendor)) {
    sandbox.vendors[vendor].webhooks.clear()
    this.#sandbox = sandbox
    this.#vendor = vendor
    this.account = new ManagedAccount(provider, sandbox.vendors[vendor])
  }

  get live(): readonly LiveWebhook[] {
    if (this.#vendor === 'tellcasey')
      return this.#sandbox.vendors.tellcasey.webhooks
        .all()
        .map(({ id, url, secret, enabled }) => ({ id, url, secret, isEnabled: enabled }))
    return this.#sandbox.vendors.smallest.webhooks
      .all()
      .map(({ id, url, secret, status }) => ({ id, url, secret, isEnabled: status === 'enabled' }))
  }

  get vault(): Map<string, string> {
    return this.account.vault
  }

  pass(ms: number): void {
    this.#now += ms
  }

  switchOff(id: string): void {
    if (this.#vendor === 'tellcasey') this.#sandbox.vendors.tellcasey.webhooks.edit(id, { enabled: false })
    else this.#sandbox.vendors.smallest.webhooks.edit(id, { status: 'disabled' })
  }

  apply(declared: Declared, options: RunOptions = {}): Promise<Applied> {
    return this.account.apply(declared, this.#with(options))
  }

  plan(declared: Declared, options: RunOptions = {}): Promise<AccountPlan> {
    return this.account.plan(declared, this.#with(options))
  }

  /** Runs until it is killed; answers with how many effects it came to, and with what it left without its secret. */
  async killedRun(declared: Declared, options: RunOptions, at: number | undefined): Promise<KilledRun> {
    const kept = new Set(this.live.filter((live) => this.#isStored(live)).map(({ id }) => id))
    const lost = new Set(this.live.map(({ id }) => id).filter((id) => !kept.has(id)))
    const isKept = Object.values(options.flags ?? {}).some((flags) => flags.overlap !== undefined)
    const faults: string[] = []
    const kill = new KillSwitch(at, () => {
      for (const live of this.live) {
        if (!live.isEnabled || this.#isStored(live) || lost.has(live.id)) continue
        if (isKept && kept.has(live.id)) faults.push(`the secret of the old webhook ${live.id} left the vault`)
        else if (!this.#isMarked(live.id))
          faults.push(`nothing tells that the secret of ${live.id} is not in the vault`)
      }
    })
    await this.account.attempt(declared, this.#with({ ...options, around: kill.around })).catch(() => undefined)
    return { effects: kill.effects, faults }
  }

  #with(options: RunOptions): RunOptions {
    return { ...options, now: () => this.#now }
  }

  #isStored({ secret }: LiveWebhook): boolean {
    return [...this.vault.values()].includes(secret)
  }

  /** Whether the ledger says of a webhook that its secret is still to come: by an open intent, or by its entry. */
  #isMarked(id: string): boolean {
    const { ledger } = this.account
    if (Object.keys(ledger?.intents ?? {}).length > 0) return true
    return Object.values(ledger?.webhooks ?? {}).some(
      (entry) =>
        entry.fingerprints['signing_secret'] === pendingFingerprint && entry.objects.some((object) => object.id === id),
    )
  }
}

/** A vendor of ours, with other facts about the secrets it makes. */
export function providerOf(vendor: Vendor, facts: Partial<ProviderDefinition> = {}): Provider {
  const provider = findProvider(vendor)
  if (provider === undefined) throw new Error(`There is no vendor ${vendor}.`)
  return { ...provider, definition: { ...provider.definition, ...facts } }
}
