import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { LockInfo } from '../../../src/engine/ledger/ledger-store.ts'
import { listEntries } from '../../../src/engine/ledger/list-entries.ts'
import { LocalLedger } from '../../../src/engine/ledger/local-ledger.ts'
import { aPath, findingOf, openNow } from './ledger-builders.ts'
import { putEntry } from './ledger-changes.ts'

const hour = 3_600_000

async function aLock(path: string, fields: Partial<LockInfo>): Promise<void> {
  const info: LockInfo = {
    owner: 'someone',
    host: 'elsewhere',
    pid: 1,
    startedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + hour).toISOString(),
    token: 'a-token',
    ...fields,
  }
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.lock`, JSON.stringify(info))
}

test('names who holds the lock', async () => {
  const path = await aPath()
  const open = await openNow(new LocalLedger(path))

  const finding = await findingOf(openNow(new LocalLedger(path)))

  expect(finding.code).toBe('HS5002')
  expect(finding.message).toMatch(`a test on ${hostname()} (pid ${process.pid}) holds the lock of ${path} since 2`)
  expect(finding.message).toMatch(/until \d{4}-/)
  await open.close()
})

test('waits for a lock that is released in time', async () => {
  const path = await aPath()
  const store = new LocalLedger(path)
  const first = await openNow(store)

  const second = store.open({ waitMs: 20_000, owner: 'second', now: Date.now })
  await first.record(putEntry('one'))
  await first.close()

  expect(listEntries((await second).ledger).map(({ key }) => key)).toEqual(['one'])
  await (await second).close()
})

test('stops waiting when it is told to', async () => {
  const path = await aPath()
  await aLock(path, {})
  const stop = new AbortController()

  const opening = new LocalLedger(path).open({ waitMs: hour, owner: 'x', now: Date.now, signal: stop.signal })
  stop.abort(new Error('Ctrl-C'))

  await expect(opening).rejects.toThrow('Ctrl-C')
})

test('respects a lock of another host whatever its pid', async () => {
  const path = await aPath()
  await aLock(path, { pid: 999_999_999 })

  expect(await findingOf(openNow(new LocalLedger(path)))).toMatchObject({ code: 'HS5002' })
})

test('respects a lock of another container with the same host name', async () => {
  const path = await aPath()
  await aLock(path, { host: hostname(), pid: 999_999_999, machine: 'another one' })

  expect(await findingOf(openNow(new LocalLedger(path)))).toMatchObject({ code: 'HS5002' })
})

test('takes over a lock whose pid now belongs to another process', async () => {
  const path = await aPath()
  const open = await openNow(new LocalLedger(path))
  const lock = JSON.parse(await readFile(`${path}.lock`, 'utf8'))
  await open.close()
  await aLock(path, { ...lock, ...(lock.processStart === undefined ? { pid: 999_999_999 } : { processStart: '1' }) })

  await (await openNow(new LocalLedger(path))).close()

  expect(await readdir(dirname(path))).toEqual([])
})

test('takes over an expired lock, and its holder neither writes nor releases any more', async () => {
  const path = await aPath()
  const store = new LocalLedger(path)
  const slow = await openNow(store)
  await slow.record(putEntry('slow'))
  const next = await openNow(store, hour)

  const confirming = await findingOf(slow.confirm())
  const recording = await findingOf(slow.record(putEntry('late')))
  const closing = await findingOf(slow.close())

  expect([confirming.code, recording.code, closing.code]).toEqual(['HS5003', 'HS5003', 'HS5003'])
  expect(confirming.message).toContain('a test on')
  await next.confirm()
  await next.close()
  expect(listEntries(await store.read()).map(({ key }) => key)).toEqual(['slow'])
})

test('lets one of many openers at once take over a stale lock', async () => {
  const path = await aPath()
  await aLock(path, { expiresAt: new Date(0).toISOString() })

  const openings = await Promise.allSettled(Array.from({ length: 20 }, () => openNow(new LocalLedger(path))))

  const winners = openings.flatMap((opening) => (opening.status === 'fulfilled' ? [opening.value] : []))
  expect(winners).toHaveLength(1)
  await winners[0]?.confirm()
  await winners[0]?.close()
  expect(await readdir(dirname(path))).toEqual([])
})

test('takes over from a run that was killed while it took over', async () => {
  const path = await aPath()
  await aLock(path, { expiresAt: new Date(0).toISOString() })
  await writeFile(`${path}.lock.a-token`, await readFile(`${path}.lock`))

  await (await openNow(new LocalLedger(path))).close()

  expect(existsSync(`${path}.lock`)).toBe(false)
})

test('takes over a lock file that was never finished, also after another run died trying', async () => {
  const path = await aPath()
  await mkdir(dirname(path))
  await writeFile(`${path}.lock`, '')
  await writeFile(`${path}.lock.torn`, '{"owner":')

  const open = await openNow(new LocalLedger(path))

  await open.confirm()
  await open.close()
  expect(await readdir(dirname(path))).toEqual([])
})

test('confirms as long as it is renewed, and not after it expired', async () => {
  let time = Date.now()
  const store = new LocalLedger(await aPath(), { expiryMs: 1000, renewMs: 250 })
  const open = await store.open({ waitMs: 0, owner: 'x', now: () => time })

  for (let step = 0; step < 5; step++) {
    time += 900
    await open.confirm()
  }
  time += 1000

  expect(await findingOf(open.confirm())).toMatchObject({ code: 'HS5003', message: expect.stringContaining('expired') })
})

test('renews by itself while it is open', async () => {
  let time = Date.now()
  const path = await aPath()
  const open = await new LocalLedger(path, { renewMs: 5 }).open({ waitMs: 0, owner: 'x', now: () => time })
  const before = await readFile(`${path}.lock`, 'utf8')

  time += 60_000
  while ((await readFile(`${path}.lock`, 'utf8')) === before) await sleep(5)

  expect(JSON.parse(await readFile(`${path}.lock`, 'utf8')).expiresAt).toBe(new Date(time + 120_000).toISOString())
  await open.close()
})

test('a lock removed by hand is lost to its holder', async () => {
  const path = await aPath()
  const store = new LocalLedger(path)
  const open = await openNow(store)
  await open.record(putEntry('one'))

  const whose = await store.unlock()

  expect(whose).toMatchObject({ owner: 'a test', pid: process.pid })
  expect(await findingOf(open.confirm())).toMatchObject({ code: 'HS5003' })
  expect(await findingOf(open.close())).toMatchObject({ code: 'HS5003' })
  expect(await store.unlock()).toBeUndefined()
  await (await openNow(store)).close()
  expect(listEntries(await store.read()).map(({ key }) => key)).toEqual(['one'])
})

test('a lock that was lost is not released for its new holder', async () => {
  const path = await aPath()
  const open = await openNow(new LocalLedger(path))
  await rm(`${path}.lock`)
  await aLock(path, {})

  await open.close()

  expect(JSON.parse(await readFile(`${path}.lock`, 'utf8')).owner).toBe('someone')
})
