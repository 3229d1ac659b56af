import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import protobuf from 'protobufjs'

const files = ['tfplugin6.proto', 'go-plugin.proto', 'health.proto']
const scalars: Readonly<Record<string, string>> = {
  bool: 'boolean',
  bytes: 'Uint8Array',
  int32: 'number',
  int64: 'number',
  string: 'string',
  uint32: 'number',
}

/** Makes TypeScript of the protocol's texts: types, and the tables that the codec reads. No `.proto` is read at run time. */
export function compileProtocol(root: string): string {
  const types: protobuf.Type[] = []
  const enums: protobuf.Enum[] = []
  const services: protobuf.Service[] = []
  for (const file of files) {
    const parsed = protobuf.parse(readFileSync(join(root, 'src/terraform/protocol', file), 'utf8'))
    parsed.root.resolveAll()
    collect(parsed.root, { types, enums, services })
  }
  return [
    `/* Made from ${files.join(', ')} by \`npm run generate\`. */`,
    "import type { MessageTable, ServiceTable } from '../tables.ts'",
    ...enums.map(renderEnum),
    ...types.map(renderInterface),
    `export interface Messages {\n${types.map((type) => `  ${nameOf(type)}: ${nameOf(type)}`).join('\n')}\n}`,
    `export const messageTable: MessageTable = {\n${types.map(renderRows).join('\n')}\n}`,
    ...services.map(renderService),
    '',
  ].join('\n\n')
}

interface Found {
  readonly types: protobuf.Type[]
  readonly enums: protobuf.Enum[]
  readonly services: protobuf.Service[]
}

function collect(space: protobuf.NamespaceBase, found: Found): void {
  for (const each of space.nestedArray) {
    if (each instanceof protobuf.Type) found.types.push(each)
    if (each instanceof protobuf.Enum) found.enums.push(each)
    if (each instanceof protobuf.Service) found.services.push(each)
    else if (each instanceof protobuf.Namespace) collect(each, found)
  }
}

/** Tells the name in TypeScript: `GetMetadata.Request` of a package becomes `GetMetadataRequest`. */
function nameOf(object: protobuf.ReflectionObject): string {
  const names: string[] = []
  for (let each: protobuf.ReflectionObject | null = object; each !== null; each = each.parent) {
    if (each instanceof protobuf.Type || each instanceof protobuf.Enum) names.unshift(each.name)
  }
  return names.join('')
}

function renderEnum(each: protobuf.Enum): string {
  const values = Object.entries(each.values).map(([name, value]) => `  ${name}: ${value},`)
  return `export const ${nameOf(each)} = {\n${values.join('\n')}\n} as const`
}

function renderInterface(type: protobuf.Type): string {
  if (type.fieldsArray.length === 0) return `export type ${nameOf(type)} = Readonly<Record<string, never>>`
  const fields = type.fieldsArray.map((field) => `  readonly ${field.name}: ${typeOf(field)}`)
  return `export interface ${nameOf(type)} {\n${fields.join('\n')}\n}`
}

function typeOf(field: protobuf.Field): string {
  const each = field.resolvedType === null ? (scalars[field.type] ?? 'unknown') : resolvedName(field.resolvedType)
  if (field.map) return `Readonly<Record<string, ${each}>>`
  if (field.repeated) return `readonly ${each}[]`
  return isPresent(field) ? each : `${each} | undefined`
}

function resolvedName(resolved: protobuf.Type | protobuf.Enum): string {
  return resolved instanceof protobuf.Enum ? 'number' : nameOf(resolved)
}

/** A scalar that is not marked is there with its zero; messages and members of a choice may be absent. */
function isPresent(field: protobuf.Field): boolean {
  return !(field.resolvedType instanceof protobuf.Type) && field.partOf === null
}

function renderRows(type: protobuf.Type): string {
  const rows = type.fieldsArray.map((field) => {
    const { resolvedType, id, name } = field
    const kind =
      resolvedType === null ? field.type : resolvedType instanceof protobuf.Enum ? 'int32' : nameOf(resolvedType)
    const rule = field.map ? 'map' : field.repeated ? 'repeated' : isPresent(field) ? 'zero' : 'optional'
    return `[${id}, '${name}', '${kind}', '${rule}']`
  })
  return `  ${nameOf(type)}: [${rows.join(', ')}],`
}

function renderService(service: protobuf.Service): string {
  const methods = service.methodsArray.map((method) => {
    const { resolvedRequestType: request, resolvedResponseType: response } = method.resolve() as protobuf.Method
    if (request === null || response === null) throw new Error(`${method.fullName} has no messages.`)
    const streams = `[${method.requestStream === true}, ${method.responseStream === true}]`
    return { name: method.name, request: nameOf(request), response: nameOf(response), streams }
  })
  const types = methods.map(
    ({ name, request, response }) => `  ${name}: { request: ${request}; response: ${response} }`,
  )
  const rows = methods.map(
    ({ name, request, response, streams }) =>
      `    ${name}: { request: '${request}', response: '${response}', streams: ${streams} },`,
  )
  return [
    `export interface ${service.name}Methods {\n${types.join('\n')}\n}`,
    `export const ${service.name}: ServiceTable<keyof ${service.name}Methods, keyof Messages> = {`,
    `  name: '${service.fullName.replace(/^\./u, '')}',`,
    `  methods: {\n${rows.join('\n')}\n  },\n}`,
  ].join('\n')
}
