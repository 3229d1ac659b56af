import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { describeActions } from './managed-account.ts'
import { aSecret } from './open-account.ts'
import { foreign, hook, SendblueWorld, url } from './sendblue-world.ts'

const rotated = aSecret('rotated-secret-0123456789')

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

describe('Sendblue', () => {
  test('appends one entry to one type at a time, as plain as it can', async () => {
    await world.settle({ hook: { url, events: ['receive', 'outbound'] } })

    expect(world.writes()).toEqual([
      ['POST', { type: 'outbound', webhooks: [url] }],
      ['POST', { type: 'receive', webhooks: [url] }],
    ])
  })

  test('appends an object where there is more to say, and never the secret of the account', async () => {
    const options = { accountFields: { global_signing_secret: aSecret('global-secret-0123456789') } }
    await world.settle({}, options)

    await world.settle({ hook: { ...hook, events: ['receive'], phone_numbers: ['+14155550100'] } }, options)

    const entry = { url, secret: 'signing-secret-0123456789', sendblue_numbers: ['+14155550100'] }
    expect(world.writes()).toEqual([['POST', { type: 'receive', webhooks: [entry] }]])
  })

  test('touches only the type that comes or goes', async () => {
    world.putForeign()
    await world.settle({ hook })

    const declared = { hook: { ...hook, events: ['receive', 'call_log'] } }
    const { plan } = await world.settle(declared)

    expect(describeActions(plan)).toEqual(['update hook events signing_secret'])
    expect(world.methods()).toEqual(['POST', 'DELETE'])
    expect(world.writes()[1]).toEqual(['DELETE', { type: 'outbound', webhooks: [url] }])
    world.expectForeign()
  })

  test('rotates a secret of several types in one write that keeps everything else', async () => {
    world.putForeign()
    world.standIn.setSwitch('legacy_secret', 'shown')
    await world.settle({ hook })

    const { plan } = await world.settle({ hook: { ...hook, signing_secret: rotated } })

    expect(describeActions(plan)).toEqual(['update hook signing_secret'])
    expect(world.methods()).toEqual(['PUT'])
    expect(world.mine().map((webhook) => webhook.secret)).toEqual([
      'rotated-secret-0123456789',
      'rotated-secret-0123456789',
    ])
    expect(world.standIn.settings.legacy_secret).toBe('sb_sandbox_legacy_secret')
    world.expectForeign()
  })

  test('echoes what it does not understand word for word and in its order', async () => {
    world.putForeign()
    await world.settle({ hook })
    world.standIn.webhooks.edit('lined', { sendblue_numbers: ['+14155550199', '+14155550198'] })

    await world.apply({ hook: { ...hook, signing_secret: rotated } })

    const [[, body] = []] = world.writes()
    const entry = { url, secret: 'rotated-secret-0123456789' }
    expect(JSON.stringify(body)).toBe(
      JSON.stringify({
        webhooks: {
          receive: [
            { url: foreign.plain.url },
            { url: foreign.signed.url, secret: foreign.signed.secret },
            { url: foreign.lined.url, sendblue_numbers: ['+14155550199', '+14155550198'] },
            entry,
          ],
          call_log: [],
          payment_sent: [{ url: foreign.unknown.url, secret: foreign.unknown.secret }],
          outbound: [{ url: foreign.labeled.url, label: 'theirs' }, entry],
          globalSecret: 'global-secret-0123456789',
        },
      }),
    )
  })

  test.for([
    ['takes a secret away', { signing_secret: null }, {}],
    ['gives phone numbers', { phone_numbers: ['+14155550100'] }, { sendblue_numbers: ['+14155550100'] }],
  ] as const)('%s in one write', async ([, change, kept]) => {
    world.putForeign()
    const one = { ...hook, events: ['receive'] }
    await world.settle({ hook: one })

    await world.settle({ hook: { ...one, ...change } })

    expect(world.methods()).toEqual(['PUT'])
    expect(world.mine()).toMatchObject([{ type: 'receive', url, ...kept }])
    if ('signing_secret' in change) expect(world.mine()[0]).not.toHaveProperty('secret')
    world.expectForeign()
  })

  test('keeps its entry when phone numbers change, and knows it by its new name', async () => {
    const one = { url, events: ['receive'], phone_numbers: ['+14155550100'] }
    await world.settle({ hook: one })

    const { plan } = await world.settle({ hook: { ...one, phone_numbers: ['+14155550101'] } })

    expect(describeActions(plan)).toEqual(['update hook phone_numbers'])
    expect(plan.actions[0]?.takesOver).toBeUndefined()
    expect(world.mine()).toMatchObject([{ sendblue_numbers: ['+14155550101'] }])
  })

  test('makes a new entry for a new URL before it removes the old one', async () => {
    world.putForeign()
    await world.settle({ hook })

    const { plan } = await world.settle({ hook: { ...hook, url: 'https://hooks.example.com/moved' } })

    expect(plan.actions).toMatchObject([{ kind: 'replace', order: 'create-first' }])
    // One type after the other: what is begun is ended first.
    expect(world.methods()).toEqual(['POST', 'DELETE', 'POST', 'DELETE'])
    world.expectForeign()
  })

  test('deletes what is no longer declared and leaves the rest', async () => {
    world.putForeign()
    const other = { url: 'https://hooks.example.com/other', events: ['receive'] }
    await world.settle({ hook, other })

    await world.settle({ other })

    expect(world.methods()).toEqual(['DELETE', 'DELETE'])
    expect(world.mine()).toEqual([{ type: 'receive', url: other.url }])
    world.expectForeign()
  })

  test('adopts what is live and equal without a write', async () => {
    await world.settle({ hook })
    const fresh = new SendblueWorld(world.standIn)

    const { plan } = await fresh.apply({ hook })

    expect(describeActions(plan)).toEqual(['adopt hook'])
    expect(fresh.methods()).toEqual([])
    fresh.close()
  })

  test('sees each field that somebody changed, and mends it', async () => {
    const one = { ...hook, events: ['receive'], phone_numbers: ['+14155550100'] }
    await world.settle({ hook: one })
    const [entry] = world.standIn.webhooks.all()
    world.standIn.webhooks.edit(entry?.id ?? '', { secret: 'somebody-elses-secret' })

    const { plan } = await world.settle({ hook: one })

    expect(describeActions(plan)).toEqual(['update hook signing_secret'])
    world.standIn.webhooks.clear()
    expect(describeActions(await world.plan({ hook: one }))).toEqual(['create hook'])
  })

  test('takes http for https, because Sendblue does', async () => {
    const plain = { url: 'http://hooks.example.com/sendblue', events: ['receive'] }

    await world.settle({ hook: plain }, { allow: { http: true } })

    expect(world.mine()).toEqual([{ type: 'receive', url }])
  })

  test('removes a URL with a secret parameter as it stands', async () => {
    const secretly = { url, events: ['receive'], url_params: { token: aSecret('t0ken-0123456789') } }
    const other = {
      url: 'https://hooks.example.com/other',
      events: ['receive'],
      url_params: { token: aSecret('other') },
    }
    const { events } = await world.settle({ secretly, other })
    expect(JSON.stringify(events)).not.toContain('t0ken')

    await world.settle({ other })

    expect(world.mine()).toEqual([{ type: 'receive', url: 'https://hooks.example.com/other?token=other' }])
  })

  test('writes the secret of the account and says whom it affects', async () => {
    world.putForeign()
    await world.settle({ hook })
    const options = { accountFields: { global_signing_secret: aSecret('new-global-0123456789') } }

    const { plan } = await world.settle({ hook }, options)

    expect(plan.actions).toMatchObject([
      { key: '@account', kind: 'update', reason: 'affects 5 unmanaged webhooks too' },
      { key: 'hook', kind: 'keep' },
    ])
    expect(world.methods()).toEqual(['PUT'])
    expect(world.standIn.settings.global_secret).toBe('new-global-0123456789')
    world.standIn.configure({ global_secret: 'global-secret-0123456789' })
    world.expectForeign()
  })
})

