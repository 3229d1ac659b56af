import type { Diagnostic } from '../core/diagnostic.ts'

/** Debug output of Node that shows requests, and of undici, which repeats it. */
const tellingSections = ['http', 'https', 'http2', 'net', 'tls', 'stream', 'fetch', 'undici']
const keyLog = /(?:^|\s)--tls-keylog/u

/** Keeps Node from writing down what a run holds in memory or sends, and says what it was asked for in vain. */
export function hardenProcess(): readonly Diagnostic[] {
  return [...silenceReports(), ...silenceDebugging(), ...refuseKeyLog()]
}

/** Diagnostic reports list the whole environment; where that part cannot be left out, none is written unasked. */
function silenceReports(): readonly Diagnostic[] {
  const { report } = process
  if ('excludeEnv' in report) {
    Object.assign(report, { excludeEnv: true })
    return []
  }
  const isAsked = report.reportOnFatalError || report.reportOnSignal || report.reportOnUncaughtException
  if (!isAsked) return []
  Object.assign(report, { reportOnFatalError: false, reportOnSignal: false, reportOnUncaughtException: false })
  const message = 'Diagnostic reports are turned off: this version of Node writes every environment variable into them.'
  return [warning(message, 'Leave out --report-…; from Node 22.13 on they are written without the environment.')]
}

/** Node has read the variable before anything of ours runs, so that only what it writes can be kept back. */
function silenceDebugging(): readonly Diagnostic[] {
  const asked = (process.env['NODE_DEBUG'] ?? '').split(',').filter((section) => section.trim() !== '')
  if (!asked.some(isTelling)) return []
  delete process.env['NODE_DEBUG']
  const { stderr } = process
  const write = stderr.write.bind(stderr)
  const isDebugLine = new RegExp(`^[A-Z0-9_]+ (?:\\u001b\\[\\d+m)?${process.pid}(?:\\u001b\\[\\d+m)?: `, 'u')
  Object.defineProperty(stderr, 'write', {
    value: (...given: Parameters<typeof write>) => {
      const [chunk] = given
      return typeof chunk === 'string' && isDebugLine.test(chunk) ? true : write(...given)
    },
  })
  const message = 'NODE_DEBUG is ignored: what it shows of requests holds credentials.'
  return [warning(message, 'Unset it; --verbose tells more of a run.')]
}

function isTelling(section: string): boolean {
  const pattern = section
    .trim()
    .replaceAll(/[|\\{}()[\]^$+?.]/gu, '\\$&')
    .replaceAll('*', '.*')
  const asked = new RegExp(`^${pattern}$`, 'iu')
  return tellingSections.some((name) => asked.test(name))
}

function refuseKeyLog(): readonly Diagnostic[] {
  const flags = [process.env['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' ')
  if (!keyLog.test(flags)) return []
  const message = '--tls-keylog writes down the keys of connections, which then hide nothing.'
  return [warning(message, 'Leave it out, or remove its file afterwards.')]
}

function warning(message: string, hint: string): Diagnostic {
  return { code: 'HS2011', severity: 'warning', message, hint }
}
