import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Ending, exitCode } from '../../src/cli/exit-code.ts'

const byRank: readonly (readonly [Ending, number])[] = [
  ['terminated', 143],
  ['interrupted', 130],
  ['error', 1],
  ['refused', 5],
  ['stale', 4],
  ['in-part', 3],
  ['changes', 2],
  ['done', 0],
]

test('a run that came to nothing in particular exits 0', () => {
  expect(exitCode([])).toBe(0)
})

test('the first ending of the table that holds decides, whatever else holds and in whatever order', () => {
  const anyEndings = fc.shuffledSubarray(
    byRank.map(([ending]) => ending),
    { minLength: 1 },
  )
  fc.assert(
    fc.property(anyEndings, (endings) => {
      const [, code] = byRank.find(([ending]) => endings.includes(ending)) ?? ['done', 0]
      expect(exitCode(endings)).toBe(code)
    }),
  )
})
