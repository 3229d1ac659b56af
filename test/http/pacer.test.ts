import { describe, expect, test } from 'vitest'
import { isSlot, Pacer, type PacerOptions } from '../../src/http/pacer.ts'
import { fixedWindow, type Limiter, sendAll, tokenBucket } from './limited-vendor.ts'
import { makeVirtualClock } from './virtual-clock.ts'

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

function aPacer(options: Partial<PacerOptions> = {}): Pacer {
  const backoff = { baseMs: 500, factor: 2, capMs: 30_000, jitter: 0 }
  return new Pacer({ concurrency: 4, backoff, clock: makeVirtualClock(), maxPauseMs: 120_000, ...options })
}

test('spaces requests evenly at the configured rate', async () => {
  const clock = makeVirtualClock()
  const pacer = aPacer({ clock, rate: 10, concurrency: 100 })
  const startedAt = clock.now()
  const starts: number[] = []

  await clock.run(
    Promise.all(
      range(50).map(async (ordinal) => {
        await pacer.acquire(ordinal, 'write', [])
        starts.push(clock.now() - startedAt)
      }),
    ),
  )

  for (const [index, at] of starts.entries()) {
    expect(at).toBeLessThanOrEqual(index * 100)
    expect(at).toBeGreaterThanOrEqual(index * 100 - 31)
  }
})

test('waits no longer at once than a timer can hold, however low the rate', () => {
  const waits: number[] = []
  const note = (ms: number): (() => void) => {
    waits.push(ms)
    return () => undefined
  }
  const pacer = aPacer({ clock: { ...makeVirtualClock(), after: note }, rate: 1e-9 })

  for (const ordinal of range(2)) void pacer.acquire(ordinal, 'write', [])

  expect(waits).toEqual([2_147_483_647])
})

test('hands out no more slots at once than allowed, in order', async () => {
  const pacer = aPacer({ concurrency: 2 })
  const order: number[] = []
  const slots = range(5).map(async (ordinal) => {
    await pacer.acquire(ordinal, 'write', [])
    order.push(ordinal)
  })

  await Promise.all(slots.slice(0, 2))
  expect(order).toEqual([0, 1])
  for (const _ of range(3)) pacer.release()
  await Promise.all(slots)

  expect(order).toEqual([0, 1, 2, 3, 4])
})

test('lets requests that were sent before go first, in their first order', async () => {
  const pacer = aPacer({ concurrency: 1 })
  const order: string[] = []
  await pacer.acquire(0, 'write', [])
  const waiting = [
    pacer.acquire(7, 'write', []).then(() => order.push('fresh 7')),
    pacer.acquire(5, 'again', []).then(() => order.push('again 5')),
    pacer.acquire(3, 'again', []).then(() => order.push('again 3')),
  ]

  for (const _ of range(3)) pacer.release()
  await Promise.all(waiting)

  expect(order).toEqual(['again 3', 'again 5', 'fresh 7'])
})

test('lets reading go before writing: something waits for what is read', async () => {
  const pacer = aPacer({ concurrency: 1 })
  const order: string[] = []
  await pacer.acquire(0, 'write', [])
  const waiting = [
    pacer.acquire(1, 'write', []).then(() => order.push('create 1')),
    pacer.acquire(2, 'write', []).then(() => order.push('create 2')),
    pacer.acquire(3, 'read', []).then(() => order.push('check 3')),
    pacer.acquire(4, 'read', []).then(() => order.push('check 4')),
    pacer.acquire(2, 'again', []).then(() => order.push('again 2')),
  ]

  for (const _ of range(5)) pacer.release()
  await Promise.all(waiting)

  expect(order).toEqual(['again 2', 'check 3', 'check 4', 'create 1', 'create 2'])
})

test('pauses all requests for as long as one was told to wait', async () => {
  const clock = makeVirtualClock()
  const pacer = aPacer({ clock })
  const slot = await pacer.acquire(0, 'write', [])
  const pausedAt = clock.now()
  if (isSlot(slot)) pacer.throttled(slot, 9000)
  pacer.release()

  await clock.run(pacer.acquire(1, 'write', []))

  expect(clock.now() - pausedAt).toBe(9000)
})

