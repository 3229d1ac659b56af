import { describe, expect, test } from 'vitest'
import { definitions } from '../../src/providers/registry.ts'
import { toTerraformJson } from '../../src/schema/terraform-json.ts'
import { terraformSchema } from '../../src/schema/terraform-schema.ts'
import type { TerraformAttribute, TerraformAttributes, TerraformBlock } from '../../src/schema/terraform-type.ts'

const schema = terraformSchema(definitions)
const kinds = ['resources', 'dataSources', 'ephemeralResources', 'listResources'] as const
const blocks: readonly (readonly [string, TerraformBlock])[] = [
  ['provider', schema.provider],
  ...kinds.flatMap((kind) => Object.entries(schema[kind]).map(([name, block]) => [`${kind}.${name}`, block] as const)),
]

interface Placed {
  readonly path: string
  readonly name: string
  readonly attribute: TerraformAttribute
  readonly siblings: TerraformAttributes
  /** Whether it stands within members of a list or set. */
  readonly inMembers: boolean
}

function listAttributes(path: string, attributes: TerraformAttributes, inMembers = false): readonly Placed[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => [
    { path: `${path}.${name}`, name, attribute, siblings: attributes, inMembers },
    ...('nested' in attribute
      ? listAttributes(
          `${path}.${name}`,
          attribute.nested.attributes,
          inMembers || attribute.nested.nesting !== 'single',
        )
      : []),
  ])
}

const all = blocks.flatMap(([name, block]) => listAttributes(name, block.attributes))
const pathsOf = (placed: readonly Placed[]): readonly string[] => placed.map(({ path }) => path)

describe.each(definitions.map((definition) => [definition.type, definition] as const))(
  'the resource of %s',
  (type, definition) => {
    const attributes: TerraformAttributes = schema.resources[`hooks_${type}_webhook`]?.attributes ?? {}

    test('asks for what the declaration asks for, and for nothing else', () => {
      const required = Object.entries(attributes).filter(([, { presence }]) => presence === 'required')

      expect(required.map(([name]) => name)).toEqual(
        Object.keys(definition.fields).filter((name) => definition.fields[name]?.presence === 'required'),
      )
    })

    test('has an attribute for every field, but none for a secret that the vendor makes', () => {
      const missing = Object.keys(definition.fields).filter((name) => attributes[name] === undefined)

      expect(missing).toEqual(definition.serverSecret === undefined ? [] : [definition.serverSecret])
    })

    test('lets the provider fill in what left out means a default or the live value', () => {
      const filled = Object.entries(definition.fields).filter(
        ([, field]) =>
          field.presence === 'optional' &&
          field.absence?.means !== 'none' &&
          field.kind !== 'secret' &&
          !(field.kind === 'map' && field.secrets),
      )

      expect(filled.filter(([name]) => attributes[name]?.presence !== 'optional-computed')).toEqual([])
    })
  },
)

test('only an account whose guards know shadows may allow them', () => {
  const names = Object.keys(schema.resources).filter((name) => schema.resources[name]?.attributes['allow_shadow'])

  expect(names).toEqual(
    definitions.filter(({ hazardKinds }) => hazardKinds?.includes('shadow')).map(({ type }) => `hooks_${type}_webhook`),
  )
})

test('every credential of an account is sensitive, none is required, and each has an environment variable', () => {
  for (const { type, auth } of definitions) {
    const account = schema.provider.attributes[type]
    const members: TerraformAttributes = account !== undefined && 'nested' in account ? account.nested.attributes : {}
    for (const [name, field] of Object.entries(auth)) {
      expect(members[name]).toMatchObject({ sensitive: true, presence: 'optional' })
      expect(members[name]?.description).toContain(`\`${field.env}\``)
    }
  }
})

test('no two accounts read the same environment variable', () => {
  const variables = definitions.flatMap(({ settings, auth }) =>
    Object.values({ ...settings, ...auth }).flatMap(({ env }) => env ?? []),
  )

  expect(new Set(variables).size).toBe(variables.length)
  expect(variables).toContain('SENDBLUE_API_API_SECRET')
})

test('what is write-only is sensitive, chosen by the user, outside of lists, and has a version beside it', () => {
  const writeOnly = all.filter(({ attribute }) => attribute.writeOnly === true)
  const faulty = writeOnly.filter(
    ({ attribute, inMembers, name, siblings }) =>
      attribute.presence !== 'optional' ||
      attribute.sensitive !== true ||
      inMembers ||
      siblings[`${name}_version`]?.presence !== 'optional',
  )

  expect(writeOnly.map(({ path }) => path)).toContain(
    'resources.hooks_sinch_webhook.client_credentials.client_secret_wo',
  )
  expect(pathsOf(faulty)).toEqual([])
})

