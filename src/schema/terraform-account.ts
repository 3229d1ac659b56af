import type { Fields } from '../core/field.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { writtenAttributes } from './terraform-attributes.ts'
import { timeoutsFor } from './terraform-options.ts'
import type { TerraformBlock } from './terraform-type.ts'
import { sentences } from './terraform-words.ts'

/** The id of the values of an account: each account has them once. */
export const accountValuesId = 'account'

/** A vendor with values that all webhooks of an account share. */
export type SharingDefinition = ProviderDefinition & { readonly accountFields: Fields }

/** Tells whether a vendor has values that all webhooks of an account share. */
export function sharesValues(definition: ProviderDefinition): definition is SharingDefinition {
  return definition.accountFields !== undefined
}

/** Describes the resource that holds the values of an account. Every account has them, so none is made and none goes. */
export function accountBlock({ accountFields, title, docsUrl }: SharingDefinition): TerraformBlock {
  return {
    version: 0,
    description: sentences(
      `What all webhooks of a ${title} account share.`,
      'Where the resource goes, the account keeps the values it has.',
      `The vendor's documentation: <${docsUrl}>.`,
    ),
    attributes: {
      id: {
        type: 'string',
        presence: 'computed',
        description: `Always \`${accountValuesId}\`: an account has these values once.`,
      },
      ...writtenAttributes(accountFields),
      ...timeoutsFor({ create: 'writing', read: 'reading', update: 'changing' }),
    },
  }
}
