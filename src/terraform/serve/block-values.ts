import { objectType, type TerraformAttribute, type TerraformAttributes } from '../../schema/terraform-type.ts'
import { decodeCtyJson } from '../cty/json.ts'
import { decodeCty, encodeCty } from '../cty/msgpack.ts'
import { type CtyObject, type CtyValue, isList, isObject } from '../cty/value.ts'
import type { DynamicValue } from '../protocol/generated/messages.ts'
import type { Sent } from '../protocol/message-codec.ts'

/** Reads the value of a block; null where the engine has none. */
export function readBlock(value: DynamicValue | undefined, attributes: TerraformAttributes): CtyObject | null {
  const type = objectType(attributes)
  if (value === undefined) return null
  const decoded =
    value.msgpack.length > 0 || value.json.length === 0
      ? decodeCty(value.msgpack, type)
      : decodeCtyJson(Buffer.from(value.json).toString('utf8'), type)
  return decoded === null ? null : asObject(decoded)
}

/** Words the value of a block. */
export function writeBlock(value: CtyObject | null, attributes: TerraformAttributes): Sent<DynamicValue> {
  return { msgpack: encodeCty(value, objectType(attributes)) }
}

/** Words what is kept of a block: write-only values are none of it, whoever forgot to take them out. */
export function writeKept(value: CtyObject | null, attributes: TerraformAttributes): Sent<DynamicValue> {
  return writeBlock(value === null ? null : withoutWriteOnly(value, attributes), attributes)
}

/** Takes every write-only value out of a block, however deep it stands. */
export function withoutWriteOnly(value: CtyObject, attributes: TerraformAttributes): CtyObject {
  return mapAttributes(value, attributes, (each, attribute) => (attribute.writeOnly === true ? null : each))
}

/** Finds the texts of a block that nobody may see. */
export function secretsOf(value: CtyObject, attributes: TerraformAttributes): readonly string[] {
  const found: string[] = []
  mapAttributes(value, attributes, (each, { sensitive, writeOnly }) => {
    if (sensitive === true || writeOnly === true) found.push(...textsOf(each))
    return each
  })
  return found
}

type Change = (value: CtyValue, attribute: TerraformAttribute) => CtyValue

function mapAttributes(value: CtyObject, attributes: TerraformAttributes, change: Change): CtyObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const attribute = attributes[name]
      return [name, attribute === undefined ? each : mapNested(change(each, attribute), attribute, change)]
    }),
  )
}

function mapNested(value: CtyValue, attribute: TerraformAttribute, change: Change): CtyValue {
  if ('type' in attribute) return value
  const { nesting, attributes } = attribute.nested
  const mapObject = (each: CtyValue): CtyValue => (isObject(each) ? mapAttributes(each, attributes, change) : each)
  if (nesting === 'single') return mapObject(value)
  if (isList(value)) return value.map(mapObject)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapObject(each)]))
}

function textsOf(value: CtyValue): readonly string[] {
  if (typeof value === 'string') return [value]
  if (isList(value)) return value.flatMap(textsOf)
  return isObject(value) ? Object.values(value).flatMap(textsOf) : []
}

function asObject(value: CtyValue): CtyObject {
  if (!isObject(value)) throw new Error('The engine gave no object for a block.')
  return value
}
