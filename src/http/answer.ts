import type { Answer } from './exchange.ts'
import type { AnswerHeaders } from './retry-after.ts'

/** The JSON of an answer, or that there is none to be had. */
export type ParsedBody =
  | { readonly kind: 'json'; readonly json: unknown }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** Parses the body of an answer as UTF-8 JSON; the reason it could not be never quotes it. */
export function parseBody(answer: Answer): ParsedBody {
  const encoding = answer.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    return { kind: 'unreadable', reason: 'the answer is compressed though that was not asked for' }
  const text = decodeUtf8(answer.bytes)
  if (text === undefined) return { kind: 'unreadable', reason: 'the answer is not UTF-8' }
  if (text.trim() === '') return { kind: 'empty' }
  try {
    return { kind: 'json', json: JSON.parse(text) }
  } catch {
    return { kind: 'unreadable', reason: describeText(text) }
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function describeText(text: string): string {
  return text.trimStart().startsWith('<') ? 'the answer is HTML, not JSON' : 'the answer is not complete JSON'
}

const requestIdHeaders = ['x-request-id', 'request-id', 'x-correlation-id', 'x-amzn-requestid', 'cf-ray', 'traceparent']

/** Finds the id under which the vendor can look a request up. */
export function readRequestId(headers: AnswerHeaders): string | undefined {
  const own = Object.keys(headers).find((name) => /^x-[a-z-]+-(?:request|trace|correlation)-?id$/.test(name))
  const names = own === undefined ? requestIdHeaders : [requestIdHeaders[0] ?? own, own, ...requestIdHeaders.slice(1)]
  return names.map((name) => headers[name]).find((value) => value !== undefined && value !== '')
}
