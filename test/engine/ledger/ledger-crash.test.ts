import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Ledger } from '../../../src/core/ledger.ts'
import { LocalLedger } from '../../../src/engine/ledger/local-ledger.ts'
import { type Fault, makeFaultyFileSystem } from './faulty-file-system.ts'
import { aPath, findingOf, openNow } from './ledger-builders.ts'
import { putEntry, putIntent } from './ledger-changes.ts'

const hour = 3_600_000
const child = fileURLToPath(new URL('ledger-child.ts', import.meta.url))

async function runChild(...args: readonly string[]): Promise<{ lines: readonly string[]; signal: string | null }> {
  const running = spawn(process.execPath, ['--import', 'tsx', child, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  await once(running, 'close')
  return { lines: output.split('\n').filter((line) => line !== ''), signal: running.signalCode }
}

/** What the ledger holds, in the words of what was acknowledged. */
function holdings(ledger: Ledger): readonly string[] {
  const account = ledger.accounts['casey']
  return [
    ...Object.keys(account?.intents ?? {}).map((key) => `intent ${key}`),
    ...Object.keys(account?.webhooks ?? {}).map((key) => `entry ${key}`),
  ]
}

/** Two runs in a row, the first of which leaves a journal behind when the second is struck while recovering. */
async function runUntilStruck(path: string, fault: Fault): Promise<{ acknowledged: readonly string[]; calls: number }> {
  const acknowledged: string[] = []
  const first = await openNow(new LocalLedger(path))
  await first.record(putEntry('a'))
  acknowledged.push('entry a')
  const fileSystem = makeFaultyFileSystem(fault)
  try {
    const open = await openNow(new LocalLedger(path, { fileSystem }), hour)
    for (const key of ['b', 'c']) {
      await open.record(putIntent(key))
      acknowledged.push(`intent ${key}`)
      await open.record(putEntry(key))
      acknowledged.push(`entry ${key}`)
    }
    await open.close()
  } catch {}
  return { acknowledged, calls: fileSystem.count() }
}

function crash(): never {
  throw Object.assign(new Error('struck'), { code: 'EIO' })
}

test.each(['nothing', 'half', 'all'] as const)(
  'keeps every acknowledged change when it stops at any file operation after %s of it',
  async (after) => {
    const { calls } = await runUntilStruck(await aPath(), { at: Infinity, after, strike: crash })
    expect(calls).toBeGreaterThan(15)

    for (let at = 1; at <= calls; at++) {
      const path = await aPath()
      const store = new LocalLedger(path)
      const { acknowledged } = await runUntilStruck(path, { at, after, strike: crash })

      const read = holdings(await store.read())
      await (await openNow(store, 3 * hour)).close()

      expect(read, `at ${at}`).toEqual(expect.arrayContaining([...acknowledged]))
      expect(holdings(await store.read()), `at ${at}`).toEqual(read)
      expect(await readdir(dirname(path))).not.toContain('ledger.json.journal')
    }
  },
)

test('is opened at once after a kill at any file operation, with every acknowledged change', async () => {
  // Every second operation: each takes a process of its own, and the chaos suite tries them all.
  for (let at = 2; ; at += 2) {
    const path = await aPath()
    const { lines, signal } = await runChild(path, 'record', String(at))
    if (signal === null) {
      expect(lines.at(-1)).toBe('closed')
      expect(at).toBeGreaterThan(8)
      return
    }
    const store = new LocalLedger(path)
    await (await openNow(store)).close()

    expect(holdings(await store.read()), `at ${at}`).toEqual(expect.arrayContaining([...lines]))
  }
})

/** Lets three processes open the ledger at once; answers with what each came to while the winner still holds it. */
async function race(path: string): Promise<readonly string[]> {
  const racers = Array.from({ length: 3 }, () => {
    const racer = spawn(process.execPath, ['--import', 'tsx', child, path, 'race'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    return { racer, ended: once(racer, 'close'), told: createInterface(racer.stdout)[Symbol.asyncIterator]() }
  })
  const next = async (): Promise<readonly string[]> =>
    Promise.all(racers.map(async ({ told }) => String((await told.next()).value)))
  expect(await next()).toEqual(['ready', 'ready', 'ready'])
  for (const { racer } of racers) racer.stdin.write('go')
  const came = await next()
  for (const { racer } of racers) racer.stdin.on('error', () => undefined).end()
  await Promise.all(racers.map(({ ended }) => ended))
  return came.toSorted()
}

test('lets exactly one of several processes in', async () => {
  expect(await race(await aPath())).toEqual(['HS5002', 'HS5002', 'won'])
})

test('lets exactly one of several processes take over the lock of a killed run', async () => {
  const path = await aPath()
  await runChild(path, 'record', '4')
  expect(await readdir(dirname(path))).toContain('ledger.json.lock')

  expect(await race(path)).toEqual(['HS5002', 'HS5002', 'won'])
})

test('says that the disk failed and keeps what was recorded before', async () => {
  const path = await aPath()
  const fileSystem = makeFaultyFileSystem({ at: 6, after: 'half', strike: crash })
  const open = await openNow(new LocalLedger(path, { fileSystem }))
  await open.record(putIntent('a'))

  const recording = await findingOf(open.record(putEntry('b')))
  const closing = await findingOf(open.close())

  expect(recording).toMatchObject({ code: 'HS5004', message: expect.stringContaining('EIO') })
  expect(closing.code).toBe('HS5004')
  expect(holdings(await new LocalLedger(path).read())).toEqual(['intent a'])
})
