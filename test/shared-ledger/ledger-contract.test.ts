import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Ledger } from '../../src/core/ledger.ts'
import type { LedgerStore, OpenLedger } from '../../src/engine/ledger/ledger-store.ts'
import { listEntries } from '../../src/engine/ledger/list-entries.ts'
import { findingOf, openNow } from '../engine/ledger/ledger-builders.ts'
import { anEntry, putEntry, putIntent } from '../engine/ledger/ledger-changes.ts'
import { type Backend, backends } from './ledger-backends.ts'

const hour = 3_600_000

function keysOf(ledger: Ledger): readonly string[] {
  return listEntries(ledger).map(({ key }) => key)
}

describe.each(backends)('a ledger in %s', (_, make) => {
  let backend: Backend
  let store: LedgerStore

  beforeEach(async () => {
    backend = await make()
    store = backend.store()
  })

  /** Opens it as a run an hour later does. */
  function openLater(): Promise<OpenLedger> {
    backend.elapse(hour)
    return openNow(store, hour)
  }

  async function writeOne(): Promise<void> {
    const open = await openNow(store)
    await open.record(putEntry('one'))
    await open.close()
  }

  /** Stops without closing, as a killed run does. */
  async function stopInTheMiddle(): Promise<void> {
    await writeOne()
    const open = await openNow(store)
    await open.record(putEntry('two'))
    await open.record(putIntent('three'))
  }

  test('is empty before the first run', async () => {
    expect(await store.read()).toMatchObject({ format: 1, serial: 0, accounts: {} })
  })

  test('keeps what was recorded when it is closed', async () => {
    await writeOne()

    const ledger = await backend.store().read()

    expect(listEntries(ledger)).toEqual([{ account: 'casey', key: 'one', entry: anEntry() }])
    expect(ledger.serial).toBe(1)
  })

  test('keeps the lineage and counts the serial from run to run', async () => {
    await writeOne()
    const before = await store.read()

    const open = await openNow(store)
    await open.record(putEntry('two'))
    await open.close()

    expect(await store.read()).toMatchObject({ lineage: before.lineage, serial: 2 })
  })

  test('says the same after a run that recorded nothing, or what cancels out', async () => {
    await writeOne()
    const before = await store.read()

    await (await openNow(store)).close()
    const open = await openNow(store)
    await open.record(putIntent('x'))
    await open.record({ kind: 'settle-intent', account: 'casey', id: 'x' })
    await open.close()

    expect(await store.read()).toEqual(before)
  })

  test('shows recorded changes at once', async () => {
    const open = await openNow(store)

    await open.record(putEntry('one'))

    expect(open.ledger.accounts['casey']?.webhooks['one']).toEqual(anEntry())
    await open.close()
  })

  test('records changes side by side in the order they were made', async () => {
    const open = await openNow(store)
    const numbers = Array.from({ length: 300 }, (_each, number) => number)

    await Promise.all(numbers.map((number) => open.record(putEntry(`key-${number % 7}`, { hash: String(number) }))))
    await open.confirm()

    const whileRunning = await store.read()
    expect(listEntries(whileRunning).map(({ entry }) => Number(entry.hash))).toEqual([
      294, 295, 296, 297, 298, 299, 293,
    ])
    await open.close()
    expect((await store.read()).accounts).toEqual(whileRunning.accounts)
  })

  test('shows others an intent as soon as it is recorded', async () => {
    const open = await openNow(store)

    await open.record(putIntent('x'))

    expect(Object.keys((await store.read()).accounts['casey']?.intents ?? {})).toEqual(['x'])
    await open.close()
  })

  test('moves an entry from one account to another', async () => {
    await writeOne()

    const open = await openNow(store)
    const to = { account: 'sinch', key: 'moved' }
    await open.record({ kind: 'move-entry', from: { account: 'casey', key: 'one' }, to })
    await open.close()

    expect(listEntries(await store.read())).toEqual([{ ...to, entry: anEntry() }])
  })

  test('reads what a killed run recorded', async () => {
    await stopInTheMiddle()

    const ledger = await store.read()

    expect(keysOf(ledger)).toEqual(['one', 'two'])
    expect(Object.keys(ledger.accounts['casey']?.intents ?? {})).toEqual(['three'])
  })

  test('folds what a killed run recorded when it is opened next', async () => {
    await stopInTheMiddle()
    const before = await store.read()

    await (await openLater()).close()

    expect(await store.read()).toEqual({ ...before, serial: 2 })
  })

  test('refuses a change that could not be read again and goes on', async () => {
    const open = await openNow(store)

    const finding = await findingOf(open.record(putEntry('__proto__')))
    await open.record(putEntry('one'))
    await open.close()

    expect(finding.code).toBe('HS5004')
    expect(keysOf(await store.read())).toEqual(['one'])
  })

  test('names who holds the lock', async () => {
    const open = await openNow(store)

    const finding = await findingOf(openNow(backend.store()))

    expect(finding.code).toBe('HS5002')
    const who = `a test on ${hostname()} (pid ${process.pid}) holds the lock of ${backend.place} since 2`
    expect(finding.message).toMatch(who)
    expect(finding.message).toMatch(/until \d{4}-/)
    await open.close()
  })

  test('waits for a lock that is released in time', async () => {
    const first = await openNow(store)

    const second = backend.store().open({ waitMs: 20_000, owner: 'second', now: Date.now })
    await first.record(putEntry('one'))
    await first.close()

    expect(keysOf((await second).ledger)).toEqual(['one'])
    await (await second).close()
  })

  test('stops waiting when it is told to', async () => {
    const open = await openNow(store)
    const stop = new AbortController()

    const opening = store.open({ waitMs: hour, owner: 'x', now: Date.now, signal: stop.signal })
    stop.abort(new Error('Ctrl-C'))

    await expect(opening).rejects.toThrow('Ctrl-C')
    await open.close()
  })

  test('is taken over once a lock has expired, and its holder neither writes nor releases any more', async () => {
    const slow = await openNow(store)
    await slow.record(putEntry('slow'))
    await slow.confirm()
    const next = await openLater()

    const confirming = await findingOf(slow.confirm())
    const recording = await findingOf(slow.record(putEntry('late')))
    const closing = await findingOf(slow.close())

    expect([confirming.code, recording.code, closing.code]).toEqual(['HS5003', 'HS5003', 'HS5003'])
    expect(confirming.message).toContain('a test on')
    await next.confirm()
    await next.close()
    expect(keysOf(await store.read())).toEqual(['slow'])
  })

  test('lets one of many openers at once in', async () => {
    const openings = await Promise.allSettled(Array.from({ length: 8 }, () => openNow(backend.store())))

    const winners = openings.flatMap((opening) => (opening.status === 'fulfilled' ? [opening.value] : []))
    expect(winners).toHaveLength(1)
    await winners[0]?.confirm()
    await winners[0]?.close()
  })

  test('lets one of many openers at once take over a stale lock', async () => {
    await stopInTheMiddle()
    backend.elapse(hour)

    const openings = await Promise.allSettled(Array.from({ length: 8 }, () => openNow(backend.store(), hour)))

    const winners = openings.flatMap((opening) => (opening.status === 'fulfilled' ? [opening.value] : []))
    expect(winners).toHaveLength(1)
    await winners[0]?.confirm()
    await winners[0]?.close()
    expect(keysOf(await store.read())).toEqual(['one', 'two'])
  })

  test('confirms as long as it is renewed, and not after it expired', async () => {
    let time = Date.now()
    const open = await backend.store({ expiryMs: 1000, renewMs: 250 }).open({ waitMs: 0, owner: 'x', now: () => time })

    for (let step = 0; step < 5; step += 1) {
      time += 900
      await open.confirm()
    }
    time += 1000

    expect(await findingOf(open.confirm())).toMatchObject({
      code: 'HS5003',
      message: expect.stringContaining('expired'),
    })
  })

  test('renews its lock by itself while it is open', async () => {
    let time = Date.now()
    const open = await backend.store({ renewMs: 5 }).open({ waitMs: 0, owner: 'x', now: () => time })
    const until = async (): Promise<string | undefined> =>
      /until \S+/u.exec((await findingOf(openNow(store))).message)?.[0]
    const before = await until()

    time += 60_000
    while ((await until()) === before) await sleep(5)

    expect(await until()).toBe(`until ${new Date(time + 120_000).toISOString()}.`)
    await open.close()
  })

  test('loses a lock that is removed by hand', async () => {
    const open = await openNow(store)
    await open.record(putEntry('one'))
    await open.confirm()

    const whose = await backend.store().unlock()

    expect(whose).toMatchObject({ owner: 'a test', pid: process.pid })
    expect(await findingOf(open.confirm())).toMatchObject({ code: 'HS5003' })
    expect(await findingOf(open.close())).toMatchObject({ code: 'HS5003' })
    expect(await store.unlock()).toBeUndefined()
    await (await openNow(store)).close()
    expect(keysOf(await store.read())).toEqual(['one'])
  })

  test('does not release a lock that another run has taken', async () => {
    const open = await openNow(store)
    await backend.store().unlock()
    const other = await openNow(backend.store())

    await open.close().catch(() => undefined)

    await other.confirm()
    await other.close()
  })
})
