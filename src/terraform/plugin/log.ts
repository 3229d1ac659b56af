import type { Environment } from './handshake.ts'

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const

export type LogLevel = (typeof levels)[number]

/** Writes lines for the log of the engine. */
export type Log = (level: LogLevel, message: string, more?: Readonly<Record<string, unknown>>) => void

/** Tells from which level on lines are wanted; undefined for none. */
export function wantedLevel(env: Environment): LogLevel | undefined {
  const wish = [env['TF_LOG_PROVIDER_HOOKS'], env['TF_LOG_PROVIDER'], env['TF_LOG']].find((each) => (each ?? '') !== '')
  if (wish === undefined) return undefined
  const name = wish.toLowerCase()
  if (name === 'off') return undefined
  // `JSON` asks for a form, and what is no level for everything, as the engines have it.
  return levels.find((level) => level === name) ?? 'trace'
}

/** Makes a log in the form of hclog, which the engine reads line by line from standard error. */
export function makeLog(write: (line: string) => void, wanted: LogLevel | undefined): Log {
  const lowest = wanted === undefined ? levels.length : levels.indexOf(wanted)
  return (level, message, more = {}) => {
    if (levels.indexOf(level) < lowest) return
    write(
      `${JSON.stringify({
        '@level': level,
        '@message': message,
        '@module': 'provider.hooks',
        // Six digits, or the engine takes the whole line for text.
        '@timestamp': new Date().toISOString().replace('Z', '000Z'),
        ...more,
      })}\n`,
    )
  }
}
