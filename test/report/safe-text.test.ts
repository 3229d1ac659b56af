import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { safeText } from '../../src/report/safe-text.ts'
import { clipText, textWidth } from '../../src/report/text-width.ts'
import { wildText } from './any-plan.ts'

test('shows what would steer a terminal as an escape', () => {
  expect(safeText('a\u001b[31mb\u009bc\u202ed\ne\tf\u{e0041}')).toBe('a\\x1b[31mb\\x9bc\\u202ed\\ne\\tf\\u{e0041}')
})

test('leaves ordinary text of any script as it is', () => {
  expect(safeText('Grüße 日本語 é "quoted" 🎉')).toBe('Grüße 日本語 é "quoted" 🎉')
})

test('changes nothing the second time', () => {
  fc.assert(fc.property(wildText(), (text) => safeText(safeText(text)) === safeText(text)))
})

test('counts columns, not characters', () => {
  expect([textWidth('abc'), textWidth('日本'), textWidth('e\u0301'), textWidth('🎉')]).toEqual([3, 4, 1, 2])
})

test('never cuts a character in two', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, limit) => !/\p{Cs}/u.test(clipText(text, limit))),
  )
})
