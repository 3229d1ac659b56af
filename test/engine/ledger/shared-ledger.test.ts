import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Ledger } from '../../../src/core/ledger.ts'
import { joinAccount, splitAccount } from '../../../src/engine/ledger/documents/account-parts.ts'
import { SharedLedger, type SharedLedgerOptions } from '../../../src/engine/ledger/documents/shared-ledger.ts'
import { applyChanges } from '../../../src/engine/ledger/ledger-change.ts'
import type { LedgerStore } from '../../../src/engine/ledger/ledger-store.ts'
import { listEntries } from '../../../src/engine/ledger/list-entries.ts'
import { anyChange, anyLedger } from './ledger-arbitraries.ts'
import { findingOf, openNow } from './ledger-builders.ts'
import { putEntry, putIntent } from './ledger-changes.ts'
import { type MemoryPlace, makeMemoryPlace } from './memory-documents.ts'

const minute = 60_000

function storeAt(place: MemoryPlace, options: SharedLedgerOptions = {}): LedgerStore {
  return new SharedLedger('memory', async () => place.connect(), { lookMs: 0, pollMs: 5, ...options })
}

function countOf(ledger: Ledger): number {
  return listEntries(ledger).length
}

/** Applies so many webhooks, some at once; answers with what that took. */
async function applyMany(count: number, concurrency: number): Promise<{ writes: number; bytes: number }> {
  const place = makeMemoryPlace({ partBytes: 256 * 1024 })
  const open = await openNow(storeAt(place, { journalBytes: 4096 }))
  const keys = Array.from({ length: count }, (_, index) => `webhook-${index}`)
  const work = async (): Promise<void> => {
    for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
      await open.record(putIntent(key))
      await open.confirm()
      await open.record(putEntry(key))
      await open.record({ kind: 'settle-intent', account: 'casey', id: key })
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  await open.close()
  expect(countOf(await storeAt(place).read())).toBe(count)
  return { writes: place.writes, bytes: place.bytes }
}

test('stores the intents of creates that run side by side in one write', async () => {
  const place = makeMemoryPlace()
  const open = await openNow(storeAt(place))
  const before = place.writes

  await Promise.all(Array.from({ length: 50 }, (_, index) => open.record(putIntent(`intent-${index}`))))

  expect(place.writes - before).toBeLessThanOrEqual(2)
  await open.close()
})

test('stores outcomes without a write of their own', async () => {
  const place = makeMemoryPlace()
  const open = await openNow(storeAt(place, { flushMs: minute }))
  const before = place.writes

  for (let index = 0; index < 20; index += 1) await open.record(putEntry(`entry-${index}`))

  expect(place.writes).toBe(before)
  await open.close()
})

test('stores an outcome soon, also when nothing follows', async () => {
  const place = makeMemoryPlace()
  const open = await openNow(storeAt(place, { flushMs: 5 }))

  await open.record(putEntry('one'))

  await expect.poll(async () => countOf(await storeAt(place).read())).toBe(1)
  await open.close()
})

test('grows in cost with the webhooks, not with their square', async () => {
  const small = await applyMany(600, 20)
  const large = await applyMany(2400, 20)

  expect(large.writes / small.writes).toBeLessThan(4 * 1.5)
  // Folding with every so many changes makes it 13.
  expect(large.bytes / small.bytes).toBeLessThan(4 * 2)
})

test('any changes, folded at any moment into parts of any size, are what they are in memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyChange, { maxLength: 6 }), { maxLength: 4 }),
      fc.constantFrom(600, 3000, Infinity),
      fc.constantFrom(1, 500, Infinity),
      async (runs, partBytes, journalBytes) => {
        const place = makeMemoryPlace({ partBytes })
        const start = await storeAt(place).read()
        for (const changes of runs) {
          const open = await openNow(storeAt(place, { journalBytes }))
          for (const change of changes) {
            await open.record(change)
            await open.confirm()
          }
          expect((await storeAt(place).read()).accounts).toEqual(open.ledger.accounts)
          await open.close()
        }

        expect((await storeAt(place).read()).accounts).toEqual(applyChanges(start, runs.flat()).accounts)
      },
    ),
    { numRuns: 40 },
  )
})

test('an account that is split and joined again is the same', () => {
  fc.assert(
    fc.property(anyLedger, fc.constantFrom(300, 1000, Infinity), (ledger, partBytes) => {
      for (const [id, account] of Object.entries(ledger.accounts)) {
        const parts = splitAccount(id, account, partBytes)

        expect(joinAccount(parts.map(({ text }) => JSON.parse(text).content))).toEqual(account)
      }
    }),
  )
})

