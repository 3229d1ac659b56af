import type { DesiredValue } from '../../core/value.ts'
import { type Deliveries, type DeliveryHeaders, hmacSha256 } from '../deliveries.ts'
import { isRecord, readRecord, readSecret, readText } from '../desired-fields.ts'

/**
 * How smallest.ai delivers: within 30 seconds, once, signed over the raw body, with the headers of the webhook.
 * Source: https://github.com/smallest-inc/smallest-ai-documentation/blob/main/fern/apis/atoms/openapi/openapi.yaml
 */
export const deliveries: Deliveries = {
  timeLimitMs: 30_000,
  render: ({ fields, event, url, id }) =>
    JSON.stringify({
      url,
      description: readText(fields, 'description') ?? '',
      event: `${firstAgent(fields['subscriptions'])}.${event}`,
      metadata: { agentId: firstAgent(fields['subscriptions']), eventType: event, hooksSyncVerify: true },
      id,
    }),
  headers: (fields) => {
    const declared = readRecord(fields, 'headers') ?? {}
    const headers = Object.keys(declared).map((name) => {
      const value = readText(declared, name) ?? readSecret(declared, name)
      return [name, value ?? ''] as const
    })
    return Object.fromEntries(headers) as DeliveryHeaders
  },
  sign: (secret, body) => ({ 'x-signature': hmacSha256(secret, body, 'hex') }),
}

function firstAgent(subscriptions: DesiredValue | undefined): string {
  const [first]: readonly DesiredValue[] = Array.isArray(subscriptions) ? subscriptions : []
  return isRecord(first) ? (readText(first, 'agent_id') ?? '') : ''
}
