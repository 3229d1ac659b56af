import { expect } from 'vitest'
import type { DesiredValues } from '../../src/core/value.ts'
import type { Provider } from '../../src/providers/registry.ts'
import { type Sandbox, type StoredWebhook, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import { standIns } from '../../src/sandbox/stand-ins.ts'
import { type RequestWatch, watchRequests } from '../vendors/watch-requests.ts'
import type { Matrix, Reading } from './describe-matrix.ts'
import { type Applied, type Declared, ManagedAccount, type RunOptions } from './managed-account.ts'

/** The key of the webhook that a row is about. */
export const key = 'hook'

/** A vendor's sandbox, one account of ours in it, and a webhook of somebody else. */
export class MatrixTable {
  readonly provider: Provider
  readonly #matrix: Matrix
  #sandbox: Sandbox | undefined
  #account: ManagedAccount | undefined
  #watch: RequestWatch | undefined
  #settings: object = {}
  #foreign: readonly string[] = []
  #foreignIds: ReadonlySet<string> = new Set()

  constructor(provider: Provider, matrix: Matrix) {
    this.provider = provider
    this.#matrix = matrix
  }

  async open(): Promise<void> {
    this.#sandbox = await startSandbox({ vendors: [this.provider.definition.type] })
    this.#settings = structuredClone(this.standIn.settings)
    this.#watch = watchRequests(this.standIn.baseUrl)
  }

  async close(): Promise<void> {
    this.#watch?.stop()
    await this.#sandbox?.close()
  }

  get standIn(): VendorSandbox {
    const standIn = this.#sandbox?.vendors[this.provider.definition.type]
    if (standIn === undefined) throw new Error('The sandbox has not been started.')
    return standIn
  }

  get account(): ManagedAccount {
    if (this.#account === undefined) throw new Error('The row has not begun.')
    return this.#account
  }

  get watch(): RequestWatch {
    if (this.#watch === undefined) throw new Error('The sandbox has not been started.')
    return this.#watch
  }

  /** Empties the account, sets the switches and lets somebody else make a webhook. */
  async begin(reading: Reading): Promise<void> {
    const { standIn } = this
    standIn.webhooks.clear()
    standIn.configure(this.#settings)
    const switches = { ...defaultsOf(this.provider.definition.type), ...this.#matrix.always, ...reading }
    for (const [name, value] of Object.entries(switches)) standIn.setSwitch(name, value)
    this.#account = this.manage()
    const { outcome } = await this.manage().apply({ theirs: this.#matrix.foreign })
    expect(outcome.failed).toEqual([])
    this.#matrix.clutter?.(standIn, reading)
    this.#foreignIds = new Set(standIn.webhooks.all().map(({ id }) => id))
    this.#foreign = this.#foreignNow()
    this.watch.clear()
  }

  /** Holds what must be true whatever was done. */
  end(): void {
    expect(this.#foreignNow()).toEqual(this.#foreign)
    expect(JSON.stringify(this.standIn.webhooks.all())).not.toMatch(/\*{3}|•/u)
    expect(this.watch.findings(this.provider.definition.type)).toEqual([])
  }

  manage(): ManagedAccount {
    return new ManagedAccount(this.provider, this.standIn, this.#matrix.settings?.(this.standIn))
  }

  async apply(declared: Declared, options?: RunOptions): Promise<Applied> {
    const applied = await this.account.apply(declared, options)
    expect(applied.outcome.failed).toEqual([])
    expect(applied.outcome.skipped).toEqual([])
    return applied
  }

  settle(webhook: DesiredValues, options?: RunOptions): Promise<Applied> {
    return this.settleAll({ [key]: webhook }, options)
  }

  /** Applies, and expects a plan to have nothing left to do. */
  async settleAll(declared: Declared, options?: RunOptions): Promise<Applied> {
    const applied = await this.apply(declared, options)
    const { actions } = await this.account.plan(declared)
    expect(actions.map(({ kind, changes }) => ({ kind, changes: changes.filter(isTelling) }))).toEqual(
      Object.keys(declared).map(() => ({ kind: 'keep', changes: [] })),
    )
    return applied
  }

  /** What is stored and was not there before. */
  mine(): readonly StoredWebhook[] {
    return this.standIn.webhooks.all().filter((webhook) => !this.#isForeign(webhook))
  }

  writes(): readonly string[] {
    const calls = this.watch.requests.filter(({ method, path }) => method !== 'GET' && !path.startsWith('/oauth2/'))
    return calls.map(({ method, path }) => `${method} ${path}`)
  }

  /** How many live webhooks of others count for the quota of a declared one. */
  async others(declared: DesiredValues): Promise<number> {
    const { quota, fields } = this.provider.definition
    const { unmanaged } = await this.account.plan({ [key]: declared })
    const groupOf = (values: Readonly<Record<string, unknown>>): string =>
      JSON.stringify((quota?.per ?? []).map((name) => (fields[name] === undefined ? null : (values[name] ?? null))))
    return unmanaged.filter((live) => groupOf(live.fields) === groupOf(declared)).length
  }

  // Ids, times and ways of writing the same are the vendor's: a document written as a whole may give new ones.
  #foreignNow(): readonly string[] {
    return this.standIn.webhooks
      .all()
      .filter((webhook) => this.#isForeign(webhook))
      .map(renderFacts)
      .toSorted()
  }

  #isForeign(webhook: StoredWebhook): boolean {
    return this.#foreignIds.has(webhook.id) || JSON.stringify(webhook).includes('https://theirs.example.com/')
  }
}

/** Renders a webhook without what is the vendor's own: ids, times, ways of writing the same. */
function renderFacts(webhook: StoredWebhook): string {
  return JSON.stringify(factsOf(webhook))
}

function factsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(factsOf)
  if (typeof value !== 'object' || value === null) return value
  const facts = Object.entries(value).filter(([name]) => !/^(?:_?id|form|.*At|.*_at)$/u.test(name))
  return Object.fromEntries(
    facts.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, factsOf(inner)]),
  )
}

/** Unknown secrets say that nothing can be said. */
function isTelling(change: object): boolean {
  return !('secret' in change) || (change.secret !== 'same' && change.secret !== 'unknown')
}

function defaultsOf(type: string): Reading {
  const switches = standIns.find(({ name }) => name === type)?.switches ?? {}
  return {
    list_lag_reads: 0,
    ...Object.fromEntries(Object.entries(switches).map(([name, spec]) => [name, spec.default])),
  }
}
