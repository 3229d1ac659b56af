import type { Clock } from '../../src/http/clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly task: () => void
}

/** A clock that stands still until told to run; chance comes from a fixed sequence. */
export interface VirtualClock extends Clock {
  /** Fires timers in order until `done` settles; every wait is over at once. */
  run<T>(done: Promise<T>): Promise<T>
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: readonly number[]
}

/** Makes a virtual clock that starts at a fixed moment. */
export function makeVirtualClock(startsAt: number = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = startsAt
  let order = 0
  let seed = 42
  let timers: Timer[] = []
  const waits: number[] = []

  function takeNext(): Timer | undefined {
    const next = timers.toSorted((a, b) => a.at - b.at || a.order - b.order)[0]
    timers = timers.filter((timer) => timer !== next)
    return next
  }

  return {
    now: () => now,
    after(ms, task) {
      waits.push(ms)
      const timer = { at: now + ms, order: order++, task }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    random() {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return seed / 2 ** 31
    },
    async run(done) {
      let isDone = false
      const settled = done.finally(() => {
        isDone = true
      })
      settled.catch(() => {})
      for (;;) {
        // The client's own steps are microtasks; what goes over a socket needs the event loop.
        await new Promise((resolve) => setImmediate(resolve))
        if (isDone) return await settled
        const next = takeNext()
        if (next === undefined) continue
        now = Math.max(now, next.at)
        next.task()
      }
    },
    waits,
  }
}
