import type { Clock } from '../../engine/ports.ts'
import { type CtyObject, type CtyValue, isObject } from '../cty/value.ts'

/** A clock that also says when a time is over. */
export interface LimitingClock extends Clock {
  /** Makes a signal that is aborted after so many milliseconds. */
  limit(ms: number): AbortSignal
}

export type Operation = 'create' | 'read' | 'update' | 'delete'

/** Timers of Node hold no more. */
const longestTimerMs = 2 ** 31 - 1

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const duration = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/u

/** Reads a span of time such as `90s` or `1h30m` in milliseconds; undefined where it is none. */
export function readDuration(text: string): number | undefined {
  if (!duration.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/gu)]
  return parts.reduce((sum, [, amount = '0', unit = 's']) => sum + Number(amount) * (units[unit] ?? 0), 0)
}

/** Makes a signal that is aborted when the time is over that `timeouts` gives an operation. */
export function deadlineOf(clock: LimitingClock, block: CtyObject, operation: Operation): AbortSignal | undefined {
  const timeouts: CtyValue = block['timeouts'] ?? null
  const text = isObject(timeouts) ? timeouts[operation] : undefined
  const ms = typeof text === 'string' ? readDuration(text) : undefined
  return ms === undefined ? undefined : clock.limit(Math.min(ms, longestTimerMs))
}

/** Makes one signal of those there are; a refresh of thousands should not make one for each. */
export function eitherOf(signal: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? signal : AbortSignal.any([signal, other])
}
