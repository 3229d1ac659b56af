import type { DriftFinding } from '../../src/core/drift.ts'
import { findDrift } from '../../src/core/drift-findings.ts'
import { type AccountImport, makeImport } from '../../src/core/import-webhooks.ts'
import { accountKey, entryId, type LedgerAccount, type LedgerObject, ledgerAccountId } from '../../src/core/ledger.ts'
import type { RunEvent } from '../../src/core/outcome.ts'
import { type AccountInput, type AccountPlan, type Allowances, allowNothing } from '../../src/core/plan.ts'
import { planAccount } from '../../src/core/plan-account.ts'
import { Secret } from '../../src/core/secret.ts'
import { mapSlots } from '../../src/core/secret-paths.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import type { Account, DesiredWebhook } from '../../src/core/webhook.ts'
import { type AccountOutcome, applyAccount } from '../../src/engine/apply-account.ts'
import { explainError } from '../../src/engine/explain.ts'
import { hashWebhook } from '../../src/engine/hash-webhook.ts'
import { changeDraft, makeDraft, makeLedger } from '../../src/engine/ledger/ledger-change.ts'
import type { Clock, Ports, VaultTarget } from '../../src/engine/ports.ts'
import { type ReadAccount, readAccounts } from '../../src/engine/read-accounts.ts'
import { explainHttpError } from '../../src/http/explain-error.ts'
import { describeReceivers } from '../../src/providers/receiver-url.ts'
import type { Provider } from '../../src/providers/registry.ts'
import { makeFingerprinter } from '../../src/secrets/fingerprint.ts'
import { fingerprintFields } from '../../src/secrets/fingerprint-fields.ts'
import { describeAccount, openAccount, type StandIn } from './open-account.ts'

/** What the files declare for the account: webhooks by key. */
export type Declared = Readonly<Record<string, DesiredValues>>

export interface RunOptions {
  readonly allow?: Partial<Allowances>
  readonly dedupe?: boolean
  readonly writeSecrets?: boolean
  readonly prune?: Account['prune']
  /** What webhooks say besides their fields, by key. */
  readonly flags?: Readonly<Record<string, Partial<Pick<DesiredWebhook, 'allowGap' | 'overlap' | 'protected'>>>>
  /** Account-wide values, such as `global_signing_secret`. */
  readonly accountFields?: DesiredValues
  readonly settings?: DesiredValues
  /** Called after the plan is made and before it is applied: somebody else works on the account. */
  readonly meanwhile?: () => void | Promise<void>
  readonly isWithoutLedger?: boolean
  readonly stop?: AbortSignal
  /** Stands between the engine and what it works with. */
  readonly around?: (ports: Ports) => Ports
  readonly now?: () => number
}

/** A plan that was made, and what came of it. */
export interface Applied {
  readonly plan: AccountPlan
  readonly outcome: AccountOutcome
  readonly events: readonly RunEvent[]
}

const file = 'webhooks.yaml'

const fingerprint = (() => {
  const made = makeFingerprinter(new Secret('ab'.repeat(32)))
  if (typeof made !== 'function') throw new Error('The key of the tests is no key.')
  return made
})()

// Settling times are a vendor's; nobody has to sit them out here.
const clock: Clock = { now: Date.now, wait: () => Promise.resolve() }
const explain: Ports['explain'] = (error) => explainError(error, explainHttpError)

/** One account at a stand-in with a ledger and a vault, read, planned and applied by the engine as a run does it. */
export class ManagedAccount {
  readonly vault: Map<string, string> = new Map()
  readonly #provider: Provider
  readonly #standIn: StandIn
  readonly #settings: DesiredValues
  readonly #draft = makeDraft(makeLedger('test'))

  constructor(provider: Provider, standIn: StandIn, settings: DesiredValues = {}) {
    this.#provider = provider
    this.#standIn = standIn
    this.#settings = settings
  }

