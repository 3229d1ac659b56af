import type { EventKind, Field, Fields, ListKind, MapKind, SecretKind, TextKind, UrlKind } from '../core/field.ts'
import type { JsonSchema, Reader } from './json-schema-type.ts'
import type { Kind, KindOf } from './kind-of.ts'
import { httpsPattern, placeholderPattern, referenceLikePattern, urlPattern } from './patterns.ts'

type Makers = { readonly [K in Kind['kind']]: (kind: KindOf<K>, reader: Reader) => JsonSchema }

const makers: Makers = {
  text: (kind, reader) => textSchema(kind, reader),
  url: (kind, reader) => urlSchema(kind, reader),
  event: (kind, reader) => eventSchema(kind, reader),
  choice: (kind, reader) => orPlaceholder({ enum: kind.values }, reader),
  boolean: () => ({ type: 'boolean' }),
  set: (kind, reader) => listSchema(kind, reader),
  bag: (kind, reader) => listSchema(kind, reader),
  map: (kind, reader) => mapSchema(kind, reader),
  object: (kind, reader) => objectSchema(kind.fields, reader),
  secret: (kind, reader) => secretSchema(kind, reader),
}

/** Derives the JSON Schema of one declared field. */
export function fieldSchema(field: Field, reader: Reader): JsonSchema {
  const value = kindSchema(field, reader)
  const cleared = field.clearable === true ? withNull(value) : value
  return reader === 'strict' ? cleared : { ...annotations(field), ...cleared }
}

/** Derives a closed object schema from declared fields; what only the vendor writes is not part of it. */
export function objectSchema(
  fields: Fields,
  reader: Reader,
  more: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  const written = writableFields(fields)
  const required = written.filter(([, field]) => field.presence === 'required').map(([name]) => name)
  return {
    type: 'object',
    properties: { ...Object.fromEntries(written.map(([name, field]) => [name, fieldSchema(field, reader)])), ...more },
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  }
}

/** Lists the fields that users may write. */
export function writableFields(fields: Fields): readonly (readonly [string, Field])[] {
  return Object.entries(fields).filter(([, field]) => field.presence !== 'vendor')
}

/** Accepts text to be filled in beside the given values; the loader never sees such text. */
export function orPlaceholder(schema: JsonSchema, reader: Reader): JsonSchema {
  if (reader === 'strict') return { type: 'string', ...schema }
  return { type: 'string', anyOf: [schema, { pattern: placeholderPattern }] }
}

export const notReference: JsonSchema = { not: { pattern: referenceLikePattern } }

function kindSchema(kind: Kind, reader: Reader): JsonSchema {
  // The map is total over kinds; TypeScript cannot follow that the maker found belongs to this very kind.
  const make = makers[kind.kind] as (kind: Kind, reader: Reader) => JsonSchema
  return make(kind, reader)
}

function annotations(field: Field): JsonSchema {
  const value = field.absence?.means === 'default' ? { default: field.absence.value } : {}
  const examples = field.examples === undefined ? {} : { examples: field.examples }
  return { description: `${field.doc}${absenceSentence(field)}`, ...value, ...examples }
}

function absenceSentence(field: Field): string {
  if (field.absence?.means === 'left-alone') return ' Left out: hooks-sync leaves it alone.'
  return field.clearable === true ? ' `null` clears it.' : ''
}

function withNull(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] }
}

function textSchema(kind: TextKind, reader: Reader): JsonSchema {
  const limits = {
    ...lengths(kind.minLength, kind.maxLength),
    ...(kind.pattern === undefined ? {} : { pattern: kind.pattern }),
  }
  if (reader === 'strict') return { type: 'string', ...limits }
  if (Object.keys(limits).length === 0) return { type: 'string', ...notReference }
  return { ...orPlaceholder(limits, reader), ...notReference }
}

