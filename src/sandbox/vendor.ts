import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type Delivery, deliverTo } from './delivery.ts'
import { type Fault, FaultQueue, parseFault } from './fault.ts'
import { type LogEntry, RequestLog } from './log.ts'
import { playFault, type Reply } from './reply.ts'
import { findRoute } from './routing.ts'
import type { Answer, Call, Happening, Route, StandIn } from './stand-in.ts'
import type { AccountState } from './state-file.ts'
import { makeSwitches, type Switches, type SwitchValue } from './switches.ts'
import { TokenBuckets } from './token-bucket.ts'
import { type StoredWebhook, StoredWebhooks, type WebhookTable } from './webhook-table.ts'

/** One vendor of a running sandbox, as a test or a person reaches it from outside the API. */
export interface VendorSandbox<Webhook extends StoredWebhook = StoredWebhook, Settings extends object = object> {
  /** What goes into `base_url` for this vendor. */
  readonly baseUrl: string
  readonly credentials: Readonly<Record<string, string>>
  readonly log: readonly LogEntry[]
  clearLog(): void
  /** The stored webhooks: read and edit them as a person would in the vendor's dashboard. */
  readonly webhooks: WebhookTable<Webhook>
  /** What else the account holds: apps, keys, … */
  readonly settings: Settings
  configure(patch: Partial<Settings>): void
  fault(fault: Fault): void
  clearFaults(): void
  readonly switches: Readonly<Record<string, SwitchValue>>
  setSwitch(name: string, value: SwitchValue): void
  /** Does what the vendor's API does not offer, by name; see the page of the vendor. */
  control(name: string, body?: unknown): unknown
  /**
   * Tells the webhooks that asked for it of something that happens, as the vendor would at this moment; `receiver` is the
   * origin of a local server that stands for all hosts.
   */
  deliver(happening: Happening, receiver: string): Promise<readonly Delivery[]>
}

/** One request as the server hands it over. */
export interface VendorRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A request that the vendor is done with. */
export interface Handled {
  readonly reply: Reply
  readonly requestId: string
}

