import { renderHistoryLine } from '../report/drift-history.ts'
import type { DriftDocument, DriftFindingDocument, DriftRunDocument, ResolvedDocument } from '../report/drift-model.ts'
import { renderDriftLine } from '../report/drift-totals.ts'
import { renderRemedy, renderRisk } from '../report/drift-words.ts'
import { formatVersion } from '../report/plan-document.ts'
import { type Notice, type NoticeItem, sentItems } from './notice.ts'

/**
 * Makes the notice of a drift run; undefined where it has nothing to say. Only what counts as drift does: with a
 * history what is new in it or resolved since, else all of it.
 */
export function makeDriftNotice(document: DriftDocument): Notice | undefined {
  const { drift, history, totals, counted_classes } = document
  const counted = drift.filter((finding) => finding.counted)
  const told = history === undefined ? counted : counted.filter(({ state }) => state === 'new')
  const resolved = (history?.resolved ?? []).filter((finding) => counted_classes.includes(finding.class))
  if (told.length + resolved.length === 0) return undefined
  return {
    event: 'drift',
    tone: totals.counted === 0 ? 'good' : 'attention',
    about: aboutRun(document.run),
    headline: [
      renderDriftLine(document),
      ...(history === undefined ? [] : [renderHistoryLine(history)]),
      ...unread(document),
    ].join(' '),
    items: [...told.map(toItem), ...resolved.map(toResolvedItem)],
    document: toDocument(document, told, resolved),
  }
}

function unread({ totals }: DriftDocument): readonly string[] {
  if (totals.unread_accounts === 0) return []
  return [`${totals.unread_accounts} of ${totals.accounts} accounts could not be read.`]
}

/** Says which run it was: people get notices of many. */
export function aboutRun(run: DriftRunDocument | undefined): readonly string[] {
  const { repository, directory, shard } = run ?? {}
  return [
    ...(repository === undefined ? [] : [`${repository.url} at ${repository.revision.slice(0, 12)}`]),
    ...(directory === undefined || directory === '' ? [] : [directory]),
    ...(shard === undefined ? [] : [`shard ${shard.index}/${shard.count}`]),
  ]
}

function toItem(finding: DriftFindingDocument): NoticeItem {
  const { at, changes, reason, apply, state } = finding
  const isDone = apply.kind !== 'none' && apply.kind !== 'forget'
  return {
    label: state === 'new' ? `new: ${finding.class}` : finding.class,
    subject: subjectOf(finding),
    details: [
      ...(at === undefined ? [] : [`${at.file}:${at.line}`]),
      ...(changes.length === 0 ? [] : [changes.map(({ path }) => path).join(', ')]),
      ...(reason === undefined ? [] : [`the vendor says: ${reason}`]),
      ...(isDone ? [`apply: ${renderRemedy(finding)}, ${renderRisk(apply)}`] : []),
    ],
  }
}

function toResolvedItem(finding: ResolvedDocument): NoticeItem {
  return { label: `resolved: ${finding.class}`, subject: subjectOf(finding), details: [] }
}

function subjectOf({ provider, key, id }: Pick<ResolvedDocument, 'provider' | 'key' | 'id'>): string {
  return [provider, key ?? id].filter((part) => part !== undefined).join('/')
}

function toDocument(
  { run, counted_classes, totals, history }: DriftDocument,
  told: readonly DriftFindingDocument[],
  resolved: readonly ResolvedDocument[],
): Notice['document'] {
  return {
    format_version: formatVersion,
    event: 'drift',
    ...(run === undefined ? {} : { run }),
    counted_classes,
    totals,
    ...(history === undefined ? {} : { history: { ...history, resolved: history.resolved.length } }),
    findings: told.slice(0, sentItems),
    resolved: resolved.slice(0, sentItems),
    left_out: Math.max(0, told.length - sentItems) + Math.max(0, resolved.length - sentItems),
  }
}
