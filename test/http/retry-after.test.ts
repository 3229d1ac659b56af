import { expect, test } from 'vitest'
import { backoffMs, readRetryAfter } from '../../src/http/retry-after.ts'
import { makeVirtualClock } from './virtual-clock.ts'

const now = Date.UTC(2026, 10, 20, 12, 0, 0)

test.each([
  [{ 'retry-after': '7' }, 7],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': ' 1.5 ' }, 1.5],
  [{ 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, 30],
  [{ 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': 'Fri, 20 Nov 2026 13:00:30 GMT', date: 'Fri, 20 Nov 2026 13:00:00 GMT' }, 30],
  [{ 'retry-after-ms': '250', 'retry-after': '7' }, 0.25],
  [{ 'retry-after': '-5' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{}, undefined],
])('reads %j as %s seconds', (headers, seconds) => {
  expect(readRetryAfter(headers, now)).toBe(seconds)
})

test('waits double up to the cap, and chance takes off no more than its share', () => {
  const clock = makeVirtualClock()
  const backoff = { baseMs: 500, factor: 2, capMs: 30_000, jitter: 0.5 }

  for (const [round, ceiling] of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000].entries()) {
    const wait = backoffMs(backoff, round, clock)
    expect(wait).toBeLessThanOrEqual(ceiling)
    expect(wait).toBeGreaterThan(ceiling / 2)
  }
})
