import { parseBody, readRequestId } from './answer.ts'
import { type BaseUrl, parseBaseUrl } from './base-url.ts'
import { Budget } from './budget.ts'
import { type Clock, systemClock } from './clock.ts'
import type { CallRecord, HttpClient, HttpOptions, HttpRequest, HttpResponse } from './contract.ts'
import { type Answer, type Exchange, exchange } from './exchange.ts'
import { HttpError, type HttpErrorFacts } from './http-error.ts'
import { onAbort } from './on-abort.ts'
import { isSlot, type NoSlot, type Pacer, type Urgency } from './pacer.ts'
import { judgeExchange, outcomeOf, type Verdict } from './retry.ts'
import { type Backoff, backoffMs, readRetryAfter } from './retry-after.ts'
import { makeTransport } from './transport.ts'
import { makeScrub, readVendorError, type Scrub, tidyText } from './vendor-error.ts'
import { type HeaderValues, makeWireRequest, renderPath } from './wire-request.ts'

export type { Authorizer, CallRecord, HttpClient, HttpOptions, HttpRequest, HttpResponse } from './contract.ts'

/** Opens a client for one vendor account. Throws a `DiagnosticError` where sending credentials would not be safe. */
export function makeHttpClient(options: HttpOptions): HttpClient {
  return new Client(options, parseBaseUrl(options.baseUrl, options.allowedOrigins))
}

/** What is known of a request so far. */
interface Journey {
  readonly request: HttpRequest
  readonly ordinal: number
  readonly signals: readonly AbortSignal[]
  attempts: number
  readonly rounds: Record<Verdict, number>
  waitedMs: number
  /** What the authorizer gave for the latest attempt. */
  credential: HeaderValues
  isRefreshed: boolean
  /** Whether an earlier attempt may have been processed. */
  isUnsure: boolean
}

/** What came of one attempt, and what is needed to decide on the next. */
interface Attempt {
  readonly came: Exchange
  readonly verdict: Verdict
  readonly scrub: Scrub
  /** How long the client pauses because of this attempt. */
  readonly pausedMs?: number
  /** Seconds the vendor asked to wait. */
  readonly retryAfter?: number
}

class Client implements HttpClient {
  readonly #options: HttpOptions
  readonly #base: BaseUrl
  readonly #clock: Clock
  readonly #backoff: Backoff
  readonly #pacer: Pacer
  readonly #transport: ReturnType<typeof makeTransport>
  readonly #closing = new AbortController()
  readonly #timeoutMs: number
  readonly #maxWaitMs: number
  #closed: Promise<void> | undefined
  #sent = 0

