import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { makeSelfSigned } from '../http/self-signed.ts'

/** One request as it arrived. */
export interface Arrived {
  readonly method: string
  readonly path: string
  readonly body: string
  /** All of it: target, headers and body. */
  readonly text: string
}

/** Answers in place of the server behind. */
export type Disturb = (response: ServerResponse, arrived: Arrived) => void

/** What goes wrong at a front, and for which requests. */
export interface Disturbance {
  readonly hits: (arrived: Arrived) => boolean
  readonly play: Disturb
}

/** A server of its own origin that stands before another one, and keeps what arrives. */
export interface Front {
  readonly origin: string
  /** The same as an `https:` origin whose certificate nobody knows. */
  readonly untrusted: string
  readonly arrived: readonly Arrived[]
  /** How many requests were disturbed, and how many connections came to the untrusted origin. */
  readonly disturbed: number
  disturb(disturbance: Disturbance | undefined): void
  forget(): void
  close(): Promise<void>
}

/** Opens a front before a server; without one it answers 404. */
export async function openFront(behind?: string): Promise<Front> {
  const arrived: Arrived[] = []
  let disturbed = 0
  let disturbance: Disturbance | undefined
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request)
    const seen = describe(request, body)
    arrived.push(seen)
    if (disturbance?.hits(seen) === true) {
      disturbed += 1
      disturbance.play(response, seen)
    } else if (behind === undefined) response.writeHead(404).end('{}')
    else pass(request, body, behind, response)
  }
  const server = createServer((request, response) => {
    // A client that is killed leaves half a request.
    serve(request, response).catch(() => response.destroy())
  })
  const untrusted = createTlsServer(selfSigned)
  untrusted.on('connection', () => {
    disturbed += 1
  })
  untrusted.on('request', (request) => arrived.push(describe(request, '')))
  const ports = [await listen(server), await listen(untrusted)]
  return {
    origin: `http://127.0.0.1:${ports[0]}`,
    untrusted: `https://localhost:${ports[1]}`,
    arrived,
    get disturbed() {
      return disturbed
    },
    disturb: (next) => {
      disturbance = next
    },
    forget: () => {
      arrived.length = 0
      disturbed = 0
      disturbance = undefined
      server.closeIdleConnections()
    },
    close: async () => {
      await Promise.all([close(server), close(untrusted)])
    },
  }
}

const selfSigned = makeSelfSigned('localhost')

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function describe({ method = 'GET', url = '/', rawHeaders }: IncomingMessage, body: string): Arrived {
  return { method, path: url, body, text: [method, url, ...rawHeaders, body].join('\n') }
}

function pass({ method, url, headers }: IncomingMessage, body: string, behind: string, response: ServerResponse): void {
  const onward = send(new URL(url ?? '/', behind), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.destroy())
  onward.end(body)
}

type Listening = ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>

async function listen(server: Listening): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

async function close(server: Listening): Promise<void> {
  const closed = new Promise((resolve) => {
    server.close(resolve)
  })
  server.closeAllConnections()
  await closed
}
