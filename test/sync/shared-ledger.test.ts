import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Plan } from '../../src/core/plan.ts'
import type { SyncOptions } from '../../src/run/options.ts'
import { startFakeVault } from '../secrets/vault/fake-vault.ts'
import { Operator } from '../secrets/vault/operator.ts'
import { bucketEnvironment, startBucketServer } from '../shared-ledger/bucket-server.ts'
import { doings, openWorld, sinchHook, type World, whoIsRefused } from './open-world.ts'
import { fast } from './vendor-stories.ts'

let world: World

afterEach(() => world.close())

/** A shared place that was just made: its address, what reaches it, and how often it was written. */
interface Place {
  readonly ledger: string
  readonly env: Readonly<Record<string, string>>
  readonly writes: () => number
}

const places: readonly (readonly [string, () => Promise<Place>])[] = [
  [
    'a bucket',
    async () => {
      const server = await startBucketServer()
      const writes = (): number => server.seen.filter(({ method }) => method !== 'GET').length
      return { ledger: 's3://hooks/team/ledger', env: bucketEnvironment(server), writes }
    },
  ],
  [
    'a vault',
    async () => {
      const server = await startFakeVault()
      const operator = new Operator({ address: server.address, token: server.rootToken })
      await operator.mountKv('kv', 2)
      await operator.allow('ledger', { 'kv/data/hooks/ledger/*': ['create', 'read', 'update'] })
      const token = await operator.createToken(['ledger'])
      const writes = (): number =>
        server.seen.filter(({ method, path }) => method !== 'GET' && path.startsWith('kv/data/hooks')).length
      return { ledger: 'ref+vault://kv/hooks/ledger', env: { VAULT_ADDR: server.address, VAULT_TOKEN: token }, writes }
    },
  ],
]

describe.each(places)('a ledger in %s', (_, make) => {
  let place: Place

  async function open(): Promise<void> {
    world = await openWorld({ vendors: ['sinch'] })
    place = await make()
  }

  function file(hooks: string): string {
    const { baseUrl } = world.sandbox.vendors.sinch
    return `version: 1
ledger: ${place.ledger}
providers:
  chat:
    type: sinch
    region: eu
    project_id: sandbox-project
    base_url: ${baseUrl}
    auth_url: ${baseUrl}
    auth: { key_id: "ref+env://CHAT_ID", key_secret: "ref+env://CHAT_SECRET" }
    webhooks:
${hooks}`
  }

  function options(cwd: string, rest: Partial<SyncOptions> = {}): Partial<SyncOptions> {
    const { credentials } = world.sandbox.vendors.sinch
    const chat = { CHAT_ID: credentials['key_id'] ?? '', CHAT_SECRET: credentials['key_secret'] ?? '' }
    return { cwd, homeDir: cwd, env: { ...place.env, ...chat }, ...rest }
  }

  /** A directory with nothing but a file, as a fresh checkout is. */
  async function checkout(hooks: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'hooks-sync-checkout-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    await writeFile(join(directory, 'webhooks.yaml'), file(hooks))
    return directory
  }

  test('tells a fresh checkout what is owned', async () => {
    await open()
    const hooks = sinchHook('inbound', 'a') + sinchHook('delivery', 'b')
    await world.apply(options(await checkout(hooks)))

    const same = await world.plan(options(await checkout(hooks)))
    const fewer = await world.plan(options(await checkout(sinchHook('inbound', 'a'))))

    expect(doings(same)).toEqual([])
    expect(doings(fewer)).toEqual(['delete delivery'])
  })

  test('is only read by a plan', async () => {
    await open()
    await world.apply(options(await checkout(sinchHook('inbound', 'a'))))
    const before = place.writes()

    const changed = await world.plan(options(await checkout(sinchHook('inbound', 'b'))))

    expect(doings(changed)).toEqual(['update inbound'])
    expect(place.writes()).toBe(before)
  })

  test('is not asked by a plan that goes offline', async () => {
    await open()
    const { planWithoutNetwork } = await import('../../src/sync.ts')
    const { makeOptions } = await import('../../src/run/options.ts')
    const cwd = await checkout(sinchHook('inbound', 'a'))
    const unreachable = { ...place.env, VAULT_ADDR: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' }

    const made: Plan = await planWithoutNetwork(makeOptions(options(cwd, { env: unreachable })))

    expect(made.diagnostics.map(({ severity }) => severity)).not.toContain('error')
  })

  test('is written by one of two runs, and the other is told who holds the lock', async () => {
    await open()
    const hooks = Array.from({ length: 5 }, (_each, at) => sinchHook(`hook-${at}`, `${at}`)).join('')

    const refused = await whoIsRefused(async (before) => world.apply(options(await checkout(hooks)), before))

    expect(refused).toMatch(/hooks-sync apply .* holds the lock of /u)
    expect(world.sandbox.vendors.sinch.webhooks.all()).toHaveLength(5)
    expect(doings(await world.plan(options(await checkout(hooks))))).toEqual([])
  })
})

describe.each([
  ['before it arrives', false],
  ['after it arrived', true],
])('a run that loses its bucket for good at any write, %s', (_, commit) => {
  test('is finished by the next one, without a twin and without an orphan', async () => {
    world = await openWorld({ vendors: ['sinch'] })
    const server = await startBucketServer()
    const { sinch } = world.sandbox.vendors
    const { credentials, baseUrl } = sinch
    const env = {
      ...bucketEnvironment(server),
      CHAT_ID: credentials['key_id'] ?? '',
      CHAT_SECRET: credentials['key_secret'] ?? '',
    }
    const file = (at: number, hooks: string): string => `version: 1
ledger: s3://hooks/run-${at}
providers:
  chat:
    type: sinch
    region: eu
    project_id: sandbox-project
    base_url: ${baseUrl}
    auth_url: ${baseUrl}
    auth: { key_id: "ref+env://CHAT_ID", key_secret: "ref+env://CHAT_SECRET" }
    webhooks:
${hooks}`
    const before = sinchHook('changed', 'a') + sinchHook('gone', 'b')
    const after = sinchHook('changed', 'c') + sinchHook('made', 'd') + sinchHook('also', 'e')
    let at = 0
    for (let isStruck = true; isStruck; ) {
      at += 1
      sinch.webhooks.clear()
      await world.write('webhooks.yaml', file(at, before))
      await world.apply({ env, pace: fast })
      await world.write('webhooks.yaml', file(at, after))

      server.vanish(at, commit)
      await world.apply({ env, pace: fast }).catch(() => undefined)
      isStruck = server.comeBack()
      server.elapse(3_600_000)
      await world.apply({ env, pace: fast })

      const targets = sinch.webhooks.all().map(({ target }) => target.replace('https://hooks.example.com/', ''))
      expect(targets.toSorted(), `at ${at}`).toEqual(['c', 'd', 'e'])
      expect(doings(await world.plan({ env })), `at ${at}`).toEqual([])
    }

    expect(at).toBeGreaterThan(4)
  })
})
