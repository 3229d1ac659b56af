import type { LedgerAccount } from './ledger.ts'
import type { ProviderDefinition } from './provider.ts'
import type { DesiredObject, DesiredWebhook, LiveObject } from './webhook.ts'

/** What pairing declared webhooks with live objects depends on. */
export interface MatchInput {
  readonly definition: ProviderDefinition
  readonly desired: readonly DesiredWebhook[]
  readonly live: readonly LiveObject[]
  readonly ledger: LedgerAccount | undefined
  readonly files: ReadonlySet<string>
  /** Whether readable fields are equal; decides among twins. */
  readonly isEqual: (object: DesiredObject, live: LiveObject, webhook: DesiredWebhook) => boolean
}
