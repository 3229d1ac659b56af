import { compareText } from '../core/diagnostic.ts'
import type { LiveObject } from '../core/webhook.ts'

/** Orders live objects by id, because no vendor promises an order. */
export function byId(a: LiveObject, b: LiveObject): number {
  return compareText(a.id, b.id)
}
