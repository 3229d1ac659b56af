import { metricsContentType, renderMetrics } from '../../report/metrics-text.ts'
import type { StatusPage } from './status-server.ts'
import { toWatchMetrics } from './watch-metrics.ts'
import type { WatchTally } from './watch-tally.ts'

export interface StatusOptions {
  readonly tally: WatchTally
  readonly everyMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly scrub: (text: string) => string
}

/** Makes the pages of a service: its figures, whether it is alive, and whether it keeps up. */
export function statusPages(options: StatusOptions): Readonly<Record<string, () => StatusPage>> {
  const { tally, everyMs, scrub } = options
  return {
    '/metrics': () => ({
      status: 200,
      type: metricsContentType,
      text: scrub(renderMetrics(toWatchMetrics(tally.read(), everyMs))),
    }),
    '/healthz': () => plain(200, 'alive'),
    '/readyz': () => readiness(options),
  }
}

/** A run that failed counts: metrics tell of it, and starting the service anew would mend no vendor. */
function readiness({ tally, everyMs, now }: StatusOptions): StatusPage {
  const { last } = tally.read()
  if (last === undefined) return plain(503, 'no run has ended yet')
  const isLate = now() - last.endedAt > 2 * everyMs
  return isLate ? plain(503, 'the last run ended more than two intervals ago') : plain(200, 'ready')
}

function plain(status: number, text: string): StatusPage {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n` }
}
