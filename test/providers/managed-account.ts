import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ledgerAccountId } from '../../src/core/ledger.ts'
import type { RunEvent } from '../../src/core/outcome.ts'
import { type AccountPlan, allowNothing, type PlanOptions } from '../../src/core/plan.ts'
import { planAccount } from '../../src/core/plan-account.ts'
import { Secret } from '../../src/core/secret.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import type { Account, DesiredWebhook, LiveAccount } from '../../src/core/webhook.ts'
import { type AccountOutcome, applyAccount } from '../../src/engine/apply-account.ts'
import { explainError } from '../../src/engine/explain.ts'
import { hashWebhook } from '../../src/engine/hash-webhook.ts'
import { LocalLedger } from '../../src/engine/ledger/local-ledger.ts'
import type { Ports } from '../../src/engine/ports.ts'
import { makeRunLedger } from '../../src/engine/run-ledger.ts'
import { explainHttpError } from '../../src/http/explain-error.ts'
import { describeReceivers } from '../../src/providers/receiver-url.ts'
import type { Provider } from '../../src/providers/registry.ts'
import { makeFingerprinter } from '../../src/secrets/fingerprint.ts'
import { fingerprintFields } from '../../src/secrets/fingerprint-fields.ts'
import { openAccount, type StandIn } from './open-account.ts'

/** What the files declare for the account: webhooks by key. */
export type Declared = Readonly<Record<string, DesiredValues>>

export interface RunOptions {
  readonly allow?: Partial<PlanOptions['allow']>
  readonly dedupe?: boolean
  readonly writeSecrets?: boolean
  readonly prune?: Account['prune']
  /** Account-wide values, such as `global_signing_secret`. */
  readonly accountFields?: DesiredValues
  readonly settings?: DesiredValues
  /** Called after the plan is made and before it is applied: somebody else works on the account. */
  readonly meanwhile?: () => void | Promise<void>
  readonly isWithoutLedger?: boolean
}

/** A plan that was made, and what came of it. */
export interface Applied {
  readonly plan: AccountPlan
  readonly outcome: AccountOutcome
  readonly events: readonly RunEvent[]
}

const fingerprint = (() => {
  const made = makeFingerprinter(new Secret('ab'.repeat(32)))
  if (typeof made !== 'function') throw new Error('The key of the tests is no key.')
  return made
})()

/** One account at a stand-in, planned and applied by the engine with a real ledger, as a run does it. */
export class ManagedAccount {
  readonly #provider: Provider
  readonly #standIn: StandIn
  readonly #directory: string

  private constructor(provider: Provider, standIn: StandIn, directory: string) {
    this.#provider = provider
    this.#standIn = standIn
    this.#directory = directory
  }

  static async make(provider: Provider, standIn: StandIn): Promise<ManagedAccount> {
    return new ManagedAccount(provider, standIn, await mkdtemp(join(tmpdir(), 'hooks-sync-')))
  }

  async close(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true })
  }

  /** Plans and writes nothing. */
  async plan(declared: Declared, options: RunOptions = {}): Promise<AccountPlan> {
    return await this.#run(declared, options, ({ plan }) => Promise.resolve(plan))
  }

  /** Plans and carries out. A refused plan is an error: nothing may be written then. */
  async apply(declared: Declared, options: RunOptions = {}): Promise<Applied> {
    return await this.#run(declared, options, async ({ plan, live, ports, events, ledger }) => {
      const [refusal] = plan.refusals
      if (refusal !== undefined) throw new Error(`${refusal.code} ${refusal.message}`)
      await options.meanwhile?.()
      return { plan, outcome: await applyAccount(ports, { plan, live, ledger, gapAllowed: false }), events }
    })
  }

  async #run<T>(declared: Declared, options: RunOptions, work: (run: Run) => Promise<T>): Promise<T> {
    const store = new LocalLedger(join(this.#directory, 'ledger.json'))
    const open = await store.open({ waitMs: 0, owner: 'test', now: Date.now })
    const receivers = describeReceivers(Object.values(declared))
    const settings = { ...options.settings, ...options.accountFields }
    const { account: plain, api } = await openAccount(this.#provider, this.#standIn, { receivers, settings })
    try {
      const account = { ...plain, prune: options.prune ?? 'owned', settings: { ...plain.settings, ...settings } }
      const { definition } = this.#provider
      const known = open.ledger.accounts[ledgerAccountId(account.name, account.identity)]
      const ledger = known ?? { identity: account.identity, webhooks: {}, intents: {} }
      const live = await api.list([''])
      const plan = planAccount({
        account,
        definition,
        desired: Object.entries(declared).map(([key, fields]) => this.#declare(key, fields)),
        desiredFields: options.accountFields ?? {},
        live,
        ledger: options.isWithoutLedger === true ? undefined : ledger,
        files: new Set(['webhooks.yaml']),
        options: {
          allow: { ...allowNothing, ...options.allow },
          selects: () => true,
          writesSecrets: () => options.writeSecrets === true,
          dedupe: options.dedupe === true,
          now: Date.now(),
        },
      })
      const events: RunEvent[] = []
      const ports = makePorts(api, makeRunLedger(open), events)
      return await work({ plan, live, ports, events, ledger })
    } finally {
      await api.close()
      await open.close()
    }
  }

  #declare(key: string, fields: DesiredValues): DesiredWebhook {
    const webhook: DesiredWebhook = {
      provider: 'account',
      key,
      fields,
      file: 'webhooks.yaml',
      protected: false,
      allowGap: false,
      abandon: false,
    }
    const owner = { account: 'account', webhook: key }
    const fingerprints = fingerprintFields(fingerprint, this.#provider.definition.fields, fields, owner)
    return { ...webhook, fingerprints, hash: hashWebhook(webhook) }
  }
}

interface Run {
  readonly plan: AccountPlan
  readonly live: LiveAccount
  readonly ports: Ports
  readonly events: readonly RunEvent[]
  readonly ledger: Parameters<typeof applyAccount>[1]['ledger']
}

function makePorts(api: Ports['api'], ledger: Ports['ledger'], events: RunEvent[]): Ports {
  const refuse = (): never => {
    throw new Error('No secret is written in these tests.')
  }
  return {
    api,
    ledger,
    vault: { proveWritable: refuse, store: refuse, generate: refuse, read: refuse },
    // Settling times are a vendor's; nobody has to sit them out here.
    clock: { now: Date.now, wait: () => Promise.resolve() },
    fingerprint: ({ provider, key, path }, value) =>
      fingerprint(value, { account: provider, webhook: key, field: path }),
    explain: (error) => explainError(error, explainHttpError),
    emit: (event) => events.push(event),
    stop: new AbortController().signal,
    toolVersion: '0.0.0-test',
  }
}

/** One line per action: symbol-free, for comparing. */
export function describeActions(plan: AccountPlan): readonly string[] {
  return plan.actions.map(({ kind, key, changes }) => {
    const paths = kind === 'create' || kind === 'delete' ? [] : changes.map(({ path }) => path)
    return [kind, key, ...paths].join(' ')
  })
}
