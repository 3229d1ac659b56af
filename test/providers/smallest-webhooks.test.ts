import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HiddenSecret } from '../../src/core/secret.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import { smallest } from '../../src/providers/smallest/declaration.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { describeActions, ManagedAccount } from './managed-account.ts'
import { aSecret, captureTo } from './open-account.ts'
import { SmallestWorld, type StandIn, type Stored, subscribe } from './smallest-world.ts'

const ann = 'a6e270000000000000000001'
const bob = 'a6e270000000000000000002'
const url = 'https://hooks.example.com/smallest'
const secretRef = 'ref+age://secrets.age#/smallest'

const full: DesiredValues = {
  url,
  description: 'Conversations',
  subscriptions: subscribe({ [ann]: ['post-conversation'], [bob]: ['pre-conversation', 'analytics-completed'] }),
  headers: { 'X-Team': 'voice', Authorization: aSecret('Bearer header-secret-0123456789') },
}

let sandbox: Sandbox
let standIn: StandIn
let world: SmallestWorld

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['smallest'] })
  standIn = sandbox.vendors.smallest
  world = new SmallestWorld(standIn)
})

afterEach(() => sandbox.close())

async function planned(declared: DesiredValues): Promise<readonly string[]> {
  return describeActions(await world.plan({ calls: declared }))
}

function stored(): Stored {
  const webhook = standIn.webhooks.all().find((one) => one.url === url)
  if (webhook === undefined) throw new Error(`There is no webhook at ${url}.`)
  return webhook
}

describe('a webhook of smallest.ai', () => {
  test('gets its headers after it was created', async () => {
    await world.apply({ calls: full })

    expect(stored().headers).toEqual({ 'X-Team': 'voice', Authorization: 'Bearer header-secret-0123456789' })
    const writes = standIn.log.filter(({ method }) => method !== 'GET').map(({ method }) => method)
    expect(writes).toEqual(['POST', 'PATCH'])
  })

  test('is described by its key where no description is declared', async () => {
    const { description: _, ...declared } = full
    await world.apply({ calls: declared })

    expect(stored().description).toBe('calls')
    expect(await planned(declared)).toEqual(['keep calls'])
  })

  test('is replaced once the vendor has switched it off, and keeps its agents', async () => {
    await world.apply({ calls: full })
    const { id } = stored()
    standIn.webhooks.edit(id, { status: 'disabled' })

    expect((await world.plan({ calls: full })).refusals.map(({ code }) => code)).toEqual(['HS3009'])
    await world.apply({ calls: full }, { allow: { recreate: true } })

    expect(stored()).toMatchObject({ status: 'enabled', headers: { 'X-Team': 'voice' } })
    expect(stored().id).not.toBe(id)
    expect(Object.keys(world.subscribers(url) ?? {})).toEqual([ann, bob])
  })

  test('is taken over where it is live and differs, with headers that nobody knows', async () => {
    const { id } = world.put(url, { [ann]: ['pre-conversation'] })

    await world.apply({ calls: full })

    expect(stored().id).toBe(id)
    expect(await planned(full)).toEqual(['keep calls headers'])
  })

  test('tells the secret that the vendor made, into the vault, once', async () => {
    const declared = { ...full, signing_secret: captureTo(secretRef) }

    await world.apply({ calls: declared })

    expect(world.vault.get(secretRef)).toBe(stored().secret)
    expect(await planned(declared)).toEqual(['keep calls'])
  })

  test('tells a secret that is missing in the vault later on too', async () => {
    await world.apply({ calls: full })
    const declared = { ...full, signing_secret: captureTo(secretRef) }

    expect(await planned(declared)).toEqual(['update calls signing_secret'])
    await world.apply({ calls: declared })

    expect(world.vault.get(secretRef)).toBe(stored().secret)
  })

  test('whose agents are frozen is told of by that name, and made good by the next run', async () => {
    await world.apply({ calls: full })
    const moved = { ...full, subscriptions: subscribe({ [ann]: ['pre-conversation'] }) }
    standIn.setSwitch('config_freeze', true)

    const { outcome } = await world.apply({ calls: moved })
    standIn.setSwitch('config_freeze', false)
    await world.apply({ calls: moved })

    expect(outcome.failed[0]?.failure.message).toContain('config_freeze_active')
    expect(world.subscribers(url)).toEqual({ [ann]: ['pre-conversation'] })
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
    await standIn.control('remove-agent', { id: bob })

    const { unmanaged } = await world.plan({})

    expect(unmanaged[0]?.fields['subscriptions']).toEqual([{ agent_id: ann, events: ['post-conversation'] }])
  })
})

test('the older host serves the same webhooks', async () => {
  const provider = { definition: smallest, load: () => import('../../src/providers/smallest/api.ts') }
  const baseUrl = standIn.baseUrl.replace('/atoms/v1', '/api/v1')

  await new ManagedAccount(provider, { baseUrl, credentials: standIn.credentials }).apply({ calls: full })

  expect(standIn.webhooks.all().map((one) => one.url)).toEqual([url])
  expect(standIn.log.every(({ path }) => path.startsWith('/api/v1/'))).toBe(true)
})
