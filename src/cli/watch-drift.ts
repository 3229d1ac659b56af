import type { Diagnostic } from '../core/diagnostic.ts'
import type { DriftClass } from '../core/drift.ts'
import { type DriftHistory, foldHistory, type HistoryLine, toHistoryLine } from '../report/drift-history.ts'
import { repeat } from '../run/watch/repeat.ts'
import { statusPages } from '../run/watch/status-pages.ts'
import { serveStatus } from '../run/watch/status-server.ts'
import { makeWatchTally, type WatchOutcome, type WatchTally } from '../run/watch/watch-tally.ts'
import type { Context } from './context.ts'
import { hasFailed, writeDriftReports } from './drift-report.ts'
import { exitCode } from './exit-code.ts'
import { type FoundDrift, findDrift, readFailOn } from './find-drift.ts'
import { usageError } from './flags.ts'
import { openHistory } from './history-file.ts'
import { openNotifier } from './notifier.ts'
import { readSyncOptions } from './options.ts'
import { driftFormats, openReports, type ReportFormat, type Reports } from './reports.ts'
import { explainMistake } from './tell-failure.ts'
import { readWatchFlags, type WatchFlags } from './watch-flags.ts'
import { makeWatchLog, type WatchLog } from './watch-log.ts'

/** Runs `hooks-sync drift --watch` until it is stopped. */
export async function watchDrift(context: Context): Promise<number> {
  const { signals, audit } = context
  const wishes = readWatchFlags(context)
  const watch = await openWatch(context)
  const tally = makeWatchTally()
  const log = makeWatchLog(context)
  const close = await serve(context, wishes, tally, log)
  try {
    const stop = audit === undefined ? signals.stop : AbortSignal.any([signals.stop, audit.lost])
    await repeat({ everyMs: wishes.everyMs, stop, run: () => runOnce(context, watch, tally, log) })
  } finally {
    await close()
  }
  // Being stopped is how it ends.
  return exitCode([])
}

/** What goes from run to run. */
interface Watch {
  readonly counted: readonly DriftClass[]
  readonly reports: Reports<ReportFormat>
  /** What was found so far, for those who keep no history. */
  known: DriftHistory
}

/** Finds what is wrong with the command line now, and not in each run. */
async function openWatch(context: Context): Promise<Watch> {
  const counted = readFailOn(context)
  const reports = await openReports(context, driftFormats)
  await openHistory(context)
  await readSyncOptions(context, () => undefined)
  await openNotifier(context)
  return { counted, reports, known: foldHistory([]) }
}

async function serve(
  context: Context,
  { address, everyMs }: WatchFlags,
  tally: WatchTally,
  log: WatchLog,
): Promise<() => Promise<void>> {
  if (address === undefined) return () => Promise.resolve()
  const pages = statusPages({ tally, everyMs, now: Date.now, scrub: (text) => context.output.scrub(text) })
  const server = await serveStatus(address, pages).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`--metrics cannot listen there (${error.code ?? error.message}).`, 'Name another port or host.')
  })
  log.listening(server.url)
  return () => server.close()
}

/** One run, whatever becomes of it: the next one may find things mended. */
async function runOnce(context: Context, watch: Watch, tally: WatchTally, log: WatchLog): Promise<void> {
  const started = performance.now()
  const tried = await attempt(context, watch, tally)
  if (tried === undefined) return
  const { found, outcome, diagnostics } = tried
  const document = found === undefined ? {} : { document: found.document }
  const run = { outcome, endedAt: Date.now(), durationMs: performance.now() - started, ...document }
  tally.endRun(run)
  log.ended(run, diagnostics)
  if (found !== undefined) await notify(context, found, tally)
}

interface Attempt {
  readonly outcome: WatchOutcome
  readonly found?: FoundDrift
  readonly diagnostics: readonly Diagnostic[]
}

/** Undefined where it was asked to stop: that run tells nothing. */
async function attempt(context: Context, watch: Watch, tally: WatchTally): Promise<Attempt | undefined> {
  let found: FoundDrift | undefined
  try {
    found = await look(context, watch, tally)
    await writeDriftReports(context, watch.reports, found.document)
    return { outcome: outcomeOf(found), found, diagnostics: found.diagnostics }
  } catch (error) {
    if (context.signals.stop.aborted) return undefined
    const diagnostics = [...(found?.diagnostics ?? []), ...explainMistake(error)]
    return { outcome: 'failed', ...(found === undefined ? {} : { found }), diagnostics }
  }
}

function outcomeOf({ document }: FoundDrift): WatchOutcome {
  if (hasFailed(document)) return 'failed'
  return document.totals.counted > 0 ? 'drift' : 'in_line'
}

/** Looks at files and accounts as they are now, and remembers what is new. */
async function look(context: Context, watch: Watch, tally: WatchTally): Promise<FoundDrift> {
  const given = await readSyncOptions(context, () => undefined)
  const options: typeof given = {
    ...given,
    onVendorCall: (call) => {
      tally.countCall(call)
      given.onVendorCall?.(call)
    },
  }
  const history = await openHistory(context)
  const found = await findDrift(context, options, watch.counted, history?.history ?? watch.known)
  const line = toHistoryLine(found.document, found.at)
  if (history === undefined) watch.known = grow(watch.known, line)
  else await history.append(line)
  return found
}

/** A service runs for years: it keeps what is open, not each run. */
function grow(known: DriftHistory, line: HistoryLine): DriftHistory {
  const before = { ...line, new: [...known.open.values()], resolved: [] }
  return { ...foldHistory([before, line]), runs: known.runs + 1 }
}

async function notify(context: Context, { document }: FoundDrift, tally: WatchTally): Promise<void> {
  const { makeDriftNotice } = await import('../notify/drift-notice.ts')
  const notice = makeDriftNotice(document)
  if (notice === undefined) return
  try {
    // Opened anew, so that a URL that was rotated is found.
    const notifier = await openNotifier(context)
    if (notifier !== undefined) tally.countNotifications(await notifier.send(notice))
  } catch (error) {
    context.report(explainMistake(error))
  }
}
