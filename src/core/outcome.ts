import type { ActionKind } from './action.ts'
import type { Code } from './codes.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Plan } from './plan.ts'
import type { Acceptance, RotationStep } from './rotation-step.ts'

/** Why an action failed or was skipped, ready to be shown. */
export interface Failure {
  readonly code: Code
  readonly message: string
  readonly hint?: string
}

interface About {
  /** Name of the account. */
  readonly provider: string
  readonly key: string
  readonly kind: ActionKind
}

/** What a run tells while it goes. The library reports, the command line words it. */
export type RunEvent =
  | {
      readonly type: 'account_reading'
      readonly provider: string
      /** How many the run reads in all. */
      readonly accounts?: number
    }
  | { readonly type: 'account_read'; readonly provider: string; readonly webhooks: number }
  | { readonly type: 'account_failed'; readonly provider: string; readonly failure: Failure }
  | { readonly type: 'plan'; readonly plan: Plan }
  | ({ readonly type: 'action_start' } & About)
  | ({ readonly type: 'action_done'; readonly ids: readonly string[] } & About)
  | ({ readonly type: 'action_failed'; readonly failure: Failure } & About)
  | ({ readonly type: 'action_skipped'; readonly failure: Failure } & About)
  /** A step of a rotation is done; receivers must accept other secrets now. */
  | {
      readonly type: 'rotation'
      readonly ref: string
      readonly webhooks: readonly string[]
      readonly step: RotationStep
      readonly accepts: readonly Acceptance[]
    }
  | {
      readonly type: 'rotation_failed'
      readonly ref: string
      readonly webhooks: readonly string[]
      readonly failure: Failure
    }
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }

/** Outcomes counted by action kind, and what did not come about. */
export interface ApplySummary {
  readonly done: Readonly<Record<ActionKind, number>>
  readonly failed: number
  readonly skipped: number
  /** Steps of this run that wrote at a vendor, or may have. */
  readonly writes: number
  readonly interrupted: boolean
  readonly durationMs: number
}
