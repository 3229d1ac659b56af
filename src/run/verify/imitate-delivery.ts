import { randomBytes, randomUUID } from 'node:crypto'
import { Secret } from '../../core/secret.ts'
import type { DesiredValues } from '../../core/value.ts'
import type { ReceiverRequest } from '../../http/receiver-call.ts'
import type { Deliveries, Sample } from '../../providers/deliveries.ts'
import { buildReceiver } from '../../providers/receiver-url.ts'

/** How a delivery is signed: as the vendor does, with another key, or not at all. */
export type Signature = 'right' | 'forged' | 'none'

export interface Imitated {
  readonly fields: DesiredValues
  readonly event: string
  /** The key that deliveries are signed with; absent where they are not. */
  readonly secret?: Secret
}

/** Makes a delivery as the vendor would send it, marked as one of ours by its id. */
export function imitateDelivery(deliveries: Deliveries, webhook: Imitated, signature: Signature): ReceiverRequest {
  const { fields, event } = webhook
  const url = buildReceiver(fields)
  const sample: Sample = {
    fields,
    event,
    url: url instanceof Secret ? url.reveal() : url,
    id: `hooks-sync-verify-${randomUUID()}`,
    at: new Date(),
  }
  const body = deliveries.render(sample)
  const key = signature === 'right' ? webhook.secret : signature === 'forged' ? forgedKey() : undefined
  const signed = key === undefined ? {} : (deliveries.sign?.(key, body, sample) ?? {})
  return { url, body, headers: { ...deliveries.headers?.(fields), ...signed } }
}

function forgedKey(): Secret {
  return new Secret(`forged-${randomBytes(24).toString('hex')}`)
}
