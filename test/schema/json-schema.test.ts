import { Ajv, type ValidateFunction } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Field, Fields } from '../../src/core/field.ts'
import type { PlainValue } from '../../src/core/value.ts'
import { definitions } from '../../src/providers/registry.ts'
import { makeJsonSchema } from '../../src/schema/json-schema.ts'
import type { JsonSchema } from '../../src/schema/json-schema-type.ts'

const schema = makeJsonSchema(definitions)
const validate: ValidateFunction = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
}).compile(schema)

/** Makes a value of a field out of its examples, or failing these, out of its kind. */
function exampleOf(field: Field): PlainValue {
  const [example] = field.examples ?? []
  if (example !== undefined) return example
  switch (field.kind) {
    case 'secret':
      return field.forms.includes('ref') ? 'ref+env://SECRET' : { capture: 'ref+vault://kv/x#/y' }
    case 'url':
      return 'https://hooks.example.com/x'
    case 'choice':
      return field.values[0] ?? ''
    case 'boolean':
      return true
    case 'map':
      return { name: 'ref+env://SECRET' }
    case 'object':
      return examplesOf(field.fields)
    case 'set':
    case 'bag':
      return []
    case 'text':
      return 'x'
  }
}

function examplesOf(fields: Fields): Readonly<Record<string, PlainValue>> {
  const written = Object.entries(fields).filter(([, field]) => field.presence !== 'vendor')
  return Object.fromEntries(written.map(([name, field]) => [name, exampleOf(field)]))
}

describe.each(definitions.map((definition) => [definition.type, definition] as const))(
  'the branch of %s',
  (_type, definition) => {
    const account = {
      type: definition.type,
      ...examplesOf({ ...definition.settings, ...definition.accountFields }),
      auth: examplesOf(definition.auth),
      webhooks: { a: examplesOf(definition.fields) },
    }

    test('takes every field with the examples of its declaration', () => {
      validate({ version: 1, providers: { a: account } })

      expect(validate.errors).toBeNull()
    })

    test('takes text to be filled in wherever text stands', () => {
      const texts = Object.entries(definition.fields).filter(
        ([, field]) => field.kind === 'text' || field.kind === 'url' || field.kind === 'choice',
      )
      const filled = Object.fromEntries(texts.map(([name]) => [name, '${env:NAME}']))

      validate({ providers: { a: { ...account, webhooks: { a: { ...examplesOf(definition.fields), ...filled } } } } })

      expect(validate.errors).toBeNull()
    })

    test('explains every key that can be written', () => {
      const branches = [`${definition.type}_account`, `${definition.type}_webhook`].map(
        (name) => schema.definitions?.[name],
      )

      const silent = branches.flatMap((branch) =>
        Object.entries(branch?.properties ?? {}).filter(([, property]) => (property.description ?? '').length < 10),
      )

      expect(silent).toEqual([])
    })

    test('blames one vendor, not all of them', () => {
      validate({ providers: { a: { ...account, nonsense: 1 } } })

      const branches = new Set(
        validate.errors?.map(({ schemaPath }) => schemaPath.split('/')[2]).filter((name) => name?.endsWith('_account')),
      )
      expect(branches.size).toBeLessThanOrEqual(1)
      expect(validate.errors?.some(({ params }) => params['additionalProperty'] === 'nonsense')).toBe(true)
    })
  },
)

const design = `version: 1
ledger: .hooks-sync/ledger.json
fingerprint_key: ref+age://secrets.age#/hooks-sync/fingerprint_key
stores:
  default: { backend: vault, address: "https://vault.example.com:8200", auth: { method: jwt, role: hooks-plan } }
  local:   { backend: age, file: secrets.age, identity: ~/.config/hooks-sync/key.txt }
providers:
  sinch-eu:
    type: sinch
    region: eu
    project_id: "\${env:SINCH_PROJECT_ID}"
    auth:
      key_id: ref+env://SINCH_KEY_ID
      key_secret: ref+vault://kv/hooks/sinch#/key_secret
    prune: owned
    webhooks:
      inbound-messages:
        app_id: 01E9DQJFPWGZ3N2VPBQHF1ZWAB
        url: https://hooks.example.com/sinch
        events: [MESSAGE_INBOUND, MESSAGE_DELIVERY]
        signing_secret: ref+vault://kv/hooks/sinch#/inbound
  casey:
    type: tellcasey
    auth: { api_key: "ref+vault://kv/hooks/casey#/api_key" }
    webhooks:
      conversations:
        url: https://hooks.example.com/casey
        events: [conversation.completed, conversation.abandoned]
        signing_secret: { capture: "ref+vault://kv/hooks/casey#/signing_secret" }
  elsewhere:
    webhooks:
      more: { url: https://hooks.example.com/more }
`

test('the file of the design is valid', () => {
  validate(parse(design))

  expect(validate.errors).toBeNull()
})

function takesSecret(secret: unknown): boolean {
  return validate({
    providers: {
      a: {
        type: 'sinch',
        region: 'eu',
        project_id: 'p',
        auth: { key_id: 'ref+env://A', key_secret: 'op://vault/item/field' },
        webhooks: {
          a: { app_id: 'A', url: 'https://a.example', events: ['MESSAGE_INBOUND'], signing_secret: secret },
        },
      },
    },
  })
}

test('what a secret field takes is a reference in a form the field allows', () => {
  expect(takesSecret('ref+vault://kv/x?version=2&store=main#/y')).toBe(true)
  expect(takesSecret({ from: 'ref+env://X', generate: { bytes: 32 } })).toBe(true)
  expect(takesSecret('hunter2')).toBe(false)
  expect(takesSecret('ref+vault://kv/x y')).toBe(false)
  expect(takesSecret({ capture: 'ref+env://X' })).toBe(false)
  expect(takesSecret({ from: 'ref+env://X' })).toBe(false)
})

test('the schema holds nothing that draft-07 does not know', () => {
  const known = new Set(
    `$schema $ref title description type const enum default examples pattern minLength maxLength minimum maximum exclusiveMinimum items minItems
     maxItems uniqueItems properties required additionalProperties propertyNames minProperties maxProperties anyOf allOf not if then else definitions`.split(
      /\s+/u,
    ),
  )
  const names = new Set<string>()
  const visit = (node: JsonSchema): void => {
    for (const [keyword, value] of Object.entries(node)) {
      names.add(keyword)
      const children: readonly unknown[] = ['properties', 'definitions'].includes(keyword)
        ? Object.values(value as object)
        : [value].flat()
      if (['default', 'examples', 'enum', 'const', 'required', 'type'].includes(keyword)) continue
      for (const child of children) if (typeof child === 'object' && child !== null) visit(child)
    }
  }
  visit(schema)

  expect([...names].filter((name) => !known.has(name))).toEqual([])
})
