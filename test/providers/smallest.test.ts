import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DesiredValues } from '../../src/core/value.ts'
import { smallest } from '../../src/providers/smallest/declaration.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { makeVirtualClock } from '../http/virtual-clock.ts'
import { aSecret, openAccount } from './open-account.ts'
import { SmallestWorld, type StandIn, type Subscribers, subscribe } from './smallest-world.ts'

const ann = 'a6e270000000000000000001'
const bob = 'a6e270000000000000000002'
const post = ['post-conversation']
const pre = ['pre-conversation']
const ours = 'https://hooks.example.com/ours'
const next = 'https://hooks.example.com/next'
const theirs = 'https://theirs.example.com/1'
const others = 'https://theirs.example.com/2'

let sandbox: Sandbox
let standIn: StandIn
let world: SmallestWorld

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['smallest'] })
  standIn = sandbox.vendors.smallest
  world = new SmallestWorld(standIn)
})

afterEach(async () => {
  await sandbox.close()
})

function hook(url: string, subscribers: Subscribers, more: DesiredValues = {}): DesiredValues {
  return { url, subscriptions: subscribe(subscribers), ...more }
}

/** The calls since the log was cleared that write. */
function writes(): readonly string[] {
  return standIn.log.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${shorten(path)}`)
}

function shorten(path: string): string {
  return path
    .replace('/smallest/atoms/v1', '')
    .replace('/atoms/v1', '')
    .replaceAll(/[0-9a-f]{24}/gu, '…')
}

async function failures(run: ReturnType<SmallestWorld['attempt']>): Promise<readonly string[]> {
  return (await run).outcome?.failed.map(({ failure }) => failure.code) ?? []
}

async function refusals(
  declared: Readonly<Record<string, DesiredValues>>,
  ...options: Parameters<SmallestWorld['attempt']>[1][]
): Promise<readonly string[]> {
  standIn.clearLog()
  const { plan } = await world.attempt(declared, ...options)
  if (plan.refusals.length > 0) expect(writes()).toEqual([])
  return plan.refusals.map(({ code, message }) => `${code} ${message}`)
}

describe('an agent that belongs to others too', () => {
  test('goes back to the one other webhook with the same call that takes it off', async () => {
    world.put(theirs, { [ann]: pre })
    world.put(ours, { [ann]: post }, { key: 'ours' })
    world.put(next, {}, { key: 'next' })
    standIn.clearLog()

    await world.attempt({ next: hook(next, {}) })

    expect(writes()).toEqual(['POST /agent/…/webhook-subscriptions', 'DELETE /webhook/…'])
    expect(world.subscribers(theirs)).toEqual({ [ann]: pre })
  })

  test('keeps a webhook from being deleted where it would have to go back to two', async () => {
    world.put(theirs, { [ann]: pre })
    world.put(others, { [ann]: post })
    world.put(ours, { [ann]: post }, { key: 'ours' })
    world.put(next, {}, { key: 'next' })

    expect(await refusals({ next: hook(next, {}) })).toEqual([
      `HS3019 account/ours: the agent ${ann} would have to be set on 2 webhooks (${theirs}, ${others}), and smallest.ai sets it on one only.`,
    ])
  })

  test('is not set on a second webhook that is live already', async () => {
    world.put(theirs, { [ann]: pre })
    world.put(ours, {}, { key: 'ours' })

    expect(await refusals({ ours: hook(ours, { [ann]: post }) })).toMatchObject(
      [/^HS3019 /u].map((code) => expect.stringMatching(code)),
    )
  })

  test('is set on a second webhook by creating that one', async () => {
    world.put(theirs, { [ann]: pre })
    standIn.clearLog()

    await world.attempt({ ours: hook(ours, { [ann]: post }) })

    expect(writes()).toEqual(['POST /webhook'])
    expect(world.subscribers(theirs)).toEqual({ [ann]: pre })
    expect(world.subscribers(ours)).toEqual({ [ann]: post })
  })

  test('is given back where the create took it away', async () => {
    standIn.setSwitch('create_for_busy_agent', 'replaces')
    world.put(theirs, { [ann]: pre })

    expect(await failures(world.attempt({ ours: hook(ours, { [ann]: post }) }))).toEqual(['HS4007'])

    expect(world.subscribers(theirs)).toEqual({ [ann]: pre })
    expect(await refusals({ ours: hook(ours, { [ann]: post }) })).toMatchObject([expect.stringMatching(/^HS3019 /u)])
  })

  test('goes back by the next run where this one is cut off between taking it off and setting it', async () => {
    standIn.setSwitch('agent_replace', 'refused')
    world.put(theirs, { [ann]: pre })
    world.put(ours, { [ann]: post }, { key: 'ours' })
    world.put(next, {}, { key: 'next' })
    const path = '/webhook-subscriptions'
    standIn.fault({ kind: 'status', status: 500, after: 1, times: 50, match: { method: 'POST', pathIncludes: path } })
    const declared = { next: hook(next, {}) }
    expect(await failures(world.attempt(declared))).toEqual(['HS4002'])
    expect(world.subscribers(theirs)).toEqual({})
    standIn.clearFaults()

    const { outcome } = await world.attempt(declared)

    expect(outcome).toMatchObject({ failed: [], skipped: [] })
    expect(world.subscribers(theirs)).toEqual({ [ann]: pre })
    expect(world.ledger?.intents).toEqual({})
  })

  test('is left alone where somebody subscribed it since the plan was made', async () => {
    world.put(ours, { [ann]: post }, { key: 'ours' })
    const meanwhile = (): void => {
      world.put(theirs, { [ann]: pre })
    }

    expect(await failures(world.attempt({ ours: hook(ours, { [ann]: pre }) }, { meanwhile }))).toEqual(['HS4008'])

    expect(world.subscribers(theirs)).toEqual({ [ann]: pre })
    expect(world.subscribers(ours)).toEqual({ [ann]: post })
  })
})

describe('an agent that moves', () => {
  test.for(['replaces', 'refused'])('goes from one live webhook to another (setting it: %s)', async (reading) => {
    standIn.setSwitch('agent_replace', reading)
    world.put(ours, { [ann]: post, [bob]: post }, { key: 'ours' })
    world.put(next, {}, { key: 'next' })

    const { outcome } = await world.attempt({ ours: hook(ours, { [bob]: post }), next: hook(next, { [ann]: pre }) })

    expect(outcome).toMatchObject({ failed: [], skipped: [] })
    expect(world.subscribers(ours)).toEqual({ [bob]: post })
    expect(world.subscribers(next)).toEqual({ [ann]: pre })
  })

  test.for(['adds', 'replaces', 'refused'])(
    'goes to a new webhook without a moment at none (create: %s)',
    async (reading) => {
      standIn.setSwitch('create_for_busy_agent', reading)
      world.put(ours, { [ann]: post }, { key: 'ours' })
      standIn.clearLog()

      const { outcome } = await world.attempt({ ours: hook(ours, {}), next: hook(next, { [ann]: post }) })

      expect(outcome).toMatchObject({ failed: [], skipped: [] })
      expect(writes().filter((call) => call.startsWith('DELETE'))).toEqual([])
      expect(world.subscribers(ours)).toEqual({})
      expect(world.subscribers(next)).toEqual({ [ann]: post })
    },
  )

  test('is at none for a moment where its new webhook has to wait for a URL, and that is asked for', async () => {
    world.put(theirs, { [bob]: post })
    world.put(ours, { [ann]: post }, { key: 'ours' })
    const declared = { ours: hook(next, {}), new: hook(ours, { [ann]: post }) }

    expect(await refusals(declared)).toEqual([
      `HS3007 account/new: post-conversation of the agent ${ann} would be lost until its new webhook is there.`,
    ])
    const { outcome } = await world.attempt(declared, { flags: { 'new': { allowGap: true } } })

    expect(outcome).toMatchObject({ failed: [], skipped: [] })
    expect(world.subscribers(ours)).toEqual({ [ann]: post })
    expect(world.subscribers(next)).toEqual({})
  })

  test('is on several webhooks where they are all created', async () => {
    await world.attempt({ ours: hook(ours, { [ann]: post }), next: hook(next, { [ann]: pre }) })

    expect(world.subscribers(ours)).toEqual({ [ann]: post })
    expect(world.subscribers(next)).toEqual({ [ann]: pre })
  })

  test('is reported where the vendor does not keep it on several', async () => {
    standIn.setSwitch('create_for_busy_agent', 'replaces')

    const codes = await failures(world.attempt({ ours: hook(ours, { [ann]: post }), next: hook(next, { [ann]: pre }) }))

    expect(codes).toEqual(['HS4007'])
  })

  test('is not taken off a webhook of a failed action', async () => {
    world.put(ours, { [ann]: post }, { key: 'ours' })
    standIn.fault({ kind: 'status', status: 400, times: 5, match: { method: 'POST', pathIncludes: '/webhook' } })

    await world.attempt({ ours: hook(ours, {}), next: hook(next, { [ann]: post }) })

    expect(world.subscribers(ours)).toEqual({ [ann]: post })
  })
})

describe('what a create cannot carry', () => {
  const headers = { Authorization: aSecret('Bearer header-secret-0123456789') }

  test('is written by the next run where this one is cut off', async () => {
    standIn.fault({ kind: 'status', status: 500, times: 50, match: { method: 'PATCH' } })
    const declared = { ours: hook(ours, { [ann]: post }, { headers }) }

    expect(await failures(world.attempt(declared))).toEqual(['HS4002'])
    standIn.clearFaults()
    const { plan } = await world.attempt(declared)

    expect(plan.actions).toMatchObject([{ kind: 'update', changes: [{ path: 'headers', secret: 'differs' }] }])
    expect(standIn.webhooks.all()[0]?.headers).toEqual({ Authorization: 'Bearer header-secret-0123456789' })
  })

  test('is left out where there is nothing in it', async () => {
    standIn.clearLog()

    await world.attempt({ ours: hook(ours, {}, { headers: {} }) })

    expect(writes()).toEqual(['POST /webhook'])
  })
})

describe('the API', () => {
  const provider = { definition: smallest, load: () => import('../../src/providers/smallest/api.ts') }

  test('is spoken at its older host as well', async () => {
    world.put(ours, { [ann]: post })
    const baseUrl = standIn.baseUrl.replace('/atoms/v1', '/api/v1')
    const { api } = await openAccount(provider, { baseUrl, credentials: standIn.credentials })

    const { objects } = await api.list('all')

    expect(objects).toHaveLength(1)
    await api.close()
  })

  test.for([
    ['a retry_after', { status: false, code: 'RATE_LIMIT_EXCEEDED', retry_after: 7 }],
    ['a rateLimit', { message: 'Too many requests', rateLimit: { routeClass: 'x', limit: 1, retryAfterSec: 7 } }],
  ] as const)('waits as long as %s says', async ([, body]) => {
    const clock = makeVirtualClock()
    standIn.fault({ kind: 'status', status: 429, body, match: { method: 'GET' } })
    const { api } = await openAccount(provider, standIn, { http: { clock } })

    await clock.run(api.list('all'))

    expect(clock.waits).toContain(7000)
    await api.close()
  })

  test('says so where it does not tell the secret', async () => {
    world.put(ours, {}, { secret: '' })
    const { api } = await openAccount(provider, standIn)
    const [live] = (await api.list('all')).objects

    await expect(api.readSecret?.(live ?? { id: '', scope: '' })).rejects.toThrow(/does not show the secret/u)
    await api.close()
  })

  test('never takes a webhook over by creating one of its URL', async () => {
    world.put(ours, { [bob]: post })
    const { api } = await openAccount(provider, standIn)
    const object = { provider: 'account', key: 'ours', part: '', scope: '', fields: hook(ours, {}) }

    const create = api.execute({ does: 'create', id: '1', serves: [], after: [], object })

    await expect(create).rejects.toMatchObject({ status: 400, outcome: 'refused' })
    await api.close()
  })
})
