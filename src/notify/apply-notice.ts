import type { ApplySummary, RunEvent } from '../core/outcome.ts'
import { actionWords } from '../report/action-words.ts'
import { toApplyLine, toSummaryLine } from '../report/apply-json.ts'
import { isComplete, isUnfinished, renderApplyLine, type Unfinished } from '../report/apply-text.ts'
import type { DriftRunDocument } from '../report/drift-model.ts'
import { formatVersion } from '../report/plan-document.ts'
import { aboutRun } from './drift-notice.ts'
import { type Notice, type NoticeItem, sentItems } from './notice.ts'

/** What an apply came to. */
export interface AppliedRun {
  readonly summary: ApplySummary
  readonly events: readonly RunEvent[]
  readonly exitCode: number
  /** Why it went no further, where something did not come about. */
  readonly findings: readonly ApplyFinding[]
  readonly run?: DriftRunDocument
}

export interface ApplyFinding {
  readonly code: string
  readonly message: string
  readonly provider?: string
  readonly key?: string
}

/** Makes the notice of an apply; undefined where nothing was done and nothing failed. */
export function makeApplyNotice(applied: AppliedRun): Notice | undefined {
  const { summary, events, exitCode, findings, run } = applied
  const done = events.filter((event) => event.type === 'action_done').filter(({ kind }) => kind !== 'keep')
  const told = new Set(findings.map(({ message }) => message))
  const unfinished = events.filter(isUnfinished).filter(({ failure }) => !told.has(failure.message))
  // Somebody who was asked and said no has nothing to be told.
  if (summary.writes + done.length + unfinished.length + findings.length === 0) return undefined
  return {
    event: 'apply',
    tone: exitCode === 0 ? 'good' : 'bad',
    about: aboutRun(run),
    headline: headlineOf(applied, done.length),
    items: [
      ...unfinished.map(toUnfinishedItem),
      ...findings.map(toFindingItem),
      ...done.map(({ kind, provider, key }) => ({
        label: actionWords[kind].done,
        subject: `${provider}/${key}`,
        details: [],
      })),
    ],
    document: toDocument(applied),
  }
}

function headlineOf({ summary, exitCode }: AppliedRun, done: number): string {
  const isBegun = done > 0 || summary.writes > 0 || !isComplete(summary)
  const how = exitCode === 0 ? '' : ` The apply ended with exit code ${exitCode}.`
  return `${isBegun ? renderApplyLine(summary) : 'Nothing was applied.'}${how}`
}

function toFindingItem({ code, message, provider, key }: ApplyFinding): NoticeItem {
  const subject = [provider, key].filter((part) => part !== undefined).join('/')
  return { label: code, subject, details: [message] }
}

function toUnfinishedItem(event: Unfinished): NoticeItem {
  const { code, message } = event.failure
  const details = [`${code} ${message}`]
  if (event.type === 'account_failed') return { label: 'failed', subject: event.provider, details }
  const label = event.type === 'action_failed' ? `${event.kind} failed` : `${event.kind} skipped`
  return { label, subject: `${event.provider}/${event.key}`, details }
}

function toDocument({ summary, events, exitCode, findings, run }: AppliedRun): Notice['document'] {
  const outcomes = events.filter(isOutcome).flatMap((event) => toApplyLine(event) ?? [])
  return {
    format_version: formatVersion,
    event: 'apply',
    ...(run === undefined ? {} : { run }),
    applied: toSummaryLine(summary, exitCode),
    outcomes: outcomes.slice(0, sentItems),
    findings: findings.slice(0, sentItems),
    left_out: Math.max(0, outcomes.length - sentItems) + Math.max(0, findings.length - sentItems),
  }
}

function isOutcome(event: RunEvent): boolean {
  return event.type === 'action_done' || isUnfinished(event)
}
