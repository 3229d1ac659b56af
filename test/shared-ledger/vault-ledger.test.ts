import { expect, test } from 'vitest'
import type { SharedLedgerOptions } from '../../src/engine/ledger/documents/shared-ledger.ts'
import type { LedgerStore } from '../../src/engine/ledger/ledger-store.ts'
import { listEntries } from '../../src/engine/ledger/list-entries.ts'
import { openSharedLedger } from '../../src/shared-ledger/open-shared-ledger.ts'
import { findingOf, openNow } from '../engine/ledger/ledger-builders.ts'
import { putEntry } from '../engine/ledger/ledger-changes.ts'
import { type FakeVault, startFakeVault } from '../secrets/vault/fake-vault.ts'
import { Operator } from '../secrets/vault/operator.ts'
import { aSharedPlace, surroundings } from './ledger-backends.ts'

async function aVault(version: 1 | 2 = 2): Promise<{ readonly server: FakeVault; readonly operator: Operator }> {
  const server = await startFakeVault()
  const operator = new Operator({ address: server.address, token: server.rootToken })
  await operator.mountKv('kv', version)
  return { server, operator }
}

function storeIn(server: FakeVault, token = server.rootToken, options: SharedLedgerOptions = {}): LedgerStore {
  const env = { VAULT_ADDR: server.address, VAULT_TOKEN: token }
  return openSharedLedger(aSharedPlace('ref+vault://kv/hooks/ledger'), surroundings(env), { lookMs: 0, ...options })
}

async function writeMany(store: LedgerStore, count: number): Promise<void> {
  const open = await openNow(store)
  const long = { hash: 'h'.repeat(1000) }
  for (let index = 0; index < count; index += 1) await open.record(putEntry(`webhook-${index}`, long))
  await open.close()
}

test('keeps every document far below what Vault takes in one request', async () => {
  const { server } = await aVault()

  await writeMany(storeIn(server), 1000)

  const sizes = server.seen.map(({ body }) => JSON.stringify(body).length)
  expect(Math.max(...sizes)).toBeLessThan(512 * 1024)
  expect(
    server.seen.filter(({ method, path }) => method === 'POST' && path.includes('account')).length,
  ).toBeGreaterThan(4)
  expect(listEntries(await storeIn(server).read())).toHaveLength(1000)
})

test('names the version that each write follows', async () => {
  const { server } = await aVault()

  await writeMany(storeIn(server), 1)

  const writes = server.seen.filter(({ method, path }) => method === 'POST' && path.startsWith('kv/data/hooks/'))
  expect(writes.length).toBeGreaterThan(2)
  for (const { body } of writes) expect(body).toMatchObject({ options: { cas: expect.any(Number) } })
})

test('begins anew after its documents were deleted by hand', async () => {
  const { server, operator } = await aVault()
  await writeMany(storeIn(server), 1)
  for (const { path } of server.seen.filter(({ method, path }) => method === 'POST' && path.includes('hooks'))) {
    await operator.ask('DELETE', path)
  }

  const deleted = await storeIn(server).read()
  await writeMany(storeIn(server), 2)

  expect(listEntries(deleted)).toEqual([])
  expect(listEntries(await storeIn(server).read())).toHaveLength(2)
})

test('needs no right but to read, create and update below its path', async () => {
  const { server, operator } = await aVault()
  await operator.allow('ledger', { 'kv/data/hooks/ledger/*': ['create', 'read', 'update'] })
  const token = await operator.createToken(['ledger'])

  await writeMany(storeIn(server, token), 2)

  expect(listEntries(await storeIn(server, token).read())).toHaveLength(2)
})

test('can be planned with by who may only read it, and not be opened', async () => {
  const { server, operator } = await aVault()
  await writeMany(storeIn(server), 1)
  await operator.allow('reader', { 'kv/data/hooks/ledger/*': ['read'] })
  const token = await operator.createToken(['reader'])

  const read = await storeIn(server, token).read()
  const finding = await findingOf(openNow(storeIn(server, token)))

  expect(listEntries(read)).toHaveLength(1)
  expect(finding).toMatchObject({ code: 'HS5004', hint: expect.stringContaining('"kv/data/hooks/ledger/head"') })
  expect(JSON.stringify(finding)).not.toContain(token)
})

test('is refused in KV version 1, which has no check-and-set', async () => {
  const { server } = await aVault(1)

  const reading = await findingOf(openNow(storeIn(server)))

  expect(reading).toMatchObject({ code: expect.stringMatching(/HS500[14]/u) })
  expect(reading.message).toContain('KV version 1')
})

test('says what is wrong with a vault that does not answer as it should', async () => {
  const { server } = await aVault()
  server.isSealed = true

  const finding = await findingOf(storeIn(server).read())

  expect(finding).toMatchObject({ code: 'HS5001', message: expect.stringContaining('sealed') })
})

test('does not take a secret for a ledger', async () => {
  const { server, operator } = await aVault()
  await operator.ask('POST', 'kv/data/hooks/ledger/head', { data: { password: 'canary-of-the-path' } })

  const finding = await findingOf(storeIn(server).read())

  expect(finding).toMatchObject({ code: 'HS5001', message: expect.stringContaining('is not a document of a ledger') })
  expect(JSON.stringify(finding)).not.toContain('canary-of-the-path')
})

test('judges how old a lock is by the clock of the vault, not by our own', async () => {
  const { server } = await aVault()
  const hour = 3_600_000
  const open = await openNow(storeIn(server))

  const early = await findingOf(openNow(storeIn(server), hour))
  server.elapse(hour)
  const next = await openNow(storeIn(server), -hour)

  expect(early.code).toBe('HS5002')
  expect(await findingOf(open.confirm())).toMatchObject({ code: 'HS5003' })
  await next.close()
})
