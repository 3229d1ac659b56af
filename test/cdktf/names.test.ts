import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeTemplate, identifier, logicalId, variableName, versionOf } from '../../src/cdktf/names.ts'
import { namePattern } from '../../src/schema/patterns.ts'

const name = fc
  .oneof(fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }), fc.stringMatching(/^[ab_.-]{1,5}$/u))
  .filter((text) => new RegExp(namePattern, 'u').test(text))

test('other names are other identifiers, and each is one that Terraform takes', () => {
  fc.assert(
    fc.property(name, name, name, name, (account, key, otherAccount, otherKey) => {
      const id = logicalId(account, key)

      expect(id).toMatch(/^[A-Za-z][A-Za-z0-9_-]*$/u)
      expect(id === logicalId(otherAccount, otherKey)).toBe(account === otherAccount && key === otherKey)
    }),
    { numRuns: 2_000 },
  )
})

test('a plain name stays as it is', () => {
  expect(['sinch-eu', 'inbound_messages', 'A1'].map(identifier)).toEqual(['sinch-eu', 'inbound_messages', 'A1'])
  expect(identifier('1.a')).toMatch(/^x1_a_[0-9a-f]{8}$/u)
})

test('a variable has a name that an environment variable can have', () => {
  fc.assert(
    fc.property(name, name, (account, key) => /^hooks_\w+$/u.test(variableName([account, key, 'signing_secret']))),
  )
  expect(variableName(['sinch-eu', 'inbound', 'signing_secret'])).toBe('hooks_sinch_eu_inbound_signing_secret')
})

test('Terraform reads an escaped text as it was written', () => {
  // What Terraform makes of a template: the doubled signs are single ones again, and nothing else is an expression.
  const evaluate = (template: string): string => template.replaceAll(/([$%])\1\{/gu, '$1{')

  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('$', '%', '{', '}', 'a', '"', '\\')).map((parts) => parts.join('')),
      (text) => {
        const template = escapeTemplate(text)

        expect(evaluate(template)).toBe(text)
        expect(template.replaceAll(/([$%])\1\{/gu, 'x')).not.toMatch(/[$%]\{/u)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('versions are numbers that every engine keeps exactly', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => Number.isSafeInteger(versionOf(texts)) && versionOf(texts) >= 0),
  )
})
