import fc from 'fast-check'
import type { TerraformType } from '../../src/schema/terraform-type.ts'
import { type CtyValue, Decimal, Unknown } from '../../src/terraform/cty/value.ts'

/** Any type that a schema may have, up to a depth. */
const anyType: fc.Arbitrary<TerraformType> = fc.letrec<{ type: TerraformType }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<TerraformType>('string', 'bool', 'number'),
    fc.tuple(fc.constantFrom('list' as const, 'set' as const, 'map' as const), tie('type')),
    fc.tuple(fc.constant('object' as const), fc.dictionary(anyName(), tie('type'), { maxKeys: 4 })),
  ),
})).type

/** A type with a value of it. */
export const anyTyped: fc.Arbitrary<{ readonly type: TerraformType; readonly value: CtyValue }> = anyType.chain(
  (type) => anyValue(type).map((value) => ({ type, value })),
)

/** Any value of a type: null and unknown at every depth, empty collections, numbers of any size. */
function anyValue(type: TerraformType): fc.Arbitrary<CtyValue> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constant(Unknown.value) },
    { weight: 6, arbitrary: anyKnown(type) },
  )
}

function anyKnown(type: TerraformType): fc.Arbitrary<CtyValue> {
  if (type === 'string') return fc.string({ unit: 'binary' })
  if (type === 'bool') return fc.boolean()
  if (type === 'number') return anyNumber
  if (type[0] === 'object') {
    const members = Object.entries(type[1]).map(([name, each]) => [name, anyValue(each)] as const)
    return fc.record(Object.fromEntries(members))
  }
  const [kind, inner] = type
  return kind === 'map'
    ? fc.dictionary(anyName(), anyValue(inner), { maxKeys: 4 })
    : fc.array(anyValue(inner), { maxLength: 4 })
}

/** Numbers in the form that holds them: doubles, whole numbers of 64 bits, and any others as decimal text. */
const anyNumber: fc.Arbitrary<CtyValue> = fc.oneof(
  fc.double({ noNaN: true }).map((double) => double + 0),
  fc.maxSafeInteger(),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).filter((whole) => !Number.isSafeInteger(Number(whole))),
  fc.bigInt(2n ** 63n, 2n ** 200n).map((whole) => new Decimal(String(whole))),
  fc.constantFrom('0.1234567890123456789', '-1234567890.123456789012345678').map((text) => new Decimal(text)),
)

/** `__proto__` is no name that an attribute may have, and none that the library reads as a key. */
function anyName(): fc.Arbitrary<string> {
  return fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== '__proto__')
}
