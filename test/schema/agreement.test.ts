import { Ajv } from 'ajv'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Field, Fields } from '../../src/core/field.ts'
import { definitions } from '../../src/providers/registry.ts'
import { writableFields } from '../../src/schema/field-schema.ts'
import { makeJsonSchema } from '../../src/schema/json-schema.ts'
import type { Kind, KindOf } from '../../src/schema/kind-of.ts'
import { loadText, withoutRules } from '../config/load-text.ts'

type Values = Readonly<Record<string, unknown>>
type Makers = { readonly [K in Kind['kind']]: (kind: KindOf<K>) => fc.Arbitrary<unknown> }

const rulesAside = definitions.map(withoutRules)
const validate = new Ajv({ allErrors: true, strict: false }).compile(makeJsonSchema(rulesAside))

const junk = fc.constantFrom<unknown>(null, 0, 1.5, true, '', 'x', [], ['x'], {}, { x: 1 }, [null], [[]])
const goodReferences = fc.constantFrom('ref+env://A', 'ref+vault://kv/a?version=1#/b', 'op://v/i/f')
const references = fc.oneof(
  goodReferences,
  fc.constantFrom('ref+vault://kv/a b', 'hunter2', 'ref+', '', 'ref+env://${env:A}'),
)
const urls = fc.constantFrom(
  'https://a.example/',
  'http://a.example/x?y=1',
  'https://a.example:8443/z',
  'https://',
  'ftp://a.example',
  'x',
  'https://a b',
  'https://u:p@a.example',
  'ref+env://A',
  'https://a.example/?k=ref+env://A',
)

/** Values as their declaration wants them. */
const good: Makers = {
  text: (kind) => fc.constant(kind.pattern === undefined ? 'x' : '+14155550100'),
  url: () => fc.constant('https://a.example/x'),
  event: (kind) => fc.constantFrom(...kind.known),
  choice: (kind) => fc.constantFrom(...kind.values),
  boolean: () => fc.boolean(),
  set: (kind) =>
    fc.uniqueArray(goodOf(kind.of), {
      minLength: kind.minItems ?? 0,
      maxLength: 3,
      selector: (item) => JSON.stringify(item),
    }),
  bag: (kind) => fc.array(goodOf(kind.of), { minLength: kind.minItems ?? 0, maxLength: 3 }),
  map: (kind) => dictionaryOf(['a', 'X-B'], kind.secretsOnly === true ? goodReferences : fc.constant('x')),
  object: (kind) => goodRecord(kind.fields),
  secret: (kind) => fc.oneof(...kind.forms.map((form) => goodForms[form])),
}

const goodForms = {
  ref: goodReferences,
  generate: goodReferences.map((from) => ({ from, generate: { bytes: 32 } })),
  capture: goodReferences.map((capture) => ({ capture })),
}

/** Values that may or may not be as their declaration wants them. */
const doubtful: Makers = {
  text: ({ maxLength = 4 }) =>
    fc.constantFrom('x', 'x'.repeat(maxLength), 'x'.repeat(maxLength + 1), '', '+14155550100', 'ref+env://A'),
  url: () => urls,
  event: (kind) =>
    fc.constantFrom(...kind.known.slice(0, 2), ...Object.keys(kind.refused ?? {}), 'other', '', 'ref+env://A'),
  choice: (kind) => fc.constantFrom(...kind.values, 'other', ''),
  boolean: () => fc.constantFrom<unknown>(true, 'true', 1),
  set: (kind) => fc.array(doubtfulOf(kind.of), { maxLength: 3 }),
  bag: (kind) => fc.array(doubtfulOf(kind.of), { maxLength: 3 }),
  map: () => dictionaryOf(['a', 'X-B', 'Host', 'content-type', 'a b', ''], fc.oneof(references, junk)),
  object: (kind) => spoiltRecord(kind.fields),
  secret: () =>
    fc.oneof(
      references,
      references.map((capture) => ({ capture })),
      references.map((from) => ({ from })),
      fc.record({
        from: references,
        generate: fc.constantFrom<unknown>({ bytes: 32 }, { bytes: 1 }, { bytes: 64, x: 1 }, {}, 32),
      }),
    ),
}

function dictionaryOf(names: readonly string[], values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 2, noNullPrototype: true })
}

function goodOf(kind: Kind): fc.Arbitrary<unknown> {
  const make = good[kind.kind] as (kind: Kind) => fc.Arbitrary<unknown>
  return make(kind)
}

function doubtfulOf(kind: Kind): fc.Arbitrary<unknown> {
  const make = doubtful[kind.kind] as (kind: Kind) => fc.Arbitrary<unknown>
  return fc.oneof({ arbitrary: make(kind), weight: 4 }, { arbitrary: junk, weight: 1 })
}

