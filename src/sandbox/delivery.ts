import { Agent, request } from 'node:http'
import type { Happening } from './stand-in.ts'

/** One delivery that a stand-in has made. */
export interface Delivery {
  /** The URL of the webhook. */
  readonly url: string
  /** What the receiver answered; 0 when it did not. */
  readonly status: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 })

/**
 * Posts a happening to a webhook. The request goes to `receiver`, the origin of a local server that stands for all
 * receivers; path and host are those of the webhook, so that nothing leaves the machine.
 */
export function deliverTo(url: string, happening: Happening, receiver: string): Promise<Delivery> {
  const { host, pathname, search } = new URL(url)
  return new Promise((resolve) => {
    const headers = { host, 'content-type': 'application/json' }
    const sent = request(new URL(`${pathname}${search}`, receiver), { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.once('close', () => resolve({ url, status: response.statusCode ?? 0 }))
    })
    sent.once('error', () => resolve({ url, status: 0 }))
    sent.end(JSON.stringify(happening))
  })
}
