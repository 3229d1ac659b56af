import type { TerraformIdentity, TerraformType } from '../../schema/terraform-type.ts'
import { decodeCtyJson } from '../cty/json.ts'
import { decodeCty, encodeCty } from '../cty/msgpack.ts'
import type { CtyObject, CtyValue } from '../cty/value.ts'
import type { ResourceIdentityData } from '../protocol/generated/messages.ts'
import type { Sent } from '../protocol/message-codec.ts'

/** Reads an identity; undefined where the engine knows none. */
export function readIdentity(
  data: ResourceIdentityData | undefined,
  identity: TerraformIdentity | undefined,
): CtyObject | undefined {
  if (data?.identityData === undefined || identity === undefined) return undefined
  return asObject(decodeCty(data.identityData.msgpack, identityType(identity)))
}

/** Reads an identity as a state holds it. */
export function readStoredIdentity(json: Uint8Array, identity: TerraformIdentity): CtyObject | undefined {
  return asObject(decodeCtyJson(Buffer.from(json).toString('utf8'), identityType(identity)))
}

/** Words an identity; without one, what the engine knew already stays as it is. */
export function writeIdentity(
  value: CtyObject | undefined,
  identity: TerraformIdentity | undefined,
  known: ResourceIdentityData | undefined,
): Sent<ResourceIdentityData> | undefined {
  if (identity === undefined || value === undefined) return known
  return { identityData: { msgpack: encodeCty(value, identityType(identity)) } }
}

function identityType({ attributes }: TerraformIdentity): TerraformType {
  return ['object', Object.fromEntries(Object.entries(attributes).map(([name, { type }]) => [name, type]))]
}

function asObject(value: CtyValue): CtyObject | undefined {
  return value === null ? undefined : (value as CtyObject)
}
