import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that stands for all receivers and counts what it gets. */
export interface Receiver {
  readonly origin: string
  /** How often it got the delivery with this number. */
  countOf(number: string): number
  close(): Promise<void>
}

/** Starts a receiver on a free port; a delivery is told by the fact `number`. */
export async function startReceiver(): Promise<Receiver> {
  const counts = new Map<string, number>()
  // It closes no connection by itself: what was just sent into it would be counted as lost.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.once('end', () => {
      const { facts } = JSON.parse(Buffer.concat(parts).toString('utf8')) as {
        readonly facts: { readonly number: string }
      }
      counts.set(facts.number, (counts.get(facts.number) ?? 0) + 1)
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    countOf: (number) => counts.get(number) ?? 0,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