test('data sources hold no secret', () => {
  const secrets = all.filter(
    ({ path, name, attribute }) =>
      path.startsWith('dataSources.') && (attribute.sensitive === true || /secret|headers|url_params/u.test(name)),
  )

  expect(pathsOf(secrets)).toEqual([])
})

test('a secret that the vendor made can be read where the vendor shows it', () => {
  expect(Object.keys(schema.ephemeralResources)).toEqual(
    definitions
      .filter(({ secretRecovery }) => secretRecovery?.fetch === true)
      .map(({ type, serverSecret }) => `hooks_${type}_${serverSecret}`),
  )
})

test('every attribute is explained in sentences', () => {
  const silent = all.filter(({ attribute }) => !/^[A-Z`].{8,}\.$/su.test(attribute.description))

  expect(pathsOf(silent)).toEqual([])
})

// Words that Terraform keeps for itself, and names under which the constructs of CDKTF have members of their own.
const taken = new Set(
  `provider count for_each depends_on lifecycle connection provisioner provisioners fqn node path self build system equals
   friendly_unique_id raw_overrides terraform_resource_type terraform_meta_arguments terraform_generator_metadata
   tf_resource_type import_from move_to move_from_id cdktf_stack construct_node_metadata to_string to_terraform
   to_metadata override_logical_id reset_override_logical_id add_override interpolation_for_attribute
   has_resource_move synthesize_attributes synthesize_hcl_attributes`.split(/\s+/u),
)

test('no attribute has a name that Terraform or a construct uses for itself', () => {
  const clashing = all.filter(
    ({ name }) => taken.has(name) || name.startsWith('get_') || !/^[a-z][a-z0-9_]*$/u.test(name),
  )

  expect(pathsOf(clashing)).toEqual([])
})

test('an attribute and the members made for another do not share a name', () => {
  // The bindings make `resetX`, `xInput` and `putX` for each x.
  const clashing = all.filter(({ name, siblings }) =>
    ['reset_', 'put_'].some((prefix) => name.startsWith(prefix) && siblings[name.slice(prefix.length)] !== undefined),
  )

  expect(pathsOf(clashing)).toEqual([])
  expect(pathsOf(all.filter(({ name }) => name.endsWith('_input')))).toEqual([])
})

test('an identity is made of texts, and only its id must be known to import it', () => {
  for (const identity of Object.values(schema.identities)) {
    expect(Object.values(identity.attributes).every(({ type }) => type === 'string')).toBe(true)
    const required = Object.entries(identity.attributes).filter(([, { importable }]) => importable === 'required')
    expect(required.map(([name]) => name)).toEqual(['id'])
  }
})

test('the JSON says of an attribute what an engine says of it', () => {
  const json = toTerraformJson({
    provider: { version: 0, description: 'A.', attributes: {} },
    resources: {
      hooks_x_webhook: {
        version: 1,
        description: 'B.',
        attributes: {
          key_wo: { type: 'string', presence: 'optional', sensitive: true, writeOnly: true, description: 'C.' },
          parts: {
            presence: 'optional-computed',
            description: 'D.',
            nested: {
              nesting: 'set',
              attributes: { names: { type: ['set', 'string'], presence: 'required', description: 'E.' } },
            },
          },
        },
      },
    },
    identities: {},
    dataSources: {},
    ephemeralResources: {},
    listResources: {},
  })

  expect(json['provider_schemas']).toMatchObject({
    'registry.terraform.io/hooks-sync/hooks': {
      resource_schemas: {
        hooks_x_webhook: {
          version: 1,
          block: {
            attributes: {
              key_wo: {
                type: 'string',
                description: 'C.',
                description_kind: 'markdown',
                optional: true,
                sensitive: true,
                write_only: true,
              },
              parts: {
                nested_type: {
                  attributes: {
                    names: {
                      type: ['set', 'string'],
                      description: 'E.',
                      description_kind: 'markdown',
                      required: true,
                    },
                  },
                  nesting_mode: 'set',
                },
                description: 'D.',
                description_kind: 'markdown',
                optional: true,
                computed: true,
              },
            },
            description: 'B.',
            description_kind: 'markdown',
          },
        },
      },
    },
  })
})
