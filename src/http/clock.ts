/** Time and chance as a value, so that waiting can be tested without waiting. */
export interface Clock {
  /** Milliseconds since the epoch; never goes back. */
  now(): number
  /** Runs `task` after `ms`; the returned function takes it back. */
  after(ms: number, task: () => void): () => void
  /** A number from 0 up to, not including, 1. */
  random(): number
}

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
  random: Math.random,
}
