import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { TLSSocket } from 'node:tls'
import { Secret } from '../core/secret.ts'
import { exchange } from './exchange.ts'
import { makeTransport } from './transport.ts'

/** One delivery to a receiver. */
export interface ReceiverRequest {
  /** Secret as a whole where it holds a secret parameter. */
  readonly url: string | Secret
  readonly headers: Readonly<Record<string, string | Secret>>
  readonly body: string
}

/** How a connection is protected. */
export interface TlsFacts {
  /** Such as `TLSv1.3`. */
  readonly protocol: string
  /** ISO time at which the certificate ends. */
  readonly validTo?: string
}

/** What came of a delivery. */
export type ReceiverAnswer = { readonly latencyMs: number; readonly tls?: TlsFacts } & (
  | { readonly kind: 'answer'; readonly status: number; readonly location?: string; readonly text: string }
  | { readonly kind: 'timeout' | 'connection' | 'body' | 'aborted'; readonly reason: string }
)

export interface ReceiverOptions {
  readonly timeoutMs: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly userAgent: string
  readonly signal: AbortSignal
  /** Takes known secrets out of a text: a receiver may echo what it was sent. */
  readonly scrub: (text: string) => string
}

/** What is kept of an answer at most, in characters. */
const keptLength = 300
const maxBytes = 1024 * 1024

/** Delivers once. A redirect is an answer like any other: nothing is sent to where it leads. */
export async function callReceiver(request: ReceiverRequest, options: ReceiverOptions): Promise<ReceiverAnswer> {
  const { timeoutMs, env, userAgent, signal, scrub } = options
  const revealed: string[] = []
  const reveal = (text: string | Secret): string => {
    if (!(text instanceof Secret)) return text
    revealed.push(text.reveal())
    return text.reveal()
  }
  const url = new URL(reveal(request.url))
  const transport = makeTransport({ baseUrl: url, connections: 1, timeoutMs, env })
  const tls = watchTls(url)
  const started = performance.now()
  try {
    const headers = Object.entries(request.headers).map(([name, value]) => [name, reveal(value)])
    const outcome = await exchange(
      {
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers: { 'content-type': 'application/json', 'user-agent': userAgent, ...Object.fromEntries(headers) },
        body: request.body,
        revealed,
      },
      { transport, origin: url.origin, timeoutMs, maxBytes, signals: [signal] },
    )
    const facts = tls.end()
    const seen = {
      latencyMs: Math.round(performance.now() - started),
      ...(facts === undefined ? {} : { tls: facts }),
    }
    if (outcome.kind !== 'answer') return { ...seen, kind: outcome.kind, reason: outcome.reason }
    const { status, headers: answered, bytes } = outcome
    // What is too short to be scrubbed is not shown at all.
    const clean = (told: string): string => (revealed.some((secret) => told.includes(secret)) ? '' : scrub(told))
    // The query of a secret URL may be repeated in parts that are too short to be found.
    const location = request.url instanceof Secret ? answered['location']?.split('?')[0] : answered['location']
    // Nobody asked for a compressed answer: it is not read. Scrubbed before it is cut: half a secret is not found.
    const told = answered['content-encoding'] === undefined ? new TextDecoder().decode(bytes) : ''
    const text = clean(told).slice(0, keptLength)
    return { ...seen, kind: 'answer', status, text, ...(location === undefined ? {} : { location: clean(location) }) }
  } finally {
    tls.end()
    await transport.destroy()
  }
}

/** Looks at the connection that is opened to a host meanwhile; one through a proxy shows nothing. */
function watchTls(url: URL): { end(): TlsFacts | undefined } {
  const channel = 'undici:client:connected'
  let facts: TlsFacts | undefined
  const look = (message: unknown): void => {
    const { connectParams, socket } = message as { connectParams?: { host?: string }; socket?: unknown }
    if (connectParams?.host !== url.host || !(socket instanceof TLSSocket)) return
    const { valid_to: validTo } = socket.getPeerCertificate()
    const end = new Date(validTo)
    facts = {
      protocol: socket.getProtocol() ?? 'TLS',
      ...(Number.isNaN(end.getTime()) ? {} : { validTo: end.toISOString() }),
    }
  }
  subscribe(channel, look)
  return {
    end: () => {
      unsubscribe(channel, look)
      return facts
    },
  }
}
