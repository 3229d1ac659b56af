import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { describeActions } from './managed-account.ts'
import { aSecret, openAccount } from './open-account.ts'
import { hook, provider, SendblueWorld, url } from './sendblue-world.ts'

const rotated = aSecret('rotated-secret-0123456789')
const { signing_secret: secret } = hook

let sandbox: Sandbox
let world: SendblueWorld

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['sendblue'] })
  world = new SendblueWorld(sandbox.vendors.sendblue)
})

afterEach(async () => {
  world.close()
  await sandbox.close()
})

describe.for(['all', 'first'])('entries that share a URL, where a DELETE removes %s', (reading) => {
  beforeEach(() => world.standIn.setSwitch('delete_twins', reading))

  test('are told apart by a write of the whole', async () => {
    const other = { url: 'https://hooks.example.com/other', events: ['receive'] }
    const theirs = { id: 'theirs', type: 'receive', url, sendblue_numbers: ['+14155550100'], form: 'object' } as const
    await world.settle({ hook: { url, events: ['receive'] }, other })
    world.standIn.webhooks.put(theirs)

    await world.settle({ other })

    expect(world.methods()).toEqual(['PUT'])
    expect(world.mine()).toContainEqual({ type: 'receive', url, sendblue_numbers: ['+14155550100'] })
    expect(world.mine()).toHaveLength(2)
  })

  test.for(['signed', 'equal'])('and are %s twins leave the one that is not ours', async (kind) => {
    const other = { url: 'https://hooks.example.com/other', events: ['receive'] }
    await world.settle({ hook: { url, events: ['receive'], signing_secret: secret }, other })
    const theirSecret = kind === 'equal' ? 'signing-secret-0123456789' : 'a-secret-of-theirs'
    world.standIn.webhooks.put({ id: 'theirs', type: 'receive', url, secret: theirSecret, form: 'object' })

    await world.settle({ other })

    expect(world.methods()).toEqual(['PUT'])
    expect(world.mine()).toContainEqual({ type: 'receive', url, secret: theirSecret })
    const { actions, unmanaged } = await world.plan({ other })
    expect(actions).toMatchObject([{ kind: 'keep' }])
    expect(unmanaged.map(({ id }) => id)).toEqual([`receive ${url}`])
  })

  test('are removed one by one with --dedupe', async () => {
    await world.settle({ hook: { url, events: ['receive'] } })
    for (const id of ['a', 'b']) world.standIn.webhooks.put({ id, type: 'receive', url })

    const { plan } = await world.settle({ hook: { url, events: ['receive'] } }, { dedupe: true })

    expect(plan.duplicates).toMatchObject([{ kept: `receive ${url}`, twins: [{}, {}] }])
    expect(world.mine()).toEqual([{ type: 'receive', url }])
  })
})

