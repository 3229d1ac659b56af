import { actionKinds } from '../core/action.ts'
import type { ApplySummary, Failure, RunEvent } from '../core/outcome.ts'
import { actionWords } from './action-words.ts'
import { renderDiagnostic } from './diagnostic-text.ts'
import { renderDuration } from './duration-text.ts'
import { type Look, paint } from './look.ts'
import { maskEveryParameter } from './mask-urls.ts'
import { renderRotationFailure, renderRotationStep } from './rotation-text.ts'
import { safeText } from './safe-text.ts'
import { renderPlanLine, sum } from './summary.ts'

/** Something a run reports that ends an action, or an account, without being done. */
export type Unfinished = Extract<RunEvent, { readonly type: 'action_failed' | 'action_skipped' | 'account_failed' }>

/** How much of what was not done is shown before the rest is counted. */
const listed = 20

const changeKinds = actionKinds.filter((kind) => kind !== 'keep')

/** Renders one line of progress. */
export function renderRunEvent(event: RunEvent, look: Look): string {
  switch (event.type) {
    case 'account_reading':
      return `${safeText(event.provider)}: reading`
    case 'account_read':
      return `${safeText(event.provider)}: ${event.webhooks} live`
    case 'plan':
      return renderPlanLine(event.plan)
    case 'action_start':
      return `${renderAbout(event)}: ${actionWords[event.kind].doing}`
    case 'action_done':
      return `${renderAbout(event)}: ${paint(look, 'green', actionWords[event.kind].done)}${renderIds(event.ids)}`
    case 'account_failed':
    case 'action_failed':
    case 'action_skipped':
      return renderUnfinished(event, look)
    case 'rotation':
      return renderRotationStep(event)
    case 'rotation_failed':
      return renderRotationFailure(event, look)
    case 'diagnostic':
      return renderDiagnostic(event.diagnostic, look).trimEnd()
  }
}

/**
 * Renders the end of an apply: where it was not done in full, what was not and what to do next; last the stable line.
 * The events are those of the run; without them only the counts are told.
 */
export function renderApplySummary(summary: ApplySummary, look: Look, events: readonly RunEvent[] = []): string {
  const lines = [...renderRest(summary, look, events), paint(look, 'bold', renderApplyLine(summary))]
  return `${lines.join('\n')}\n`
}

/** Words the stable last line of an apply. */
export function renderApplyLine(summary: ApplySummary): string {
  const done = changeKinds.map((kind) => `${summary.done[kind]} ${actionWords[kind].done}`)
  const rest = isComplete(summary) ? [] : [`${summary.failed} failed`, `${summary.skipped} skipped`]
  return `Applied: ${[...done, ...rest].join(', ')} in ${renderDuration(summary.durationMs)}.`
}

/** Words what is safe to do after a run that was not done in full. */
export function nextSteps(summary: ApplySummary): readonly string[] {
  const done = sum(changeKinds.map((kind) => summary.done[kind]))
  const total = done + summary.failed + summary.skipped
  return [
    ...(summary.interrupted ? ['The run was interrupted; what was in flight was finished and recorded.'] : []),
    `${done} of ${total} actions were done and stay as they are. ${summary.writes} calls that write were made.`,
    'Settle what failed, then run `hooks-sync apply` again: it does the rest and repeats nothing.',
  ]
}

/** Tells whether all that was planned was done. */
export function isComplete(summary: ApplySummary): boolean {
  return summary.failed === 0 && summary.skipped === 0 && !summary.interrupted
}

/** Tells whether an event ends an action, or an account, without being done. */
export function isUnfinished(event: RunEvent): event is Unfinished {
  return event.type === 'action_failed' || event.type === 'action_skipped' || event.type === 'account_failed'
}

function renderRest(summary: ApplySummary, look: Look, events: readonly RunEvent[]): readonly string[] {
  if (isComplete(summary)) return []
  const unfinished = events.filter(isUnfinished)
  const shown = look.verbose === true ? unfinished : unfinished.slice(0, listed)
  const rest = unfinished.length - shown.length
  const lines = [
    ...shown.flatMap((event) => [`  ${renderUnfinished(event, look)}`, ...renderHint(event.failure)]),
    ...(rest === 0 ? [] : [`  … and ${rest} more (--verbose lists all)`]),
  ]
  const heading = lines.length === 0 ? [] : ['', paint(look, 'red', 'Not done:'), ...lines]
  return [...heading, '', ...nextSteps(summary), '']
}

function renderUnfinished(event: Unfinished, look: Look): string {
  const { code, message } = event.failure
  return `${renderAbout(event)}: ${renderEnd(event, look)}: ${code}  ${safeText(message)}`
}

function renderEnd(event: Unfinished, look: Look): string {
  switch (event.type) {
    case 'account_failed':
      return paint(look, 'red', 'the account failed')
    case 'action_failed':
      return paint(look, 'red', `${event.kind} failed`)
    case 'action_skipped':
      return paint(look, 'yellow', `${event.kind} skipped`)
  }
}

function renderHint(failure: Failure): readonly string[] {
  return failure.hint === undefined ? [] : [`      hint: ${safeText(failure.hint)}`]
}

function renderAbout(event: { readonly provider: string; readonly key?: string }): string {
  return safeText(event.key === undefined ? event.provider : `${event.provider}/${event.key}`)
}

function renderIds(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` (${ids.map((id) => safeText(maskEveryParameter(id))).join(', ')})`
}
