import type { ActionKind } from '../core/action.ts'
import type { ApplySummary, Failure, RunEvent } from '../core/outcome.ts'
import type { Acceptance, RotationStep } from '../core/rotation-step.ts'
import { type DiagnosticDocument, toDiagnosticDocument } from './diagnostic-document.ts'
import { maskEveryParameter } from './mask-urls.ts'
import { type PlanDocument, toPlanDocument } from './plan-document.ts'

/** One line of `apply --json`. */
export type ApplyLine =
  | ({ readonly type: 'plan' } & PlanDocument)
  | ({ readonly type: 'action_start' } & AboutDocument)
  | ({ readonly type: 'action_done' } & AboutDocument & { readonly ids: readonly string[] })
  | ({ readonly type: 'action_failed' | 'action_skipped' } & AboutDocument & { readonly error: FailureDocument })
  | ({ readonly type: 'diagnostic' } & DiagnosticDocument)
  | RotationLine
  | ({ readonly type: 'rotation_failed'; readonly error: FailureDocument } & Pick<RotationLine, 'ref' | 'webhooks'>)
  | SummaryLine

/** A step of `rotate --json` that is done. */
export interface RotationLine {
  readonly type: 'rotation'
  readonly ref: string
  readonly webhooks: readonly string[]
  readonly step: RotationStep
  /** What receivers must accept from now on. */
  readonly accepts: readonly Acceptance[]
}

/** The last line of `apply --json`. */
export interface SummaryLine {
  readonly type: 'summary'
  readonly counts: Readonly<Record<ActionKind | 'failed' | 'skipped', number>>
  /** Steps that wrote at a vendor, or may have. */
  readonly writes: number
  readonly interrupted: boolean
  readonly duration_ms: number
  readonly exit_code: number
}

export interface AboutDocument {
  readonly provider: string
  readonly key: string
  readonly kind: ActionKind
}

export interface FailureDocument {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** Shapes what a run reports as a line of JSON Lines; undefined where the format has no line for it. */
export function toApplyLine(event: RunEvent): ApplyLine | undefined {
  switch (event.type) {
    case 'account_reading':
    case 'account_read':
      return undefined
    case 'account_failed':
      return { type: 'diagnostic', ...toAccountFinding(event.provider, event.failure) }
    case 'plan':
      return { type: 'plan', ...toPlanDocument(event.plan, 'apply') }
    case 'action_start':
      return { type: event.type, ...toAbout(event) }
    case 'action_done':
      return { type: event.type, ...toAbout(event), ids: event.ids.map(maskEveryParameter) }
    case 'action_failed':
    case 'action_skipped':
      return { type: event.type, ...toAbout(event), error: toFailureDocument(event.failure) }
    case 'rotation':
      return event
    case 'rotation_failed':
      return { type: event.type, ref: event.ref, webhooks: event.webhooks, error: toFailureDocument(event.failure) }
    case 'diagnostic':
      return { type: event.type, ...toDiagnosticDocument(event.diagnostic) }
  }
}

/** Shapes the last line of an apply. */
export function toSummaryLine(summary: ApplySummary, exitCode: number): SummaryLine {
  return {
    type: 'summary',
    counts: { ...summary.done, failed: summary.failed, skipped: summary.skipped },
    writes: summary.writes,
    interrupted: summary.interrupted,
    duration_ms: summary.durationMs,
    exit_code: exitCode,
  }
}

function toAbout(event: AboutDocument): AboutDocument {
  return { provider: event.provider, key: event.key, kind: event.kind }
}

function toFailureDocument({ code, message, hint }: Failure): FailureDocument {
  return { code, message, ...(hint === undefined ? {} : { hint }) }
}

function toAccountFinding(provider: string, failure: Failure): DiagnosticDocument {
  return { code: failure.code, severity: 'error', ...messageOf(failure), provider }
}

function messageOf({ message, hint }: Failure): Pick<DiagnosticDocument, 'message' | 'hint'> {
  return { message, ...(hint === undefined ? {} : { hint }) }
}