function goodRecord(fields: Fields): fc.Arbitrary<Values> {
  const written = writableFields(fields)
  const requiredKeys = written.filter(([, field]) => field.presence === 'required').map(([name]) => name)
  return fc.record(Object.fromEntries(written.map(([name, field]) => [name, goodOf(field)])), {
    requiredKeys,
    noNullPrototype: true,
  })
}

/** A good record with at most one field that is doubtful, left out, or not known at all. */
function spoiltRecord(fields: Fields): fc.Arbitrary<Values> {
  const record = goodRecord(fields)
  return fc.constantFrom(...Object.keys(fields), 'nonsense', 'none').chain((name) => {
    const field = fields[name]
    if (name === 'none') return record
    if (field === undefined) return record.map((values) => ({ ...values, [name]: 1 }))
    const without = record.map((values) => Object.fromEntries(Object.entries(values).filter(([key]) => key !== name)))
    const spoilt = fc.tuple(record, doubtfulOf(field)).map(([values, value]) => ({ ...values, [name]: value }))
    return fc.oneof({ arbitrary: spoilt, weight: 5 }, { arbitrary: without, weight: 1 })
  })
}

/** Spoils either the record or the options, so that a good part of the whole stays good. */
function eitherSpoilt(fields: Fields, options: fc.Arbitrary<Values>): fc.Arbitrary<Values> {
  return fc.oneof(
    spoiltRecord(fields),
    fc.tuple(goodRecord(fields), options).map(([record, more]) => ({ ...record, ...more })),
  )
}

function optional(field: Field): Field {
  return { ...field, presence: 'optional' }
}

/** Counts verdicts too: a law over cases that are all bad would say little. */
function expectAgreement(accounts: fc.Arbitrary<Values>): void {
  const verdicts = { good: 0, bad: 0 }
  fc.assert(
    fc.property(accounts, (account) => {
      const root = { version: 1, providers: { a: account } }
      const text = stringify(root, { aliasDuplicateObjects: false })

      const { diagnostics } = loadText(text, { definitions: rulesAside, allowUnknownEvents: true })

      const errors = diagnostics.filter((found) => found.severity === 'error')
      const isGood = validate(root)
      verdicts[isGood ? 'good' : 'bad'] += 1
      expect(errors.length === 0, JSON.stringify({ text, errors, schema: validate.errors })).toBe(isGood)
    }),
    { numRuns: 400 },
  )
  expect(Math.min(verdicts.good, verdicts.bad)).toBeGreaterThan(40)
}

describe.each(rulesAside.map((definition) => [definition.type, definition] as const))(
  'schema and loader say the same of %s',
  (type, definition) => {
    const fixed = { type, workspace_id: 'w', region: 'eu', project_id: 'p' }
    const settings = Object.fromEntries(
      Object.entries(fixed).filter(([name]) => name === 'type' || Object.hasOwn(definition.settings, name)),
    )
    const auth = Object.fromEntries(
      Object.keys(definition.auth).map((name) => [name, `ref+env://${name.toUpperCase()}`]),
    )

    test('webhooks', () => {
      const identity = Object.entries(definition.fields).filter(([, field]) => field.identity === true)
      const former = spoiltRecord(Object.fromEntries(identity.map(([name, field]) => [name, optional(field)])))
      const options = fc.oneof(
        fc.record<Values>({ protected: fc.oneof(fc.boolean(), junk) }),
        fc.record<Values>({ overlap: fc.constantFrom<unknown>('30m', '2h', '30', 30, '', '1d') }),
        fc.record<Values>({ previously: fc.oneof(fc.constantFrom<unknown>('old', '', 1, {}), former) }),
      )

      expectAgreement(
        eitherSpoilt(definition.fields, options).map((webhook) => ({ ...settings, auth, webhooks: { w: webhook } })),
      )
    })

    test('accounts', () => {
      const own = { ...definition.settings, ...definition.accountFields }
      const credentials = spoiltRecord(definition.auth)
      const split = fc.record({ plan: credentials, apply: credentials }, { requiredKeys: [], noNullPrototype: true })
      const options = fc.oneof(
        fc.record<Values>({ auth: fc.oneof(credentials, split, junk) }),
        fc.record<Values>({ prune: fc.constantFrom<unknown>('none', 'owned', 'all', 'other', 1) }),
        fc.record<Values>({ rate_limit: fc.constantFrom<unknown>(1, 0.5, 0, -1, '1') }),
        fc.record<Values>({ base_url: urls }),
        fc.record<Values>({ webhooks: fc.constantFrom<unknown>({}, [], 'x', null) }),
      )

      expectAgreement(eitherSpoilt(own, options).map((account) => ({ type, auth, ...account })))
    })
  },
)
