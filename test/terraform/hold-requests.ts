import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a server on which some requests are held back. */
export interface Door {
  /** What leads through it to the server. */
  readonly baseUrl: string
  /** Resolves when a request is held back for the first time. */
  readonly held: Promise<void>
  /** Lets through what is held back, and all that comes. */
  open(): void
}

/** Stands before a server until the test ends, and holds back the requests that are told. */
export async function holdRequests(url: string, isHeld: (method: string, path: string) => boolean): Promise<Door> {
  let [hold, open] = [(): void => undefined, (): void => undefined]
  const held = new Promise<void>((resolve) => {
    hold = resolve
  })
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const server = createServer((from, to) => {
    const { method = 'GET', url: path = '/' } = from
    if (!isHeld(method, path)) return pass(url, from, to)
    hold()
    void opened.then(() => pass(url, from, to))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const { pathname } = new URL(url)
  return { baseUrl: `http://127.0.0.1:${port}${pathname}`, held, open }
}

function pass(url: string, from: IncomingMessage, to: ServerResponse): void {
  const options = { method: from.method, headers: { ...from.headers, host: new URL(url).host } }
  const onward = request(new URL(from.url ?? '/', url), options, (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(to)
  })
  onward.on('error', () => to.destroy())
  from.pipe(onward)
}
