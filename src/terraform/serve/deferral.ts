import { objectType, type TerraformAttributes } from '../../schema/terraform-type.ts'
import { encodeCty } from '../cty/msgpack.ts'
import { Unknown } from '../cty/value.ts'
import {
  type ClientCapabilities,
  type Deferred,
  DeferredReason,
  type DynamicValue,
} from '../protocol/generated/messages.ts'
import type { Sent } from '../protocol/message-codec.ts'
import type { Deferrable } from '../provider.ts'

/** Tells whether a question is put off: it came too early, and the engine has said that it will ask again. */
export function isDeferred({ isTooEarly }: Deferrable, engine: ClientCapabilities | undefined): boolean {
  return isTooEarly === true && engine?.deferralAllowed === true
}

/** Why it is put off. */
export const deferred: Sent<Deferred> = { reason: DeferredReason.PROVIDER_CONFIG_UNKNOWN }

/** Words a block of which nothing is known yet. */
export function unknownBlock(attributes: TerraformAttributes): Sent<DynamicValue> {
  return { msgpack: encodeCty(Unknown.value, objectType(attributes)) }
}
