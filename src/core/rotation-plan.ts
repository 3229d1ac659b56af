import type { Failure } from './outcome.ts'
import type { Plan } from './plan.ts'

/** What happens to a secret that is rotated, in this order. */
export const rotationSteps = ['staged', 'sent', 'verified', 'promoted', 'retired'] as const

export type RotationStep = (typeof rotationSteps)[number]

/** A secret that receivers must accept, by its reference. */
export interface Acceptance {
  readonly ref: string
  /** From now on, or from the moment at which the vendor signs with another one. */
  readonly from: 'now' | 'switch'
  /** ISO time after which it is removed. */
  readonly until?: string
}

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

/** Lists what receivers must accept once a step is done; before any is, with `undefined`. */
export function acceptancesAfter(
  step: RotationStep | undefined,
  kind: PlannedRotation['kind'],
  refs: { readonly current: string; readonly pending: string; readonly previous: string },
  until?: string,
): readonly Acceptance[] {
  const current = { ref: refs.current, from: 'now' } as const
  const previous = { ref: refs.previous, ...(until === undefined ? {} : { until }) }
  if (step === 'retired') return [current]
  if (step === 'promoted') return [current, { ...previous, from: 'now' }]
  if (kind === 'made') return [current, { ...previous, from: 'switch' }]
  if (step === undefined || step === 'staged') return [current, { ref: refs.pending, from: 'switch' }]
  return [{ ref: refs.pending, from: 'now' }, current]
}
