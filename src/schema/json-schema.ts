import type { Fields } from '../core/field.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { accountOptions, optionSchemas, webhookOptions } from './common-options.ts'
import { notReference, objectSchema } from './field-schema.ts'
import type { JsonSchema, Reader } from './json-schema-type.ts'
import { namePattern, referencePattern } from './patterns.ts'

/** Kinds of store that `stores:` may name. */
export const storeBackends: readonly string[] = [
  'env',
  'file',
  'age',
  'vault',
  'awssecrets',
  'awsssm',
  'gcpsecrets',
  'azurekeyvault',
  'op',
  'sops',
]

/** Derives the JSON Schema of a whole `webhooks.yaml` from the vendors' declarations. */
export function makeJsonSchema(definitions: readonly ProviderDefinition[]): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'hooks-sync',
    description: 'Which webhooks each SaaS account shall have.',
    type: 'object',
    properties: {
      version: { const: 1, description: 'Version of this file format.' },
      ledger: ledgerSchema,
      fingerprint_key: {
        description:
          'Where the random key lies under which secrets are fingerprinted; `hooks-sync secrets init` makes it.',
        allOf: [{ $ref: '#/definitions/reference' }],
      },
      stores: storesSchema,
      providers: {
        description: 'One entry per vendor account, by our name for it.',
        type: 'object',
        minProperties: 1,
        propertyNames: { pattern: namePattern },
        additionalProperties: { $ref: '#/definitions/account' },
      },
    },
    anyOf: [{ required: ['providers'] }, { required: ['stores'] }],
    additionalProperties: false,
    definitions: { ...secretDefinitions, account: anyAccountSchema(definitions), ...vendorDefinitions(definitions) },
  }
}

/** Derives the schema of one webhook of a vendor. */
export function webhookSchema(definition: ProviderDefinition, reader: Reader): JsonSchema {
  return objectSchema(definition.fields, reader, optionSchemas(webhookOptions, definition, reader))
}

/** Derives the schema of one account of a vendor. */
export function accountSchema(definition: ProviderDefinition, reader: Reader): JsonSchema {
  const common = optionSchemas(accountOptions, definition, reader)
  const type: JsonSchema = { const: definition.type, ...(reader === 'strict' ? {} : { description: definition.doc }) }
  const schema = objectSchema(accountSettings(definition), reader, { type, ...common })
  return { ...schema, required: ['type', ...authRequirement(definition), ...(schema.required ?? [])] }
}

/** Names everything an account of a vendor takes beside the common options. */
export function accountSettings(definition: ProviderDefinition): Fields {
  return { ...definition.settings, ...definition.accountFields }
}

function authRequirement(definition: ProviderDefinition): readonly string[] {
  return Object.values(definition.auth).some((field) => field.presence === 'required') ? ['auth'] : []
}

const ledgerSchema: JsonSchema = {
  description: 'Where ownership and fingerprints are kept: a file, `ref+vault://…`, or `s3://bucket/prefix`.',
  type: 'string',
  minLength: 1,
  default: '.hooks-sync/ledger.json',
}

const storesSchema: JsonSchema = {
  description: 'Where secrets are read from and written to. `default` serves references that name no store.',
  type: 'object',
  minProperties: 1,
  propertyNames: { pattern: namePattern },
  additionalProperties: {
    type: 'object',
    properties: { backend: { enum: storeBackends, description: 'What kind of store it is.' } },
    required: ['backend'],
  },
}

const secretDefinitions: Readonly<Record<string, JsonSchema>> = {
  reference: {
    type: 'string',
    pattern: referencePattern,
    description: 'A secret reference, never the secret itself: `ref+<backend>://<path>[#/<pointer>]`.',
    examples: ['ref+vault://kv/hooks/payments#/key_secret', 'ref+env://HOOKS_KEY_SECRET'],
  },
  secret_generate: {
    type: 'object',
    description: 'Made once, into the store first, when it is not there yet.',
    properties: {
      from: { $ref: '#/definitions/reference' },
      generate: {
        type: 'object',
        properties: {
          bytes: { type: 'integer', minimum: 16, maximum: 64, examples: [32], description: 'How many random bytes.' },
        },
        required: ['bytes'],
        additionalProperties: false,
      },
    },
    required: ['from', 'generate'],
    additionalProperties: false,
  },
  secret_capture: {
    type: 'object',
    description: 'Made by the vendor; hooks-sync writes it to the store.',
    properties: { capture: { $ref: '#/definitions/reference' } },
    required: ['capture'],
    additionalProperties: false,
  },
}

/** Chooses the branch by `type`, so that an editor explains one vendor instead of "matches none of five". */
function anyAccountSchema(definitions: readonly ProviderDefinition[]): JsonSchema {
  return {
    type: 'object',
    properties: { type: { enum: definitions.map((definition) => definition.type), description: 'The vendor.' } },
    if: { required: ['type'] },
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword of draft-07
    then: {
      allOf: definitions.map((definition) => ({
        if: { properties: { type: { const: definition.type } } },
        // oxlint-disable-next-line unicorn/no-thenable -- the keyword of draft-07
        then: { $ref: `#/definitions/${definition.type}_account` },
      })),
    },
    else: moreWebhooksSchema,
  }
}

/** An account whose settings stand in another file. */
const moreWebhooksSchema: JsonSchema = {
  properties: {
    webhooks: {
      description: 'More webhooks of an account whose `type` and settings stand in another file.',
      type: 'object',
      propertyNames: { pattern: namePattern },
      additionalProperties: { type: 'object', properties: { url: { type: 'string', ...notReference } } },
    },
  },
  required: ['webhooks'],
  additionalProperties: false,
}

function vendorDefinitions(definitions: readonly ProviderDefinition[]): Readonly<Record<string, JsonSchema>> {
  const entries = definitions.flatMap((definition) => [
    [`${definition.type}_account`, { description: definition.doc, ...accountSchema(definition, 'editor') }] as const,
    [
      `${definition.type}_webhook`,
      { description: `A webhook of ${definition.title}.`, ...webhookSchema(definition, 'editor') },
    ] as const,
  ])
  return Object.fromEntries(entries)
}
