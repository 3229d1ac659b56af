import { usageError } from './flags.ts'

const units: Readonly<Record<string, number>> = { '': 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads a time such as 500ms, 30s, 5m, 1h or 90d, in milliseconds; a bare number counts seconds. */
export function parseDuration(flag: string, text: string): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*)$/u.exec(text) ?? []
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
  if (digits === '' || factor === undefined) {
    throw usageError(`${flag} takes a time.`, 'For example 500ms, 30s, 5m, 1h or 90d.')
  }
  return Number(digits) * factor
}
