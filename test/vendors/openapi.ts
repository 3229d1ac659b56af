import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** An operation of a vendor's API as its description has it. */
export interface Operation {
  /** JSON pointer to the schema of the body; undefined where the operation takes none. */
  readonly bodySchema?: string
  readonly parameters: readonly Parameter[]
}

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema?: Node
}

export type Node = Readonly<Record<string, unknown>>

/** Reads the description of a vendor's API kept beside this file. */
export function readDescription(vendor: string): Node {
  const files = ['yaml', 'json'].map((end) => join(import.meta.dirname, `${vendor}.openapi.${end}`))
  const file = files.find((candidate) => existsSync(candidate))
  if (file === undefined) throw new Error(`There is no OpenAPI description of ${vendor} in test/vendors.`)
  return asNode(parse(readFileSync(file, 'utf8')), file)
}

/** Finds the operation of a request; a fixed segment wins over a parameter in its place. */
export function findOperation(description: Node, method: string, path: string): Operation | undefined {
  const paths = asNode(description['paths'], 'paths')
  const template = Object.keys(paths)
    .filter((candidate) => matches(candidate, path))
    .toSorted((a, b) => a.split('{').length - b.split('{').length)[0]
  if (template === undefined) return undefined
  const item = asNode(paths[template], template)
  const verb = method.toLowerCase()
  if (item[verb] === undefined) return undefined
  const operation = asNode(item[verb], `${template} ${verb}`)
  const parameters = [item['parameters'], operation['parameters']].flatMap((list) => (Array.isArray(list) ? list : []))
  const pointer = `#/paths/${escapePointer(template)}/${verb}/requestBody`
  return {
    parameters: parameters.map((parameter: unknown) => readParameter(description, parameter)),
    ...(operation['requestBody'] === undefined ? {} : { bodySchema: bodyPointer(description, pointer) }),
  }
}

function matches(template: string, path: string): boolean {
  const wanted = template.split('/')
  const given = path.split('/')
  return (
    wanted.length === given.length &&
    wanted.every((segment, at) => (segment.startsWith('{') ? given[at] !== '' : segment === given[at]))
  )
}

function bodyPointer(description: Node, pointer: string): string {
  const found = follow(description, pointer)
  return `${found.pointer}/content/${escapePointer('application/json')}/schema`
}

function readParameter(description: Node, parameter: unknown): Parameter {
  const node = asNode(parameter, 'parameter')
  const found = typeof node['$ref'] === 'string' ? follow(description, node['$ref']).node : node
  return found as Node & Parameter
}

/** Follows a pointer, and the references on its way. */
function follow(description: Node, pointer: string): { readonly node: Node; readonly pointer: string } {
  const segments = pointer.slice(2).split('/')
  const node = segments.reduce<Node>(
    (at, segment) => asNode(at[segment.replaceAll('~1', '/').replaceAll('~0', '~')], pointer),
    description,
  )
  return typeof node['$ref'] === 'string' ? follow(description, node['$ref']) : { node, pointer }
}

function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1')
}

function asNode(value: unknown, place: string): Node {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${place} is no object.`)
  return value as Node
}
