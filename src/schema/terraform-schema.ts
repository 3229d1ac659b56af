import type { Field, Fields } from '../core/field.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { code } from './field-words.ts'
import type { Kind } from './kind-of.ts'
import { accountBlock, sharesValues } from './terraform-account.ts'
import { settingAttributes, shownAttributes, writtenAttributes } from './terraform-attributes.ts'
import { accountAttributes, providerOptions, resourceOptions } from './terraform-options.ts'
import type {
  TerraformAttribute,
  TerraformAttributes,
  TerraformBlock,
  TerraformIdentity,
  TerraformSchema,
} from './terraform-type.ts'
import { capitalize, sentences } from './terraform-words.ts'

/** Local name of the provider; every name it offers starts with it. */
const providerName = 'hooks'

/** Derives what the Terraform provider offers from the vendors' declarations. */
export function terraformSchema(definitions: readonly ProviderDefinition[]): TerraformSchema {
  const readable = definitions.filter(hasReadableSecret)
  return {
    provider: providerBlock(definitions),
    resources: {
      ...named(definitions, resourceName, resourceBlock),
      ...named(definitions.filter(sharesValues), accountResourceName, accountBlock),
    },
    identities: named(definitions, resourceName, resourceIdentity),
    dataSources: named(definitions, dataSourceName, dataSourceBlock),
    ephemeralResources: named(readable, ephemeralName, ephemeralBlock),
    listResources: named(definitions, resourceName, listBlock),
  }
}

/** Names the resource, the list resource and the identity of a vendor's webhooks. */
export function resourceName({ type }: ProviderDefinition): string {
  return `${providerName}_${type}_webhook`
}

/** Names the resource that holds what all webhooks of an account share. */
export function accountResourceName({ type }: ProviderDefinition): string {
  return `${providerName}_${type}_account`
}

/** Names the data source that lists a vendor's webhooks. */
export function dataSourceName({ type }: ProviderDefinition): string {
  return `${providerName}_${type}_webhooks`
}

/** Names the ephemeral resource that reads the secret a vendor made. */
export function ephemeralName({ type, serverSecret }: ProviderDefinition): string {
  return `${providerName}_${type}_${serverSecret}`
}

/** Tells whether the vendor lets a secret be read that it made itself. */
export function hasReadableSecret({ serverSecret, secretRecovery }: ProviderDefinition): boolean {
  return serverSecret !== undefined && secretRecovery?.fetch === true
}

function named<Definition extends ProviderDefinition, Made>(
  definitions: readonly Definition[],
  name: (definition: ProviderDefinition) => string,
  make: (definition: Definition) => Made,
): Readonly<Record<string, Made>> {
  return Object.fromEntries(definitions.map((definition) => [name(definition), make(definition)]))
}

function providerBlock(definitions: readonly ProviderDefinition[]): TerraformBlock {
  const accounts = definitions.map((definition): readonly [string, TerraformAttribute] => [
    definition.type,
    {
      presence: 'optional',
      description: `The ${definition.title} account. Another one takes a provider block with an alias.`,
      nested: {
        nesting: 'single',
        attributes: {
          ...settingAttributes(definition.settings),
          ...settingAttributes(definition.auth),
          ...accountAttributes(definition),
        },
      },
    },
  ])
  const titles = definitions.map(({ title }) => title).join(', ')
  return {
    version: 0,
    description: `Webhook subscriptions as code: which webhooks accounts at ${titles} shall have.`,
    attributes: { ...Object.fromEntries(accounts), ...providerOptions },
  }
}

function resourceBlock(definition: ProviderDefinition): TerraformBlock {
  return {
    version: 0,
    description: sentences(
      `${capitalize(definition.doc)}.`,
      definition.quota && `At most ${definition.quota.limit} webhooks ${definition.quota.words}.`,
      `The vendor's documentation: <${definition.docsUrl}>.`,
    ),
    attributes: {
      id: idAttribute(definition),
      ...partIds(definition),
      ...replacedWebhook(definition),
      ...writtenAttributes(definition.fields),
      ...resourceOptions(definition),
    },
  }
}

function idAttribute({ fanOut, title }: ProviderDefinition): TerraformAttribute {
  const description =
    fanOut === undefined
      ? `The id that ${title} gave.`
      : `What tells this webhook at ${title}: made of what each member of ${code(fanOut)} is there, so it changes with them.`
  return { type: 'string', presence: 'computed', description }
}

