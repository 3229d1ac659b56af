import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HiddenSecret } from '../../src/core/secret.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { type RequestWatch, watchRequests } from '../vendors/watch-requests.ts'
import { aSecret } from './open-account.ts'
import { captureTo, SmallestWorld, type StandIn, subscribe } from './smallest-world.ts'

const ann = 'a6e270000000000000000001'
const bob = 'a6e270000000000000000002'
const cleo = 'a6e270000000000000000003'
const url = 'https://hooks.example.com/smallest'
const foreignUrl = 'https://foreign.example.com/hook'

const full: DesiredValues = {
  url,
  description: 'Conversations',
  subscriptions: subscribe({ [ann]: ['post-conversation'], [bob]: ['pre-conversation', 'analytics-completed'] }),
  headers: { 'X-Team': 'voice', Authorization: aSecret('Bearer header-secret-0123456789') },
}

let sandbox: Sandbox
let standIn: StandIn
let world: SmallestWorld
let watch: RequestWatch

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['smallest'] })
  standIn = sandbox.vendors.smallest
  world = new SmallestWorld(standIn)
  watch = watchRequests(standIn.baseUrl)
})

afterEach(async () => {
  watch.stop()
  await sandbox.close()
  expect(watch.findings('smallest')).toEqual([])
})

const readings = [
  {},
  { secret_in_list: false, headers_in_reads: 'present', list_shape: 'object-when-one', single_shape: 'array' },
  { headers_on_create: 'refused', description_on_create: 'non-empty', unset_description: 'empty' },
  { headers_on_create: 'accepted', description_on_create: 'optional', unset_description: 'null' },
  { create_for_busy_agent: 'replaces', events_on_create: 'non-empty', url_uniqueness: 'normalized' },
  { create_for_busy_agent: 'refused', agent_replace: 'refused', patch_duplicate_url: 'accepted' },
  { events_on_create: 'optional', empty_event_types: 'detaches', unknown_events: 'accepted', http_urls: 'refused' },
  { orphans_block_delete: true, access_error_body: 'data', rate_limit_body: 'rateLimit', old_path: 'gone' },
]

/** Applies, and expects all to be well. */
async function apply(
  declared: Readonly<Record<string, DesiredValues>>,
  options?: Parameters<SmallestWorld['attempt']>[1],
) {
  const { plan, outcome } = await world.attempt(declared, options)
  expect(plan.refusals).toEqual([])
  expect(outcome?.failed).toEqual([])
  expect(outcome?.skipped).toEqual([])
  return plan
}

/** What a plan is about to do, in words. */
async function planned(declared: Readonly<Record<string, DesiredValues>>): Promise<readonly string[]> {
  const { actions } = await world.plan(declared)
  return actions.map(({ kind, key, changes }) => [kind, key, ...changes.map(({ path }) => path)].join(' '))
}

function stored(at: string = url) {
  const webhook = standIn.webhooks.all().find((one) => one.url === at)
  if (webhook === undefined) throw new Error(`There is no webhook at ${at}.`)
  return webhook
}

