import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeHeader, makeLinePrinter, parseJournal, replayJournal } from '../../../src/engine/ledger/journal.ts'
import { applyChange, applyChanges } from '../../../src/engine/ledger/ledger-change.ts'
import { isDiagnostic, parseLedger, readLedger } from '../../../src/engine/ledger/parse-ledger.ts'
import { hashLedger, printLedger } from '../../../src/engine/ledger/print-ledger.ts'
import { anyChange, anyLedger } from './ledger-arbitraries.ts'

const anyChanges = fc.array(anyChange, { maxLength: 12 })

function journalOf(lines: Parameters<ReturnType<typeof makeLinePrinter>>[0][]): string {
  return lines.map(makeLinePrinter()).join('')
}

test('parsing what was printed gives the same ledger', () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      expect(parseLedger(printLedger(ledger), 'l')).toEqual(ledger)
    }),
  )
})

test('any sequence of changes leads to a ledger that can be read again', () => {
  fc.assert(
    fc.property(anyLedger, anyChanges, (ledger, changes) => {
      const after = applyChanges(ledger, changes)

      expect(parseLedger(printLedger(after), 'l')).toEqual(after)
    }),
  )
})

test('applying changes leaves the ledger that was given as it was', () => {
  fc.assert(
    fc.property(anyLedger, anyChanges, (ledger, changes) => {
      const before = printLedger(ledger)

      applyChanges(ledger, changes)

      expect(printLedger(ledger)).toBe(before)
    }),
  )
})

test('replaying a journal is applying its changes one by one', () => {
  fc.assert(
    fc.property(anyLedger, anyChanges, (ledger, changes) => {
      const journal = parseJournal(journalOf([makeHeader(ledger), ...changes]), 'j')

      const direct = changes.reduce(applyChange, ledger)

      expect(replayJournal(ledger, journal)).toEqual(direct)
    }),
  )
})

test('a journal that was folded is not applied again', () => {
  fc.assert(
    fc.property(anyLedger, anyChanges, (ledger, changes) => {
      const next = { ...applyChanges(ledger, changes), serial: ledger.serial + 1 }
      const journal = parseJournal(journalOf([makeHeader(ledger), ...changes, { folded: hashLedger(next) }]), 'j')

      expect(replayJournal(next, journal)).toEqual(next)
    }),
  )
})

test('a journal cut off anywhere gives the changes of its whole lines', () => {
  fc.assert(
    fc.property(anyLedger, anyChanges, fc.nat(), (ledger, changes, at) => {
      const text = Buffer.from(journalOf([makeHeader(ledger), ...changes]))
      const cut = text.subarray(0, at % (text.length + 1))

      const { changes: kept } = parseJournal(new TextDecoder().decode(cut), 'j')

      const whole = cut.toString('latin1').split('\n').length - 2
      expect(kept.length).toBeGreaterThanOrEqual(whole)
      expect(kept).toEqual(changes.slice(0, kept.length))
    }),
  )
})

test('parsing anything gives a ledger or a finding', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(isDiagnostic(readLedger(value, 'l'))).toBe(true)
    }),
  )
})

test('parsing a ledger with any part replaced gives a ledger or a finding', () => {
  fc.assert(
    fc.property(anyLedger, fc.jsonValue(), fc.nat(), (ledger, replacement, at) => {
      let index = 0
      const text = printLedger(ledger)
      const count = [...text.matchAll(/[:[]/g)].length
      const mutated = JSON.stringify(JSON.parse(text, (_, value) => (index++ === at % count ? replacement : value)))

      const parsed = parseLedger(mutated ?? '', 'l')

      if (isDiagnostic(parsed)) expect(parsed).toMatchObject({ code: 'HS5001', hint: expect.any(String) })
      else expect(parseLedger(printLedger(parsed), 'l')).toEqual(parsed)
    }),
  )
})

test('parsing a ledger with any bytes cut out gives a ledger or a finding', () => {
  fc.assert(
    fc.property(anyLedger, fc.nat(), fc.nat({ max: 9 }), (ledger, at, length) => {
      const text = printLedger(ledger)
      const start = at % text.length

      const parsed = parseLedger(text.slice(0, start) + text.slice(start + length), 'l')

      if (isDiagnostic(parsed)) expect(parsed.code).toBe('HS5001')
      else expect(parsed.format).toBe(1)
    }),
  )
})
