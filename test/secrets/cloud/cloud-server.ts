import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { onTestFinished } from 'vitest'
import { scrubForms } from '../../../src/secrets/scrub-forms.ts'
import { makeSelfSigned } from '../../http/self-signed.ts'

/** A request as a service gets it. */
export interface CloudRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface CloudAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What a service does instead of answering; `lost` is an answer that does not arrive. */
export type Trouble = CloudAnswer | 'reset' | 'slow' | 'lost'

/** A server on this machine that stands for a service. */
export interface CloudServer {
  readonly origin: string
  readonly requests: CloudRequest[]
  /** Decides on each request; without an answer the service itself answers. */
  trouble: (request: CloudRequest) => Trouble | undefined
}

/** Starts a server that ends with the test, or when else it is told. */
export async function startCloudServer(
  serve: (request: CloudRequest, origin: string) => CloudAnswer | Promise<CloudAnswer>,
  protocol: 'http' | 'https' = 'http',
  ends: (end: () => void) => void = onTestFinished,
): Promise<CloudServer> {
  const listener: RequestListener = (incoming, outgoing) => void respond(incoming, outgoing)
  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming)
    cloud.requests.push(request)
    const trouble = cloud.trouble(request)
    const answer = trouble === undefined || trouble === 'lost' ? await serve(request, cloud.origin) : trouble
    if (answer === 'slow') return
    if (answer === 'reset' || trouble === 'lost') {
      incoming.socket.destroy()
      return
    }
    const { status, headers, body } = answer
    outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
    outgoing.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body))
  }
  const server: Server =
    protocol === 'https' ? createTlsServer(makeSelfSigned('localhost'), listener) : createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const host = protocol === 'https' ? 'localhost' : '127.0.0.1'
  const cloud: CloudServer = { origin: `${protocol}://${host}:${port}`, requests: [], trouble: () => undefined }
  return cloud
}

async function readRequest(incoming: IncomingMessage): Promise<CloudRequest> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
  const { method = '', url = '', headers } = incoming
  return { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') }
}

/** Finds a canary, in any of its forms, in anything that could be printed of a value. */
export function findCanary(value: unknown, canaries: readonly string[]): string | undefined {
  const shown = [
    inspect(value, { depth: Infinity, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity }),
    JSON.stringify(value),
    String(value),
  ].join('\n')
  return canaries.find((canary) => scrubForms(canary).some((form) => shown.includes(form)))
}
