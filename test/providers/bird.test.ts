import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bird } from '../../src/providers/bird/declaration.ts'
import type { BirdWebhook } from '../../src/sandbox/bird-account.ts'
import { type Sandbox, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import { type RequestWatch, watchRequests } from '../vendors/watch-requests.ts'
import { liftOnceRefused } from './lift-limit.ts'
import { type Declared, describeActions, ManagedAccount } from './managed-account.ts'
import { aSecret, openAccount } from './open-account.ts'

const provider = { definition: bird, load: () => import('../../src/providers/bird/api.ts') }

const channel = { key: 'channelId', value: '7b3f6a52-0a3c-4b61-9d0c-3a3b3b8f5f10' }

const inbound = {
  service: 'channels',
  events: ['sms.inbound', 'whatsapp.inbound'],
  url: 'https://hooks.example.com/bird',
  signing_secret: aSecret('signing-secret-0123456789'),
}

let sandbox: Sandbox
let standIn: VendorSandbox<BirdWebhook>
let account: ManagedAccount
let watch: RequestWatch

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['bird'] })
  standIn = sandbox.vendors.bird
  account = openInWorkspace()
  watch = watchRequests(standIn.baseUrl)
})

afterEach(async () => {
  watch.stop()
  expect(watch.findings('bird')).toEqual([])
  await sandbox.close()
})

/** Without an organization, calls use the path of the workspace. */
function openInWorkspace(): ManagedAccount {
  const { organization_id: _, ...credentials } = standIn.credentials
  return new ManagedAccount(provider, { baseUrl: standIn.baseUrl, credentials })
}

function stored(event: string): BirdWebhook {
  const found = standIn.webhooks.all().find((webhook) => webhook.event === event)
  if (found === undefined) throw new Error(`Nobody receives ${event}.`)
  return found
}

function put(patch: Partial<BirdWebhook>): BirdWebhook {
  const template = standIn.webhooks.all()[0]
  if (template === undefined) throw new Error('There is no subscription to copy.')
  return standIn.webhooks.put({ ...template, id: crypto.randomUUID(), ...patch })
}

async function settle(declared: Declared): Promise<void> {
  const { outcome } = await account.apply(declared)
  expect(outcome.failed).toEqual([])
  const { actions } = await account.plan(declared)
  expect(new Set(actions.map(({ kind }) => kind))).toEqual(new Set(['keep']))
}

