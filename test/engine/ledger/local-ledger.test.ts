import { existsSync } from 'node:fs'
import { appendFile, lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { expect, test } from 'vitest'
import { listEntries } from '../../../src/engine/ledger/list-entries.ts'
import { LocalLedger } from '../../../src/engine/ledger/local-ledger.ts'
import { aPath, findingOf, openNow } from './ledger-builders.ts'
import { anEntry, putEntry, putIntent } from './ledger-changes.ts'

async function aWrittenLedger(): Promise<{ path: string; store: LocalLedger }> {
  const path = await aPath()
  const store = new LocalLedger(path)
  const open = await openNow(store)
  await open.record(putEntry('one'))
  await open.close()
  return { path, store }
}

/** Stops without closing, as a killed run does; its lock has expired for a run an hour later. */
async function aKilledRun(): Promise<{ path: string; store: LocalLedger }> {
  const written = await aWrittenLedger()
  const open = await openNow(written.store)
  await open.record(putEntry('two'))
  await open.record(putIntent('three'))
  return written
}

const hour = 3_600_000

test('reads a missing file as an empty ledger and creates nothing', async () => {
  const path = await aPath()

  const ledger = await new LocalLedger(path).read()

  expect(ledger).toMatchObject({ format: 1, serial: 0 })
  expect(existsSync(dirname(path))).toBe(false)
})

test('writes recorded changes when closed and leaves no other file', async () => {
  const { path, store } = await aWrittenLedger()

  const ledger = await store.read()

  expect(listEntries(ledger)).toEqual([{ account: 'casey', key: 'one', entry: anEntry() }])
  expect(ledger.serial).toBe(1)
  expect(await readdir(dirname(path))).toEqual(['ledger.json'])
  expect((await stat(path)).mode & 0o600).toBe(0o600)
})

test('leaves the bytes as they were when nothing was recorded', async () => {
  const { path, store } = await aWrittenLedger()
  const reformatted = JSON.stringify(JSON.parse(await readFile(path, 'utf8')))
  await writeFile(path, reformatted)

  await (await openNow(store)).close()

  expect(await readFile(path, 'utf8')).toBe(reformatted)
})

test('leaves the bytes as they were when the changes cancel out', async () => {
  const { path, store } = await aWrittenLedger()
  const before = await readFile(path, 'utf8')

  const open = await openNow(store)
  await open.record(putIntent('x'))
  await open.record({ kind: 'settle-intent', account: 'casey', id: 'x' })
  await open.close()

  expect(await readFile(path, 'utf8')).toBe(before)
  expect(await readdir(dirname(path))).toEqual(['ledger.json'])
})

test('creates no file in a run that recorded nothing', async () => {
  const path = await aPath()

  await (await openNow(new LocalLedger(path))).close()

  expect(await readdir(dirname(path))).toEqual([])
})

test('reads what a killed run recorded, without writing', async () => {
  const { path, store } = await aKilledRun()
  const before = await readFile(path, 'utf8')

  const ledger = await store.read()

  expect(Object.keys(ledger.accounts['casey']?.webhooks ?? {})).toEqual(['one', 'two'])
  expect(Object.keys(ledger.accounts['casey']?.intents ?? {})).toEqual(['three'])
  expect(await readFile(path, 'utf8')).toBe(before)
})

test('folds what a killed run recorded when it is opened next', async () => {
  const { path, store } = await aKilledRun()
  const before = await store.read()

  const open = await openNow(store, hour)
  await open.close()

  expect(await store.read()).toEqual({ ...before, serial: 2 })
  expect(await readdir(dirname(path))).toEqual(['ledger.json'])
})

test('drops a last journal line that was cut off and keeps those before it', async () => {
  const { path, store } = await aKilledRun()
  const before = await store.read()
  await appendFile(`${path}.journal`, '{"sum":"0123456789abcdef","line":{"kind":"remove-en')

  const read = await store.read()
  await (await openNow(store, hour)).close()

  expect(read).toEqual(before)
  expect((await store.read()).accounts).toEqual(before.accounts)
})

test('refuses a journal that is damaged before its last line', async () => {
  const { path, store } = await aKilledRun()
  const lines = (await readFile(`${path}.journal`, 'utf8')).split('\n')
  await writeFile(`${path}.journal`, lines.toSpliced(1, 1).join('\n'))

  const finding = await findingOf(store.read())

  expect(finding).toMatchObject({ code: 'HS5001', message: expect.stringContaining('damaged at line 2 of 2') })
})

test('refuses a journal whose ledger was replaced', async () => {
  const { path, store } = await aKilledRun()
  await rm(path)

  expect(await findingOf(store.read())).toMatchObject({ code: 'HS5001' })
  expect(await findingOf(openNow(store, hour))).toMatchObject({ code: 'HS5001' })
  expect(existsSync(`${path}.lock`)).toBe(false)
})

test('keeps a ledger that is reached by a link where the link points', async () => {
  const { path, store } = await aWrittenLedger()
  const link = await aPath()
  await mkdir(dirname(link))
  await symlink(path, link)

  const open = await openNow(new LocalLedger(link))
  await open.record(putEntry('two'))
  expect(await findingOf(openNow(store))).toMatchObject({ code: 'HS5002' })
  await open.close()

  expect(listEntries(await store.read()).map(({ key }) => key)).toEqual(['one', 'two'])
})

test('makes a ledger where a link points that leads to no file yet', async () => {
  const [path, link] = [await aPath(), await aPath()]
  await mkdir(dirname(link))
  await symlink(relative(dirname(link), path), link)
  const store = new LocalLedger(path)

  const open = await openNow(new LocalLedger(link))
  await open.record(putEntry('one'))
  expect(await findingOf(openNow(store))).toMatchObject({ code: 'HS5002' })
  await open.close()

  expect((await lstat(link)).isSymbolicLink()).toBe(true)
  expect(listEntries(await store.read()).map(({ key }) => key)).toEqual(['one'])
})

test.each([
  ['is empty', ''],
  ['is not JSON', '{ "format": 1,'],
  ['merge conflict', '{\n<<<<<<< HEAD\n  "format": 1\n=======\n'],
  ['format is 2, and this version knows up to 1', '{ "format": 2, "shards": [] }'],
  ['its content is not an object', '[]'],
  ['lacks "serial"', '{ "format": 1, "lineage": "x", "accounts": {} }'],
  ['serial is not a whole number', '{ "format": 1, "lineage": "x", "serial": -1, "accounts": {} }'],
  ['has the field "__proto__"', '{ "format": 1, "lineage": "x", "serial": 1, "accounts": { "__proto__": {} } }'],
  [
    'accounts.a.webhooks.b names the object "W1" twice',
    JSON.stringify({
      format: 1,
      lineage: 'x',
      serial: 1,
      accounts: {
        a: {
          identity: {},
          intents: {},
          webhooks: { b: anEntry({ objects: [...anEntry().objects, ...anEntry().objects] }) },
        },
      },
    }),
  ],
])('says of a file it cannot use that it %s', async (problem, text) => {
  const path = await aPath()
  await mkdir(dirname(path))
  await writeFile(path, text)

  const finding = await findingOf(new LocalLedger(path).read())

  expect(finding.code).toBe('HS5001')
  expect(finding.message).toContain(path)
  expect(finding.message).toContain(problem)
})

test('refuses a directory, and a path below a file', async () => {
  const path = await aPath()
  await mkdir(path, { recursive: true })
  const { path: file } = await aWrittenLedger()

  expect((await findingOf(new LocalLedger(path).read())).message).toContain('is a directory')
  expect(await findingOf(new LocalLedger(`${file}/ledger.json`).read())).toMatchObject({ code: 'HS5001' })
  expect((await findingOf(openNow(new LocalLedger(`${file}/ledger.json`)))).code).toMatch(/HS500[14]/)
})

test('reads a file with a byte order mark and Windows line ends', async () => {
  const { path, store } = await aWrittenLedger()
  const before = await store.read()
  await writeFile(path, `\uFEFF${(await readFile(path, 'utf8')).replaceAll('\n', '\r\n')}`)

  expect(await store.read()).toEqual(before)
})
