import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import type { LockInfo } from '../../../src/engine/ledger/ledger-store.ts'
import { LocalLedger } from '../../../src/engine/ledger/local-ledger.ts'
import { aPath, findingOf, openNow } from './ledger-builders.ts'

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

test('a lock that was lost is not released for its new holder', async () => {
  const path = await aPath()
  const open = await openNow(new LocalLedger(path))
  await rm(`${path}.lock`)
  await aLock(path, {})

  await open.close()

  expect(JSON.parse(await readFile(`${path}.lock`, 'utf8')).owner).toBe('someone')
})
