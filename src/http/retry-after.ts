import type { Clock } from './clock.ts'

/** Headers of an answer; names in lower case, repeated ones joined. */
export type AnswerHeaders = Readonly<Record<string, string>>

/**
 * Reads how many seconds an answer asks to wait, from `retry-after-ms`, then `Retry-After` as seconds or as a date.
 * A date counts from the answer's own `Date`, so that a clock that is off here does not matter.
 */
export function readRetryAfter(headers: AnswerHeaders, now: number): number | undefined {
  const milliseconds = parsePositive(headers['retry-after-ms'])
  if (milliseconds !== undefined) return milliseconds / 1000
  const text = headers['retry-after']
  if (text === undefined) return undefined
  const seconds = parsePositive(text)
  if (seconds !== undefined) return seconds
  const until = Date.parse(text)
  // Date.parse takes almost anything that holds a number for a date.
  if (Number.isNaN(until) || !/[a-z]{3}/i.test(text)) return undefined
  const sent = Date.parse(headers['date'] ?? '')
  return Math.max(0, until - (Number.isNaN(sent) ? now : sent)) / 1000
}

function parsePositive(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d+(?:\.\d+)?\s*$/.test(text)) return undefined
  return Number(text)
}

/** How waits grow when the vendor does not say how long to wait. */
export interface Backoff {
  readonly baseMs: number
  readonly factor: number
  readonly capMs: number
  /** The share of a wait that is left to chance: 1 is full jitter. */
  readonly jitter: number
}

/** Computes the wait before the next attempt, `round` counting from 0. */
export function backoffMs(backoff: Backoff, round: number, clock: Clock): number {
  const ceiling = Math.min(backoff.capMs, backoff.baseMs * backoff.factor ** round)
  return ceiling * (1 - backoff.jitter * clock.random())
}