describe('a second writer', () => {
  test('between plan and apply loses nothing', async () => {
    await world.settle({ hook })

    await world.settle(
      { hook: { ...hook, signing_secret: rotated, events: ['receive', 'call_log'] } },
      { meanwhile: () => world.putForeign() },
    )

    expect(world.mine()).toHaveLength(2)
    world.expectForeign()
  })

  test('who changes the entry that was to be written stops the write', async () => {
    world.putForeign()
    await world.settle({ hook })
    const before = world.standIn.webhooks.all()
    const theirs = before.find((webhook) => webhook.url === url && webhook.type === 'receive')

    const { outcome } = await world.apply(
      { hook: { ...hook, signing_secret: rotated } },
      { meanwhile: () => void world.standIn.webhooks.edit(theirs?.id ?? '', { secret: 'in-the-meantime' }) },
    )

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4008' } }])
    expect(outcome.failed[0]?.failure.message).toContain(`receive ${url}`)
    expect(world.methods()).toEqual([])
    world.expectForeign()
  })

  test('who changes the entry that was to be removed stops the removal', async () => {
    const one = { url, events: ['receive'] }
    await world.settle({ hook: one, other: { url: 'https://hooks.example.com/other', events: ['receive'] } })
    const theirs = world.standIn.webhooks.all().find((webhook) => webhook.url === url)

    const { outcome } = await world.apply(
      { other: { url: 'https://hooks.example.com/other', events: ['receive'] } },
      {
        meanwhile: () =>
          void world.standIn.webhooks.edit(theirs?.id ?? '', { secret: 'in-the-meantime', form: 'object' }),
      },
    )

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4008' } }])
    expect(world.methods()).toEqual([])
  })

  test('who adds what was to be added is not doubled', async () => {
    const { outcome } = await world.apply(
      { hook: { url, events: ['receive'] } },
      { meanwhile: () => void world.standIn.webhooks.put({ id: 'theirs', type: 'receive', url }) },
    )

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4008' } }])
    expect(world.methods()).toEqual([])
    expect(describeActions(await world.plan({ hook: { url, events: ['receive'] } }))).toEqual(['adopt hook'])
  })

  test('who removes what was to be removed has done the work', async () => {
    const other = { url: 'https://hooks.example.com/other', events: ['receive'] }
    await world.settle({ hook: { url, events: ['receive'] }, other })
    const gone = world.standIn.webhooks.all().find((webhook) => webhook.url === url)

    const { outcome } = await world.apply(
      { other },
      { meanwhile: () => void world.standIn.webhooks.remove(gone?.id ?? '') },
    )

    expect(outcome.failed).toEqual([])
    expect(world.methods()).toEqual([])
  })
})
