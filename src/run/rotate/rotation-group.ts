import type { Diagnostic } from '../../core/diagnostic.ts'
import type { Ledger, LedgerEntry, Rotation } from '../../core/ledger.ts'
import { rotationOf } from '../../core/rotation.ts'
import type { HeldSecrets, RotationPhase } from '../../core/rotation-phase.ts'
import type { PlannedRotation } from '../../core/rotation-plan.ts'
import type { Acceptance, RotationStep } from '../../core/rotation-step.ts'
import { acceptancesAfter, rotationSteps } from '../../core/rotation-step.ts'
import type { Secret } from '../../core/secret.ts'
import { siblingReference } from '../../secrets/sibling-reference.ts'
import type { SigningSecret } from './find-secrets.ts'

/** One secret and all webhooks that share it. */
export interface SharedSecret {
  readonly kind: PlannedRotation['kind']
  readonly members: readonly [SigningSecret, ...SigningSecret[]]
  /** Ids of members that nobody named. */
  readonly also: readonly string[]
}

/** A secret that something is to be done with. */
export interface RotationGroup extends SharedSecret {
  readonly phase: RotationPhase
  /** The step to begin with; all later ones follow. */
  readonly begins: RotationStep
  readonly held: HeldSecrets
  /** The value that webhooks are to have, where we choose it. */
  readonly next?: Secret
  readonly overlap: number
  readonly records: readonly Rotation[]
  readonly isOfUnknownAge: boolean
}

/** Makes the finding that a secret cannot be rotated. */
export function refusal(secret: SigningSecret, message: string, hint: string): Diagnostic {
  const { id, provider, key, at } = secret
  const about = { provider, key, ...(at === undefined ? {} : { at }) }
  return { code: 'HS3025', severity: 'error', message: `${id}: ${message}`, hint, ...about }
}

/** Finds what the ledger has of the webhook or account that declares a secret. */
export function entryOf(ledger: Ledger | undefined, { place }: SigningSecret): LedgerEntry | undefined {
  return ledger?.accounts[place.account]?.webhooks[place.key]
}

/** Lists what the ledger knows of the rotation of a secret, by the webhooks that share it. */
export function recordsOf(ledger: Ledger | undefined, { members }: Pick<SharedSecret, 'members'>): readonly Rotation[] {
  return members.flatMap((member) => rotationOf(entryOf(ledger, member), member.fields) ?? [])
}

/** Says what is going to happen to a secret. */
export function describeGroup(group: RotationGroup): PlannedRotation {
  const { kind, members, also, begins, overlap } = group
  const from = rotationSteps.indexOf(begins)
  const before = begins === 'staged' ? undefined : rotationSteps[from - 1]
  return {
    ref: members[0].slot.source.ref,
    kind,
    webhooks: members.map(({ id }) => id),
    also,
    steps: rotationSteps.slice(from),
    isResumed: group.phase !== 'idle' && begins !== 'staged',
    ...(group.isOfUnknownAge ? { isOfUnknownAge: true } : {}),
    ...cutShort(group),
    overlap,
    accepts: acceptancesOf(group, before),
  }
}

/** The former value of a rotation that is hardly over goes where a new one begins. */
function cutShort({ begins, phase, records }: RotationGroup): Pick<PlannedRotation, 'cutsShort'> {
  const until = records.flatMap((record) => record.until ?? [])[0]
  return begins === 'staged' && phase === 'overlapping' && until !== undefined ? { cutsShort: until } : {}
}

/** Lists what receivers must accept once a step is done. */
export function acceptancesOf(
  { kind, members: [first] }: SharedSecret,
  step: RotationStep | undefined,
  until?: string,
): readonly Acceptance[] {
  const { ref } = first.slot.source
  const refs = { current: ref, pending: siblingReference(ref, 'pending'), previous: siblingReference(ref, 'previous') }
  return acceptancesAfter(step, kind, refs, until)
}