test('a change of one entry of a large account writes one of its parts', async () => {
  const place = makeMemoryPlace({ partBytes: 4000 })
  const first = await openNow(storeAt(place))
  for (let index = 0; index < 200; index += 1) await first.record(putEntry(`entry-${index}`))
  await first.close()
  const before = place.texts()

  const second = await openNow(storeAt(place))
  await second.record(putEntry('entry-7', { hash: 'changed' }))
  await second.close()

  const after = place.texts()
  const changed = Object.keys(after).filter((name) => after[name] !== before[name])
  expect(Object.keys(before).length).toBeGreaterThan(16)
  expect(changed.toSorted()).toEqual([expect.stringMatching(/^account-.*-b$/u), 'head'])
})

test('a reader sees the ledger before or after a run, never a mixture, while others write', async () => {
  const place = makeMemoryPlace({ partBytes: 600 })
  const seed = await openNow(storeAt(place))
  for (const key of ['a', 'b', 'c', 'd']) await seed.record(putEntry(key, { hash: '0' }))
  await seed.close()
  const writer = { isAtWork: true }
  const writing = (async () => {
    for (let round = 1; round <= 40; round += 1) {
      const open = await openNow(storeAt(place))
      for (const key of ['a', 'b', 'c', 'd']) await open.record(putEntry(key, { hash: String(round) }))
      await open.close()
    }
    writer.isAtWork = false
  })()

  const mixtures: string[] = []
  while (writer.isAtWork) {
    const ledger = await storeAt(place)
      .read()
      .catch(() => undefined)
    if (ledger === undefined) continue
    const hashes = new Set(listEntries(ledger).map(({ entry }) => entry.hash))
    if (hashes.size > 1) mixtures.push([...hashes].join())
  }
  await writing

  expect(mixtures).toEqual([])
})

test('where the place tells no times, believes a lock until no clock can be that wrong', async () => {
  const place = makeMemoryPlace({ tellsAges: false })
  const open = await openNow(storeAt(place))

  const early = await findingOf(openNow(storeAt(place), 3 * minute))
  const next = await openNow(storeAt(place), 10 * minute)

  expect(early.code).toBe('HS5002')
  expect(await findingOf(open.confirm())).toMatchObject({ code: 'HS5003' })
  await next.close()
})

test('a run on a machine whose clock is an hour late still holds its lock', async () => {
  const place = makeMemoryPlace()
  const open = await openNow(storeAt(place), -60 * minute)

  expect(await findingOf(openNow(storeAt(place)))).toMatchObject({ code: 'HS5002' })
  await open.confirm()
  await open.close()
})

test('another run that writes to the journal ends this one', async () => {
  const place = makeMemoryPlace()
  const open = await openNow(storeAt(place))
  await open.record(putIntent('a'))
  place.set('journal-1', place.texts()['journal-1'] ?? '')

  const recording = await findingOf(open.record(putIntent('b')))
  const confirming = await findingOf(open.confirm())
  const closing = await findingOf(open.close())

  expect([recording.code, confirming.code, closing.code]).toEqual(['HS5003', 'HS5003', 'HS5003'])
})

test.each([
  ['head', 'not JSON', 'is not JSON'],
  ['head', '{"format":2}', 'format is not known to this version'],
  ['head', '{"format":1}', 'lacks "lineage"'],
  ['journal-1', '{"format":1,"changes":[]}', 'lacks "lineage"'],
])('says of the document %s with %s that it %s', async (name, text, problem) => {
  const place = makeMemoryPlace()
  const open = await openNow(storeAt(place))
  await open.record(putIntent('a'))
  place.set(name, text)

  const finding = await findingOf(storeAt(place).read())

  expect(finding).toMatchObject({ code: 'HS5001', message: expect.stringContaining(problem) })
  expect(finding.message).toContain(`The document ${name} of the ledger memory`)
})

test('a head that names a document which is not there is told of', async () => {
  const place = makeMemoryPlace()
  const open = await openNow(storeAt(place))
  await open.record(putEntry('a'))
  await open.close()
  const [name = ''] = Object.keys(place.texts()).filter((each) => each.startsWith('account'))
  place.set(name, '{}')

  expect(await findingOf(storeAt(place).read())).toMatchObject({ code: 'HS5001' })
  expect(await findingOf(openNow(storeAt(place)))).toMatchObject({ code: 'HS5001' })
  expect(await storeAt(place).unlock()).toBeUndefined()
})
