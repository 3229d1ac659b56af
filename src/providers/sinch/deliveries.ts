import { type Deliveries, epochSeconds, hmacSha256 } from '../deliveries.ts'
import { readText } from '../desired-fields.ts'

/**
 * How Sinch delivers. It signs `body.nonce.timestamp` with the webhook's secret, and says nothing of how long it waits.
 * Source: https://developers.sinch.com/docs/conversation (callbacks), and the Node SDK's validation of them.
 */
export const deliveries: Deliveries = {
  render: ({ fields, at, id, event }) =>
    JSON.stringify({
      app_id: readText(fields, 'app_id'),
      accepted_time: at.toISOString(),
      event_time: at.toISOString(),
      message_metadata: '',
      correlation_id: id,
      hooks_sync_verify: { event },
    }),
  sign: (secret, body, { id, at }) => {
    const timestamp = epochSeconds(at)
    return {
      'x-sinch-webhook-signature': hmacSha256(secret, `${body}.${id}.${timestamp}`, 'base64'),
      'x-sinch-webhook-signature-timestamp': timestamp,
      'x-sinch-webhook-signature-nonce': id,
      'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
    }
  },
  inimitable: ({ client_credentials: credentials }) =>
    credentials === undefined || credentials === null ? undefined : 'a token that Sinch gets with client_credentials',
}
