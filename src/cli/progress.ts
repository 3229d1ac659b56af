import type { RunEvent } from '../core/outcome.ts'
import type { Plan } from '../core/plan.ts'
import { renderRunEvent } from '../report/apply-text.ts'
import type { Context } from './context.ts'

/** Tells how far a run is: one changing line on a terminal, a line per action elsewhere. */
export interface Progress {
  readonly emit: (event: RunEvent) => void
  /** Tells what is going to be carried out. */
  begin(plan: Plan): void
  end(): void
}

/** Work that is done sooner shows nothing. */
const patienceMs = 1000

/** Makes the progress of a command; with `--quiet` or `--json` it stays silent. */
export function makeProgress(context: Context): Progress {
  const { output, noteLook } = context
  const isSilent = noteLook.quiet === true
  const counts = { reading: 0, read: 0, actions: 0, done: 0 }
  const isLine = output.stderr.isTerminal && !context.isCi
  let isDue = false
  const show = (): void => {
    if (isDue && isLine && !isSilent) output.status(renderCounts(counts))
  }
  const timer = setTimeout(() => {
    isDue = true
    show()
  }, patienceMs)
  timer.unref()
  return {
    emit: (event) => {
      count(counts, event)
      show()
      if (!isSilent && !context.isJson && isTold(event, noteLook.verbose === true)) {
        output.note(`${renderRunEvent(event, noteLook)}\n`)
      }
    },
    begin: (plan) => {
      counts.actions = plan.accounts.flatMap(({ actions }) => actions.filter(({ kind }) => kind !== 'keep')).length
    },
    end: () => {
      clearTimeout(timer)
      output.status(undefined)
    },
  }
}

function isTold(event: RunEvent, isVerbose: boolean): boolean {
  switch (event.type) {
    case 'action_done':
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

type Counts = { reading: number; read: number; actions: number; done: number }

function count(counts: Counts, event: RunEvent): void {
  if (event.type === 'account_reading') counts.reading += 1
  if (event.type === 'account_read' || event.type === 'account_failed') counts.read += 1
  if (event.type === 'action_done' || event.type === 'action_failed' || event.type === 'action_skipped')
    counts.done += 1
}

function renderCounts({ reading, read, actions, done }: Counts): string {
  return actions === 0 ? `Reading accounts: ${read} of ${reading} …` : `Applying: ${done} of ${actions} …`
}
