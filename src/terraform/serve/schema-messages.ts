import type {
  NestedAttributes,
  TerraformAttribute,
  TerraformAttributes,
  TerraformBlock,
  TerraformIdentity,
  TerraformType,
} from '../../schema/terraform-type.ts'
import {
  type ResourceIdentitySchema,
  type Schema,
  type SchemaAttribute,
  type SchemaObject,
  SchemaObjectNestingMode,
  StringKind,
} from '../protocol/generated/messages.ts'
import type { Sent } from '../protocol/message-codec.ts'

/** Words a block as the engine reads it. */
export function toSchema({ version, description, attributes }: TerraformBlock): Sent<Schema> {
  return {
    version,
    block: { version, description, descriptionKind: StringKind.MARKDOWN, attributes: toAttributes(attributes) },
  }
}

/** Words the blocks of one sort. */
export function toSchemas(blocks: Readonly<Record<string, TerraformBlock>>): Readonly<Record<string, Sent<Schema>>> {
  return Object.fromEntries(Object.entries(blocks).map(([name, block]) => [name, toSchema(block)]))
}

/** Words what tells one remote object from all others. */
export function toIdentitySchema({ version, attributes }: TerraformIdentity): Sent<ResourceIdentitySchema> {
  return {
    version,
    identityAttributes: Object.entries(attributes).map(([name, { type, description, importable }]) => ({
      name,
      type: toType(type),
      description,
      requiredForImport: importable === 'required',
      optionalForImport: importable === 'optional',
    })),
  }
}

function toAttributes(attributes: TerraformAttributes): readonly Sent<SchemaAttribute>[] {
  return Object.entries(attributes).map(([name, attribute]) => toAttribute(name, attribute))
}

function toAttribute(name: string, attribute: TerraformAttribute): Sent<SchemaAttribute> {
  const { description, presence } = attribute
  return {
    name,
    description,
    descriptionKind: StringKind.MARKDOWN,
    required: presence === 'required',
    optional: presence === 'optional' || presence === 'optional-computed',
    computed: presence === 'computed' || presence === 'optional-computed',
    sensitive: attribute.sensitive === true,
    writeOnly: attribute.writeOnly === true,
    ...('type' in attribute ? { type: toType(attribute.type) } : { nestedType: toNested(attribute.nested) }),
  }
}

const nestingModes: { readonly [K in NestedAttributes['nesting']]: number } = {
  single: SchemaObjectNestingMode.SINGLE,
  list: SchemaObjectNestingMode.LIST,
  set: SchemaObjectNestingMode.SET,
  map: SchemaObjectNestingMode.MAP,
}

function toNested({ nesting, attributes }: NestedAttributes): Sent<SchemaObject> {
  return { nesting: nestingModes[nesting], attributes: toAttributes(attributes) }
}

function toType(type: TerraformType): Uint8Array {
  return Buffer.from(JSON.stringify(type))
}
