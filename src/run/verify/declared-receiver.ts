import { listEvents } from '../../core/deliveries.ts'
import type { Position } from '../../core/diagnostic.ts'
import type { ProviderDefinition } from '../../core/provider.ts'
import { type Secret, SecretSlot } from '../../core/secret.ts'
import { listSlots } from '../../core/secret-paths.ts'
import type { DesiredValues } from '../../core/value.ts'

/** A receiver as the files declare it, its secrets filled in. */
export interface DeclaredReceiver {
  /** Name of the account. */
  readonly provider: string
  readonly key: string
  readonly definition: ProviderDefinition
  readonly fields: DesiredValues
  /** What all webhooks of the account share, such as one signing secret. */
  readonly shared: DesiredValues
  readonly at?: Position
}

/** Returns the event that a receiver is tried with: the first of those it asks for. */
export function eventOf({ definition, fields }: DeclaredReceiver): string {
  return listEvents(definition, fields)[0] ?? '*'
}

/** Returns the key that its deliveries are signed with: its own, or else the one that the account shares. */
export function signingKeyOf({ fields, shared }: DeclaredReceiver): Secret | undefined {
  const own = fields['signing_secret']
  if (own === null) return undefined
  const slot = own ?? Object.values(shared).find((value) => value instanceof SecretSlot)
  return slot instanceof SecretSlot ? slot.finding.value : undefined
}

/** Lists secrets, other than the signing one, that a delivery needs and that were not found. */
export function missingSecrets({ fields }: DeclaredReceiver): readonly string[] {
  return listSlots(fields)
    .filter(([path, slot]) => path !== 'signing_secret' && slot.finding.value === undefined)
    .map(([path]) => path)
}
