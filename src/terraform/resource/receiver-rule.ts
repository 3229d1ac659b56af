import type { ProviderDefinition } from '../../core/provider.ts'
import type { DesiredValues } from '../../core/value.ts'
import type { ProviderDiagnostic } from '../provider.ts'

/** Judges the URLs of a webhook by the policy of the operator. */
export type ReceiverRule = (definition: ProviderDefinition, fields: DesiredValues) => readonly ProviderDiagnostic[]
