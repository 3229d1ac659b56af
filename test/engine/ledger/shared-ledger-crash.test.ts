import { describe, expect, test } from 'vitest'
import type { Ledger } from '../../../src/core/ledger.ts'
import { SharedLedger, type SharedLedgerOptions } from '../../../src/engine/ledger/documents/shared-ledger.ts'
import type { LedgerStore, OpenLedger } from '../../../src/engine/ledger/ledger-store.ts'
import { openNow } from './ledger-builders.ts'
import { putEntry, putIntent } from './ledger-changes.ts'
import { type MemoryPlace, makeMemoryPlace, type Strike } from './memory-documents.ts'

const hour = 3_600_000
const never = { at: Infinity, when: 'before', lasts: 'for good' } as const

function connect(place: MemoryPlace, strike?: Strike, options: SharedLedgerOptions = {}): LedgerStore {
  return new SharedLedger('memory', async () => place.connect(strike), { lookMs: 0, ...options })
}

/** What the ledger holds, in the words of what was acknowledged. */
function holdings(ledger: Ledger): readonly string[] {
  const account = ledger.accounts['casey']
  return [
    ...Object.keys(account?.intents ?? {}).map((key) => `intent ${key}`),
    ...Object.keys(account?.webhooks ?? {}).map((key) => `entry ${key}`),
  ].toSorted()
}

/** Does what an apply does for each of some webhooks; `called` are the vendor calls that were let through. */
async function work(open: OpenLedger, keys: readonly string[]): Promise<{ called: string[]; durable: string[] }> {
  const called: string[] = []
  const durable: string[] = []
  try {
    for (const key of keys) {
      await open.record(putIntent(key))
      durable.push(`intent ${key}`)
      const before = holdings(open.ledger)
      await open.confirm()
      durable.push(...before)
      called.push(key)
      await open.record(putEntry(key))
      await open.confirm()
      durable.push(...holdings(open.ledger))
    }
    await open.close()
    durable.push(...holdings(open.ledger))
  } catch {}
  return { called, durable }
}

interface Crashed {
  readonly place: MemoryPlace
  readonly called: readonly string[]
  readonly durable: readonly string[]
  readonly writes: number
}

/** A run that leaves a journal behind, and one that is struck while it recovers or works. */
async function runUntilStruck(strike: Strike, options: SharedLedgerOptions): Promise<Crashed> {
  const place = makeMemoryPlace({ partBytes: 1500 })
  const first = await openNow(connect(place))
  await first.record(putEntry('a'))
  await first.record(putIntent('b'))
  place.elapse(hour)
  const before = place.writes
  const open = await openNow(connect(place, strike, options)).catch(() => undefined)
  const done = open === undefined ? { called: [], durable: [] } : await work(open, ['c', 'd', 'e'])
  return {
    place,
    called: done.called,
    durable: ['entry a', 'intent b', ...done.durable],
    writes: place.writes - before,
  }
}

describe.each([
  ['with a journal that outlives the run', {}],
  ['with a journal that is folded all the time', { journalBytes: 200 }],
] as const)('%s', (_, options) => {
  test.each([
    ['before it arrives', 'before', 'for good'],
    ['after it arrived', 'after', 'for good'],
    ['before it arrives, and works again', 'before', 'once'],
    ['after it arrived, and works again', 'after', 'once'],
  ] as const)('a run that is cut off at any write, %s, is resumed without loss', async (_when, when, lasts) => {
    const { writes } = await runUntilStruck(never, options)
    expect(writes).toBeGreaterThan(6)

    for (let at = 1; at <= writes; at += 1) {
      const { place, called, durable } = await runUntilStruck({ at, when, lasts }, options)

      const read = await connect(place).read()
      place.elapse(hour)
      const next = await openNow(connect(place))
      await next.record(putEntry('z'))
      await next.close()
      const after = await connect(place).read()

      expect(holdings(read), `at ${at}`).toEqual(expect.arrayContaining([...durable]))
      expect(holdings(read), `at ${at}`).toEqual(expect.arrayContaining(called.map((key) => `intent ${key}`)))
      expect(holdings(after), `at ${at}`).toEqual([...holdings(read), 'entry z'].toSorted())
      expect(JSON.parse(place.texts()['head'] ?? '')).toMatchObject({ open: false })
      expect(place.texts()['head']).not.toContain('"lock"')
    }
  })

  test('a run whose answers are lost and whose writes are repeated on the way takes no harm', async () => {
    const { writes } = await runUntilStruck(never, options)

    for (let at = 1; at <= writes; at += 1) {
      const { place, called } = await runUntilStruck({ at, when: 'twice', lasts: 'once' }, options)

      expect(called, `at ${at}`).toEqual(['c', 'd', 'e'])
      expect(holdings(await connect(place).read())).toHaveLength(8)
    }
  })
})
