import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderProgress } from '../../src/report/progress-text.ts'

const applying = { phase: 'applying', done: 0, total: 10_000, failed: 0, elapsedMs: 0 } as const

test.each([
  ['before there is anything to go by', { elapsedMs: 60_000 }, 'Applying: 0 of 10000'],
  ['too early', { done: 40, elapsedMs: 1500 }, 'Applying: 40 of 10000'],
  ['many a second', { done: 400, elapsedMs: 10_000 }, 'Applying: 400 of 10000, 40/s, about 4m 0s left'],
  ['some a second', { done: 42, elapsedMs: 10_000 }, 'Applying: 42 of 10000, 4.2/s, about 39m 31s left'],
  ['few a minute', { done: 4, elapsedMs: 20_000 }, 'Applying: 4 of 10000, 12/min, about 13h 53m left'],
  ['nearly done', { done: 9999, elapsedMs: 10_000 }, 'Applying: 9999 of 10000, 1000/s, about 1s left'],
  ['done', { done: 10_000, elapsedMs: 10_000, failed: 2 }, 'Applying: 10000 of 10000, 2 failed'],
])('words progress: %s', (_, counts, expected) => {
  expect(renderProgress({ ...applying, ...counts })).toBe(expected)
})

test('never promises what is no number', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), fc.nat(), (done, total, failed, elapsedMs) => {
      expect(renderProgress({ phase: 'reading', done, total, failed, elapsedMs })).toMatch(
        /^Reading accounts: \d+ of \d+(?:, \d+ failed)?(?:, [\d.]+\/(?:s|min), about (?:\d+h )?\d+[ms](?: \d+s)? left)?$/u,
      )
    }),
  )
})