  constructor(options: HttpOptions, base: BaseUrl) {
    const { concurrency = 16, timeoutMs = 30_000, maxWaitMs = 120_000, clock = systemClock, rate, ca } = options
    this.#options = options
    this.#base = base
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#maxWaitMs = maxWaitMs
    this.#backoff = { baseMs: options.backoffBaseMs ?? 500, factor: 2, capMs: 30_000, jitter: 0.5, ...options.backoff }
    this.#transport = makeTransport({
      baseUrl: new URL(base.origin),
      connections: concurrency,
      timeoutMs,
      env: options.env ?? {},
      ...(ca === undefined ? {} : { ca }),
    })
    this.#pacer = (options.budget ?? new Budget()).pacer({
      concurrency,
      backoff: this.#backoff,
      clock,
      maxPauseMs: maxWaitMs,
      ...(rate === undefined ? {} : { rate }),
    })
  }

  get calls(): number {
    return this.#sent + (this.#options.authorize?.calls ?? 0)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([this.#transport.close(), this.#options.authorize?.close?.()])
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    renderPath(request)
    const journey: Journey = {
      request,
      ordinal: this.#pacer.number(),
      signals: [this.#options.signal, request.signal].filter((signal) => signal !== undefined),
      attempts: 0,
      rounds: { done: 0, throttled: 0, faulty: 0, failed: 0 },
      waitedMs: 0,
      credential: {},
      isRefreshed: false,
      isUnsure: false,
    }
    for (;;) {
      const attempt = await this.#try(journey)
      if (attempt.verdict === 'done' && attempt.came.kind === 'answer') {
        return this.#readResponse(journey, attempt, attempt.came)
      }
      journey.isUnsure ||= outcomeOf(attempt.came) === 'unknown'
      await this.#prepareNext(journey, attempt)
    }
  }

  async #try(journey: Journey): Promise<Attempt> {
    // Before the slot, so that requests do not leave in a bunch once the first credential has come.
    await this.#authorize(journey)
    const slot = await this.#pacer.acquire(journey.ordinal, urgencyOf(journey), this.#waitSignals(journey))
    if (!isSlot(slot)) throw this.#noSlotError(journey, slot)
    try {
      const { came, scrub } = await this.#send(journey)
      const verdict = this.#judge(came) ?? judgeExchange(came, journey.request.retry)
      const retryAfter = came.kind === 'answer' ? this.#readRetryAfter(came) : undefined
      const told = retryAfter === undefined ? {} : { retryAfter }
      if (verdict === 'throttled') {
        const pausedMs = this.#pacer.throttled(slot, toWaitMs(retryAfter))
        return { came, verdict, scrub, ...told, pausedMs }
      }
      if (came.kind === 'answer') this.#pacer.accepted()
      return { came, verdict, scrub, ...told }
    } finally {
      this.#pacer.release()
    }
  }

  async #send(journey: Journey): Promise<{ readonly came: Exchange; readonly scrub: Scrub }> {
    const { request } = journey
    const identity = { 'user-agent': this.#options.userAgent }
    journey.credential = await this.#authorize(journey)
    const headers = [identity, this.#options.headers ?? {}, journey.credential]
    const wire = makeWireRequest(this.#base, request, headers)
    const scrub = makeScrub(wire.revealed, this.#options.scrub)
    const startedAt = this.#clock.now()
    journey.attempts += 1
    this.#sent += 1
    const came = await exchange(wire, {
      transport: this.#transport,
      origin: this.#base.origin,
      timeoutMs: this.#timeoutMs,
      maxBytes: this.#options.maxAnswerBytes ?? 16 * 1024 * 1024,
      signals: journey.signals,
    })
    this.#options.onCall?.({
      method: request.method,
      template: request.path,
      ...objectOf(request),
      durationMs: this.#clock.now() - startedAt,
      attempt: journey.attempts,
      ...(came.kind === 'answer' ? { status: came.status, ...idFacts(came, scrub) } : { fault: came.kind }),
    })
    return { came, scrub }
  }

  #judge(came: Exchange): Verdict | undefined {
    const { judge } = this.#options
    if (judge === undefined || came.kind !== 'answer') return undefined
    const body = parseBody(came)
    return judge(came.status, body.kind === 'json' ? body.json : undefined)
  }

  async #authorize(journey: Journey): Promise<HeaderValues> {
    try {
      return (await this.#options.authorize?.headers()) ?? {}
    } catch (error) {
      // What failed is the call for a credential; the request itself has not been sent.
      throw error instanceof HttpError ? error.withOutcome(journey.isUnsure ? 'unknown' : 'not-sent') : error
    }
  }

  #readResponse(journey: Journey, attempt: Attempt, answer: Answer): HttpResponse {
    const body = parseBody(answer)
    const { status, headers } = answer
    const id = idFacts(answer, attempt.scrub)
    if (body.kind === 'unreadable') {
      throw this.#error(journey, { kind: 'body', outcome: 'unknown', status, reason: body.reason, ...id })
    }
    const json = body.kind === 'json' ? body.json : undefined
    if (this.#options.isRefusal?.(json) === true) {
      throw this.#error(journey, {
        kind: 'status',
        outcome: 'refused',
        status,
        ...id,
        ...vendorFacts(json, attempt.scrub),
      })
    }
    return { status, headers, json, ...id }
  }

  /** Waits until the next attempt may start, or throws because there shall be none. */
  async #prepareNext(journey: Journey, attempt: Attempt): Promise<void> {
    const { came, verdict } = attempt
    if (came.kind === 'answer' && (await this.#renewsCredential(journey, came))) return
    journey.rounds[verdict] += 1
    if (verdict === 'failed' || this.#isSpent(journey, verdict)) throw this.#failure(journey, attempt)
    const backoff = backoffMs(this.#backoff, journey.rounds.faulty - 1, this.#clock)
    const waitMs = attempt.pausedMs ?? toWaitMs(attempt.retryAfter) ?? backoff
    journey.waitedMs += waitMs
    if (journey.waitedMs > this.#maxWaitMs) throw this.#failure(journey, attempt)
    // The pause after a 429 holds for the whole client, and is kept where slots are handed out.
    if (attempt.pausedMs === undefined) await this.#sleep(journey, waitMs)
  }

  async #renewsCredential(journey: Journey, answer: Answer): Promise<boolean> {
    const { authorize } = this.#options
    const isExpired = answer.status === 401 && /expired/i.test(answer.headers['www-authenticate'] ?? '')
    if (!isExpired || journey.isRefreshed || authorize?.refresh === undefined) return false
    journey.isRefreshed = true
    return await authorize.refresh(journey.credential)
  }

  #isSpent(journey: Journey, verdict: Verdict): boolean {
    const { maxAttempts } = this.#options
    if (maxAttempts !== undefined) return journey.attempts >= maxAttempts
    return journey.rounds[verdict] >= (verdict === 'throttled' ? 20 : 5)
  }

  #sleep(journey: Journey, ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let stop: (() => void) | undefined
      const cancel = this.#clock.after(ms, () => {
        stop?.()
        resolve()
      })
      stop = onAbort(this.#waitSignals(journey), () => {
        cancel()
        reject(this.#noSlotError(journey, { kind: 'aborted' }))
      })
    })
  }

  #waitSignals(journey: Journey): readonly AbortSignal[] {
    const { patience } = this.#options
    return [...journey.signals, this.#closing.signal, ...(patience === undefined ? [] : [patience])]
  }

  #readRetryAfter(answer: Answer): number | undefined {
    const told = readRetryAfter(answer.headers, this.#clock.now())
    if (told !== undefined || answer.status !== 429 || this.#options.parseRetryAfter === undefined) return told
    const body = parseBody(answer)
    const seconds = body.kind === 'json' ? this.#options.parseRetryAfter(body.json) : undefined
    return seconds !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined
  }

  #failure(journey: Journey, attempt: Attempt): HttpError {
    const { came, scrub, retryAfter } = attempt
    const outcome = outcomeOf(came)
    if (came.kind !== 'answer') return this.#error(journey, { kind: came.kind, outcome, reason: came.reason })
    const told = retryAfter === undefined ? {} : { retryAfter }
    const facts = { outcome, status: came.status, ...idFacts(came, scrub), ...told }
    if (came.status < 400)
      return this.#error(journey, { kind: 'redirect', reason: this.#redirectTarget(came), ...facts })
    const body = parseBody(came)
    const vendor = body.kind === 'json' ? vendorFacts(body.json, scrub) : {}
    return this.#error(journey, { kind: 'status', ...facts, ...vendor })
  }

  /** Names the origin only: the rest of a redirect may hold what was sent. */
  #redirectTarget(answer: Answer): string {
    const location = answer.headers['location'] ?? ''
    const target = URL.canParse(location, this.#base.origin) ? new URL(location, this.#base.origin).origin : 'nowhere'
    return `redirect to ${target}, which is not followed`
  }

  #noSlotError(journey: Journey, reason: NoSlot): HttpError {
    if (reason.kind === 'aborted')
      return this.#error(journey, { kind: 'aborted', outcome: 'not-sent', reason: 'aborted' })
    const { seconds } = reason
    const wait = `the vendor wants a pause of ${Math.ceil(seconds)} s`
    return this.#error(journey, { kind: 'status', status: 429, outcome: 'not-sent', reason: wait, retryAfter: seconds })
  }

  #error(journey: Journey, facts: Omit<HttpErrorFacts, 'method' | 'path' | 'attempts'>): HttpError {
    const { request, attempts, isUnsure } = journey
    const outcome = isUnsure ? 'unknown' : facts.outcome
    return new HttpError({ ...facts, outcome, method: request.method, path: request.path, attempts })
  }
}

function objectOf({ params }: HttpRequest): Pick<CallRecord, 'object'> {
  const id = params?.['id']
  return typeof id === 'string' ? { object: id } : {}
}

function urgencyOf({ attempts, request }: Journey): Urgency {
  if (attempts > 0) return 'again'
  return request.method === 'GET' ? 'read' : 'write'
}

function idFacts(answer: Answer, scrub: Scrub): { readonly requestId?: string } {
  const id = readRequestId(answer.headers)
  return id === undefined ? {} : { requestId: tidyText(id, scrub, 128) }
}

function vendorFacts(body: unknown, scrub: Scrub): Pick<HttpErrorFacts, 'vendorCode' | 'vendorMessage'> {
  const { code, message } = readVendorError(body, scrub)
  return {
    ...(code === undefined ? {} : { vendorCode: code }),
    ...(message === undefined ? {} : { vendorMessage: message }),
  }
}

/** Being told to wait no time at all is as good as not being told. */
function toWaitMs(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1000
}
