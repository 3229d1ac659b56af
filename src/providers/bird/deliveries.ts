import { createHash } from 'node:crypto'
import { type Deliveries, epochSeconds, hmacSha256 } from '../deliveries.ts'
import { readText } from '../desired-fields.ts'

/**
 * How Bird delivers. It signs timestamp, URL and the raw hash of the body, a line each, and says nothing of how long it
 * waits. Source: https://docs.bird.com/api/notifications-api (verifying webhook subscriptions)
 */
export const deliveries: Deliveries = {
  render: ({ fields, event, id }) =>
    JSON.stringify({ service: readText(fields, 'service'), event, payload: { id, hooksSyncVerify: true } }),
  sign: (secret, body, { url, at, id }) => {
    const timestamp = epochSeconds(at)
    const head = Buffer.from(`${timestamp}\n${url}\n`)
    const signed = Buffer.concat([head, createHash('sha256').update(body).digest()])
    return {
      'messagebird-signature': hmacSha256(secret, signed, 'base64'),
      'messagebird-request-timestamp': timestamp,
      'messagebird-request-id': id,
    }
  },
}
