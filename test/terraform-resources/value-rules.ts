import { expect } from 'vitest'
import type { TerraformAttribute, TerraformAttributes } from '../../src/schema/terraform-type.ts'
import { type CtyObject, type CtyValue, Unknown } from '../../src/terraform/cty/value.ts'

/** What a configuration says of a block: attributes that are left out are null, as the engine has them. */
export type Written = Readonly<Record<string, unknown>>

/** Completes what is written to the value of a block. */
export function complete(attributes: TerraformAttributes, written: Written): CtyObject {
  const unknown = Object.keys(written).filter((name) => attributes[name] === undefined)
  expect(unknown, 'attributes that the schema does not have').toEqual([])
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [name, completeValue(attribute, written[name] ?? null)]),
  )
}

function completeValue(attribute: TerraformAttribute, value: unknown): CtyValue {
  if (value === null || value instanceof Unknown || !('nested' in attribute)) return value as CtyValue
  const { nesting, attributes } = attribute.nested
  if (nesting === 'single') return complete(attributes, value as Written)
  return (value as readonly Written[]).map((item) => (item instanceof Unknown ? item : complete(attributes, item)))
}

/** Brings a value into one form: members of sets have no order. */
export function normal(attributes: TerraformAttributes, block: CtyObject): CtyObject {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [name, normalValue(attribute, block[name] ?? null)]),
  )
}

function normalValue(attribute: TerraformAttribute, value: CtyValue): CtyValue {
  if (value === null || value instanceof Unknown) return value
  if ('nested' in attribute) {
    const { nesting, attributes } = attribute.nested
    if (nesting === 'single') return normal(attributes, value as CtyObject)
    const items = (value as readonly CtyObject[]).map((item) => normal(attributes, item))
    return nesting === 'set' ? sorted(items) : items
  }
  const isSet = Array.isArray(attribute.type) && attribute.type[0] === 'set'
  return isSet ? sorted(value as readonly CtyValue[]) : value
}

function sorted(items: readonly CtyValue[]): readonly CtyValue[] {
  return [...new Set(items.map((item) => JSON.stringify(item)))].toSorted().map((text) => JSON.parse(text) as CtyValue)
}

export function isSame(attribute: TerraformAttribute, a: CtyValue, b: CtyValue): boolean {
  return JSON.stringify(normalValue(attribute, a)) === JSON.stringify(normalValue(attribute, b))
}

function holdsUnknown(value: CtyValue): boolean {
  return JSON.stringify(value).includes(JSON.stringify(Unknown.value))
}

/** The engine's rules of a plan: what is planned is configured, or as it was, or computed. */
export function checkPlanned(
  attributes: TerraformAttributes,
  config: CtyObject,
  prior: CtyObject | null,
  planned: CtyObject,
  at = '',
): void {
  expect(Object.keys(planned).toSorted(), `attributes of the plan ${at}`).toEqual(Object.keys(attributes).toSorted())
  for (const [name, attribute] of Object.entries(attributes)) {
    const path = `${at}${name}`
    const [value, wanted, before] = [planned[name] ?? null, config[name] ?? null, prior?.[name] ?? null]
    if (attribute.writeOnly === true) {
      expect(value, `${path} is write-only`).toBeNull()
      continue
    }
    const isNested = 'nested' in attribute && attribute.nested.nesting === 'single'
    if (isNested && wanted !== null && value !== null && !(wanted instanceof Unknown)) {
      const inner = attribute.nested.attributes
      checkPlanned(inner, wanted as CtyObject, before as CtyObject | null, value as CtyObject, `${path}.`)
      continue
    }
    if (isSame(attribute, value, wanted)) continue
    if (wanted !== null && before !== null && isSame(attribute, value, before)) continue
    const isComputed = attribute.presence === 'computed' || attribute.presence === 'optional-computed'
    expect(
      isComputed && wanted === null,
      `${path}: planned ${show(value)}, configured ${show(wanted)}, was ${show(before)}`,
    ).toBe(true)
  }
}

/** The engine's rules of an apply: what was known when it was planned stays, and everything is known now. */
export function checkApplied(attributes: TerraformAttributes, planned: CtyObject, state: CtyObject, at = ''): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const [value, wanted] = [state[name] ?? null, planned[name] ?? null]
    const path = `${at}${name}`
    if (attribute.writeOnly === true) expect(value, `${path} is write-only`).toBeNull()
    expect(holdsUnknown(value), `${path} is known after the apply`).toBe(false)
    if (wanted instanceof Unknown) continue
    const isNested = 'nested' in attribute && attribute.nested.nesting === 'single'
    if (isNested && wanted !== null && value !== null) {
      checkApplied(attribute.nested.attributes, wanted as CtyObject, value as CtyObject, `${path}.`)
      continue
    }
    expect(isSame(attribute, value, wanted), `${path}: planned ${show(wanted)}, applied ${show(value)}`).toBe(true)
  }
}

/** A second plan within the apply may know more than the first one, and nothing else; names what differs. */
export function findInconsistent(
  attributes: TerraformAttributes,
  first: CtyObject,
  second: CtyObject,
): readonly string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const [value, wanted] = [second[name] ?? null, first[name] ?? null]
    return holdsUnknown(wanted) || isSame(attribute, value, wanted) ? [] : [name]
  })
}

function show(value: CtyValue): string {
  return JSON.stringify(value)
}
