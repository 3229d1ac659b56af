import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { StoreDirectoryOptions } from '../../../src/secrets/locate.ts'
import type { Store } from '../../../src/secrets/store.ts'
import { makeSelfSigned } from '../../http/self-signed.ts'
import { deadOrigin, startVendor } from '../../http/vendor-server.ts'
import { aPatch, aVaultStore, openDocuments, openStore, readField } from './a-store.ts'
import { type Disturbance, type FakeVault, type SeenByVault, startFakeVault } from './fake-vault.ts'
import { Operator } from './operator.ts'

interface World {
  readonly vault: FakeVault
  readonly operator: Operator
  readonly store: Store
  readonly options: Partial<StoreDirectoryOptions>
}

async function aWorld(settings: Readonly<Record<string, unknown>> = {}, timeoutMs = 10_000): Promise<World> {
  const vault = await startFakeVault()
  const operator = new Operator({ address: vault.address, token: vault.rootToken })
  await operator.mountKv('kv', 2)
  await operator.ask('POST', 'kv/data/a', { data: { key: 'canary-value', other: 'canary-other' } })
  const stores = [aVaultStore({ address: vault.address, ...settings })]
  const options = { stores, env: { VAULT_TOKEN: vault.rootToken }, calls: { userAgent: 'test', timeoutMs } }
  return { vault, operator, store: await openStore(options), options }
}

const isData = ({ path }: SeenByVault): boolean => path.startsWith('kv/data/')
const isWrite = (request: SeenByVault): boolean => isData(request) && request.method === 'POST'
const reset: Disturbance = (_, request) => request.socket.resetAndDestroy()
const silence: Disturbance = () => {}
const patienceFor = (disturbance: Disturbance): number => (disturbance === silence ? 300 : 10_000)

describe('what passes by itself', () => {
  test.each<[string, Disturbance]>([
    ['412', { status: 412, json: { errors: ['required index state not present'] } }],
    ['429', { status: 429, headers: { 'retry-after': '0' } }],
    ['500', { status: 500, json: { errors: ['internal error'] } }],
    ['502', { status: 502, text: '<html>Bad gateway</html>' }],
    ['503', { status: 503, text: '<html>Unavailable</html>' }],
    ['a mount being upgraded', { status: 400, json: { errors: ['Upgrading from non-versioned to versioned data.'] } }],
    ['a reset', reset],
    ['silence', silence],
  ])('such as %s is asked again', async (_, disturbance) => {
    const { vault, store } = await aWorld({}, patienceFor(disturbance))
    vault.disturb(disturbance, { on: isData })

    expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
  })

  test.each<[string, Disturbance]>([
    ['503', { status: 503 }],
    ['a reset', reset],
  ])('is told from a lost race when the answer to a write got lost in %s', async (_, disturbance) => {
    const { vault, store, options } = await aWorld()
    const documents = openDocuments(options)
    vault.disturb(disturbance, { on: isWrite, afterwards: true })
    const captured = await store.write('kv/a', aPatch('/new', 'canary-new'), 'absent')
    vault.disturb(disturbance, { on: isWrite, afterwards: true })
    const pinned = await store.write('kv/a', aPatch('/new', 'canary-newer'), { version: '2' })
    vault.disturb(disturbance, { on: isWrite, afterwards: true })
    const edit = { set: aPatch('/key', 'canary-newer'), removed: [['new']] }
    const edited = await store.edit?.('kv/a', edit, { version: '3' })
    vault.disturb(disturbance, { on: isWrite, afterwards: true })
    const removed = await store.remove('kv/a', [['other']])
    vault.disturb(disturbance, { on: isWrite, afterwards: true })
    const ledger = await documents.write('kv/ledger', { n: 1 }, 0)

    expect([captured, pinned, edited, removed, ledger]).toEqual([
      { kind: 'written', version: '2' },
      { kind: 'written', version: '3' },
      { kind: 'written', version: '4' },
      { kind: 'written', version: '5' },
      { kind: 'written', version: '1' },
    ])
  })

  test('does not make a lost race look won', async () => {
    const { vault, operator, options } = await aWorld()
    const documents = openDocuments(options)
    await documents.read('kv/ledger')
    const race: Disturbance = (response) => {
      void operator.ask('POST', 'kv/data/ledger', { data: { n: 'theirs' } }).then(() => response.destroy())
    }
    vault.disturb(race, { on: isWrite })

    expect(await documents.write('kv/ledger', { n: 'ours' }, 0)).toMatchObject({ kind: 'conflict' })
  })
})

