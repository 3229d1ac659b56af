/** What every stored webhook has, whatever else its vendor keeps. */
export interface StoredWebhook {
  readonly id: string
}

export interface ListLag {
  readonly ms: number
  readonly reads: number
}

/** The stored webhooks of one account, in the order they were made; a test edits them as a person would in a dashboard. */
export interface WebhookTable<Webhook extends StoredWebhook> {
  /** How many of them get deliveries. */
  readonly live: number
  all(): readonly Webhook[]
  inScope(scope: string): readonly Webhook[]
  get(id: string): Webhook | undefined
  /** Adds a webhook, or puts it in the place of the one with its id. */
  put(webhook: Webhook): Webhook
  /** Changes some fields; throws when there is no such webhook. */
  edit(id: string, patch: Partial<Webhook>): Webhook
  remove(id: string): boolean
  clear(): void
}

export interface TableOptions<Webhook extends StoredWebhook> {
  isLive(webhook: Webhook): boolean
  scopeOf(webhook: Webhook): string
  /** Called after each change. */
  changed(): void
}

interface Freshness {
  readonly since: number
  reads: number
}

/** Keeps rows by id, with the counts and scopes that make large accounts cheap to list. */
export class StoredWebhooks<Webhook extends StoredWebhook> implements WebhookTable<Webhook> {
  readonly #rows = new Map<string, Webhook>()
  readonly #scopes = new Map<string, Map<string, Webhook>>()
  readonly #fresh = new Map<string, Freshness>()
  readonly #options: TableOptions<Webhook>
  #live = 0

  constructor(options: TableOptions<Webhook>) {
    this.#options = options
  }

  get live(): number {
    return this.#live
  }

  all(): readonly Webhook[] {
    return [...this.#rows.values()]
  }

  inScope(scope: string): readonly Webhook[] {
    return [...(this.#scopes.get(scope)?.values() ?? [])]
  }

  get(id: string): Webhook | undefined {
    return this.#rows.get(id)
  }

  put(webhook: Webhook): Webhook {
    const before = this.#rows.get(webhook.id)
    if (before === undefined) this.#fresh.set(webhook.id, { since: performance.now(), reads: 0 })
    else this.#forget(before, this.#options.scopeOf(webhook))
    this.#rows.set(webhook.id, webhook)
    this.#scope(this.#options.scopeOf(webhook)).set(webhook.id, webhook)
    if (this.#options.isLive(webhook)) this.#live += 1
    this.#options.changed()
    return webhook
  }

  edit(id: string, patch: Partial<Webhook>): Webhook {
    const webhook = this.#rows.get(id)
    if (webhook === undefined) throw new Error(`There is no webhook "${id}" to edit.`)
    return this.put({ ...webhook, ...patch, id })
  }

  remove(id: string): boolean {
    const webhook = this.#rows.get(id)
    if (webhook === undefined) return false
    this.#forget(webhook)
    this.#rows.delete(id)
    this.#fresh.delete(id)
    this.#options.changed()
    return true
  }

  clear(): void {
    for (const id of this.#rows.keys()) this.remove(id)
  }

  /** Replaces everything at once; what is loaded counts as long known. */
  load(webhooks: readonly Webhook[]): void {
    this.clear()
    for (const webhook of webhooks) this.put(webhook)
    this.#fresh.clear()
  }

  /** Counts one list over the rows and keeps those it shows. */
  listed(rows: readonly Webhook[], lag: ListLag): readonly Webhook[] {
    if (this.#fresh.size === 0) return rows
    return rows.filter((row) => this.#isShown(row.id, lag))
  }

  #isShown(id: string, lag: ListLag): boolean {
    const fresh = this.#fresh.get(id)
    if (fresh === undefined) return true
    if (performance.now() - fresh.since >= lag.ms && fresh.reads >= lag.reads) {
      this.#fresh.delete(id)
      return true
    }
    fresh.reads += 1
    return false
  }

  #scope(name: string): Map<string, Webhook> {
    const scope = this.#scopes.get(name) ?? new Map<string, Webhook>()
    this.#scopes.set(name, scope)
    return scope
  }

  // A row that stays in its scope keeps its place in the list.
  #forget(webhook: Webhook, next?: string): void {
    const scope = this.#options.scopeOf(webhook)
    if (scope !== next) this.#scopes.get(scope)?.delete(webhook.id)
    if (this.#options.isLive(webhook)) this.#live -= 1
  }
}
