import type { ProviderDefinition } from '../core/provider.ts'
import { code } from './field-words.ts'
import type { TerraformAttribute, TerraformAttributes } from './terraform-type.ts'

/** The option of the provider that has every webhook read on its own. */
export const readEach = 'read_each_webhook'

/** What the provider takes beside its accounts. */
export const providerOptions: TerraformAttributes = {
  [readEach]: {
    type: 'bool',
    presence: 'optional',
    description:
      'Ask the vendor for each webhook on its own. Left out, a refresh lists each account or app once, however many webhooks it has. `HOOKS_SYNC_READ_EACH_WEBHOOK=1` in the environment does the same.',
  },
}

/** Describes what every account takes beside its settings. */
export function accountAttributes({ baseUrl, limits }: ProviderDefinition): TerraformAttributes {
  const rate = limits.requestsPerSecond === undefined ? '' : ` Default: ${code(String(limits.requestsPerSecond))}.`
  return {
    base_url: {
      type: 'string',
      presence: 'optional',
      description: `Where the API is, including its path prefix. Default: ${code(baseUrl)}. A host that is not the vendor's is taken only where \`HOOKS_SYNC_ALLOWED_ORIGINS\` names it.`,
    },
    rate_limit: {
      type: 'number',
      presence: 'optional',
      description: `Requests per second that this account may make.${rate}`,
    },
  }
}

/** Describes what every resource takes beside the fields of its webhook. */
export function resourceOptions(definition: ProviderDefinition): TerraformAttributes {
  const mayShadow = definition.hazardKinds?.includes('shadow') === true
  return {
    adopt_existing: flag(
      'Take over a webhook that is live already and the same, instead of failing with the command that imports it.',
    ),
    allow_gap: flag('Allow a change of this webhook to lose deliveries for a moment.'),
    ...(mayShadow
      ? { allow_shadow: flag('Allow this webhook to take events away from one that is not managed here.') }
      : {}),
    ...timeoutsFor({ create: 'creating', read: 'reading', update: 'updating', delete: 'deleting' }),
  }
}

/** Describes how operations are limited in time, each by the word for what it does. */
export function timeoutsFor(operations: Readonly<Record<string, string>>): TerraformAttributes {
  const attributes = Object.entries(operations).map(([name, doing]) => [name, timeout(doing)] as const)
  return {
    timeouts: {
      presence: 'optional',
      description: 'How long each operation may take, such as `30s` or `10m`.',
      nested: { nesting: 'single', attributes: Object.fromEntries(attributes) },
    },
  }
}

function timeout(doing: string): TerraformAttribute {
  return { type: 'string', presence: 'optional', description: `How long ${doing} it may take.` }
}

function flag(description: string): TerraformAttribute {
  return { type: 'bool', presence: 'optional', description: `${description} Default: \`false\`.` }
}
