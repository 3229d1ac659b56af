import type {
  TerraformAttribute,
  TerraformAttributes,
  TerraformBlock,
  TerraformIdentity,
  TerraformSchema,
} from './terraform-type.ts'

/** Where the provider is published; engines know it by this address. */
const providerSource = 'hooks-sync/hooks'

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json }
type JsonObject = Readonly<Record<string, Json>>

interface JsonOptions {
  /** Registry the engine looks in. */
  readonly registry?: string
}

/** Renders a schema as `terraform providers schema -json` prints it, with all that engines of today print. */
export function toTerraformJson(schema: TerraformSchema, options: JsonOptions = {}): JsonObject {
  const address = `${options.registry ?? 'registry.terraform.io'}/${providerSource}`
  return {
    format_version: '1.0',
    provider_schemas: {
      [address]: {
        provider: blockJson(schema.provider),
        resource_schemas: each(schema.resources, blockJson),
        data_source_schemas: each(schema.dataSources, blockJson),
        ephemeral_resource_schemas: each(schema.ephemeralResources, blockJson),
        list_resource_schemas: each(schema.listResources, blockJson),
        resource_identity_schemas: each(schema.identities, identityJson),
      },
    },
  }
}

function each<Value>(values: Readonly<Record<string, Value>>, render: (value: Value) => Json): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, render(value)]))
}

function blockJson({ version, description, attributes }: TerraformBlock): JsonObject {
  return { version, block: { attributes: attributesJson(attributes), description, description_kind: 'markdown' } }
}

function attributesJson(attributes: TerraformAttributes): JsonObject {
  return each(attributes, attributeJson)
}

function attributeJson(attribute: TerraformAttribute): JsonObject {
  return {
    ...('type' in attribute
      ? { type: attribute.type }
      : {
          nested_type: {
            attributes: attributesJson(attribute.nested.attributes),
            nesting_mode: attribute.nested.nesting,
          },
        }),
    description: attribute.description,
    description_kind: 'markdown',
    ...presences[attribute.presence],
    ...(attribute.sensitive === true ? { sensitive: true } : {}),
    ...(attribute.writeOnly === true ? { write_only: true } : {}),
  }
}

const presences: { readonly [K in TerraformAttribute['presence']]: JsonObject } = {
  required: { required: true },
  optional: { optional: true },
  computed: { computed: true },
  'optional-computed': { optional: true, computed: true },
}

function identityJson({ version, attributes }: TerraformIdentity): JsonObject {
  return {
    version,
    attributes: each(attributes, ({ type, description, importable }) => ({
      type,
      description,
      ...(importable === 'required' ? { required_for_import: true } : { optional_for_import: true }),
    })),
  }
}
