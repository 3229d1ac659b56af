import type { Secret } from '../core/secret.ts'
import type { Budget } from './budget.ts'
import type { Clock } from './clock.ts'
import type { RetryMode, Verdict } from './retry.ts'
import type { AnswerHeaders, Backoff } from './retry-after.ts'
import type { Scrub } from './vendor-error.ts'
import type { HeaderValues, RequestContent } from './wire-request.ts'

/** Proves to the vendor who is calling, where that takes more than fixed headers. */
export interface Authorizer {
  headers(): Promise<Readonly<Record<string, string | Secret>>>
  /**
   * Called at most once per request, after a 401 that says the credential has expired, with what `headers` gave for it;
   * true when there is a newer one now.
   */
  refresh?(rejected: HeaderValues): Promise<boolean>
  /** How many requests this took; counted with those of the client. */
  readonly calls?: number
  close?(): Promise<void>
}

/** One attempt, for logs; never a body, a header, a query or, save the object's id, a value in the path. */
export interface CallRecord {
  readonly method: string
  readonly template: string
  /** Id of the object that the path names, which stands for `{id}` there. */
  readonly object?: string
  /** Absent when no answer came. */
  readonly status?: number
  /** Why no answer came. */
  readonly fault?: 'timeout' | 'connection' | 'body' | 'aborted'
  readonly durationMs: number
  readonly attempt: number
  readonly requestId?: string
}

export interface HttpOptions {
  readonly baseUrl: string
  /** Host patterns or origins that credentials may go to; by default the origin of `baseUrl`. */
  readonly allowedOrigins?: readonly string[]
  readonly headers?: HeaderValues
  readonly concurrency?: number
  /** Requests per second; learned from 429s when absent. */
  readonly rate?: number
  /** Shared with other clients; the one that is made first says how much there is. Its own when absent. */
  readonly budget?: Budget
  /** The longest one attempt may take, from connecting to the last byte. */
  readonly timeoutMs?: number
  readonly userAgent: string
  /** A certificate authority, as PEM, besides the ones Node knows. */
  readonly ca?: string
  readonly signal?: AbortSignal
  /** Once aborted, nothing is waited for between attempts any more; a request under way is finished. */
  readonly patience?: AbortSignal
  readonly onCall?: (call: CallRecord) => void
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are looked up; without it there is no proxy. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Seconds told in the body of a 429, where the vendor does so. */
  readonly parseRetryAfter?: (body: unknown) => number | undefined
  /** Tells an answer with a status of success that is a refusal all the same. */
  readonly isRefusal?: (body: unknown) => boolean
  /** Judges an answer of which the status alone tells too little; `done` gives it to the caller whatever its status. */
  readonly judge?: (status: number, body: unknown) => Verdict | undefined
  /** By default 5 where something broke and 20 where the vendor asked for patience. */
  readonly maxAttempts?: number
  readonly authorize?: Authorizer
  /** Takes secrets out of what a vendor says, besides those of the request itself. */
  readonly scrub?: Scrub
  /** The longest all waits between the attempts of one request may take together. */
  readonly maxWaitMs?: number
  readonly maxAnswerBytes?: number
  readonly backoff?: Partial<Backoff>
  readonly backoffBaseMs?: number
  readonly clock?: Clock
}

export interface HttpRequest extends RequestContent {
  readonly retry: RetryMode
  readonly signal?: AbortSignal
}

export interface HttpResponse {
  readonly status: number
  /** Absent when the answer has no body. */
  readonly json: unknown
  readonly headers: AnswerHeaders
  readonly requestId?: string
}

export interface HttpClient {
  /** Sends a request, as often as is safe and worth it; rejects with an `HttpError`. */
  request(request: HttpRequest): Promise<HttpResponse>
  /** How many attempts went out, those of the authorizer included. */
  readonly calls: number
  /** Lets what is in flight finish, then closes all connections; what still waits is not sent. */
  close(): Promise<void>
}
