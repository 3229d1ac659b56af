import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyIdOf } from '../../src/core/key-id.ts'
import { Secret } from '../../src/core/secret.ts'
import { type Fingerprinter, type FingerprintScope, makeFingerprinter } from '../../src/secrets/fingerprint.ts'
import { generateSecret } from '../../src/secrets/generate.ts'

const keyBytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
const scope: FingerprintScope = { account: 'sinch-eu', webhook: 'inbound', field: 'signing_secret' }

function fingerprinter(key: string): Fingerprinter {
  const made = makeFingerprinter(new Secret(key))
  if (typeof made !== 'function') throw new Error(made.message)
  return made
}

test('is the same for the key in each of its spellings, and the same tomorrow', () => {
  const spellings = [keyBytes.toString('base64url'), keyBytes.toString('base64'), keyBytes.toString('hex')]

  const fingerprints = spellings.map((key) => fingerprinter(key)(new Secret('whsec_1'), scope))

  expect(new Set(fingerprints)).toEqual(new Set(['fp1:hWfoRH:2DSoTPcQ3qo3xGd8ZYnixQ']))
})

test('differs as soon as the value, its place or the key differs', () => {
  const print = fingerprinter(keyBytes.toString('hex'))
  const one = print(new Secret('value'), scope)

  expect(print(new Secret('value2'), scope)).not.toBe(one)
  expect(print(new Secret('value'), { ...scope, account: 'b' })).not.toBe(one)
  expect(print(new Secret('value'), { ...scope, webhook: 'b' })).not.toBe(one)
  expect(print(new Secret('value'), { ...scope, field: 'b' })).not.toBe(one)
  expect(fingerprinter(generateSecret(32).reveal())(new Secret('value'), scope)).not.toBe(one)
})

test('is not confused by where one part ends and the next begins', () => {
  const print = fingerprinter(keyBytes.toString('hex'))
  const anyPart = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 })
  const anyParts = fc.tuple(anyPart, anyPart, anyPart, anyPart)

  fc.assert(
    fc.property(anyParts, anyParts, (one, other) => {
      const [first, second] = [one, other].map(([account, webhook, field, value]) =>
        print(new Secret(value), { account, webhook, field }),
      )

      expect(first === second).toBe(JSON.stringify(one) === JSON.stringify(other))
    }),
  )
})

test('names its key, so that a changed key is not taken for a changed secret', () => {
  const one = fingerprinter(keyBytes.toString('hex'))
  const other = fingerprinter(generateSecret(32).reveal())

  expect(keyIdOf(one(new Secret('a'), scope))).toBe(keyIdOf(one(new Secret('b'), scope)))
  expect(keyIdOf(other(new Secret('a'), scope))).not.toBe(keyIdOf(one(new Secret('a'), scope)))
  expect(keyIdOf('sha256:abc')).toBeUndefined()
})

test.each([
  '',
  'canary',
  keyBytes.toString('hex').slice(2),
  `${keyBytes.toString('base64')}A`,
  `${keyBytes.toString('hex')}00`,
])('is not made with a key such as %j', (key) => {
  const made = makeFingerprinter(new Secret(key))

  expect(made).toMatchObject({ code: 'HS2010', severity: 'error' })
  expect(JSON.stringify(made)).not.toContain('canary')
})

test('a generated secret has the bytes asked for, and no two are alike', () => {
  const secrets = Array.from({ length: 100 }, () => generateSecret(32).reveal())

  expect(secrets.every((secret) => Buffer.from(secret, 'base64url').length === 32)).toBe(true)
  expect(new Set(secrets).size).toBe(100)
  for (const bytes of [0, 15, 1.5, Number.NaN, 1025]) expect(() => generateSecret(bytes)).toThrow(RangeError)
})
