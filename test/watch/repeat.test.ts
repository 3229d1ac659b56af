import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeat, type WatchClock } from '../../src/run/watch/repeat.ts'

const everyMs = 10

/** Runs that take so long each; answers when they started. Timers fire early by `early`. */
async function startsOf(durations: readonly number[], early = 0): Promise<readonly number[]> {
  const stop = new AbortController()
  const starts: number[] = []
  let now = 1000
  let isRunning = false
  const clock: WatchClock = {
    now: () => now,
    sleep: (ms) => {
      now += Math.max(0, ms - early)
      return Promise.resolve()
    },
  }
  const run = async (): Promise<void> => {
    if (isRunning) throw new Error('Two runs at once.')
    isRunning = true
    starts.push(now - 1000)
    await Promise.resolve()
    now += durations[starts.length - 1] ?? 0
    if (starts.length === durations.length) stop.abort()
    isRunning = false
  }
  await repeat({ everyMs, stop: stop.signal, clock, run })
  return starts
}

test('runs at once and then on every interval, however long each run takes', async () => {
  expect(await startsOf([3, 9, 0, 5])).toEqual([0, 10, 20, 30])
})

test('runs right after one that took longer, makes up for nothing, and finds back to its beat', async () => {
  expect(await startsOf([35, 1, 12, 1, 1])).toEqual([0, 35, 40, 52, 60])
})

test('a timer that fires early starts no run twice', async () => {
  expect(await startsOf([1, 1, 1], 0.5)).toEqual([0, 9.5, 19.5])
})

test('never starts more runs than there were intervals, and never drifts off', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat(45), { minLength: 1, maxLength: 20 }), async (durations) => {
      const starts = await startsOf(durations)

      starts.forEach((start, at) => {
        const before = starts[at - 1]
        if (before === undefined) return expect(start).toBe(0)
        const ended = before + (durations[at - 1] ?? 0)
        // Either on the beat, or right after a run that took longer.
        expect(start % everyMs === 0 || start === ended).toBe(true)
        expect(start).toBeGreaterThanOrEqual(ended)
        expect(start - before).toBeLessThanOrEqual(Math.max(everyMs, ended - before))
      })
    }),
  ))

test('waiting ends when it is stopped', async () => {
  const stop = new AbortController()
  let runs = 0

  await repeat({
    everyMs: 3_600_000,
    stop: stop.signal,
    run: () => {
      runs += 1
      setTimeout(() => stop.abort(), 1)
      return Promise.resolve()
    },
  })

  expect(runs).toBe(1)
})
