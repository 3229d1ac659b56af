import type { RunEvent } from '../core/outcome.ts'
import type { Plan } from '../core/plan.ts'
import { renderRunEvent } from '../report/apply-text.ts'
import { type ProgressCounts, renderProgress } from '../report/progress-text.ts'
import { wrapText } from '../report/wrap-text.ts'
import type { Context } from './context.ts'

/** Tells how far a run is: one changing line on a terminal, a line now and then elsewhere. */
export interface Progress {
  readonly emit: (event: RunEvent) => void
  /** Tells what is going to be carried out. */
  begin(plan: Plan): void
  end(): void
}

/** The passing of time, as far as progress needs it. */
export interface Ticking {
  readonly now: () => number
  /** Does work again and again; answers with what stops it. It keeps no run from ending. */
  every(milliseconds: number, work: () => void): () => void
}

/** Work that is done sooner shows nothing. */
const patienceMs = 1000
/** A terminal is not written to more often. */
const leastPauseMs = 100
/** Looked at so often: a timer of the whole patience may ring a moment early, and then a second would be lost. */
const tickMs = 250
/** A log grows by one line in this time. */
const logPauseMs = 10_000
/** Of more actions than this, only what goes wrong is told one by one. */
const toldSingly = 100

/** Makes the progress of a command; with `--quiet` it stays silent, with `--json` it writes no lines. */
export function makeProgress(context: Context, ticking: Ticking = wallTime): Progress {
  const { output, noteLook } = context
  const isSilent = noteLook.quiet === true
  const tally = makeTally(ticking)
  const note = (text: string): void => {
    if (!isSilent && !context.isJson) output.note(`${wrapText(text, noteLook)}\n`)
  }
  const show = isSilent ? () => undefined : showOn(context, tally.counts, note, ticking)
  const stop = ticking.every(tickMs, show)
  return {
    emit: (event) => {
      tally.count(event)
      show()
      const { phase, total } = tally.counts()
      const isEach = noteLook.verbose === true || phase === 'reading' || total <= toldSingly
      if (isTold(event, noteLook.verbose === true, isEach)) note(renderRunEvent(event, noteLook))
    },
    begin: (plan) => {
      tally.begin(plan.accounts.flatMap(({ actions }) => actions.filter(({ kind }) => kind !== 'keep')).length)
    },
    end: () => {
      stop()
      output.status(undefined)
    },
  }
}

/** Makes what shows the counts when it is time to: a line that changes on a terminal, a new one in a log. */
function showOn(
  { output, isCi }: Context,
  counts: () => ProgressCounts,
  note: (text: string) => void,
  { now }: Ticking,
): () => void {
  const isLine = output.stderr.isTerminal && !isCi
  const [patience, pause] = isLine ? [patienceMs, leastPauseMs] : [logPauseMs, logPauseMs]
  let shownAt = now() + patience - pause
  return () => {
    const found = counts()
    // Nothing is under way: the next line belongs to a question, or to the end.
    if (found.done >= found.total) return output.status(undefined)
    if (now() < shownAt + pause) return
    shownAt = now()
    if (isLine) output.status(`${renderProgress(found)} …`)
    else note(renderProgress(found))
  }
}

function isTold(event: RunEvent, isVerbose: boolean, isEach: boolean): boolean {
  switch (event.type) {
    case 'action_done':
      return isEach
    case 'action_failed':
    case 'action_skipped':
    case 'rotation':
      return true
    case 'action_start':
    case 'account_reading':
    case 'account_read':
      return isVerbose
    // These are findings too, and told as such.
    case 'account_failed':
    case 'rotation_failed':
    case 'diagnostic':
    case 'plan':
      return false
  }
}

interface Tally {
  readonly count: (event: RunEvent) => void
  readonly begin: (actions: number) => void
  readonly counts: () => ProgressCounts
}

function makeTally({ now }: Ticking): Tally {
  let since = now()
  let counts: Omit<ProgressCounts, 'elapsedMs'> = { phase: 'reading', done: 0, total: 0, failed: 0 }
  return {
    count: (event) => {
      counts = countEvent(counts, event)
    },
    begin: (actions) => {
      since = now()
      counts = { phase: 'applying', done: 0, total: actions, failed: 0 }
    },
    counts: () => ({ ...counts, elapsedMs: now() - since }),
  }
}

function countEvent(counts: Omit<ProgressCounts, 'elapsedMs'>, event: RunEvent): Omit<ProgressCounts, 'elapsedMs'> {
  const { phase, done, total, failed } = counts
  const isReading = phase === 'reading'
  const isStart = isReading && event.type === 'account_reading'
  return {
    phase,
    done: (isReading ? isRead(event) : isEnded(event)) ? done + 1 : done,
    total: isStart ? (event.accounts ?? total + 1) : total,
    failed: event.type === (isReading ? 'account_failed' : 'action_failed') ? failed + 1 : failed,
  }
}

function isRead({ type }: RunEvent): boolean {
  return type === 'account_read' || type === 'account_failed'
}

function isEnded({ type }: RunEvent): boolean {
  return type === 'action_done' || type === 'action_failed' || type === 'action_skipped'
}

const wallTime: Ticking = {
  now: () => performance.now(),
  every: (milliseconds, work) => {
    const timer = setInterval(work, milliseconds)
    timer.unref()
    return () => clearInterval(timer)
  },
}
