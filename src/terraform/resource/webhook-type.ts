import type { ProviderDefinition } from '../../core/provider.ts'
import type { DesiredValues } from '../../core/value.ts'
import type { TerraformBlock } from '../../schema/terraform-type.ts'
import type { AccountAnswer } from '../account/accounts.ts'
import type { LimitingClock } from './deadline.ts'
import type { ReceiverRule } from './receiver-rule.ts'

/** One kind of webhook: its facts, its schema, and where it lives. */
export interface WebhookType {
  readonly definition: ProviderDefinition
  /** Name of the resource, such as configurations use it. */
  readonly name: string
  readonly block: TerraformBlock
  readonly account: () => AccountAnswer
  /** Keyed fingerprints of all that a vendor may hide; good for this process alone. */
  readonly fingerprints: (fields: DesiredValues) => Readonly<Record<string, string>>
  readonly clock: LimitingClock
  readonly allowUnknownEvents: boolean
  readonly receivers: ReceiverRule
}
