import { decode, ExtData, encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TerraformType } from '../../src/schema/terraform-type.ts'
import { decodeCtyJson } from '../../src/terraform/cty/json.ts'
import { decodeCty, encodeCty } from '../../src/terraform/cty/msgpack.ts'
import { type CtyValue, Decimal, Unknown } from '../../src/terraform/cty/value.ts'
import { anyTyped } from './cty-values.ts'

const runs = { numRuns: 150 }

test('whatever is written is read as it was', () => {
  fc.assert(
    fc.property(anyTyped, ({ type, value }) => {
      expect(decodeCty(encodeCty(value, type), type)).toEqual(value)
    }),
    runs,
  )
})

test('whatever is written is plain MessagePack, in which every attribute stands', () => {
  fc.assert(
    fc.property(anyTyped, ({ type, value }) => {
      const plain = decode(encodeCty(value, type), { useBigInt64: true })

      expect(plain).toEqual(asPlain(value))
    }),
    runs,
  )
})

test('whatever another library writes is read alike', () => {
  fc.assert(
    fc.property(anyTyped, ({ type, value }) => {
      expect(decodeCty(encode(asPlain(value), { useBigInt64: true }), type)).toEqual(value)
    }),
    runs,
  )
})

test('an attribute that is missing is written as null, and an unknown one as the engine spells it', () => {
  const type: TerraformType = ['object', { a: 'string', b: ['list', 'bool'], c: 'number' }]

  const bytes = encodeCty({ a: Unknown.value, c: undefined as unknown as CtyValue }, type)

  expect(Buffer.from(bytes).toString('hex')).toBe('83a161d40000a162c0a163c0')
})

test('every extension is an unknown value, whatever is known about it', () => {
  const extension = fc.tuple(fc.integer({ min: -128, max: 127 }), fc.uint8Array({ maxLength: 40 }))
  fc.assert(
    fc.property(extension, ([code, data]) => {
      const bytes = encode({ a: [new ExtData(code, data)] })

      expect(decodeCty(bytes, ['object', { a: ['set', 'string'] }])).toEqual({ a: [Unknown.value] })
    }),
    runs,
  )
})

test('null, nothing in it and unknown stay three things', () => {
  for (const type of [
    ['list', 'string'],
    ['set', 'string'],
    ['map', 'string'],
  ] as const) {
    const empty = type[0] === 'map' ? {} : []
    const read = [null, empty, Unknown.value].map((value) => decodeCty(encodeCty(value, type), type))

    expect(read).toEqual([null, empty, Unknown.value])
  }
})

test('a member of a set may come in any place', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), fc.integer(), (members, seed) => {
      const shuffled = members.toSorted((a, b) => ((a.length * seed) % 7) - ((b.length * seed) % 7))
      const read = decodeCty(encode(shuffled), ['set', 'string'])

      expect(new Set(read as readonly string[])).toEqual(new Set(members))
    }),
    runs,
  )
})

test('numbers take the smallest form that holds them exactly', () => {
  const read = (value: unknown): CtyValue => decodeCty(encode(value, { useBigInt64: true }), 'number')

  expect([read(3), read(-0), read(3n), read('1.50'), read('15e-1'), read(2.5)]).toEqual([3, 0, 3, 1.5, 1.5, 2.5])
  expect([read(2n ** 62n), read('9007199254740993')]).toEqual([2n ** 62n, 9_007_199_254_740_993n])
  expect(read('0.12345678901234567890')).toEqual(new Decimal('0.12345678901234567890'))
  expect(read(2n ** 63n)).toEqual(new Decimal('9223372036854775808'))
})

test('a value of another type than the schema has is refused without being shown', () => {
  const type: TerraformType = ['object', { token: 'number', list: ['list', 'bool'] }]

  expect(() => encodeCty({ token: 'hush-hush' }, type)).toThrow('token is no number, as the schema has it.')
  expect(() => encodeCty({ other: 'hush-hush' }, type)).toThrow('The schema has no attribute other.')
  expect(() => decodeCty(encode({ list: [true, 'hush-hush'] }), type)).toThrow('list.1 is no bool')
  expect(() => decodeCty(encode(['hush-hush']), type)).toThrow('A value is no object')
})

test('a stored state is read by its type: numbers exact, what is unknown to it passed over, what it lacks null', () => {
  const type: TerraformType = [
    'object',
    { size: 'number', long: 'number', text: 'string', on: 'bool', more: ['set', 'string'] },
  ]
  const stored =
    '{ "size": 12345678901234567890, "long": 0.1234567890123456789, "text": "1234567890123456789", "on": "true", "old": {} }'

  expect(decodeCtyJson(stored, type)).toEqual({
    size: new Decimal('12345678901234567890'),
    long: new Decimal('0.1234567890123456789'),
    text: '1234567890123456789',
    on: true,
    more: null,
  })
})

/** The value as MessagePack has it. */
function asPlain(value: CtyValue): unknown {
  if (value instanceof Unknown) return new ExtData(0, new Uint8Array(1))
  if (value instanceof Decimal) return value.text
  if (typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) > 0x7fffffff) return BigInt(value)
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(asPlain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asPlain(each)]))
}
