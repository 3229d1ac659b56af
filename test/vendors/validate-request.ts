import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { findOperation, type Node, readDescription } from './openapi.ts'

interface Description {
  readonly ajv: Ajv
  readonly node: Node
}

const descriptions = new Map<string, Description>()

/**
 * Says what in a request goes against the OpenAPI description of a vendor (`test/vendors/<vendor>.openapi.*`); nothing
 * when it conforms. `path` is relative to the vendor's base URL.
 */
export function validateRequest(
  vendor: string,
  method: string,
  path: string,
  query: Readonly<Record<string, string>>,
  body: unknown,
): readonly string[] {
  const description = describeVendor(vendor)
  const operation = findOperation(description.node, method, path)
  const call = `${method} ${path}`
  if (operation === undefined) return [`${call}: there is no such operation`]
  const known = operation.parameters.filter((parameter) => parameter.in === 'query')
  const missing = known.filter(({ name, required }) => required === true && query[name] === undefined)
  return [
    ...missing.map(({ name }) => `${call}: the query has no ${name}`),
    ...Object.entries(query).flatMap(([name, value]) => {
      const parameter = known.find((candidate) => candidate.name === name)
      if (parameter === undefined) return [`${call}: the query has an unknown ${name}`]
      return parameter.schema === undefined
        ? []
        : check(description, parameter.schema, readQuery(parameter.schema, value), `${call} ?${name}`)
    }),
    ...validateBody(description, operation.bodySchema, body, call),
  ]
}

function validateBody(
  description: Description,
  schema: string | undefined,
  body: unknown,
  call: string,
): readonly string[] {
  if (schema === undefined) return body === undefined ? [] : [`${call}: a body where none belongs`]
  return body === undefined ? [`${call}: no body`] : check(description, { $ref: `vendor${schema}` }, body, call)
}

function describeVendor(vendor: string): Description {
  const known = descriptions.get(vendor)
  if (known !== undefined) return known
  const node = readDescription(vendor)
  // OpenAPI has keywords that JSON Schema does not know.
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(spellOutNull(node), 'vendor')
  const description = { ajv, node }
  descriptions.set(vendor, description)
  return description
}

/** OpenAPI 3.0 says `nullable` beside anything; JSON Schema knows a type of its own. */
function spellOutNull<T>(value: T): T {
  const text = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || !('nullable' in inner)) return inner
    const { nullable, ...rest } = inner
    return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest
  })
  return JSON.parse(text) as T
}

const compiled = new WeakMap<Node, ValidateFunction>()

function check({ ajv }: Description, schema: Node, value: unknown, place: string): readonly string[] {
  const validate = compiled.get(schema) ?? ajv.compile(qualify(schema))
  compiled.set(schema, validate)
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message = 'is wrong' }) => `${place}${instancePath} ${message}`)
}

/** What a text in a query stands for. */
function readQuery(schema: Node, text: string): unknown {
  if (schema['type'] === 'array') return text.split(',')
  return schema['type'] === 'integer' || schema['type'] === 'number' ? Number(text) : text
}

/** A schema taken out of its document must still find what it refers to there. */
function qualify(schema: Node): Node {
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"vendor#/')
  return JSON.parse(text) as Node
}
