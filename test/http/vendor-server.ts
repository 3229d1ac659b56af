import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { type HttpClient, type HttpOptions, makeHttpClient } from '../../src/http/client.ts'
import { HttpError } from '../../src/http/http-error.ts'

/** One request as the server saw it. */
interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What the server does with a request: a plain answer, or anything with the response in hand. */
export type Reply =
  | {
      readonly status: number
      readonly json?: unknown
      readonly text?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  | ((response: ServerResponse, request: IncomingMessage) => void)

export interface VendorServer {
  readonly url: string
  readonly seen: readonly SeenRequest[]
  readonly sockets: ReadonlySet<Socket>
}

/** Starts a server on a free port that gives the replies in order, the last one again and again. */
export async function startVendor(...replies: readonly Reply[]): Promise<VendorServer> {
  const seen: SeenRequest[] = []
  const sockets = new Set<Socket>()
  const url = await listen((request, response) => {
    const chunks: Uint8Array[] = []
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const reply = replies[Math.min(seen.length, replies.length - 1)]
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
      sockets.add(request.socket)
      if (reply !== undefined) sendReply(response, request, reply)
    })
  })
  return { url, seen, sockets }
}

/** Serves until the test ends; returns the origin. */
async function listen(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listenOn(createServer(listener))}`
}

/** Takes what shall be done when something is no longer needed. */
export type AtEnd = (close: () => Promise<void>) => void

/** Binds a server to a free port until the test ends, or what else is given as the end; returns the port. */
export async function listenOn(server: Server, atEnd: AtEnd = onTestFinished): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  atEnd(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return (server.address() as AddressInfo).port
}

function sendReply(response: ServerResponse, request: IncomingMessage, reply: Reply): void {
  if (typeof reply === 'function') return reply(response, request)
  const body = reply.text ?? (reply.json === undefined ? '' : JSON.stringify(reply.json))
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
  response.end(body)
}

/** Opens a client that retries without noticeable waits. */
export function aClient(baseUrl: string, options: Partial<HttpOptions> = {}): HttpClient {
  const client = makeHttpClient({ baseUrl, userAgent: 'hooks-sync/test', backoffBaseMs: 1, ...options })
  onTestFinished(() => client.close())
  return client
}

/** Waits for a request to fail with an `HttpError`. */
export async function failureOf(request: Promise<unknown>): Promise<HttpError> {
  try {
    await request
  } catch (error) {
    if (error instanceof HttpError) return error
    throw error
  }
  throw new Error('The request did not fail.')
}

/** Finds a port on which nothing listens. */
export async function deadOrigin(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return `http://127.0.0.1:${port}`
}
