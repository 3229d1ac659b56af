import { compareText, type Diagnostic } from '../../core/diagnostic.ts'
import type { LedgerObject } from '../../core/ledger.ts'
import type { ProviderApi, ProviderDefinition } from '../../core/provider.ts'
import type { DesiredValues } from '../../core/value.ts'
import type { Account, LiveAccount, LiveObject } from '../../core/webhook.ts'
import type { Clock } from '../../engine/ports.ts'
import { calmMs } from './calm.ts'
import { KnownReceivers } from './known-receivers.ts'
import { PlannedWebhooks } from './planned-webhooks.ts'
import { Turns } from './turns.ts'

export interface VendorAccountOptions {
  readonly definition: ProviderDefinition
  readonly account: Account
  /** Opens the connection when it is first needed. */
  readonly open: (receivers: KnownReceivers) => Promise<ProviderApi>
  /** Ask for each webhook on its own instead of listing them. */
  readonly readsEach: boolean
}

/** What a read of a webhook's objects came to. */
export type Found =
  | { readonly state: 'read'; readonly objects: readonly LiveObject[] }
  | { readonly state: 'unconfirmed' }

/** Names the list of all scopes; no scope has a blank in it. */
const everything = 'all scopes'

/** One vendor account as a whole run of the engine sees it. */
export class VendorAccount {
  readonly definition: ProviderDefinition
  readonly account: Account
  /** Writes within one scope go one after the other. */
  readonly turns: Turns = new Turns()
  readonly receivers: KnownReceivers = new KnownReceivers()
  readonly planned: PlannedWebhooks
  readonly #options: VendorAccountOptions
  readonly #closing = new AbortController()
  readonly #lists = new Map<string, Promise<LiveAccount>>()
  readonly #owned = new Map<string, LedgerObject>()
  readonly #adopted = new Set<string>()
  /** How often a state has come up so far, and how often it had when that seemed to be all. */
  #claims = 0
  #calmAt: number | undefined
  #api: Promise<ProviderApi> | undefined

  constructor(options: VendorAccountOptions) {
    this.definition = options.definition
    this.account = options.account
    this.planned = new PlannedWebhooks(options.definition)
    this.#options = options
  }

  api(): Promise<ProviderApi> {
    this.#api ??= this.#options.open(this.receivers)
    return this.#api
  }

  /** Lists a scope once for all who ask, until something is written there. */
  list(scope: string): Promise<LiveAccount> {
    return this.#list(scope, [scope])
  }

  /** Lists everything the account has, once as well. */
  listAll(): Promise<LiveAccount> {
    return this.#list(everything, 'all')
  }

  #list(name: string, scopes: readonly string[] | 'all'): Promise<LiveAccount> {
    const known = this.#lists.get(name)
    if (known !== undefined) return known
    const list = this.api().then((api) => api.list(scopes, this.#closing.signal))
    this.#lists.set(name, list)
    return list
  }

  /** Reads objects of one scope. What a list does not show is asked for by its id: only that tells that it is gone. */
  async find(wanted: readonly LedgerObject[]): Promise<Found> {
    const scope = wanted[0]?.scope ?? ''
    const api = await this.api()
    if (this.#options.readsEach && api.reread !== undefined) {
      return { state: 'read', objects: await api.reread(wanted, this.#closing.signal) }
    }
    const listed = await this.list(scope)
    const state = listed.scopes.find((one) => one.scope === scope)?.state ?? 'listed'
    if (state === 'unconfirmed') return { state }
    const found = pick(listed.objects, wanted)
    const absent = wanted.filter(({ id }) => !found.some((live) => live.id === id))
    if (absent.length === 0 || state === 'gone') return { state: 'read', objects: found }
    return { state: 'read', objects: [...found, ...(await this.#confirm(api, scope, absent))] }
  }

  async #confirm(api: ProviderApi, scope: string, absent: readonly LedgerObject[]): Promise<readonly LiveObject[]> {
    if (api.reread !== undefined) return api.reread(absent, this.#closing.signal)
    // Where only a list tells, one more of them tells it for all.
    const again = await this.#list(`${scope} again`, [scope])
    return pick(again.objects, absent)
  }

  /** Forgets what was listed: something has changed, or is about to. */
  forgetLists(): void {
    this.#lists.clear()
  }

  /** Takes in what a state or a configuration says about its receiver. */
  learn(fields: DesiredValues, formerParams: readonly string[] = []): void {
    if (this.receivers.learn(fields, formerParams)) this.forgetLists()
  }

  /** Remembers which objects belong to a resource of this run. */
  own(objects: readonly LedgerObject[]): void {
    this.#claims += 1
    for (const object of objects) this.#owned.set(object.id, object)
  }

  /**
   * Leaves those of which no resource of this run says that they are its own. What looks like somebody else's may be in a
   * state that the engine has yet to read: as long as states come up, that is awaited.
   */
  async unclaimed<Of extends { readonly id: string }>(clock: Clock, objects: readonly Of[]): Promise<readonly Of[]> {
    for (;;) {
      const left = objects.filter(({ id }) => !this.#owned.has(id))
      if (left.length === 0 || this.#calmAt === this.#claims) return left
      const before = this.#claims
      await clock.wait(calmMs)
      if (this.#claims === before) this.#calmAt = before
    }
  }

  disown(ids: Iterable<string>): void {
    for (const id of ids) this.#owned.delete(id)
  }

  /** Remembers what a new resource has taken over: whoever had it has it no more, and must not delete it. */
  adopt(ids: Iterable<string>): void {
    for (const id of ids) this.#adopted.add(id)
  }

  isAdopted(id: string): boolean {
    return this.#adopted.has(id)
  }

  /** Lists the objects of all resources but the one that has the given ids. */
  ownedByOthers(mine: ReadonlySet<string>): readonly LedgerObject[] {
    return [...this.#owned.values()].filter(({ id }) => !mine.has(id)).toSorted((a, b) => compareText(a.id, b.id))
  }

  async close(): Promise<void> {
    this.#closing.abort()
    const api = await this.#api?.catch(() => undefined)
    await api?.close()
  }
}

// Every resource looks its objects up in the same list.
const indexes = new WeakMap<readonly LiveObject[], ReadonlyMap<string, LiveObject>>()

function pick(objects: readonly LiveObject[], wanted: readonly { readonly id: string }[]): readonly LiveObject[] {
  const index = indexes.get(objects) ?? new Map(objects.map((live) => [live.id, live]))
  indexes.set(objects, index)
  return wanted.flatMap(({ id }) => index.get(id) ?? [])
}

/** Whose scope cannot be told apart from one that never was. */
export function unknownScope({ definition, account }: VendorAccount, scope: string): Diagnostic {
  return {
    code: 'HS3016',
    severity: 'error',
    message: `${definition.title} does not know ${definition.scope ?? 'scope'} ${scope} of ${account.name}.`,
    hint: 'A wrong region answers the same way: check region and id. Nothing is taken as deleted.',
  }
}
