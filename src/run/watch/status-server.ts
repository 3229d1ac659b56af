import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where to listen; without a host on all interfaces. */
export interface ListenAddress {
  readonly host?: string
  readonly port: number
}

/** What is answered on one path. */
export interface StatusPage {
  readonly status: number
  readonly type: string
  readonly text: string
}

export interface StatusServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves pages by their paths, to GET and HEAD alone; rejects where the address cannot be listened on. */
export async function serveStatus(
  address: ListenAddress,
  pages: Readonly<Record<string, () => StatusPage>>,
): Promise<StatusServer> {
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?')
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead) return answer(response, { status: 405, type: 'text/plain', text: 'Only GET is answered.\n' })
    answer(response, page?.() ?? { status: 404, type: 'text/plain', text: 'Nothing is here.\n' })
  })
  server.requestTimeout = 10_000
  server.headersTimeout = 10_000
  await listen(server, address)
  return {
    url: urlOf(server.address(), address.host),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(response: ServerResponse, { status, type, text }: StatusPage): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  })
  response.end(text)
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject)
      // An error of a server that listens, such as too many open files, is no reason to stop watching.
      server.on('error', () => undefined)
      resolve()
    })
  })
}

function urlOf(bound: AddressInfo | string | null, host = 'localhost'): string {
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
