import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TerraformAttribute, TerraformAttributes } from '../../src/schema/terraform-type.ts'
import type { CtyObject, CtyValue } from '../../src/terraform/cty/value.ts'
import { readBlock, secretsOf, withoutWriteOnly, writeKept } from '../../src/terraform/serve/block-values.ts'
import { findingsOf, toDiagnostics, toPath } from '../../src/terraform/serve/diagnostic-messages.ts'

const canary = 'canary-J4nR8vXw2Lq6'
const facts = { description: '', presence: 'optional' } as const

/** A block with write-only attributes anywhere, and a value in which each of them holds the canary. */
const anyBlock: fc.Arbitrary<readonly [TerraformAttributes, CtyObject]> = blockOf(3)

function blockOf(depth: number): fc.Arbitrary<readonly [TerraformAttributes, CtyObject]> {
  return fc
    .dictionary(fc.stringMatching(/^[a-z_]{1,6}$/u), attributeOf(depth), { maxKeys: 4 })
    .map((members) => [pick(members, 0) as TerraformAttributes, pick(members, 1) as CtyObject])
}

type Member = readonly [TerraformAttribute, CtyValue]

function pick(members: Readonly<Record<string, Member>>, index: 0 | 1): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, member[index]]))
}

function attributeOf(depth: number): fc.Arbitrary<Member> {
  const text = fc.constant<Member>([{ ...facts, type: 'string' }, 'shown'])
  const secret = fc.constant<Member>([{ ...facts, type: 'string', writeOnly: true }, canary])
  const secrets = fc.constant<Member>([{ ...facts, type: ['list', 'string'], writeOnly: true }, [canary]])
  if (depth === 0) return fc.oneof(text, secret, secrets)
  const nested = fc
    .tuple(fc.constantFrom('single' as const, 'list', 'set', 'map'), blockOf(depth - 1))
    .map(
      ([nesting, [attributes, value]]): Member => [
        { ...facts, nested: { nesting, attributes } },
        nesting === 'single' ? value : nesting === 'map' ? { key: value } : [value, value],
      ],
    )
  return fc.oneof(text, secret, secrets, nested)
}

test('no write-only value is kept, wherever it stands, and everything else is', () => {
  fc.assert(
    fc.property(anyBlock, ([attributes, value]) => {
      const kept = writeKept(value, attributes)
      const read = readBlock({ msgpack: kept.msgpack ?? new Uint8Array(), json: new Uint8Array() }, attributes)

      expect(Buffer.from(kept.msgpack ?? '').includes(canary)).toBe(false)
      expect(JSON.stringify(read)).toBe(JSON.stringify(value, (_key, each: unknown) => blank(each)))
    }),
    { numRuns: 500 },
  )
})

function blank(each: unknown): unknown {
  return each === canary || (Array.isArray(each) && each[0] === canary) ? null : each
}

test('every text that nobody may see is found, so that findings can be scrubbed of it', () => {
  fc.assert(
    fc.property(anyBlock, ([attributes, value]) => {
      const count = JSON.stringify(value).split(canary).length - 1

      expect(secretsOf(value, attributes)).toEqual(Array.from({ length: count }, () => canary))
    }),
    { numRuns: 500 },
  )
})

test('what is unknown or null instead of an object is left as it is', () => {
  const attributes = { one: { ...facts, nested: { nesting: 'single' as const, attributes: {} } } }

  expect(withoutWriteOnly({ one: null }, attributes)).toEqual({ one: null })
})

test('a path says at each step whether an attribute, a key or an index is meant', () => {
  const inner: TerraformAttributes = { port: { ...facts, type: 'number' } }
  const attributes: TerraformAttributes = {
    labels: { ...facts, type: ['map', 'string'] },
    servers: { ...facts, nested: { nesting: 'list', attributes: inner } },
    names: { ...facts, nested: { nesting: 'map', attributes: inner } },
    object: { ...facts, type: ['object', { a: ['list', ['object', { b: 'string' }]] }] },
    members: { ...facts, nested: { nesting: 'set', attributes: inner } },
  }

  expect(toPath(['labels', 'a'], attributes).steps).toEqual([{ attributeName: 'labels' }, { elementKeyString: 'a' }])
  expect(toPath(['servers', 0, 'port'], attributes).steps).toEqual([
    { attributeName: 'servers' },
    { elementKeyInt: 0 },
    { attributeName: 'port' },
  ])
  expect(toPath(['names', 'x', 'port'], attributes).steps?.at(1)).toEqual({ elementKeyString: 'x' })
  expect(toPath(['object', 'a', 1, 'b'], attributes).steps?.at(3)).toEqual({ attributeName: 'b' })
  expect(toPath(['members', { member: {} }, 'port'], attributes).steps).toEqual([{ attributeName: 'members' }])
})

test('a mistake is told without its trace and without a secret', () => {
  const scrub = (text: string): string => text.replaceAll(canary, '[secret]')

  const [told] = toDiagnostics(findingsOf(new TypeError(`no ${canary} here`)), {}, { scrub })

  expect(told).toEqual({
    severity: 1,
    summary: 'The provider made a mistake.',
    detail: 'It says: no [secret] here',
  })
})
