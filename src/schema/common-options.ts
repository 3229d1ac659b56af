import type { Field, Fields } from '../core/field.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { fieldSchema, notReference, objectSchema, orPlaceholder, writableFields } from './field-schema.ts'
import type { JsonSchema, Reader } from './json-schema-type.ts'
import { durationPattern, namePattern, urlPattern } from './patterns.ts'

/** An option that every account or every webhook takes, whatever its vendor. */
export interface CommonOption {
  readonly doc: string
  readonly schema: (definition: ProviderDefinition, reader: Reader) => JsonSchema
}

type Options = Readonly<Record<string, CommonOption>>

const flag = (doc: string): CommonOption => ({ doc, schema: () => ({ type: 'boolean', default: false }) })

export const webhookOptions: Options = {
  protected: flag('Never delete or replace this webhook.'),
  allow_gap: flag('Allow a replace of this webhook to lose deliveries for a moment.'),
  overlap: {
    doc: 'How long the old webhook stays beside its replacement, such as `30m` or `2h`. Deliveries double meanwhile.',
    schema: () => ({ type: 'string', pattern: durationPattern, examples: ['30m'] }),
  },
  previously: {
    doc: 'The key this webhook had before, or the identity fields it had, so that a change is not taken for a new webhook.',
    schema: (definition, reader) => ({ anyOf: [{ type: 'string', minLength: 1 }, formerIdentity(definition, reader)] }),
  },
  abandon: flag('Stop managing this webhook and leave it live.'),
}

export const accountOptions: Options = {
  auth: {
    doc: 'Credentials of the account, each a secret reference; `plan` and `apply` may separate a reading from a writing credential.',
    schema: (definition, reader) => authSchema(definition, reader),
  },
  base_url: {
    doc: 'Where the API is, including its path prefix.',
    schema: (definition, reader) => ({
      ...orPlaceholder({ pattern: urlPattern }, reader),
      ...(reader === 'strict' ? {} : notReference),
      ...(definition.baseUrl.includes('{') ? { examples: [definition.baseUrl] } : { default: definition.baseUrl }),
    }),
  },
  rate_limit: {
    doc: 'Requests per second that this account may make; accounts that share a key together keep to the lowest of theirs.',
    schema: (definition) => ({
      type: 'number',
      exclusiveMinimum: 0,
      ...(definition.limits.requestsPerSecond === undefined ? {} : { default: definition.limits.requestsPerSecond }),
    }),
  },
  prune: {
    doc: 'What may be deleted when it is no longer declared: nothing, what hooks-sync made or adopted (the default), or everything in the scope.',
    schema: () => ({ enum: ['none', 'owned', 'all'], default: 'owned' }),
  },
  webhooks: {
    doc: 'The webhooks of this account by our name for each. Without this line the account is never written; `{}` means that none are wanted.',
    schema: (definition, reader) =>
      reader === 'strict'
        ? {}
        : {
            type: 'object',
            additionalProperties: { $ref: `#/definitions/${definition.type}_webhook` },
            propertyNames: { pattern: namePattern },
          },
  },
}

/** Derives the schemas of common options. */
export function optionSchemas(
  options: Options,
  definition: ProviderDefinition,
  reader: Reader,
): Readonly<Record<string, JsonSchema>> {
  const entries = Object.entries(options).map(([name, option]) => {
    const schema = option.schema(definition, reader)
    return [name, reader === 'strict' ? schema : { description: option.doc, ...schema }] as const
  })
  return Object.fromEntries(entries)
}

function formerIdentity(definition: ProviderDefinition, reader: Reader): JsonSchema {
  const identity = writableFields(definition.fields).filter(([, field]) => field.identity === true)
  const fields = identity.map(([name, field]): readonly [string, Field] => [name, { ...field, presence: 'optional' }])
  return { ...objectSchema(Object.fromEntries(fields), reader), minProperties: 1 }
}

function authSchema(definition: ProviderDefinition, reader: Reader): JsonSchema {
  const flat = objectSchema(definition.auth, reader)
  const names = Object.keys(definition.auth)
  const split: JsonSchema = {
    type: 'object',
    properties: {
      plan: { description: 'Credentials that only read.', ...flat },
      apply: { description: 'Credentials that write.', ...flat },
    },
    required: ['plan', 'apply'],
    additionalProperties: false,
  }
  if (names.includes('plan') || names.includes('apply')) return flat
  return {
    type: 'object',
    if: { anyOf: [{ required: ['plan'] }, { required: ['apply'] }] },
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword of draft-07
    then: split,
    else: flat,
    ...(reader === 'strict' ? {} : { properties: { ...editorNames(definition.auth, reader), ...split.properties } }),
  }
}

/** Editors complete from `properties`; those under `if` alone are offered by few of them. */
function editorNames(fields: Fields, reader: Reader): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(writableFields(fields).map(([name, field]) => [name, fieldSchema(field, reader)]))
}
