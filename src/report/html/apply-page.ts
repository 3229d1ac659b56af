import type { ApplySummary, RunEvent } from '../../core/outcome.ts'
import type { Plan } from '../../core/plan.ts'
import { actionWords } from '../action-words.ts'
import { isComplete, renderApplyLine } from '../apply-text.ts'
import { type PageOutcome, type PlanPageOptions, renderPlanHtml } from './plan-page.ts'

/** Renders what became of an apply as one HTML page: its plan, each action with its outcome. */
export function renderApplyHtml(
  plan: Plan,
  summary: ApplySummary,
  events: readonly RunEvent[],
  options: Pick<PlanPageOptions, 'run' | 'scrub'>,
): string {
  const outcomes = events.flatMap((event) => outcomeOf(event))
  const applied = { line: renderApplyLine(summary), headline: headlineOf(summary), outcomes: new Map(outcomes) }
  return renderPlanHtml(plan, { ...options, applied })
}

function headlineOf(summary: ApplySummary): string {
  const done = Object.entries(summary.done).reduce((sum, [kind, count]) => sum + (kind === 'keep' ? 0 : count), 0)
  if (isComplete(summary)) return `${done.toLocaleString('en')} applied`
  return `${done.toLocaleString('en')} applied, ${summary.failed + summary.skipped} not done`
}

function outcomeOf(event: RunEvent): readonly (readonly [string, PageOutcome])[] {
  switch (event.type) {
    case 'action_done':
      return [[`${event.provider}/${event.key}`, { words: actionWords[event.kind].done }]]
    case 'action_failed':
    case 'action_skipped': {
      const words = `${event.kind} ${event.type === 'action_failed' ? 'failed' : 'skipped'}`
      return [[`${event.provider}/${event.key}`, { words, failure: event.failure }]]
    }
    case 'account_reading':
    case 'account_read':
    case 'account_failed':
    case 'plan':
    case 'action_start':
    case 'rotation':
    case 'rotation_failed':
    case 'diagnostic':
      return []
  }
}