  get ledger(): LedgerAccount | undefined {
    return this.#draft.accounts[this.#ledgerId]
  }

  /** Plans and writes nothing. */
  async plan(declared: Declared, options: RunOptions = {}): Promise<AccountPlan> {
    return await this.#read(declared, options, ({ input }) => planAccount(input))
  }

  /** Plans and carries out. A refused plan is an error: nothing may be written then. */
  async apply(declared: Declared, options: RunOptions = {}): Promise<Applied> {
    const { plan, outcome, events } = await this.attempt(declared, options)
    const [refusal] = plan.refusals
    if (outcome === undefined) throw new Error(`${refusal?.code ?? ''} ${refusal?.message ?? ''}`)
    return { plan, outcome, events }
  }

  /** Plans and carries out what is not refused. */
  async attempt(
    declared: Declared,
    options: RunOptions = {},
  ): Promise<Omit<Applied, 'outcome'> & Partial<Pick<Applied, 'outcome'>>> {
    return await this.#read(declared, options, async ({ input, api }) => {
      const plan = planAccount(input)
      const events: RunEvent[] = []
      if (plan.refusals.length > 0) return { plan, events }
      await options.meanwhile?.()
      const ledger = input.ledger ?? { identity: input.account.identity, webhooks: {}, intents: {} }
      const work = { plan, live: input.live, ledger, gapAllowed: options.allow?.gap === true }
      return { plan, outcome: await applyAccount(this.#ports(api, events, options), work), events }
    })
  }

  /** Tells how the account differs from what is declared. */
  async drift(declared: Declared, options: RunOptions = {}): Promise<readonly DriftFinding[]> {
    return await this.#read(declared, options, ({ input }) => findDrift(planAccount(input), input.ledger))
  }

  /** Describes what is live and not declared, in everything the account has. */
  async import(declared: Declared = {}): Promise<AccountImport> {
    return await this.#read(declared, { allScopes: true }, ({ input }) => makeImport(input))
  }

