import { decode, ExtData, type ExtensionCodecType, encode } from '@msgpack/msgpack'
import type { TerraformType } from '../../schema/terraform-type.ts'
import { readNumber } from './number.ts'
import { type CtyValue, Decimal, isList, isObject, Unknown } from './value.ts'

/** Writes a value of a type. Attributes that it lacks are written as null, for the engine counts them. */
export function encodeCty(value: CtyValue | undefined, type: TerraformType): Uint8Array {
  return encode(toWire(value, type, []), { extensionCodec: wireExtensions, useBigInt64: true })
}

/** Reads a value of a type. */
export function decodeCty(bytes: Uint8Array, type: TerraformType): CtyValue {
  return fromWire(decode(bytes, { extensionCodec: wireExtensions, useBigInt64: true }), type, [])
}

const wireUnknown = new ExtData(0, new Uint8Array(1))

/** Any extension means a value that is unknown: 0 a plain one, 12 one of which something is known; later ones alike. */
const wireExtensions: ExtensionCodecType<undefined> = {
  tryToEncode: (object) => (object === wireUnknown ? wireUnknown : null),
  decode: () => Unknown.value,
}

type Attributes = Readonly<Record<string, TerraformType>>
type Place = readonly (string | number)[]

function toWire(value: CtyValue | undefined, type: TerraformType, place: Place): unknown {
  if (value === undefined || value === null) return null
  if (value instanceof Unknown) return wireUnknown
  if (typeof type === 'string') return primitiveToWire(value, type, place)
  if (type[0] === 'object') return objectToWire(value, type[1], place)
  const [kind, inner] = type
  if (kind === 'map') {
    if (!isObject(value)) throw mismatch(type, place)
    return mapRecord(value, (each, name) => toWire(each, inner, [...place, name]))
  }
  if (!isList(value)) throw mismatch(type, place)
  return value.map((each, index) => toWire(each, inner, [...place, index]))
}

function objectToWire(value: CtyValue, attributes: Attributes, place: Place): unknown {
  if (!isObject(value)) throw mismatch(['object', attributes], place)
  const extra = Object.keys(value).find((name) => !Object.hasOwn(attributes, name))
  if (extra !== undefined) throw new Error(`The schema has no attribute ${[...place, extra].join('.')}.`)
  return mapRecord(attributes, (each, name) => toWire(ownValue(value, name), each, [...place, name]))
}

function primitiveToWire(value: CtyValue, type: 'string' | 'bool' | 'number', place: Place): unknown {
  // A lone surrogate has no UTF-8 form.
  if (type === 'string' && typeof value === 'string') return value.toWellFormed()
  if (type === 'bool' && typeof value === 'boolean') return value
  if (type === 'number' && value instanceof Decimal) return value.text
  if (type === 'number' && typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : String(value)
  if (type === 'number' && typeof value === 'number' && !Number.isNaN(value)) {
    // Left to itself the library writes whole numbers of more than 32 bits as doubles.
    return Number.isSafeInteger(value) && Math.abs(value) > 0x7fffffff ? BigInt(value) : value + 0
  }
  throw mismatch(type, place)
}

function fromWire(value: unknown, type: TerraformType, place: Place): CtyValue {
  if (value === null || value === undefined) return null
  if (value instanceof Unknown) return value
  if (typeof type === 'string') return primitiveFromWire(value, type, place)
  if (type[0] === 'list' || type[0] === 'set') {
    const [, inner] = type
    if (!Array.isArray(value)) throw mismatch(type, place)
    return value.map((each: unknown, index) => fromWire(each, inner, [...place, index]))
  }
  if (!isWireMap(value)) throw mismatch(type, place)
  if (type[0] === 'object') {
    return mapRecord(type[1], (each, name) => fromWire(ownValue(value, name), each, [...place, name]))
  }
  const [, inner] = type
  return mapRecord(value, (each, name) => fromWire(each, inner, [...place, name]))
}

function primitiveFromWire(value: unknown, type: 'string' | 'bool' | 'number', place: Place): CtyValue {
  if (type === 'string' && typeof value === 'string') return value
  if (type === 'bool' && typeof value === 'boolean') return value
  if (type === 'number') return readNumber(value) ?? fail(mismatch(type, place))
  throw mismatch(type, place)
}

function isWireMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

function mapRecord<A, B>(record: Readonly<Record<string, A>>, change: (each: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, each]) => [name, change(each, name)]))
}

function ownValue<A>(record: Readonly<Record<string, A>>, name: string): A | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** Names the place and the type, never the value, which may be a secret. */
function mismatch(type: TerraformType, place: Place): Error {
  const wanted = typeof type === 'string' ? type : type[0]
  return new Error(`${place.length === 0 ? 'A value' : place.join('.')} is no ${wanted}, as the schema has it.`)
}

function fail(error: Error): never {
  throw error
}
