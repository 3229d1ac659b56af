import type { IncomingHttpHeaders } from 'node:http'
import type { SwitchSpecs, SwitchValue } from './switches.ts'
import type { StoredWebhook, WebhookTable } from './webhook-table.ts'

/** What a stand-in answers: without `body` the answer has none. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The account behind a stand-in: its webhooks and whatever else the vendor remembers. */
export interface Account<Webhook extends StoredWebhook, Settings extends object> {
  readonly webhooks: WebhookTable<Webhook>
  readonly settings: Settings
  configure(patch: Partial<Settings>): void
}

/** One request as a stand-in sees it, with the account it acts on. */
export interface Call<Webhook extends StoredWebhook, Settings extends object> {
  readonly method: string
  /** Without the `/<vendor>` prefix and without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly account: Account<Webhook, Settings>
  readonly switches: Readonly<Record<string, SwitchValue>>
  /** The path segment that the route wrote as `:name`, decoded. */
  param(name: string): string
  /** Keeps those rows that a list shows by now: the switches `list_lag_ms` and `list_lag_reads` hide fresh ones. */
  listed(rows: readonly Webhook[]): readonly Webhook[]
  /** Takes a token of a named bucket; false means too many requests. */
  take(bucket: string, perSecond: number, burst: number): boolean
}

/** One operation of a vendor: `path` may hold `:name` segments. */
export interface Route<Webhook extends StoredWebhook, Settings extends object> {
  readonly method: string
  readonly path: string
  /** Answers without `authorize` and outside the general rate limit. */
  readonly open?: true
  handle(call: Call<Webhook, Settings>): Answer
}

/** Something that happens at a vendor, of which it tells those who asked for it. */
export interface Happening {
  /** The event or type, as the vendor calls it. */
  readonly event: string
  /** Where it happens and what it is about: `app_id`, `agent_id`, … as the page of the vendor says. */
  readonly facts?: Readonly<Record<string, string>>
}

/** Something a test or a person may do that the vendor's API does not offer. */
interface Control<Webhook extends StoredWebhook, Settings extends object> {
  run(account: Account<Webhook, Settings>, body: unknown): unknown
}

/** One vendor's API, told as facts and handlers; the framework does sockets, faults, log and state. */
export interface StandIn<Webhook extends StoredWebhook = StoredWebhook, Settings extends object = object> {
  readonly name: string
  /** What follows `/<vendor>` in `base_url`. */
  readonly basePath: string
  /** What a configuration needs to reach this stand-in, shown by `GET /_sandbox`. */
  readonly credentials: Readonly<Record<string, string>>
  readonly switches: SwitchSpecs
  readonly settings: Settings
  /** First match wins, so a fixed segment stands before a `:name` in its place. */
  readonly routes: readonly Route<Webhook, Settings>[]
  readonly controls?: Readonly<Record<string, Control<Webhook, Settings>>>
  /** Whether deliveries go out for it; counted in the log. */
  isLive(webhook: Webhook): boolean
  /** The URLs, one for each delivery, that are told of what happens; `live` are the webhooks that get deliveries. */
  receivers(live: readonly Webhook[], happening: Happening): readonly string[]
  /** The part of the account that one list shows; absent when a list shows all. */
  scopeOf?(webhook: Webhook): string
  /** The refusal of a request without proper credentials, or nothing when they are good. */
  authorize(call: Call<Webhook, Settings>): Answer | undefined
  /** The vendor's answer to a path or method it does not have; `allowed` are the methods the path has. */
  unrouted(call: Call<Webhook, Settings>, allowed: readonly string[]): Answer
  /** The vendor's own error shape for a status. */
  failure(status: number, switches: Readonly<Record<string, SwitchValue>>): Answer
  /** The vendor's 429 with the waiting time in its body, where one is known; the framework adds headers. */
  rateLimited?(seconds: number, switches: Readonly<Record<string, SwitchValue>>): Answer
}
