import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { makeServerCertificate, type ServerCertificate } from '../../src/terraform/plugin/certificate.ts'

/** A delivery as a receiver sees it. */
export interface Seen {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Whether a delivery is signed as the vendor documents it, worked out from the documentation alone. */
export type Verifier = (seen: Seen, secret: string) => boolean

const header = ({ headers }: Seen, name: string): string => String(headers[name] ?? '')

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

export const verifiers: Readonly<Record<'sinch' | 'bird' | 'smallest' | 'sendblue', Verifier>> = {
  sinch: (seen, secret) => {
    const nonce = header(seen, 'x-sinch-webhook-signature-nonce')
    const timestamp = header(seen, 'x-sinch-webhook-signature-timestamp')
    if (nonce === '' || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false
    const signed = `${seen.body.toString('utf8')}.${nonce}.${timestamp}`
    return same(header(seen, 'x-sinch-webhook-signature'), createHmac('sha256', secret).update(signed).digest('base64'))
  },
  bird: (seen, secret) => {
    const timestamp = header(seen, 'messagebird-request-timestamp')
    const hash = createHash('sha256').update(seen.body).digest()
    const hmac = createHmac('sha256', secret).update(`${timestamp}\n${seen.url}\n`).update(hash)
    return same(header(seen, 'messagebird-signature'), hmac.digest('base64'))
  },
  smallest: (seen, secret) =>
    same(header(seen, 'x-signature'), createHmac('sha256', secret).update(seen.body).digest('hex')),
  sendblue: (seen, secret) => same(header(seen, 'sb-signing-secret'), secret),
}

export interface Receiver {
  readonly url: string
  readonly seen: readonly Seen[]
}

type Answering = (seen: Seen, response: ServerResponse) => void

/** Takes what passes the check and refuses everything else. */
export function checking(verify: Verifier, secret: string): Answering {
  return (seen, response) => void response.writeHead(verify(seen, secret) ? 200 : 401).end('{}')
}

/** Answers everything with the same status. */
export function always(status: number, headers: Readonly<Record<string, string>> = {}, text = ''): Answering {
  return (_seen, response) => void response.writeHead(status, headers).end(text)
}

/** Takes every delivery and never answers. */
export const silent: Answering = () => undefined

const good = makeServerCertificate()
const day = 24 * 60 * 60 * 1000
export const expired: ServerCertificate = makeServerCertificate({
  notBefore: new Date(Date.now() - 90 * day),
  notAfter: new Date(Date.now() - day),
  serial: Buffer.from([7]),
})
/** What a client must trust to reach receivers with either certificate. */
export const roots: string = `${good.pem}${expired.pem}`

/** Starts a receiver of deliveries over TLS. */
export async function startReceiver(answer: Answering, certificate: ServerCertificate = good): Promise<Receiver> {
  return listen(createServer({ cert: certificate.pem, key: certificate.keyPem }), 'https', answer)
}

/** Starts a receiver that does without TLS. */
export async function startPlainReceiver(answer: Answering): Promise<Receiver> {
  return listen(createHttpServer(), 'http', answer)
}

async function listen(
  server: ReturnType<typeof createHttpServer>,
  scheme: 'http' | 'https',
  answer: Answering,
): Promise<Receiver> {
  const seen: Seen[] = []
  let origin = ''
  server.on('request', (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const one = { url: `${origin}${request.url ?? ''}`, headers: request.headers, body: Buffer.concat(parts) }
      seen.push(one)
      answer(one, response)
    })
  })
  // On all addresses: a client may try any of those that localhost has, and gives one up that is slow to connect.
  await new Promise<void>((resolve) => void server.listen(0, resolve))
  origin = `${scheme}://localhost:${(server.address() as AddressInfo).port}`
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `${origin}/hooks`, seen }
}