function lengths(minLength: number | undefined, maxLength: number | undefined): JsonSchema {
  return { ...(minLength === undefined ? {} : { minLength }), ...(maxLength === undefined ? {} : { maxLength }) }
}

function urlSchema(kind: UrlKind, reader: Reader): JsonSchema {
  const scheme = { pattern: kind.schemes.includes('http') ? urlPattern : httpsPattern }
  const shape = kind.pattern === undefined ? scheme : { allOf: [scheme, { pattern: kind.pattern }] }
  const limits = { ...shape, ...lengths(undefined, kind.maxLength) }
  if (reader === 'strict') return { type: 'string', ...limits }
  return { ...orPlaceholder(limits, reader), ...notReference }
}

function eventSchema(kind: EventKind, reader: Reader): JsonSchema {
  const open: JsonSchema = { type: 'string', minLength: 1 }
  if (reader === 'strict') return open
  const refused = Object.keys(kind.refused ?? {})
  const unlisted: JsonSchema = refused.length === 0 ? open : { ...open, not: { enum: refused } }
  return { anyOf: [{ enum: kind.known }, { ...unlisted, allOf: [notReference] }] }
}

function listSchema(kind: ListKind, reader: Reader): JsonSchema {
  return {
    type: 'array',
    items: kindSchema(kind.of, reader),
    ...(kind.minItems === undefined ? {} : { minItems: kind.minItems }),
    ...(kind.maxItems === undefined ? {} : { maxItems: kind.maxItems }),
    ...(kind.kind === 'set' && reader === 'editor' ? { uniqueItems: true } : {}),
  }
}

function mapSchema(kind: MapKind, reader: Reader): JsonSchema {
  const plain: JsonSchema = { type: 'string', ...lengths(undefined, kind.maxValueLength) }
  const names = nameRules(kind)
  return {
    type: 'object',
    additionalProperties: mapValueSchema(kind, plain, reader),
    ...(kind.maxEntries === undefined ? {} : { maxProperties: kind.maxEntries }),
    ...(names.length === 0 ? {} : { propertyNames: { allOf: names } }),
  }
}

function mapValueSchema(kind: MapKind, plain: JsonSchema, reader: Reader): JsonSchema {
  const secrets = [{ $ref: '#/definitions/reference' }, { $ref: '#/definitions/secret_generate' }]
  if (kind.secretsOnly === true) return reader === 'strict' ? {} : { anyOf: secrets }
  // A secret slot stands where the reference was, so only plain text still has rules.
  if (reader === 'strict') return kind.secrets ? { anyOf: [plain, { type: 'object' }] } : plain
  // Where a reference may stand, what begins like one is meant as one.
  const text: JsonSchema = { ...plain, not: { pattern: `${referenceLikePattern}|^(?:secret)?ref\\+` } }
  return kind.secrets ? { anyOf: [text, ...secrets] } : text
}

function nameRules(kind: MapKind): readonly JsonSchema[] {
  const pattern = kind.keyPattern === undefined ? [] : [{ pattern: kind.keyPattern }]
  const reserved = (kind.reservedKeys ?? []).map((name) => ({ not: { pattern: `^${ignoringCase(name)}$` } }))
  return [...pattern, ...reserved]
}

/** JSON Schema patterns have no flags, so each letter stands there in both cases. */
function ignoringCase(name: string): string {
  return name
    .split('')
    .map((character) => {
      const upper = character.toUpperCase()
      const lower = character.toLowerCase()
      return upper === lower ? character.replace(/[^\w-]/, '\\$&') : `[${upper}${lower}]`
    })
    .join('')
}

function secretSchema(kind: SecretKind, reader: Reader): JsonSchema {
  if (reader === 'strict') return {}
  const forms = kind.forms.map((form) => ({ $ref: `#/definitions/${form === 'ref' ? 'reference' : `secret_${form}`}` }))
  const [only] = forms
  return forms.length === 1 && only !== undefined ? { allOf: [only] } : { anyOf: forms }
}