/** Name of the attribute that maps each part of a webhook to the object it is at the vendor. */
export const partIdsName = 'subscription_ids'

function partIds({ fanOut, title }: ProviderDefinition): TerraformAttributes {
  if (fanOut === undefined) return {}
  const description = `The id at ${title} of each member of ${code(fanOut)}.`
  return { [partIdsName]: { type: ['map', 'string'], presence: 'computed', description } }
}

/** Name of the attribute that tells which webhook one took the place of. */
export const replacesName = 'replaces'

/**
 * Where every change is a replacement, the old webhook may live beside the new one while that is made. Only what was
 * planned tells it from a webhook of somebody else then: this attribute carries it through the apply.
 */
function replacedWebhook({ update, title }: ProviderDefinition): TerraformAttributes {
  if (update !== 'none') return {}
  const description = `The webhook that ${title} had for this URL when this one was made to take its place, and when that was.`
  return { [replacesName]: { type: 'string', presence: 'computed', description } }
}

function resourceIdentity(definition: ProviderDefinition): TerraformIdentity {
  const settings = definition.accountIdentity.map((name) => {
    const { doc } = definition.settings[name] ?? { doc: '' }
    const description = sentences(doc, 'Left out, it is that of the provider block.')
    return [name, { type: 'string', description, importable: 'optional' }] as const
  })
  const id = { type: 'string', description: identityWords(definition), importable: 'required' } as const
  return { version: 0, attributes: { ...Object.fromEntries(settings), id } }
}

/** An identity must not change while a webhook is changed in place, as ids made of many do. */
function identityWords({ fanOut, title }: ProviderDefinition): string {
  if (fanOut === undefined) return `The id that ${title} gave.`
  return `The \`id\` as it was when the webhook was made or imported; it stays when ${code(fanOut)} change.`
}

function dataSourceBlock(definition: ProviderDefinition): TerraformBlock {
  const shown = shownAttributes(definition.fields)
  return {
    version: 0,
    description: `Lists the webhooks of the ${definition.title} account, also those that are not managed here. Holds no signing secret; passwords in URLs, and values of query parameters that are named like credentials, are shown as \`[secret]\`.`,
    attributes: {
      ...filterAttributes(definition),
      webhooks: {
        presence: 'computed',
        description: 'The webhooks that pass every filter, in the order of their URLs.',
        nested: { nesting: 'list', attributes: { id: idAttribute(definition), ...partIds(definition), ...shown } },
      },
    },
  }
}

function listBlock(definition: ProviderDefinition): TerraformBlock {
  return {
    version: 0,
    description: `Finds the webhooks of the ${definition.title} account, managed or not, so that they can be imported.`,
    attributes: filterAttributes(definition),
  }
}

function filterAttributes({ fields, scope }: ProviderDefinition): TerraformAttributes {
  const scopes = scope === undefined ? [] : [[scope, filter(`Only those of this ${code(scope)}.`)] as const]
  const events = hasEvents(fields) ? { event: filter('Only those that receive this event.') } : {}
  return { ...Object.fromEntries(scopes), url: filter('Only those with this URL.'), ...events }
}

function filter(description: string): TerraformAttribute {
  return { type: 'string', presence: 'optional', description }
}

function hasEvents(fields: Fields): boolean {
  return Object.values(fields).some(holdsEvents)
}

function holdsEvents(kind: Kind | Field): boolean {
  if (kind.kind === 'event') return true
  if (kind.kind === 'object') return hasEvents(kind.fields)
  return (kind.kind === 'set' || kind.kind === 'bag') && holdsEvents(kind.of)
}

function ephemeralBlock(definition: ProviderDefinition): TerraformBlock {
  const { serverSecret = '', scope, title } = definition
  const scopeField = scope === undefined ? undefined : definition.fields[scope]
  const scopes: TerraformAttributes =
    scope === undefined || scopeField === undefined
      ? {}
      : { [scope]: { type: 'string', presence: 'required', description: scopeField.doc } }
  return {
    version: 0,
    description: `Reads the ${code(serverSecret)} that ${title} made for a webhook, without keeping it in plan or state.`,
    attributes: {
      ...scopes,
      id: { type: 'string', presence: 'required', description: 'The `id` of the webhook.' },
      [serverSecret]: {
        type: 'string',
        presence: 'computed',
        sensitive: true,
        description: `The key with which ${title} signs deliveries.`,
      },
    },
  }
}