  /** Records that a key owns an object, as an earlier run would have done. */
  own(key: string, object: LedgerObject): void {
    changeDraft(this.#draft, { kind: 'own-object', account: this.#ledgerId, key: entryId(file, key), file, object })
  }

  get #ledgerId(): string {
    const { name, identity } = describeAccount(this.#provider.definition, this.#standIn)
    return ledgerAccountId(name, identity)
  }

  async #read<T>(
    declared: Declared,
    options: RunOptions & { readonly allScopes?: boolean },
    work: (read: ReadAccount) => T | Promise<T>,
  ): Promise<T> {
    const { definition } = this.#provider
    const settings = { ...this.#settings, ...options.settings, ...options.accountFields }
    const account = describeAccount(definition, this.#standIn, settings)
    const desiredFields = this.#fill(options.accountFields ?? {})
    const source = {
      account: { ...account, prune: options.prune ?? 'owned', settings: { ...account.settings, ...settings } },
      definition,
      desired: Object.entries(declared).map(([key, fields]) => this.#declare(key, fields, options)),
      desiredFields,
      accountFingerprints: this.#fingerprints(accountKey, desiredFields),
      accountFile: file,
      fingerprintAs: (webhook: DesiredWebhook, key: string) => this.#fingerprints(key, webhook.fields),
      open: () => this.#open(declared, settings),
    }
    const { accounts, diagnostics } = await readAccounts([source], {
      ledger: options.isWithoutLedger === true ? undefined : this.#draft,
      files: new Set([file]),
      plan: planOptions(options),
      allScopes: options.allScopes === true,
      parallelism: 1,
      clock,
      signal: new AbortController().signal,
      explain,
      emit: () => undefined,
    })
    const [read] = accounts
    if (read === undefined) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'))
    try {
      return await work(read)
    } finally {
      await read.api.close()
    }
  }

  async #open(declared: Declared, settings: DesiredValues): Promise<Ports['api']> {
    const { secretParams, plainUrls } = describeReceivers(Object.values(declared))
    const receivers = { secretParams: new Set([...secretParams, ...this.#formerParams()]), plainUrls }
    const { api } = await openAccount(this.#provider, this.#standIn, { receivers, settings })
    return api
  }

  /** Names of secret query parameters that were written before and may still be live. */
  #formerParams(): readonly string[] {
    const paths = Object.values(this.ledger?.webhooks ?? {}).flatMap((entry) => Object.keys(entry.fingerprints))
    return paths.filter((path) => path.startsWith('url_params.')).map((path) => path.slice('url_params.'.length))
  }

  #declare(key: string, given: DesiredValues, { flags = {} }: RunOptions): DesiredWebhook {
    const fields = this.#fill(given)
    const plain = { provider: 'account', key, fields, file, protected: false, allowGap: false, abandon: false }
    const webhook = { ...plain, ...flags[key] }
    return { ...webhook, fingerprints: this.#fingerprints(key, fields), hash: hashWebhook(webhook) }
  }

  #fill(given: DesiredValues): DesiredValues {
    return mapSlots(given, (_, slot) => {
      const value = this.vault.get(slot.source.ref)
      return value === undefined ? slot : slot.resolved({ value: new Secret(value) })
    })
  }

  #fingerprints(key: string, fields: DesiredValues): Readonly<Record<string, string>> {
    const { fields: own, accountFields = {} } = this.#provider.definition
    const declarations = key === accountKey ? accountFields : own
    return fingerprintFields(fingerprint, declarations, fields, { account: 'account', webhook: key })
  }

  #ports(
    api: Ports['api'],
    events: RunEvent[],
    { stop, around = (ports) => ports, now = Date.now }: RunOptions,
  ): Ports {
    return around({
      api,
      ledger: {
        record: async (change) => changeDraft(this.#draft, change),
        entry: (account, id) => this.#draft.accounts[account]?.webhooks[id],
        confirm: () => Promise.resolve(),
      },
      vault: {
        proveWritable: () => Promise.resolve(undefined),
        store: async (target, value) => {
          this.vault.set(placeOf(target), value.reveal())
          return undefined
        },
        generate: async (target) => {
          const value = this.vault.get(placeOf(target)) ?? `generated-${this.vault.size}-for-${target.key}`
          this.vault.set(placeOf(target), value)
          return new Secret(value)
        },
        read: async (target) => {
          const value = this.vault.get(placeOf(target))
          return value === undefined ? undefined : new Secret(value)
        },
        remove: async (target) => {
          this.vault.delete(placeOf(target))
          return undefined
        },
      },
      clock: { ...clock, now },
      fingerprint: ({ provider, key, path }, value) =>
        fingerprint(value, { account: provider, webhook: key, field: path }),
      fingerprints: ({ key }, fields) => this.#fingerprints(key, fields),
      explain,
      emit: (event) => events.push(event),
      stop: stop ?? new AbortController().signal,
      toolVersion: '0.0.0-test',
    })
  }
}

function placeOf({ ref, sibling }: VaultTarget): string {
  return sibling === undefined ? ref : `${ref}_${sibling}`
}

function planOptions(options: RunOptions): AccountInput['options'] {
  return {
    allow: { ...allowNothing, ...options.allow },
    selects: () => true,
    writesSecrets: () => options.writeSecrets === true,
    dedupe: options.dedupe === true,
    now: (options.now ?? Date.now)(),
  }
}

/** One line per action: symbol-free, for comparing. */
export function describeActions(plan: Pick<AccountPlan, 'actions'>): readonly string[] {
  return plan.actions.map(({ kind, key, changes }) => {
    const paths = kind === 'create' || kind === 'delete' ? [] : changes.map(({ path }) => path)
    return [kind, key, ...paths].join(' ')
  })
}