describe('what does not pass', () => {
  test.each<[string, Disturbance, string, string, number]>([
    ['sealed', { status: 503, json: { errors: ['Vault is sealed'] } }, 'sealed', 'is sealed.', 1],
    ['412', { status: 412 }, 'unavailable', 'is a standby that lags behind.', 4],
    ['429', { status: 429 }, 'throttled', 'wants fewer requests.', 4],
    ['500', { status: 500, json: { errors: ['disk'] } }, 'unavailable', 'refuses reading kv/a: 500, disk.', 4],
    ['a reset', reset, 'unavailable', 'cannot be reached: connection closed before an answer came.', 4],
    ['silence', silence, 'unavailable', 'cannot be reached: no complete answer within 0.3 s.', 4],
    ['HTML', { status: 200, text: '<html>Log in</html>' }, 'malformed', 'the answer is HTML, not JSON.', 1],
    ['HTML', { status: 404, text: '<html>None</html>' }, 'malformed', 'the answer is HTML, not JSON.', 1],
    ['half an answer', { status: 200, text: '{"data":{"da' }, 'malformed', 'the answer is not complete JSON.', 1],
    ['odd JSON', { status: 200, json: { data: ['x'] } }, 'malformed', 'answers kv/a with no fields.', 1],
    ['400', { status: 400, json: { errors: ['bad'] } }, 'malformed', 'refuses reading kv/a: 400, bad.', 1],
  ])('such as %s is told', async (_, disturbance, kind, message, attempts) => {
    const { vault, store } = await aWorld({}, patienceFor(disturbance))
    vault.disturb(disturbance, { on: isData, times: 9 })
    const before = vault.count('kv/data/a')

    const fault = await readField(store, 'kv/a', '/key')

    expect(fault).toMatchObject({ kind, message: expect.stringContaining(message), hint: expect.any(String) })
    expect(vault.count('kv/data/a') - before).toBe(attempts)
  })

  test('is told when nobody listens', async () => {
    const address = await deadOrigin()
    const store = await openStore({ env: { VAULT_ADDR: address, VAULT_TOKEN: 'x' } })

    expect(await readField(store, 'kv/a', '/key')).toMatchObject({
      kind: 'unavailable',
      message: `Vault at ${address} cannot be reached: connection refused.`,
    })
  })

  test('is an engine of another kind', async () => {
    const { operator, store } = await aWorld()
    await operator.ask('POST', 'sys/mounts/transit', { type: 'transit' })

    expect(await readField(store, 'transit/keys/a', '/key')).toMatchObject({
      kind: 'malformed',
      message: expect.stringContaining('has at transit/ is transit, not kv.'),
    })
  })

  test('is a number that would not survive being written back', async () => {
    const { operator, vault, store } = await aWorld()
    await operator.ask('POST', 'kv/data/n', { data: { list: [{ big: 2 ** 60 }] } })

    expect(await store.write('kv/n', aPatch('/key', 'x'), 'absent')).toMatchObject({ kind: 'malformed' })
    expect(vault.seen.filter(isWrite)).toHaveLength(3)
  })

  test('never shows a token, a value or a body', async () => {
    const { vault, store, options } = await aWorld()
    const documents = openDocuments(options)
    const echo: Disturbance = (response, request) => {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ errors: [`${String(request.headers['x-vault-token'])} canary-other canary-new`] }))
    }
    vault.disturb(echo, { on: isWrite, times: 9 })
    vault.disturb({ status: 403, json: { errors: ['canary-value denied'] } }, { on: isData, times: 9 })

    const faults = [
      await store.write('kv/b', aPatch('/key', 'canary-new'), 'any'),
      await documents.write('kv/b', { key: 'canary-new' }, 0),
      await readField(store, 'kv/a', '/key'),
      await store.proveWritable('kv/a'),
    ]

    expect(faults).toHaveLength(4)
    expect(inspect(faults, { depth: Infinity, showHidden: true })).not.toContain('canary')
  })
})

test('a redirect is not followed, and nothing is sent there', async () => {
  const { vault, store } = await aWorld()
  const elsewhere = await startVendor({ status: 200, json: {} })
  vault.disturb({ status: 307, headers: { location: `${elsewhere.url}/v1/kv/data/a` } }, { on: isData, times: 9 })

  const fault = await readField(store, 'kv/a', '/key')

  expect(fault).toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining(`redirect to ${elsewhere.url}, which is not followed.`),
    hint: expect.stringContaining('Nothing was sent there.'),
  })
  expect(elsewhere.seen).toEqual([])
})