test('takes 429s of requests already in flight as one', async () => {
  const clock = makeVirtualClock()
  const pacer = aPacer({ clock })
  const slots = await Promise.all(range(4).map((ordinal) => pacer.acquire(ordinal, 'write', [])))

  const pauses = slots.filter(isSlot).map((slot) => pacer.throttled(slot, undefined))

  expect(pauses).toEqual([500, 500, 500, 500])
})

test('keeps ten thousand waiting requests in order without slowing down', async () => {
  const pacer = aPacer({ concurrency: 1 })
  const order: number[] = []
  await Promise.all(
    range(10_000).map(async (ordinal) => {
      await pacer.acquire(ordinal, 'write', [])
      order.push(ordinal)
      pacer.release()
    }),
  )

  expect(order).toEqual(range(10_000))
})

describe('at a vendor that allows R requests per second', () => {
  test.each([5, 20, 100, 400])('R = %i configured: as fast as allowed', async (rate) => {
    const requests = rate * 20
    const limiter = tokenBucket(rate, rate, 'told')
    const report = await sendAll({ clock: makeVirtualClock(), limiter, requests, latencyMs: 20, rate })

    expect(report.seconds).toBeLessThanOrEqual((1.15 * requests) / rate)
    expect(report.seconds).toBeGreaterThanOrEqual((0.95 * requests) / rate)
    expect(report.refusals).toBe(0)
    expect(report.order.length).toBe(requests)
  })

  const told: readonly [string, number, number, () => Limiter][] = [5, 20, 100, 300].flatMap((rate) => [
    [`a bucket of ${rate}, ${rate} a second`, rate, 50, () => tokenBucket(rate, rate, 'told')],
    [`a bucket of ${3 * rate}, ${rate} a second`, rate, 10, () => tokenBucket(rate, 3 * rate, 'told')],
    [`${rate * 10} in ten seconds`, rate, 50, () => fixedWindow(rate * 10, 10_000, 'told')],
  ])
  test.each(told)('told by Retry-After, %s: near as fast as allowed', async (_, rate, latencyMs, limiter) => {
    const requests = rate * 40
    const report = await sendAll({ clock: makeVirtualClock(), limiter: limiter(), requests, latencyMs })

    expect(report.seconds).toBeLessThanOrEqual((1.15 * requests) / rate)
    expect(report.mostAttempts).toBeLessThanOrEqual(5)
  })

  const untold: readonly [string, number, number, () => Limiter][] = [5, 20, 100, 300].flatMap(
    (rate) =>
      [
        [`a bucket of ${rate}, ${rate} a second`, rate, 50, () => tokenBucket(rate, rate, 'untold')],
        [`a bucket of ${3 * rate}, ${rate} a second`, rate, 10, () => tokenBucket(rate, 3 * rate, 'untold')],
        ...(rate < 20
          ? []
          : [
              [
                `a bucket of ${rate / 5}, ${rate} a second`,
                rate,
                20,
                () => tokenBucket(rate, rate / 5, 'untold'),
              ] as const,
            ]),
      ] as [string, number, number, () => Limiter][],
  )
  test.each(untold)('not told, %s: learns the rate within ten seconds', async (_, rate, latencyMs, limiter) => {
    const requests = rate * 40
    const report = await sendAll({ clock: makeVirtualClock(), limiter: limiter(), requests, latencyMs })

    expect(report.seconds).toBeLessThanOrEqual((1.3 * requests) / rate)
    expect(report.laterRefusalShare).toBeLessThanOrEqual(0.05)
    expect(report.mostAttempts).toBeLessThanOrEqual(5)
  })

  test('a vendor that comes to allow more is noticed', async () => {
    const clock = makeVirtualClock()
    const startedAt = clock.now()
    const slow = tokenBucket(5, 5, 'untold')
    const fast = tokenBucket(50, 50, 'untold')
    const limiter: Limiter = (now) => (now < startedAt + 20_000 ? slow(now) : fast(now))

    const report = await sendAll({ clock, limiter, requests: 2000, latencyMs: 20 })

    expect(report.seconds).toBeLessThan(20 + 20 + 1900 / 50)
  })

  test('a single 429 that tells how long to wait costs no more than that wait', async () => {
    let count = 0
    const limiter: Limiter = () => {
      count += 1
      return count === 40 ? { isLetIn: false, retryAfterMs: 2000 } : { isLetIn: true }
    }

    const report = await sendAll({ clock: makeVirtualClock(), limiter, requests: 400, latencyMs: 16 })

    expect(report.seconds).toBeLessThan(2 + 1)
  })
})
