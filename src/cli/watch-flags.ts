import type { ListenAddress } from '../run/watch/status-server.ts'
import type { Context } from './context.ts'
import { usageError } from './flags.ts'
import { parseDuration } from './parse-duration.ts'

/** How drift is watched. */
export interface WatchFlags {
  readonly everyMs: number
  /** Where figures are served; absent without `--metrics`. */
  readonly address?: ListenAddress
}

const shortest = 100
/** Timers of Node hold little longer. */
const longest = 20 * 24 * 3_600_000

/** Reads `--watch` and `--metrics`, and refuses what cannot be done again and again. */
export function readWatchFlags({ flags }: Context): WatchFlags {
  const everyMs = parseDuration('--watch', flags.value('watch') ?? '')
  if (everyMs < shortest || everyMs > longest) {
    throw usageError('--watch takes a time from 100ms to 20d.', 'For example --watch 15m.')
  }
  if (flags.list('file').includes('-')) {
    throw usageError('--watch reads the files anew for each run, and standard input only once.', 'Name files with -f.')
  }
  if (flags.list('report').some((report) => report.endsWith('=-'))) {
    throw usageError('With --watch, stdout has one line for each run.', 'Write the report to a file.')
  }
  const metrics = flags.value('metrics')
  return { everyMs, ...(metrics === undefined ? {} : { address: parseAddress(metrics) }) }
}

/** As Prometheus takes it, `:9464` means all interfaces; a port alone stays on this machine. */
function parseAddress(text: string): ListenAddress {
  const [, host, digits = ''] = /^(?:(.*):)?(\d{1,5})$/u.exec(text) ?? []
  const port = digits === '' ? Number.NaN : Number(digits)
  // An IPv6 address stands in brackets, or its last group would be taken for the port.
  const isHost = host === undefined || host === '' || /^(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)$/iu.test(host)
  if (!(port <= 65_535) || !isHost) {
    throw usageError('--metrics takes a port or host:port.', 'For example 9464, 0.0.0.0:9464, [::1]:9464 or :9464.')
  }
  if (host === undefined) return { host: '127.0.0.1', port }
  return host === '' ? { port } : { host: host.replace(/^\[(.*)\]$/u, '$1'), port }
}
