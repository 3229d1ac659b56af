import { randomUUID } from 'node:crypto'
import type { LedgerAccount } from '../../src/core/ledger.ts'
import { entryId, ledgerAccountId } from '../../src/core/ledger.ts'
import type { RunEvent } from '../../src/core/outcome.ts'
import { type AccountPlan, type Allowances, allowNothing } from '../../src/core/plan.ts'
import { planAccount } from '../../src/core/plan-account.ts'
import { Secret, SecretSlot } from '../../src/core/secret.ts'
import { mapSlots } from '../../src/core/secret-paths.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import type { Account, DesiredWebhook } from '../../src/core/webhook.ts'
import { type AccountOutcome, applyAccount } from '../../src/engine/apply-account.ts'
import { explainError } from '../../src/engine/explain.ts'
import { hashWebhook } from '../../src/engine/hash-webhook.ts'
import { changeDraft, makeDraft } from '../../src/engine/ledger/ledger-change.ts'
import type { Ports } from '../../src/engine/ports.ts'
import { explainHttpError } from '../../src/http/explain-error.ts'
import { describeReceivers } from '../../src/providers/receiver-url.ts'
import { smallest } from '../../src/providers/smallest/declaration.ts'
import type { Sandbox, VendorSandbox } from '../../src/sandbox/index.ts'
import { makeFingerprinter } from '../../src/secrets/fingerprint.ts'
import { fingerprintFields } from '../../src/secrets/fingerprint-fields.ts'
import { openAccount } from './open-account.ts'

export type StandIn = Sandbox['vendors']['smallest']
export type Stored = StandIn extends VendorSandbox<infer Webhook, infer _> ? Webhook : never

/** Who is subscribed to a webhook: agents and their events. */
export type Subscribers = Readonly<Record<string, readonly string[]>>

const file = 'webhooks.yaml'
const made = makeFingerprinter(new Secret('ab'.repeat(32)))

export interface RunOptions {
  readonly allow?: Partial<Allowances>
  readonly prune?: Account['prune']
  /** Keys of webhooks that say `allow_gap: true`. */
  readonly gaps?: readonly string[]
  /** Called after the plan is made and before it is carried out. */
  readonly meanwhile?: () => void
  readonly stop?: AbortSignal
}

/** An organization at the stand-in with a ledger and a vault, planned and applied as a run does it. */
export class SmallestWorld {
  readonly standIn: StandIn
  readonly vault: Map<string, string> = new Map()
  readonly #draft = makeDraft({ format: 1, lineage: 'test', serial: 0, accounts: {} })
  readonly #account: string

  constructor(standIn: StandIn) {
    this.standIn = standIn
    this.#account = ledgerAccountId('account', { origin: new URL(standIn.baseUrl).origin })
  }

  get ledger(): LedgerAccount | undefined {
    return this.#draft.accounts[this.#account]
  }

