import type { Failure } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { Acceptance, RotationStep } from './rotation-step.ts'

/** What is going to happen to one secret, and to all webhooks that share it. */
export interface PlannedRotation {
  /** The reference as declared. */
  readonly ref: string
  /** `made`: the vendor makes the secret, with a new webhook in the place of the old one. */
  readonly kind: 'chosen' | 'made'
  /** `provider/key` of all that share it. */
  readonly webhooks: readonly string[]
  /** Those of them that nobody named. */
  readonly also: readonly string[]
  /** What is left to do. */
  readonly steps: readonly RotationStep[]
  readonly isResumed: boolean
  /** Nobody knows when it was last written. */
  readonly isOfUnknownAge?: true
  /** ISO time until which the former value of the last rotation was to be kept; it goes at once. */
  readonly cutsShort?: string
  /** Milliseconds for which the former value is kept. */
  readonly overlap: number
  readonly accepts: readonly Acceptance[]
}

/** All that a run is going to rotate, and what the vendors are asked for. */
export interface RotationPlan {
  readonly rotations: readonly PlannedRotation[]
  readonly plan: Plan
  /** References whose secret is younger than asked for. */
  readonly young: readonly string[]
}

/** What became of one secret. */
export type RotationOutcome = Pick<PlannedRotation, 'ref' | 'webhooks' | 'isResumed'> &
  ({ readonly result: 'rotated' | 'retired' } | { readonly result: 'failed'; readonly failure: Failure })