describe('where looking up the mount is denied', () => {
  async function aDeniedWorld(settings: Readonly<Record<string, unknown>>): Promise<World> {
    const world = await aWorld(settings)
    const { vault, operator } = world
    await operator.mountKv('kv1', 1)
    await operator.ask('POST', 'kv1/a', { key: 'one' })
    vault.isPreflightDenied = true
    await operator.allow('all', { 'kv/*': ['read', 'create', 'update'], 'kv1/*': ['read', 'create', 'update'] })
    const token = await operator.createToken(['all'])
    return { ...world, store: await openStore({ ...world.options, env: { VAULT_TOKEN: token } }) }
  }

  test('both versions of KV are tried, once for each mount', async () => {
    const { vault, operator, store } = await aDeniedWorld({})
    await operator.ask('POST', 'kv/data/b', { data: { key: 'two' } })
    await operator.ask('POST', 'kv1/b', { key: 'three' })
    const [before, before1] = [vault.count('kv/'), vault.count('kv1/')]

    const answers = await store.read(['kv/a', 'kv/b', 'kv1/a', 'kv1/b'].map((path) => ({ path })))

    expect(answers.map(({ kind }) => kind)).toEqual(['document', 'document', 'document', 'document'])
    expect(vault.count('sys/internal/ui/mounts/')).toBe(2)
    expect(vault.count('kv/') - before).toBe(3)
    expect(vault.count('kv1/') - before1).toBe(4)
  })

  test.each([
    [2, 'kv/a', 1],
    [1, 'kv1/a', 1],
  ])('the store may say that KV is version %d', async (kv, path, calls) => {
    const { vault, store } = await aDeniedWorld({ kv })
    const mount = path.split('/')[0] ?? ''
    const before = vault.count(`${mount}/`)

    expect(await readField(store, path, '/key')).toEqual(expect.any(String))
    expect(vault.count(`${mount}/`) - before).toBe(calls)
  })

  test('a store that says so wrongly is told', async () => {
    const { store } = await aDeniedWorld({ kv: 1 })

    expect(await readField(store, 'kv/a', '/key')).toMatchObject({
      kind: 'malformed',
      message: expect.stringContaining('kv/ of Vault at http'),
      hint: 'Set kv: 2 on the store, or leave it out.',
    })
  })

  test('nothing is written where the version cannot be found out', async () => {
    const { store } = await aDeniedWorld({})

    expect(await readField(store, 'kv1/none', '/key')).toMatchObject({ kind: 'not-found' })
    expect(await store.write('kv1/none', aPatch('/key', 'x'), 'absent')).toMatchObject({
      kind: 'not-found',
      hint: expect.stringContaining('kv: 1 or kv: 2'),
    })
  })

  test('a path that neither version lets read is denied, with both policies', async () => {
    const { operator, store } = await aDeniedWorld({})

    await operator.mountKv('closed', 2)

    expect(await readField(store, 'closed/a', '/key')).toMatchObject({
      kind: 'denied',
      hint: expect.stringMatching(/"closed\/data\/a", or on "closed\/a" in KV version 1\. A mount or a namespace/u),
    })
  })
})

describe('a server with a certificate of its own authority', () => {
  async function aFile(text: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'hooks-sync-vault-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    const file = join(directory, 'ca.pem')
    await writeFile(file, text)
    return file
  }

  async function aTlsStore(
    host: string,
    ca: (cert: string) => Promise<Readonly<Record<string, string>>>,
  ): Promise<Store> {
    const tls = makeSelfSigned(host)
    const { address, rootToken } = await startFakeVault({ tls })
    return openStore({ env: { VAULT_ADDR: address, VAULT_TOKEN: rootToken, ...(await ca(tls.cert)) } })
  }

  test('is trusted when the authority is named, and else not', async () => {
    const trusted = await aTlsStore('localhost', async (cert) => ({ VAULT_CACERT: await aFile(cert) }))
    const untrusted = await aTlsStore('localhost', () => Promise.resolve({}))

    expect(await trusted.check()).toBeUndefined()
    expect(await untrusted.check()).toMatchObject({ kind: 'tls', hint: expect.stringContaining('ca_file') })
  })

  test('is not trusted under another name', async () => {
    const store = await aTlsStore('other.example', async (cert) => ({ VAULT_CACERT: await aFile(cert) }))

    expect(await store.check()).toMatchObject({ kind: 'tls', hint: expect.stringContaining('another host name') })
  })

  test.each([
    ['is not there', () => Promise.resolve({ VAULT_CACERT: '/nonexistent/ca.pem' }), 'does not exist'],
    ['is none', async () => ({ VAULT_CACERT: await aFile('nothing') }), 'holds no certificate'],
  ])('is told when the file of the authority %s', async (_, ca, message) => {
    const store = await aTlsStore('localhost', ca)

    expect(await store.check()).toMatchObject({ kind: 'tls', message: expect.stringContaining(message) })
  })

  test('is told from one that speaks plain HTTP', async () => {
    const { address, rootToken } = await startFakeVault()
    const env = { VAULT_ADDR: address.replace('http:', 'https:'), VAULT_TOKEN: rootToken }

    expect(await (await openStore({ env })).check()).toMatchObject({
      kind: 'tls',
      message: expect.stringContaining('does not speak TLS'),
    })
  })
})
