import type { Deliveries } from '../deliveries.ts'

/**
 * How tellcasey delivers. How it signs is not documented, so its signature cannot be imitated; it has a test event of its
 * own, which goes to all endpoints. Source: https://developers.tellcasey.com/docs/api/reference/webhooks
 */
export const deliveries: Deliveries = {
  hasTestEvent: true,
  render: ({ event, id, at }) =>
    JSON.stringify({
      event_type: event,
      event_id: `evt_${id}`,
      timestamp: at.toISOString(),
      data: { hooks_sync_verify: true },
    }),
}