describe('Bird', () => {
  test('holds one subscription of the workspace for each event', async () => {
    await settle({ inbound })

    expect(
      standIn.webhooks
        .all()
        .map(({ event }) => event)
        .toSorted(),
    ).toEqual(['sms.inbound', 'whatsapp.inbound'])
    expect(stored('sms.inbound')).toMatchObject({ signingKey: 'signing-secret-0123456789', status: 'active' })
  })

  test('touches only the subscription of an event that comes or goes', async () => {
    await settle({ inbound })
    const kept = stored('sms.inbound')

    const declared = { inbound: { ...inbound, events: ['sms.inbound', 'line.inbound'] } }
    const { plan } = await account.apply(declared)

    expect(describeActions(plan)).toEqual(['update inbound events signing_secret'])
    expect(
      standIn.webhooks
        .all()
        .map(({ event }) => event)
        .toSorted(),
    ).toEqual(['line.inbound', 'sms.inbound'])
    expect(stored('sms.inbound')).toEqual(kept)
  })

  test.for([
    ['url', { url: 'https://hooks.example.com/moved' }, { url: 'https://hooks.example.com/moved' }],
    ['filters', { filters: [channel] }, { eventFilters: [channel] }],
    ['template', { template: 'text' }, { template: 'text' }],
    [
      'signing_secret',
      { signing_secret: aSecret('rotated-secret-0123456789') },
      { signingKey: 'rotated-secret-0123456789' },
    ],
    ['enabled', { enabled: false }, { status: 'inactive' }],
  ] as const)('sends nothing but %s when nothing but it changed', async ([field, change, wire]) => {
    await settle({ inbound })
    watch.clear()

    const declared = { inbound: { ...inbound, ...change } }
    const { plan, outcome } = await account.apply(declared, { writeSecrets: field === 'template' })

    expect(describeActions(plan)).toEqual([`update inbound ${field}`])
    expect(outcome.failed).toEqual([])
    const patches = watch.requests.filter(({ method }) => method !== 'GET')
    expect(patches.map(({ method, body }) => [method, body])).toEqual([
      ['PATCH', wire],
      ['PATCH', wire],
    ])
    expect(await account.plan(declared)).toMatchObject({ actions: [{ kind: 'keep' }] })
  })

  test('makes new subscriptions for another service, and removes the old ones after', async () => {
    await settle({ inbound })
    const declared = { inbound: { ...inbound, service: 'payments' } }

    const { plan } = await account.apply(declared)

    expect(plan.actions).toMatchObject([{ kind: 'replace', order: 'create-first', reason: 'forced by service' }])
    expect(standIn.webhooks.all().map(({ service }) => service)).toEqual(['payments', 'payments'])
    expect(Math.min(...standIn.log.slice(4).map(({ live }) => live))).toBeGreaterThan(1)
  })

  test.for(['null', 'empty', 'null-and-empty'])('clears filters where %s clears them', async (reading) => {
    standIn.setSwitch('cleared_by', reading)
    await settle({ inbound: { ...inbound, filters: [channel] } })

    await settle({ inbound })

    expect(standIn.webhooks.all().map(({ eventFilters }) => eventFilters)).toEqual([[], []])
  })

  test('adopts what is live and equal without a call', async () => {
    await settle({ inbound })
    const fresh = openInWorkspace()
    standIn.clearLog()

    const { plan } = await fresh.apply({ inbound })

    expect(describeActions(plan)).toEqual(['adopt inbound signing_secret'])
    expect(standIn.log.map(({ method }) => method)).toEqual(['GET'])
  })

  test('deletes what is no longer declared, and nothing that nobody declared', async () => {
    await settle({ inbound, other: { ...inbound, events: ['line.inbound'] } })
    const foreign = put({ event: 'viber.inbound' })

    await account.apply({ other: { ...inbound, events: ['line.inbound'] } })

    expect(standIn.webhooks.all().map(({ event }) => event)).toEqual(['line.inbound', 'viber.inbound'])
    expect(standIn.webhooks.get(foreign.id)).toEqual(foreign)
  })

  test('sees each field that somebody changed', async () => {
    await settle({ inbound: { ...inbound, filters: [channel] } })
    const { id } = stored('sms.inbound')
    standIn.webhooks.edit(id, { status: 'inactive', url: 'https://elsewhere.example.com/', eventFilters: [] })

    const plan = await account.plan({ inbound: { ...inbound, filters: [channel] } })

    expect(describeActions(plan)).toEqual(['update inbound url filters enabled'])
  })

  test('counts a status that no page names as switched off, and says so', async () => {
    await settle({ inbound })
    standIn.webhooks.edit(stored('sms.inbound').id, { status: 'suspended', statusReason: 'Too many failures.' })

    const { api } = await openAccount(provider, standIn)
    const { objects } = await api.list('all')
    await api.close()

    const reasons = objects.map(({ fields, statusReason }) => [fields['enabled'], statusReason])
    expect(reasons).toContainEqual([false, 'status "suspended": Too many failures.'])
  })

  test('creates active and switches off after, as an update of what it made', async () => {
    const declared = { inbound: { ...inbound, events: ['sms.inbound'], enabled: false } }

    await settle(declared)

    const writes = watch.requests.filter(({ method }) => method !== 'GET')
    expect(writes.map(({ method }) => method)).toEqual(['POST', 'PATCH'])
    expect(writes[1]?.body).toEqual({ status: 'inactive' })
    expect(stored('sms.inbound').status).toBe('inactive')
  })

  test('knows what it made when switching off fails, and switches off the next time', async () => {
    const declared = { inbound: { ...inbound, events: ['sms.inbound'], enabled: false } }
    standIn.fault({ kind: 'status', status: 403, match: { method: 'PATCH' } })

    const { outcome } = await account.apply(declared)
    const made = stored('sms.inbound')
    const { plan } = await account.apply(declared)

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4001' } }])
    expect(describeActions(plan)).toEqual(['update inbound enabled'])
    expect(standIn.webhooks.all()).toMatchObject([{ id: made.id, status: 'inactive' }])
  })

  test('recognizes what a create made whose answer was lost', async () => {
    standIn.fault({ kind: 'reset-after', match: { method: 'POST' } })

    await settle({ inbound })

    expect(standIn.webhooks.all()).toHaveLength(2)
  })

  test('refuses a sixth subscription of the same filters when it plans', async () => {
    await settle({ inbound: { ...inbound, events: ['sms.inbound'] } })
    for (const path of ['a', 'b', 'c', 'd']) put({ url: `https://hooks.example.com/${path}` })
    const another = { ...inbound, events: ['sms.inbound'], url: 'https://hooks.example.com/e' }

    const plan = await account.plan({ inbound: { ...inbound, events: ['sms.inbound'] }, another })

    expect(plan.refusals).toMatchObject([{ code: 'HS3014', count: 6, limit: 5 }])
  })

  test('compares filters without order, and with repetitions', async () => {
    const completed = { key: 'status', value: 'completed' }
    const voice = { ...inbound, events: ['voice.inbound'], filters: [completed, channel, completed] }
    await settle({ voice })
    standIn.setSwitch('filter_order', 'reversed')

    expect(describeActions(await account.plan({ voice }))).toEqual(['keep voice'])
    expect(describeActions(await account.plan({ voice: { ...voice, filters: [channel, completed] } }))).toEqual([
      'update voice filters',
    ])
  })

  test('lists every page', async () => {
    await settle({ inbound: { ...inbound, events: ['sms.inbound'] } })
    for (let count = 1; count < 230; count += 1) put({ url: `https://hooks.example.com/${count}` })
    standIn.clearLog()

    const { unmanaged } = await account.plan({ inbound: { ...inbound, events: ['sms.inbound'] } })

    expect(unmanaged).toHaveLength(229)
    expect(standIn.log.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET'])
  })

  test('speaks the path with the organization where one is declared', async () => {
    standIn.setSwitch('path_shape', 'organizations')
    const settings = { organization_id: '0b1d0000-0000-4000-8000-00000000000f' }

    const { outcome } = await account.apply({ inbound }, { settings })

    expect(outcome.failed).toEqual([])
    expect(standIn.log.every(({ path }) => path.startsWith('/organizations/'))).toBe(true)
  })
})

describe('limits that differ from the documented ones', () => {
  test.for([
    ['422', 'service-and-event'],
    ['409', 'workspace'],
  ] as const)('fail what is beyond them, with %s, and leave the rest', async ([status, scope]) => {
    standIn.setSwitch('quota', 1)
    standIn.setSwitch('quota_status', Number(status))
    standIn.setSwitch('quota_scope', scope)
    const other = { ...inbound, events: ['sms.inbound'], url: 'https://hooks.example.com/other' }

    const { outcome } = await account.apply({ first: { ...inbound, events: ['sms.inbound'] }, other })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4004' } }])
    expect(standIn.webhooks.all()).toHaveLength(1)
  })

  test('on requests are waited out, for reads and for writes', async () => {
    const declared = Object.fromEntries(
      Array.from({ length: 5 }, (_, at) => [
        `hook-${at}`,
        { ...inbound, events: ['sms.inbound'], filters: [{ key: 'channelId', value: `${at}` }] },
      ]),
    )

    await Promise.all([
      settle(declared),
      liftOnceRefused(standIn, 'reads_per_second', ({ method }) => method === 'GET'),
      liftOnceRefused(standIn, 'writes_per_second', ({ method }) => method !== 'GET'),
    ])

    expect(standIn.webhooks.all()).toHaveLength(5)
  })
})

describe('a list whose pages lead in a circle', () => {
  test('is an error', async () => {
    const subscription = {
      id: 'a',
      service: 'channels',
      event: 'sms.inbound',
      url: 'https://x.example.com/',
      status: 'active',
    }
    const server = createServer((_, response) => {
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ results: [subscription], nextPageToken: 'again' }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { api } = await openAccount(provider, {
      ...standIn,
      baseUrl: `http://127.0.0.1:${port}`,
      credentials: standIn.credentials,
    })

    await expect(api.list('all')).rejects.toThrow(/circle/u)

    await api.close()
    await new Promise((resolve) => server.close(resolve))
  })
})
