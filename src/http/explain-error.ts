import type { Code } from '../core/codes.ts'
import type { Failure } from '../core/outcome.ts'
import { unsendable } from './exchange.ts'
import { HttpError } from './http-error.ts'

/** What a failed call tells: whether it may have been done all the same, and how to say so. */
export interface ExplainedCall {
  readonly outcome: 'not-sent' | 'refused' | 'unknown'
  readonly failure: Failure
  /** A refusal that asking again later may turn. */
  readonly isPassing: boolean
}

/** Explains an error of this layer; undefined for any other. */
export function explainHttpError(error: unknown): ExplainedCall | undefined {
  if (!(error instanceof HttpError)) return undefined
  const failure = { code: codeOf(error), message: `${error.message}.`, hint: hintOf(error) }
  return { outcome: error.outcome, failure, isPassing: !isLasting(error.status) }
}

/** Whether what was asked for is itself the matter: it is malformed, or what it is about is not there. */
function isLasting(status: number | undefined): boolean {
  return status !== undefined && [400, 404, 405, 410, 422].includes(status)
}

const codes: { readonly [K in Exclude<HttpError['kind'], 'status'>]: Code } = {
  timeout: 'HS4002',
  connection: 'HS4002',
  redirect: 'HS4012',
  body: 'HS4003',
  aborted: 'HS6005',
}

const hints: { readonly [K in Exclude<HttpError['kind'], 'status'>]: string } = {
  timeout: 'The vendor may be slow or down; run the command again.',
  connection: 'Check base_url, the network and the proxy settings; then run the command again.',
  redirect: 'No credential was sent on. Check base_url.',
  body: 'Check base_url; something other than the vendor may have answered.',
  aborted: 'Run the command again.',
}

function codeOf(error: HttpError): Code {
  if (error.reason === unsendable) return 'HS2017'
  if (error.kind !== 'status') return codes[error.kind]
  if (error.status === 401 || error.status === 403) return 'HS4001'
  if (error.status === 429) return 'HS4005'
  return error.status !== undefined && error.status >= 500 ? 'HS4002' : 'HS4004'
}

function hintOf(error: HttpError): string {
  if (error.reason === unsendable) return 'Look for a line break in the credentials and headers of the account.'
  if (error.kind !== 'status') return hints[error.kind]
  if (error.status === 401) return 'Check the credentials under auth.'
  if (error.status === 403) return 'The credentials are known but may not do this: check their permissions.'
  if (error.retryAfter !== undefined && error.retryAfter > longPause) {
    return `The vendor wants a pause of ${renderPause(error.retryAfter)}; run the command again after that.`
  }
  if (error.status === 429) return 'Set rate_limit on the account to stay below the limit, then run the command again.'
  return error.status !== undefined && error.status >= 500
    ? hints.timeout
    : 'Mend what the vendor names, then run the command again.'
}

/** Seconds above which waiting, and not a lower rate, is what helps. */
const longPause = 10

function renderPause(seconds: number): string {
  if (seconds <= 120) return `${Math.ceil(seconds)} s`
  if (seconds <= 7200) return `${Math.ceil(seconds / 60)} min`
  return seconds <= 172_800 ? `${Math.ceil(seconds / 3600)} h` : 'more than two days'
}