describe('a vendor that does not keep what it accepts', () => {
  test('refuses a type that the account may not use, and names those it may', async () => {
    world.standIn.setSwitch('gated_types', 'typing_indicator')

    const { outcome } = await world.apply({ hook: { url, events: ['typing_indicator'] } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4004' } }])
    expect(outcome.failed[0]?.failure.message).toContain('type must be one of')
    expect(world.methods()).toEqual(['POST'])
  })

  test('is told of by the type that it dropped from a POST', async () => {
    world.standIn.fault({ kind: 'status', status: 200, body: { status: 'OK' }, match: { method: 'POST' } })

    const { outcome } = await world.apply({ hook: { url, events: ['typing_indicator'] } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4007' } }])
    expect(outcome.failed[0]?.failure.message).toContain('typing_indicator')
    expect(world.methods()).toEqual(['POST'])
  })

  test('is told of by the type that it dropped from a PUT', async () => {
    const typing = { url, events: ['typing_indicator'], signing_secret: secret }
    await world.settle({ typing })
    world.standIn.setSwitch('gated_types', 'typing_indicator')

    const { outcome } = await world.apply({ typing: { ...typing, signing_secret: rotated } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4007' } }])
    expect(outcome.failed[0]?.failure.message).toContain('typing_indicator')
  })

  test('is told of when it drops what somebody else has', async () => {
    world.standIn.webhooks.put({ id: 'theirs', type: 'typing_indicator', url: 'https://elsewhere.example.com/' })
    await world.settle({ hook })
    world.standIn.setSwitch('gated_types', 'typing_indicator')

    const { outcome } = await world.apply({ hook: { ...hook, signing_secret: rotated } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4007' } }])
    expect(outcome.failed[0]?.failure.message).toContain('typing_indicator https://elsewhere.example.com/')
  })
})

describe('secrets that do not come back', () => {
  test('behind a mask stop every write of the whole when it is planned', async () => {
    world.putForeign()
    await world.settle({ hook })
    world.standIn.setSwitch('secrets_in_reads', 'masked')

    const { refusals } = await world.plan({ hook: { ...hook, signing_secret: rotated } })

    expect(refusals).toMatchObject([{ code: 'HS3019', key: 'hook' }])
  })

  test('behind a mask stop a write of the whole that was planned before', async () => {
    world.putForeign()
    await world.settle({ hook })

    const { outcome } = await world.apply(
      { hook: { ...hook, signing_secret: rotated } },
      { meanwhile: () => world.standIn.setSwitch('secrets_in_reads', 'masked') },
    )

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS3019' } }])
    expect(world.methods()).toEqual([])
    world.expectForeign()
  })

  test('behind a mask are compared by fingerprint, and additions go on', async () => {
    world.standIn.setSwitch('secrets_in_reads', 'masked')
    world.putForeign()
    await world.settle({ hook })

    await world.settle({ hook: { ...hook, events: ['receive', 'outbound', 'call_log'] } })

    expect(world.methods()).toEqual(['POST'])
  })

  test('at all are never cleared for others by a write of the whole', async () => {
    world.putForeign()
    await world.settle({ hook })
    world.standIn.setSwitch('secrets_in_reads', 'absent')

    const { refusals } = await world.plan({ hook })

    expect(refusals).toMatchObject([{ code: 'HS3019', key: 'hook' }])
  })

  test('because somebody took one away are written again', async () => {
    world.putForeign()
    await world.settle({ hook })
    for (const webhook of world.standIn.webhooks.all().filter((entry) => entry.url === url)) {
      const { secret: _, ...rest } = webhook
      world.standIn.webhooks.put(rest)
    }

    const { plan } = await world.settle({ hook })

    expect(describeActions(plan)).toEqual(['update hook signing_secret'])
    world.expectForeign()
  })
})

describe('a lost answer', () => {
  test('to a POST adds nothing twice', async () => {
    world.standIn.fault({ kind: 'reset-after', match: { method: 'POST' } })

    await world.settle({ hook: { url, events: ['receive'] } })

    expect(world.methods()).toEqual(['POST'])
    expect(world.mine()).toHaveLength(1)
  })

  test('to a PUT is settled by looking', async () => {
    world.putForeign()
    await world.settle({ hook })
    world.standIn.fault({ kind: 'reset-after', match: { method: 'PUT' } })

    await world.settle({ hook: { ...hook, signing_secret: rotated } })

    expect(world.methods()).toEqual(['PUT'])
    world.expectForeign()
  })

  test('to a PUT that did nothing is sent again', async () => {
    world.putForeign()
    await world.settle({ hook })
    world.standIn.fault({ kind: 'reset-before', match: { method: 'PUT' } })

    await world.settle({ hook: { ...hook, signing_secret: rotated } })

    expect(world.methods()).toEqual(['PUT', 'PUT'])
    world.expectForeign()
  })
})

describe('a refusal that comes with 200', () => {
  beforeEach(() => world.standIn.setSwitch('errors_with_200', true))

  test('is a refusal, is not repeated and tells no secret', async () => {
    world.standIn.setSwitch('gated_types', 'receive')

    const { outcome } = await world.apply({ hook: { ...hook, events: ['receive'] } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4004' } }])
    expect(JSON.stringify(outcome)).not.toContain('signing-secret')
    expect(world.methods()).toEqual(['POST'])
  })

  test('of a document leaves everything as it was', async () => {
    world.putForeign()
    await world.settle({ hook })
    world.standIn.setSwitch('unknown_types', 'refused')

    const { outcome } = await world.apply({ hook: { ...hook, signing_secret: rotated } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4004' } }])
    world.expectForeign()
  })
})

test.for([
  [{ webhooks: { receive: {} } }],
  [{ webhooks: { receive: [{ address: 'x' }] } }],
  [{ webhooks: { receive: [7] } }],
  [{ webhooks: { globalSecret: ['x'] } }],
  [{ status: 'OK' }],
  [{ status: 'ERROR', message: 'no', webhooks: {} }],
] as const)('an answer of another shape is an error: %j', async ([body]) => {
  world.standIn.fault({ kind: 'status', status: 200, body, match: { method: 'GET' } })
  const { api } = await openAccount(provider, world.standIn)

  await expect(api.list('all')).rejects.toThrow()
  await api.close()
})
