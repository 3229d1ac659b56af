import type { PlannedRotation, RotationOutcome, RotationPlan } from '../core/rotation-plan.ts'
import { type PlanDocument, toPlanDocument } from './plan-document.ts'

/** The first line of `rotate --json`: what is going to be rotated, and what the vendors are asked for. */
export type RotationPlanLine = PlanDocument & {
  readonly type: 'plan'
  readonly rotations: readonly RotationDocument[]
  readonly young: readonly string[]
}

interface RotationDocument extends Pick<PlannedRotation, 'ref' | 'kind' | 'webhooks' | 'also' | 'steps' | 'accepts'> {
  readonly resumed: boolean
  readonly overlap_ms: number
}

/** The last line of `rotate --json`. */
export interface RotatedLine {
  readonly type: 'summary'
  readonly counts: Readonly<Record<RotationOutcome['result'] | 'young', number>>
  readonly duration_ms: number
  readonly exit_code: number
}

/** Shapes what is going to be rotated. */
export function toRotationPlanLine({ plan, rotations, young }: RotationPlan): RotationPlanLine {
  return {
    type: 'plan',
    ...toPlanDocument(plan, 'rotate'),
    // Each finding has a line of its own.
    diagnostics: [],
    rotations: rotations.map(({ ref, kind, webhooks, also, steps, isResumed, overlap, accepts }) => ({
      ref,
      kind,
      webhooks,
      also,
      steps,
      resumed: isResumed,
      overlap_ms: overlap,
      accepts,
    })),
    young,
  }
}

/** Shapes the last line of a rotation. */
export function toRotatedLine(
  outcomes: readonly RotationOutcome[],
  young: number,
  durationMs: number,
  exitCode: number,
): RotatedLine {
  const of = (result: RotationOutcome['result']): number => outcomes.filter((one) => one.result === result).length
  return {
    type: 'summary',
    counts: { rotated: of('rotated'), retired: of('retired'), young, failed: of('failed') },
    duration_ms: durationMs,
    exit_code: exitCode,
  }
}
