import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textWidth } from '../../src/report/text-width.ts'
import { wrapText } from '../../src/report/wrap-text.ts'

const narrow = { color: false, width: 40, isTerminal: true }

describe('on a terminal', () => {
  test.each([
    [
      'between words, further in',
      '  url: a receiver that cannot be reached by anybody',
      ['  url: a receiver that cannot be reached', '    by anybody'],
    ],
    [
      'and a word that is too long stays whole',
      `see ${'x'.repeat(50)} there`,
      ['see', `  ${'x'.repeat(50)}`, '  there'],
    ],
    [
      'but not inside what is copied',
      'Settle what failed, then run `hooks-sync apply --verbose` again.',
      ['Settle what failed, then run', '  `hooks-sync apply --verbose` again.'],
    ],
    [
      'and a command is one piece',
      'To undo it: hooks-sync apply .hooks-sync/undo/2026-11-21.json',
      ['To undo it:', '  hooks-sync apply .hooks-sync/undo/2026-11-21.json'],
    ],
    [
      'and a number stays with what it counts',
      'Plan: 1 to create, 0 to delete. 3 unchanged.',
      ['Plan: 1 to create, 0 to delete.', '  3 unchanged.'],
    ],
    ['columns that fit stay as they are', 'a   b  c', ['a   b  c']],
  ])('lines break %s', (_, line, expected) => {
    expect(wrapText(line, narrow).split('\n')).toEqual(expected)
  })

  test('colors take no room', () => {
    const red = `${String.fromCodePoint(27)}[31mfour words in red${String.fromCodePoint(27)}[39m and then some`

    expect(wrapText(red, { ...narrow, width: 31 })).toBe(red)
    expect(wrapText(red, { ...narrow, width: 26 }).split('\n')).toHaveLength(2)
  })

  test('nothing but spaces is lost, and only single words are too wide', () => {
    const words = fc.array(fc.stringMatching(/^[a-zé漢,.]{1,12}$/u), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(words, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 10, max: 60 }), (parts, indent, width) => {
        const line = `${' '.repeat(indent)}${parts.join(' ')}`

        const lines = wrapText(line, { ...narrow, width }).split('\n')

        expect(lines.flatMap((text) => text.trim().split(' '))).toEqual(parts)
        for (const text of lines) expect(textWidth(text) <= width || !text.trim().includes(' ')).toBe(true)
      }),
    )
  })
})

test('elsewhere lines stay whole, for programs that read them', () => {
  const line = 'word '.repeat(100)

  expect(wrapText(line, { color: false, width: 40 })).toBe(line)
})
