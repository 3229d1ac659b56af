import type { Fields } from '../../core/field.ts'
import type { SharingDefinition } from '../../schema/terraform-account.ts'
import type { TerraformBlock } from '../../schema/terraform-type.ts'
import type { WebhookType } from '../resource/webhook-type.ts'

/** What all webhooks of a vendor's account share: its facts, its schema, and where it lives. */
export interface SharedType extends Pick<WebhookType, 'account' | 'clock' | 'fingerprints'> {
  readonly vendor: SharingDefinition
  /** The values in the place of a webhook's fields. */
  readonly definition: { readonly title: string; readonly fields: Fields }
  readonly block: TerraformBlock
}

/** Makes the type of a vendor's shared values from that of its webhooks. */
export function sharedType(
  vendor: SharingDefinition,
  given: Pick<SharedType, 'account' | 'block' | 'clock' | 'fingerprints'>,
): SharedType {
  return { ...given, vendor, definition: { title: vendor.title, fields: vendor.accountFields } }
}
