import type { Deliveries } from '../deliveries.ts'

/**
 * How Sendblue delivers: the secret itself stands in a header, and a receiver has 45 seconds.
 * Source: https://docs.sendblue.com/security
 */
export const deliveries: Deliveries = {
  timeLimitMs: 45_000,
  render: ({ event, id, at }) =>
    JSON.stringify({
      message_handle: id,
      webhook_type: event,
      content: 'hooks-sync verify',
      date_sent: at.toISOString(),
      status: 'RECEIVED',
    }),
  sign: (secret) => ({ 'sb-signing-secret': secret }),
}
