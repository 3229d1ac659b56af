import type { TerraformType } from '../../schema/terraform-type.ts'
import { readNumber } from './number.ts'
import type { CtyValue } from './value.ts'

/**
 * Reads a value of a type from JSON, as states hold it. Attributes that the type does not have are passed over, and those
 * that it alone has are null.
 */
export function decodeCtyJson(text: string, type: TerraformType): CtyValue {
  return fromJson(parseExactly(text), type)
}

/** A string, or a number that a double does not hold. */
const stringOrLongNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]{14,}/gu

/** Parses JSON with its long numbers as text, which would otherwise be rounded. */
function parseExactly(text: string): unknown {
  return JSON.parse(text.replaceAll(stringOrLongNumber, (found) => (found.startsWith('"') ? found : `"${found}"`)))
}

function fromJson(value: unknown, type: TerraformType): CtyValue {
  if (value === null || value === undefined) return null
  if (typeof type === 'string') return primitiveFromJson(value, type)
  if (type[0] === 'list' || type[0] === 'set') {
    const [kind, inner] = type
    if (!Array.isArray(value)) throw mismatch(kind)
    return value.map((each: unknown) => fromJson(each, inner))
  }
  if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(type[0])
  const members = new Map<string, unknown>(Object.entries(value))
  if (type[0] === 'object') {
    return fromEntries(Object.entries(type[1]).map(([name, each]) => [name, fromJson(members.get(name), each)]))
  }
  const [, inner] = type
  return fromEntries([...members].map(([name, each]) => [name, fromJson(each, inner)]))
}

function fromEntries(entries: readonly (readonly [string, CtyValue])[]): CtyValue {
  return Object.fromEntries(entries)
}

/** States of earlier days have numbers and truth values as text. */
function primitiveFromJson(value: unknown, type: 'string' | 'bool' | 'number'): CtyValue {
  if (type === 'string' && typeof value === 'string') return value
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value)
  if (type === 'bool' && typeof value === 'boolean') return value
  if (type === 'bool' && (value === 'true' || value === 'false')) return value === 'true'
  const number = type === 'number' ? readNumber(value) : undefined
  if (number === undefined) throw mismatch(type)
  return number
}

function mismatch(wanted: string): Error {
  return new Error(`The stored state has no ${wanted} where the schema wants one.`)
}