/** Runs one stand-in: its account, switches, faults and log. */
export class Vendor<Webhook extends StoredWebhook = StoredWebhook, Settings extends object = object>
  implements VendorSandbox<Webhook, Settings>
{
  readonly standIn: StandIn<Webhook, Settings>
  readonly baseUrl: string
  readonly webhooks: StoredWebhooks<Webhook>
  readonly switchboard: Switches
  readonly #faults = new FaultQueue()
  readonly #log = new RequestLog()
  readonly #buckets = new TokenBuckets()
  readonly #changed: () => void
  #settings: Settings

  constructor(standIn: StandIn<Webhook, Settings>, origin: string, changed: () => void) {
    this.standIn = standIn
    this.baseUrl = `${origin}/${standIn.name}${standIn.basePath}`
    this.switchboard = makeSwitches(standIn.name, standIn.switches)
    this.#settings = standIn.settings
    this.#changed = changed
    this.webhooks = new StoredWebhooks({
      isLive: (webhook) => standIn.isLive(webhook),
      scopeOf: (webhook) => standIn.scopeOf?.(webhook) ?? '',
      changed,
    })
  }

  get credentials(): Readonly<Record<string, string>> {
    return this.standIn.credentials
  }

  get settings(): Settings {
    return this.#settings
  }

  get switches(): Readonly<Record<string, SwitchValue>> {
    return this.switchboard.values
  }

  get log(): readonly LogEntry[] {
    return this.#log.entries
  }

  get state(): AccountState {
    return { webhooks: this.webhooks.all(), settings: Object.fromEntries(Object.entries(this.#settings)) }
  }

  /** Takes a whole account over; what the state does not set stays. */
  load(state: AccountState): void {
    this.#settings = { ...this.#settings, ...state.settings }
    this.webhooks.load(state.webhooks as readonly Webhook[])
    this.#changed()
  }

  clearLog(): void {
    this.#log.clear()
  }

  configure(patch: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...patch }
    this.#changed()
  }

  fault(fault: Fault): void {
    this.#faults.add(parseFault(fault))
  }

  clearFaults(): void {
    this.#faults.clear()
  }

  setSwitch(name: string, value: SwitchValue): void {
    this.switchboard.set(name, value)
  }

  control(name: string, body?: unknown): unknown {
    const { controls = {} } = this.standIn
    const control = Object.hasOwn(controls, name) ? controls[name] : undefined
    if (control === undefined) {
      throw new Error(
        `The ${this.standIn.name} stand-in has no control "${name}". It has: ${Object.keys(controls).join(', ')}.`,
      )
    }
    return control.run(this, body)
  }

  deliver(happening: Happening, receiver: string): Promise<readonly Delivery[]> {
    const live = this.webhooks.all().filter((webhook) => this.standIn.isLive(webhook))
    const urls = this.standIn.receivers(live, happening)
    return Promise.all(urls.map((url) => deliverTo(url, happening, receiver)))
  }

  /** Waits as the switches and faults say, then processes one request. */
  async handle(request: VendorRequest): Promise<Handled> {
    const path = `${request.path}${request.query}`
    const fault = this.#faults.take(request.method, path)
    await wait(Number(this.switches.latency_ms))
    if (fault?.kind === 'delay') await this.#faults.pause(fault.ms)
    const requestId = randomUUID()
    const reply = this.#process(request, fault)
    this.#log.add({
      at: performance.now(),
      vendor: this.standIn.name,
      method: request.method,
      path,
      status: statusOf(reply),
      requestId,
      live: this.webhooks.live,
      ...(fault === undefined ? {} : { fault: fault.kind }),
    })
    return { reply, requestId }
  }

  #process(request: VendorRequest, fault: Fault | undefined): Reply {
    const work = (): Answer => this.#answer(request)
    if (fault === undefined) return { kind: 'answer', answer: work() }
    return playFault(fault, {
      work,
      failure: (status) => this.standIn.failure(status, this.switches),
      limited: (form, seconds) => this.#limited(form, seconds),
    })
  }

  #answer(request: VendorRequest): Answer {
    const routing = findRoute<Route<Webhook, Settings>>(this.standIn.routes, request.method, request.path)
    const call = this.#call(request, routing.kind === 'found' ? routing.params : {})
    if (routing.kind === 'found' && routing.route.open === true) return routing.route.handle(call)
    const rate = Number(this.switches.rate_per_second)
    if (rate > 0 && !this.#buckets.take('requests', rate, Math.max(1, rate))) {
      return this.#limited(String(this.switches.retry_after), Math.max(1, Math.ceil(1 / rate)))
    }
    const refusal = this.standIn.authorize(call)
    if (refusal !== undefined) return refusal
    return routing.kind === 'found' ? routing.route.handle(call) : this.standIn.unrouted(call, routing.allowed)
  }

  #call(request: VendorRequest, params: Readonly<Record<string, string>>): Call<Webhook, Settings> {
    const { switches } = this
    return {
      method: request.method,
      path: request.path,
      query: new URLSearchParams(request.query),
      headers: request.headers,
      text: request.text,
      account: this,
      switches,
      param: (name) => {
        const value = params[name]
        if (value === undefined) throw new Error(`The route of ${request.path} has no :${name}.`)
        return value
      },
      listed: (rows) =>
        this.webhooks.listed(rows, { ms: Number(switches.list_lag_ms), reads: Number(switches.list_lag_reads) }),
      take: (bucket, perSecond, burst) => this.#buckets.take(bucket, perSecond, burst),
    }
  }

  #limited(form: string, seconds: number): Answer {
    const plain = this.standIn.failure(429, this.switches)
    if (form === 'body') return this.standIn.rateLimited?.(seconds, this.switches) ?? plain
    if (form === 'none') return plain
    const told = form === 'date' ? new Date(Date.now() + seconds * 1000).toUTCString() : String(seconds)
    return { ...plain, headers: { ...plain.headers, 'retry-after': told } }
  }
}

function statusOf(reply: Reply): number {
  if (reply.kind === 'answer' || reply.kind === 'cut') return reply.answer.status
  return reply.kind === 'text' ? reply.status : 0
}

async function wait(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
}
