import { isSlot, Pacer } from '../../src/http/pacer.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Decides whether a request that arrives at `now` is let in; `retryAfterMs` is what a refusal tells, if anything. */
export type Limiter = (now: number) => { readonly isLetIn: boolean; readonly retryAfterMs?: number }

/** A token bucket: `rate` per second, bursts up to `capacity`. */
export function tokenBucket(rate: number, capacity: number, told: 'told' | 'untold'): Limiter {
  let tokens = capacity
  let last: number | undefined
  return (now) => {
    tokens = Math.min(capacity, tokens + ((now - (last ?? now)) * rate) / 1000)
    last = now
    if (tokens < 1) {
      const retryAfterMs = Math.ceil((1 - tokens) / rate) * 1000
      return told === 'told' ? { isLetIn: false, retryAfterMs } : { isLetIn: false }
    }
    tokens -= 1
    return { isLetIn: true }
  }
}

/** A fixed window: `limit` requests in each `windowMs`. */
export function fixedWindow(limit: number, windowMs: number, told: 'told' | 'untold'): Limiter {
  let window = -1
  let used = 0
  return (now) => {
    const current = Math.floor(now / windowMs)
    if (current !== window) {
      window = current
      used = 0
    }
    used += 1
    if (used <= limit) return { isLetIn: true }
    const retryAfterMs = Math.ceil(((window + 1) * windowMs - now) / 1000) * 1000
    return told === 'told' ? { isLetIn: false, retryAfterMs } : { isLetIn: false }
  }
}

export interface Load {
  readonly clock: VirtualClock
  readonly limiter: Limiter
  readonly requests: number
  readonly latencyMs: number
  readonly rate?: number
  readonly concurrency?: number
}

export interface LoadReport {
  readonly seconds: number
  readonly refusals: number
  /** Share of refusals among all requests sent later than ten seconds after the start. */
  readonly laterRefusalShare: number
  readonly mostAttempts: number
  /** The order in which requests were let in. */
  readonly order: readonly number[]
}

/** Sends requests through a pacer to a limiter until each is let in. */
export async function sendAll(load: Load): Promise<LoadReport> {
  const { clock } = load
  const pacer = new Pacer({
    concurrency: load.concurrency ?? 16,
    ...(load.rate === undefined ? {} : { rate: load.rate }),
    backoff: { baseMs: 500, factor: 2, capMs: 30_000, jitter: 0.5 },
    clock,
    maxPauseMs: 120_000,
  })
  const startedAt = clock.now()
  const sent: { readonly at: number; readonly isLetIn: boolean }[] = []
  const order: number[] = []
  let mostAttempts = 0

  async function sendOne(ordinal: number): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      mostAttempts = Math.max(mostAttempts, attempt)
      const slot = await pacer.acquire(ordinal, attempt > 1 ? 'again' : 'write', [])
      if (!isSlot(slot)) throw new Error(slot.kind)
      await sleep(load.latencyMs / 2)
      const answer = load.limiter(clock.now())
      sent.push({ at: clock.now(), isLetIn: answer.isLetIn })
      await sleep(load.latencyMs / 2)
      if (answer.isLetIn) pacer.accepted()
      else pacer.throttled(slot, answer.retryAfterMs)
      if (answer.isLetIn) order.push(ordinal)
      pacer.release()
      if (answer.isLetIn) return
    }
  }

  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      clock.after(ms * (0.8 + 0.4 * clock.random()), resolve)
    })
  }

  await clock.run(Promise.all(Array.from({ length: load.requests }, (_, index) => sendOne(index))))
  const later = sent.filter((request) => request.at > startedAt + 10_000)
  const refused = (requests: typeof sent): number => requests.filter((request) => !request.isLetIn).length
  return {
    seconds: (clock.now() - startedAt) / 1000,
    refusals: refused(sent),
    laterRefusalShare: later.length === 0 ? 0 : refused(later) / later.length,
    mostAttempts,
    order,
  }
}
