import { createHmac } from 'node:crypto'
import type { Secret } from '../core/secret.ts'
import type { DesiredValues } from '../core/value.ts'

/** What a delivery is made of that imitates one of the vendor's. */
export interface Sample {
  /** The webhook as declared. */
  readonly fields: DesiredValues
  readonly event: string
  /** The receiver, its secret parameters included. */
  readonly url: string
  /** Made for this delivery alone, so that receivers can tell it from others. */
  readonly id: string
  readonly at: Date
}

export type DeliveryHeaders = Readonly<Record<string, string | Secret>>

/** How a vendor delivers, as far as it says. */
export interface Deliveries {
  /** How long it waits for a receiver, in milliseconds; absent where it does not say. */
  readonly timeLimitMs?: number
  /** Whether it can be asked to send a test event to its receivers (`ProviderApi.sendTest`). */
  readonly hasTestEvent?: true
  /** Renders the body of a delivery. */
  readonly render: (sample: Sample) => string
  /** Headers that every delivery of a webhook carries beside the signature. */
  readonly headers?: (fields: DesiredValues) => DeliveryHeaders
  /** Makes the headers that sign a delivery; absent where the vendor does not say how it signs. */
  readonly sign?: (secret: Secret, body: string, sample: Sample) => DeliveryHeaders
  /** What a delivery of this webhook carries that nobody but the vendor can make, in words that complete "it carries …". */
  readonly inimitable?: (fields: DesiredValues) => string | undefined
}

/** Signs a message as vendors do, under a key that is text. */
export function hmacSha256(secret: Secret, message: string | Buffer, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', secret.reveal()).update(message).digest(encoding)
}

/** Renders a time in whole seconds since the epoch. */
export function epochSeconds(at: Date): string {
  return String(Math.floor(at.getTime() / 1000))
}