describe.for(readings)('a webhook, in the reading %o', (reading) => {
  beforeEach(() => {
    for (const [name, value] of Object.entries(reading)) standIn.setSwitch(name, value)
    world.put(foreignUrl, { [cleo]: ['post-conversation'] }, { description: 'theirs' })
  })

  afterEach(() => {
    expect(stored(foreignUrl)).toMatchObject({ description: 'theirs', secret: 'made-by-the-vendor-0123456789' })
    expect(world.subscribers(foreignUrl)).toEqual({ [cleo]: ['post-conversation'] })
  })

  test('is created as declared, its headers after it', async () => {
    await apply({ calls: full })

    expect(stored()).toMatchObject({
      description: 'Conversations',
      headers: { 'X-Team': 'voice', Authorization: 'Bearer header-secret-0123456789' },
    })
    expect(world.subscribers(url)).toEqual({
      [ann]: ['post-conversation'],
      [bob]: ['analytics-completed', 'pre-conversation'],
    })
    expect(await planned({ calls: full })).toEqual(['keep calls'])
  })

  test('is described by its key where no description is declared', async () => {
    const { description: _, ...declared } = full
    await apply({ calls: declared })

    expect(stored().description).toBe('calls')
    expect(await planned({ calls: declared })).toEqual(['keep calls'])
  })

  test.for<[string, DesiredValues]>([
    ['url', { url: 'https://hooks.example.com/moved' }],
    ['url_params', { url_params: { token: aSecret('t0ken-0123456789') } }],
    ['description', { description: 'Calls' }],
    ['subscriptions', { subscriptions: subscribe({ [bob]: ['post-conversation'] }) }],
    ['subscriptions', { subscriptions: [] }],
    ['headers', { headers: { 'X-Team': 'calls' } }],
    ['headers', { headers: {} }],
    ['headers', { headers: null }],
  ])('changes %s in place: %o', async ([field, change]) => {
    await apply({ calls: full })
    const { id, secret } = stored()
    const declared = { ...full, ...change }

    expect((await world.plan({ calls: declared })).actions[0]).toMatchObject({
      kind: 'update',
      changes: [{ path: expect.stringContaining(field) }],
    })
    await apply({ calls: declared })

    expect(standIn.webhooks.get(id)?.secret).toBe(secret)
    expect(await planned({ calls: declared })).toEqual(['keep calls'])
  })

  test.for<[string, Readonly<Record<string, unknown>>]>([
    ['url', { url: 'https://elsewhere.example.com/' }],
    ['description', { description: 'edited by hand' }],
    ['subscriptions', { subscriptions: [] }],
  ])('drifts in %s and is set right', async ([field, edit]) => {
    await apply({ calls: full })
    standIn.webhooks.edit(stored().id, edit)

    expect(await planned({ calls: full })).toEqual([`update calls ${field}`])
    await apply({ calls: full })

    expect(await planned({ calls: full })).toEqual(['keep calls'])
  })

  test('is replaced once the vendor has switched it off, and keeps its agents', async () => {
    await apply({ calls: full })
    const { id } = stored()
    standIn.webhooks.edit(id, { status: 'disabled' })

    expect((await world.plan({ calls: full })).refusals.map(({ code }) => code)).toEqual(['HS3009'])
    await apply({ calls: full }, { allow: { recreate: true } })

    expect(stored()).toMatchObject({ status: 'enabled', headers: { 'X-Team': 'voice' } })
    expect(stored().id).not.toBe(id)
    expect(Object.keys(world.subscribers(url) ?? {})).toEqual([ann, bob])
    expect(await planned({ calls: full })).toEqual(['keep calls'])
  })

  test('is deleted together with what its agents had on it', async () => {
    await apply({ calls: full })

    await apply({})

    expect(standIn.webhooks.all().map((one) => one.url)).toEqual([foreignUrl])
  })

  test('is adopted where it is live already, without a call that writes', async () => {
    world.put(url, { [ann]: ['post-conversation'], [bob]: ['analytics-completed', 'pre-conversation'] })
    const declared = { url, subscriptions: full['subscriptions'] ?? [] }
    watch.clear()

    expect(await planned({ calls: declared })).toEqual(['adopt calls'])
    await apply({ calls: declared })

    expect(watch.requests.map(({ method }) => method)).toEqual(['GET', 'GET'])
    expect(await planned({ calls: declared })).toEqual(['keep calls'])
  })

  test('is taken over where it is live and differs', async () => {
    const { id } = world.put(url, { [ann]: ['pre-conversation'] })

    await apply({ calls: full })

    expect(stored().id).toBe(id)
    // Nobody knows the headers it had: they are reported, and written with --write-secrets.
    expect(await planned({ calls: full })).toEqual(['keep calls headers'])
  })

  test('tells the secret that the vendor made, into the vault, once', async () => {
    const declared = { ...full, signing_secret: captureTo('ref+age://secrets.age#/smallest') }

    await apply({ calls: declared })

    expect(world.vault.get('ref+age://secrets.age#/smallest')).toBe(stored().secret)
    expect(await planned({ calls: declared })).toEqual(['keep calls'])
  })

  test('tells a secret that is missing in the vault later on too', async () => {
    await apply({ calls: full })
    const declared = { ...full, signing_secret: captureTo('ref+age://secrets.age#/smallest') }

    expect(await planned({ calls: declared })).toEqual(['update calls signing_secret'])
    await apply({ calls: declared })

    expect(world.vault.get('ref+age://secrets.age#/smallest')).toBe(stored().secret)
  })

  test('costs one call where nothing changes', async () => {
    await apply({ calls: full })
    watch.clear()

    await world.plan({ calls: full })

    expect(watch.requests).toMatchObject([{ method: 'GET', path: '/webhook' }])
  })
})

describe('reading', () => {
  test('takes no word of the secret for a hidden one', async () => {
    standIn.setSwitch('secret_in_list', false)
    world.put(url, {})

    const { unmanaged } = await world.plan({})

    expect(unmanaged[0]?.fields['signing_secret']).toEqual(new HiddenSecret('unreadable'))
  })

  test('leaves out the subscriptions of agents that are gone', async () => {
    world.put(url, { [ann]: ['post-conversation'], [bob]: ['post-conversation'] })
    await sandbox.vendors.smallest.control('remove-agent', { id: bob })

    const { unmanaged } = await world.plan({})

    expect(unmanaged[0]?.fields['subscriptions']).toEqual([{ agent_id: ann, events: ['post-conversation'] }])
  })
})
