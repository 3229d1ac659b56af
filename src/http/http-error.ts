export type HttpErrorKind = 'status' | 'timeout' | 'connection' | 'redirect' | 'body' | 'aborted'

/**
 * What is known about the effect of a failed request: it never left (`not-sent`), the vendor refused it and did nothing
 * (`refused`), or it may have been processed (`unknown`).
 */
export type HttpOutcome = 'not-sent' | 'refused' | 'unknown'

/** Everything an `HttpError` holds: no header, no body, no query, no value put into the path. */
export interface HttpErrorFacts {
  readonly kind: HttpErrorKind
  readonly outcome: HttpOutcome
  readonly method: string
  /** The path as a template, `/v1/webhooks/{id}`. */
  readonly path: string
  /** What went wrong, for people: `connection refused`, `redirect to https://other.example`. */
  readonly reason?: string
  readonly status?: number
  readonly vendorCode?: string
  readonly vendorMessage?: string
  readonly requestId?: string
  readonly attempts: number
  /** Seconds the vendor asked to wait. */
  readonly retryAfter?: number
}

/** A request that failed for good, after every retry that was safe. */
export class HttpError extends Error {
  readonly kind: HttpErrorKind
  readonly outcome: HttpOutcome
  readonly method: string
  readonly path: string
  readonly reason?: string
  readonly status?: number
  readonly vendorCode?: string
  readonly vendorMessage?: string
  readonly requestId?: string
  readonly attempts: number
  readonly retryAfter?: number

  readonly #facts: HttpErrorFacts

  constructor(facts: HttpErrorFacts) {
    super(renderFacts(facts))
    this.#facts = facts
    this.name = 'HttpError'
    this.kind = facts.kind
    this.outcome = facts.outcome
    this.method = facts.method
    this.path = facts.path
    this.attempts = facts.attempts
    if (facts.reason !== undefined) this.reason = facts.reason
    if (facts.status !== undefined) this.status = facts.status
    if (facts.vendorCode !== undefined) this.vendorCode = facts.vendorCode
    if (facts.vendorMessage !== undefined) this.vendorMessage = facts.vendorMessage
    if (facts.requestId !== undefined) this.requestId = facts.requestId
    if (facts.retryAfter !== undefined) this.retryAfter = facts.retryAfter
  }

  /** Returns the same failure with another effect, for a request that depended on the one that failed. */
  withOutcome(outcome: HttpOutcome): HttpError {
    return new HttpError({ ...this.#facts, outcome })
  }
}

function renderFacts(facts: HttpErrorFacts): string {
  const answer = [facts.status, facts.vendorCode].filter((part) => part !== undefined).join(' ')
  const parts = [answer, facts.reason, facts.vendorMessage].filter((part) => part !== undefined && part !== '')
  const tries = facts.attempts > 1 ? ` after ${facts.attempts} attempts` : ''
  const request = facts.requestId === undefined ? '' : ` (request id ${facts.requestId})`
  return `${facts.method} ${facts.path} failed${tries}: ${parts.join(', ') || facts.kind}${request}`
}