  /** Makes a webhook as somebody else would; with a key, the ledger owns it. */
  put(url: string, subscribers: Subscribers, parts: Partial<Stored> & { readonly key?: string } = {}): Stored {
    const { key, ...more } = parts
    const at = new Date().toISOString()
    const stored = this.standIn.webhooks.put({
      id: anId(),
      url,
      status: 'enabled',
      secret: 'made-by-the-vendor-0123456789',
      subscriptions: Object.entries(subscribers).flatMap(([agent_id, events]) =>
        events.map((event_type) => ({ id: anId(), agent_id, event_type, created_at: at, updated_at: at })),
      ),
      created_at: at,
      updated_at: at,
      ...more,
    })
    if (key !== undefined) {
      const object = { id: stored.id, part: '', scope: '' }
      changeDraft(this.#draft, { kind: 'own-object', account: this.#account, key: entryId(file, key), file, object })
    }
    return stored
  }

  /** Who is subscribed to the webhook of a URL, or to those of all. */
  subscribers(url: string): Subscribers | undefined {
    const webhook = this.standIn.webhooks.all().find((one) => one.url === url)
    return webhook === undefined ? undefined : subscribersOf(webhook)
  }

  async plan(declared: Readonly<Record<string, DesiredValues>>, options: RunOptions = {}): Promise<AccountPlan> {
    const { plan, close } = await this.#prepare(declared, options)
    await close()
    return plan
  }

  /** Plans and carries out; a refused plan carries out nothing. */
  async apply(
    declared: Readonly<Record<string, DesiredValues>>,
    options: RunOptions = {},
  ): Promise<{ readonly plan: AccountPlan; readonly outcome?: AccountOutcome; readonly events: readonly RunEvent[] }> {
    const { plan, live, ledger, ports, events, close } = await this.#prepare(declared, options)
    try {
      if (plan.refusals.length > 0) return { plan, events }
      options.meanwhile?.()
      return { plan, outcome: await applyAccount(ports, { plan, live, ledger, gapAllowed: false }), events }
    } finally {
      await close()
    }
  }

  async #prepare(declared: Readonly<Record<string, DesiredValues>>, options: RunOptions) {
    const receivers = describeReceivers(Object.values(declared))
    const provider = { definition: smallest, load: () => import('../../src/providers/smallest/api.ts') }
    const { account: opened, api } = await openAccount(provider, this.standIn, { receivers })
    const account = { ...opened, prune: options.prune ?? 'owned' }
    const live = await api.list('all')
    const ledger = this.ledger ?? { identity: account.identity, webhooks: {}, intents: {} }
    const plan = planAccount({
      account,
      definition: smallest,
      desired: Object.entries(declared).map(([key, fields]) => this.#declare(key, fields, options)),
      desiredFields: {},
      live,
      ledger,
      files: new Set([file]),
      options: {
        allow: { ...allowNothing, ...options.allow },
        selects: () => true,
        writesSecrets: () => false,
        dedupe: false,
        now: Date.now(),
      },
    })
    const events: RunEvent[] = []
    return { plan, live, ledger, events, ports: this.#ports(api, events, options), close: () => api.close() }
  }

  #declare(key: string, given: DesiredValues, { gaps = [] }: RunOptions): DesiredWebhook {
    const fields = mapSlots(given, (_, slot) => {
      const value = this.vault.get(slot.source.ref)
      return value === undefined ? slot : slot.resolved({ value: new Secret(value) })
    })
    const allowGap = gaps.includes(key)
    const webhook = { provider: 'account', key, fields, file, protected: false, allowGap, abandon: false }
    const fingerprints = fingerprintFields(fingerprint, smallest.fields, fields, { account: 'account', webhook: key })
    return { ...webhook, fingerprints, hash: hashWebhook(webhook) }
  }

  #ports(api: Ports['api'], events: RunEvent[], { stop }: RunOptions): Ports {
    return {
      api,
      ledger: {
        record: async (change) => changeDraft(this.#draft, change),
        entry: (account, id) => this.#draft.accounts[account]?.webhooks[id],
        confirm: () => Promise.resolve(),
      },
      vault: {
        proveWritable: () => Promise.resolve(undefined),
        store: async ({ ref }, value) => {
          this.vault.set(ref, value.reveal())
          return undefined
        },
        generate: () => Promise.reject(new Error('Nothing is generated here.')),
        read: async ({ ref }) => {
          const value = this.vault.get(ref)
          return value === undefined ? undefined : new Secret(value)
        },
      },
      clock: { now: Date.now, wait: () => Promise.resolve() },
      fingerprint: ({ key, path }, value) => fingerprint(value, { account: 'account', webhook: key, field: path }),
      explain: (error) => explainError(error, explainHttpError),
      emit: (event) => events.push(event),
      stop: stop ?? new AbortController().signal,
      toolVersion: '0.0.0-test',
    }
  }
}

function fingerprint(...given: Parameters<Extract<typeof made, (...args: never[]) => unknown>>): string {
  if (typeof made !== 'function') throw new Error('The key of the tests is no key.')
  return made(...given)
}

function anId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 24)
}

/** Reads who is subscribed to a stored webhook, in one order. */
export function subscribersOf({ subscriptions }: Stored): Subscribers {
  const agents: Record<string, string[]> = {}
  for (const { agent_id, event_type } of subscriptions) (agents[agent_id] ??= []).push(event_type)
  const sorted = Object.entries(agents).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([agent, events]) => [agent, events.toSorted()]))
}

/** Declares subscribers as `subscriptions`. */
export function subscribe(subscribers: Subscribers): DesiredValues[string] {
  return Object.entries(subscribers).map(([agent_id, events]) => ({ agent_id, events }))
}

/** Declares a secret that is captured into the vault of the tests. */
export function captureTo(ref: string): SecretSlot {
  return new SecretSlot({ form: 'capture', ref })
}
