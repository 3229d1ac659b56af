import type { DriftClass } from '../core/drift.ts'
import { digestOfFiles, digestOfLive } from './drift-fingerprint.ts'
import type { DriftDocument, DriftFindingDocument, DriftHistoryDocument, ResolvedDocument } from './drift-model.ts'
import { renderTime } from './drift-words.ts'

/** A finding as the history knows it; `live` sums up what was found, so that a change of it is seen. */
export interface KnownFinding extends ResolvedDocument {
  readonly live: string
  readonly scope?: string
}

/** What earlier runs leave to be held against. */
export interface DriftHistory {
  readonly runs: number
  readonly lastRunAt?: string
  readonly open: ReadonlyMap<string, OpenFinding>
}

/** A finding that no run has seen resolved. */
export interface OpenFinding extends KnownFinding {
  /** Which files were read by the run that found it. */
  readonly files?: string
}

/** What a run adds to the history: one line of it. Only differences, so that a quiet month stays short. */
export interface HistoryLine {
  readonly hooks_sync_history: 1
  readonly at: string
  readonly tool_version: string
  readonly shard?: string
  /** Sums up which files were read. */
  readonly files?: string
  readonly counted: number
  readonly classes: Readonly<Partial<Record<DriftClass, number>>>
  readonly live: number
  readonly managed: number
  readonly unread?: readonly string[]
  readonly new: readonly KnownFinding[]
  /** Fingerprints. */
  readonly resolved: readonly string[]
}

/** Marks the findings of a run as new or known, and lists what is resolved. */
export function compareWithHistory(document: DriftDocument, history: DriftHistory, at: string): DriftDocument {
  const drift = document.drift.map((finding) => markFinding(finding, history, at))
  const resolved = findResolved(document, history).map(toResolved)
  const count = (state: 'new' | 'known'): number => drift.filter((finding) => finding.state === state).length
  return {
    ...document,
    drift,
    history: {
      runs: history.runs,
      ...(history.lastRunAt === undefined ? {} : { last_run_at: history.lastRunAt }),
      new: count('new'),
      known: count('known'),
      resolved,
    },
  }
}

/** Makes the line that a compared run adds. */
export function toHistoryLine(document: DriftDocument, at: string): HistoryLine {
  const { run, totals, accounts, drift, history } = document
  const unread = accounts.filter(({ read }) => !read).map(({ provider }) => provider)
  return {
    hooks_sync_history: 1,
    at,
    tool_version: run?.tool_version ?? '',
    ...(run?.shard === undefined ? {} : { shard: `${run.shard.index}/${run.shard.count}` }),
    files: digestOfFiles(run),
    counted: totals.counted,
    classes: Object.fromEntries(Object.entries(totals.classes).filter(([, count]) => count > 0)),
    live: totals.live,
    managed: totals.managed,
    ...(unread.length === 0 ? {} : { unread }),
    new: drift.filter(({ state }) => state === 'new').map((finding) => toKnown(finding, at)),
    resolved: (history?.resolved ?? []).map(({ fingerprint }) => fingerprint),
  }
}

/** Names what a finding is about. */
export function renderSubject(finding: Pick<ResolvedDocument, 'class' | 'provider' | 'key' | 'id'>): string {
  const { class: found, provider, key, id } = finding
  return `${found} ${provider}/${key ?? id ?? ''}`
}

/** Words in one line what is new since the runs before. */
export function renderHistoryLine({ runs, last_run_at, new: fresh, known, resolved }: DriftHistoryDocument): string {
  const since = last_run_at === undefined ? 'the first run written down' : `since ${renderTime(last_run_at)}`
  return `${fresh} new, ${known} known, ${resolved.length} resolved; ${runs === 0 ? 'the first run written down' : since}.`
}

function markFinding(finding: DriftFindingDocument, { open }: DriftHistory, at: string): DriftFindingDocument {
  const known = open.get(finding.fingerprint)
  const isKnown = known?.live === digestOfLive(finding)
  return { ...finding, state: isKnown ? 'known' : 'new', first_seen: isKnown ? known.first_seen : at }
}

function toKnown(finding: DriftFindingDocument, at: string): KnownFinding {
  const { fingerprint, class: found, provider, key, id, scope } = finding
  return {
    fingerprint,
    class: found,
    provider,
    ...(key === undefined ? {} : { key }),
    ...(id === undefined ? {} : { id }),
    ...(scope === undefined ? {} : { scope }),
    first_seen: at,
    live: digestOfLive(finding),
  }
}

function toResolved({ live: _live, scope: _scope, files: _files, ...finding }: OpenFinding): ResolvedDocument {
  return finding
}

/** Only what this run has looked at can be resolved: not what another shard, app, file or selection holds. */
function findResolved(document: DriftDocument, { open }: DriftHistory): readonly OpenFinding[] {
  const { accounts, drift, run } = document
  const found = new Set(drift.map(({ fingerprint }) => fingerprint))
  const read = new Map(accounts.flatMap((account) => (account.read ? [[account.provider, account] as const] : [])))
  const seen = new Set([
    ...[...read.values()].flatMap(({ provider, in_line }) => in_line.map((key) => `${provider}/${key}`)),
    ...drift.flatMap(({ provider, key }) => (key === undefined ? [] : [`${provider}/${key}`])),
  ])
  const hasAll = isWholeRun(document)
  const files = digestOfFiles(run)
  return [...open.values()].filter((known) => {
    if (found.has(known.fingerprint)) return false
    const isSelected = run?.narrowed !== true && (known.files ?? files) === files
    const account = read.get(known.provider)
    if (account === undefined) return hasAll && isSelected
    if (known.key !== undefined) return isSelected || seen.has(`${known.provider}/${known.key}`)
    return known.scope === undefined || account.scopes === undefined || account.scopes.includes(known.scope)
  })
}

/** Whether an account that a run does not name is not declared any more. */
function isWholeRun({ run, diagnostics, accounts }: DriftDocument): boolean {
  const hasFailed = accounts.some(({ read }) => !read) || diagnostics.some(({ severity }) => severity === 'error')
  return run !== undefined && run.shard === undefined && !hasFailed
}

/** Goes through the lines of a history, the oldest first. Two runs at once may say the same twice. */
export function foldHistory(lines: readonly HistoryLine[]): DriftHistory {
  const open = new Map<string, OpenFinding>()
  for (const line of lines) {
    for (const fingerprint of line.resolved) open.delete(fingerprint)
    const files = line.files === undefined ? {} : { files: line.files }
    for (const finding of line.new) {
      if (open.get(finding.fingerprint)?.live !== finding.live) open.set(finding.fingerprint, { ...finding, ...files })
    }
  }
  const last = lines.at(-1)
  return { runs: lines.length, ...(last === undefined ? {} : { lastRunAt: last.at }), open }
}
