import { afterEach, describe, expect, test } from 'vitest'
import { allowNothing, type Plan } from '../../src/core/plan.ts'
import {
  caseyAccount,
  doings,
  fileHead,
  openWorld,
  refusals,
  sandboxApp,
  sinchAccount,
  sinchHook,
  type World,
} from './open-world.ts'

let world: World

afterEach(() => world.close())

const casey = (events: string): string => `      conversations:
        url: https://hooks.example.com/casey
        events: [${events}]
        signing_secret: { capture: "ref+age://secrets.age#/casey/signing" }
`

describe('plan', () => {
  test('tells of owned webhooks whose account no loaded file declares any more', async () => {
    world = await openWorld()
    const sinch = fileHead() + 'providers:\n' + sinchAccount(world, sinchHook('inbound', 'a'))
    await world.write('webhooks.yaml', sinch + caseyAccount(world, casey('conversation.completed')))
    await world.apply()
    const whole = await world.plan()
    await world.write('webhooks.yaml', sinch)

    const plan = await world.plan()
    await world.write('other.yaml', sinch)
    const elsewhere = await world.plan({ files: ['other.yaml'] })

    expect(whole.diagnostics).toEqual([])
    expect(doings(plan)).toEqual([])
    expect(plan.diagnostics).toMatchObject([
      { code: 'HS3020', severity: 'warning', message: expect.stringContaining('the account casey any more') },
    ])
    expect(elsewhere.diagnostics).toEqual([])
  })

  test('reads only: no vendor call writes, and the ledger keeps every byte', async () => {
    world = await openWorld()
    await world.write('webhooks.yaml', fileHead() + 'providers:\n' + sinchAccount(world, sinchHook('inbound', 'a')))
    await world.apply()
    const ledger = await world.read('.hooks-sync/ledger.json')
    await world.write('webhooks.yaml', fileHead() + 'providers:\n' + sinchAccount(world, sinchHook('inbound', 'b')))
    world.sandbox.vendors.sinch.clearLog()

    const plan = await world.plan()

    expect(doings(plan)).toEqual(['update inbound'])
    const written = world.sandbox.vendors.sinch.log.filter(
      ({ method, path }) => method !== 'GET' && !path.includes('oauth2'),
    )
    expect(written).toEqual([])
    expect(await world.read('.hooks-sync/ledger.json')).toBe(ledger)
  })

  test('makes one list call for each app, and one token call', async () => {
    world = await openWorld()
    await world.write('webhooks.yaml', fileHead() + 'providers:\n' + sinchAccount(world, sinchHook('inbound', 'a')))
    await world.apply()
    world.sandbox.vendors.sinch.clearLog()

    const plan = await world.plan()

    expect(world.sandbox.vendors.sinch.log.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /oauth2/token',
      `GET /v1/projects/sandbox-project/apps/${sandboxApp}/webhooks`,
    ])
    expect(plan.calls).toBe(2)
  })
})

describe('apply', () => {
  test('writes nothing the second time', async () => {
    world = await openWorld()
    const file =
      fileHead() +
      'providers:\n' +
      sinchAccount(world, sinchHook('inbound', 'a')) +
      caseyAccount(world, casey('conversation.completed'))
    await world.write('webhooks.yaml', file)
    await world.apply()
    const ledger = await world.read('.hooks-sync/ledger.json')

    const { plan, summary } = await world.apply()

    expect(doings(plan)).toEqual([])
    expect(summary?.writes).toBe(0)
    expect(await world.read('.hooks-sync/ledger.json')).toBe(ledger)
  })

  test('replaces a webhook that cannot be updated without a moment in which nothing receives', async () => {
    world = await openWorld()
    const file = (events: string) => fileHead() + 'providers:\n' + caseyAccount(world, casey(events))
    await world.write('webhooks.yaml', file('conversation.completed'))
    await world.apply()
    const [before] = world.sandbox.vendors.tellcasey.webhooks.all()
    const formerSecret = await world.secret('casey/signing')
    world.sandbox.vendors.tellcasey.clearLog()
    await world.write('webhooks.yaml', file('conversation.completed, conversation.abandoned'))

    const { plan } = await world.apply()

    const [action] = plan.accounts[0]?.actions ?? []
    expect(action).toMatchObject({ kind: 'replace', order: 'create-first', reason: 'forced by events' })
    const after = world.sandbox.vendors.tellcasey.webhooks.all()
    expect(after).toHaveLength(1)
    expect(after[0]?.id).not.toBe(before?.id)
    const secret = await world.secret('casey/signing')
    expect(secret).toBe(after[0]?.secret)
    expect(secret).not.toBe(formerSecret)
    expect(Math.min(...world.sandbox.vendors.tellcasey.log.map((entry) => entry.live))).toBeGreaterThanOrEqual(1)
    expect(doings(await world.plan())).toEqual([])
  })

  test('refuses a sixth webhook of an app before anything is written', async () => {
    world = await openWorld()
    const hooks = (count: number) => Array.from({ length: count }, (_, at) => sinchHook(`hook-${at}`, `${at}`)).join('')
    await world.write('webhooks.yaml', fileHead() + 'providers:\n' + sinchAccount(world, hooks(5)))
    await world.apply()
    await world.write('webhooks.yaml', fileHead() + 'providers:\n' + sinchAccount(world, hooks(6)))

    const { plan, summary } = await world.apply()

    expect(refusals(plan)).toEqual(['HS3014'])
    expect(summary).toBeUndefined()
    expect(world.sandbox.vendors.sinch.webhooks.all()).toHaveLength(5)
  })

  test('makes a deleted webhook and a new one a single update where the app is full', async () => {
    world = await openWorld()
    const hooks = (names: readonly string[]) => names.map((name) => sinchHook(name, name)).join('')
    await world.write(
      'webhooks.yaml',
      fileHead() + 'providers:\n' + sinchAccount(world, hooks(['a', 'b', 'c', 'd', 'e'])),
    )
    await world.apply()
    const ids = world.sandbox.vendors.sinch.webhooks
      .all()
      .map(({ id }) => id)
      .toSorted()
    await world.write(
      'webhooks.yaml',
      fileHead() + 'providers:\n' + sinchAccount(world, hooks(['a', 'b', 'c', 'd', 'f'])),
    )

    const { plan, summary } = await world.apply()

    expect(doings(plan)).toEqual(['update f'])
    expect(summary?.writes).toBe(1)
    const live = world.sandbox.vendors.sinch.webhooks.all()
    expect(live.map(({ id }) => id).toSorted()).toEqual(ids)
    expect(live.map(({ target }) => target)).toContain('https://hooks.example.com/f')
    expect(doings(await world.plan())).toEqual([])
  })

  test('swaps the URLs of two webhooks', async () => {
    world = await openWorld()
    const hooks = (first: string, second: string) =>
      sinchHook('first', first, '        signing_secret: ref+age://secrets.age#/hooks/first\n') +
      sinchHook('second', second, '        signing_secret: ref+age://secrets.age#/hooks/second\n')
    await world.setSecret('hooks/first', 'secret of the first')
    await world.setSecret('hooks/second', 'secret of the second')
    await world.write('webhooks.yaml', fileHead() + 'providers:\n' + sinchAccount(world, hooks('a', 'b')))
    await world.apply()
    await world.write('webhooks.yaml', fileHead() + 'providers:\n' + sinchAccount(world, hooks('b', 'a')))

    const { summary } = await world.apply()

    expect(summary).toMatchObject({ failed: 0, skipped: 0 })
    const secrets = Object.fromEntries(
      world.sandbox.vendors.sinch.webhooks.all().map(({ target, secret }) => [target, secret]),
    )
    expect(secrets).toEqual({
      'https://hooks.example.com/a': 'secret of the second',
      'https://hooks.example.com/b': 'secret of the first',
    })
    expect(doings(await world.plan())).toEqual([])
  })

  test('keeps two environments with the same keys and one ledger out of each other', async () => {
    world = await openWorld()
    await world.write(
      'staging.yaml',
      fileHead() + 'providers:\n' + sinchAccount(world, sinchHook('inbound', 'staging') + sinchHook('extra', 'extra')),
    )
    await world.write(
      'production.yaml',
      fileHead() + 'providers:\n' + sinchAccount(world, sinchHook('inbound', 'production')),
    )
    await world.apply({ files: ['staging.yaml'] })
    await world.apply({ files: ['production.yaml'] })
    await world.write(
      'staging.yaml',
      fileHead() + 'providers:\n' + sinchAccount(world, sinchHook('inbound', 'staging')),
    )

    const { plan } = await world.apply({ files: ['staging.yaml'] })

    expect(doings(plan)).toEqual(['delete extra'])
    const targets = world.sandbox.vendors.sinch.webhooks
      .all()
      .map(({ target }) => target)
      .toSorted()
    expect(targets).toEqual(['https://hooks.example.com/production', 'https://hooks.example.com/staging'])
    expect(doings(await world.plan({ files: ['production.yaml'] }))).toEqual([])
    expect(doings(await world.plan({ files: ['staging.yaml'] }))).toEqual([])
  })

  test('adopts what a lost answer had created, and makes no twin', async () => {
    world = await openWorld()
    await world.write(
      'webhooks.yaml',
      fileHead() + 'providers:\n' + caseyAccount(world, casey('conversation.completed')),
    )
    world.sandbox.vendors.tellcasey.fault({ match: { method: 'POST' }, kind: 'reset-after' })

    const { summary } = await world.apply()

    expect(summary).toMatchObject({ failed: 0 })
    const live = world.sandbox.vendors.tellcasey.webhooks.all()
    expect(live).toHaveLength(1)
    expect(await world.secret('casey/signing')).toBe(live[0]?.secret)
    expect(doings(await world.plan())).toEqual([])
  })

  test('goes on with other accounts when one cannot be read', async () => {
    world = await openWorld()
    const file =
      fileHead() +
      'providers:\n' +
      sinchAccount(world, sinchHook('inbound', 'a')) +
      caseyAccount(world, casey('conversation.completed'))
    await world.write('webhooks.yaml', file)
    world.sandbox.vendors.tellcasey.fault({ match: { method: 'GET' }, kind: 'status', status: 403, times: 50 })

    const { plan, summary } = await world.apply()

    expect(plan.diagnostics.map(({ code, provider }) => [code, provider])).toEqual([['HS4001', 'casey']])
    expect(summary?.done.create).toBe(1)
  })
})

describe('drift', () => {
  test('tells what changed at the vendor from what was edited in the file', async () => {
    world = await openWorld()
    await world.write(
      'webhooks.yaml',
      fileHead() +
        'providers:\n' +
        sinchAccount(world, sinchHook('one', 'one') + sinchHook('two', 'two') + sinchHook('three', 'three')),
    )
    await world.apply()
    const { sinch } = world.sandbox.vendors
    const idOf = (url: string): string => sinch.webhooks.all().find(({ target }) => target.endsWith(url))?.id ?? ''
    sinch.webhooks.edit(idOf('one'), { triggers: ['OPT_IN'] })
    sinch.webhooks.remove(idOf('two'))
    sinch.webhooks.edit(idOf('three'), { target_type: 'DISMISS' })
    await world.write(
      'webhooks.yaml',
      fileHead() +
        'providers:\n' +
        sinchAccount(
          world,
          sinchHook('one', 'one') + sinchHook('two', 'two') + sinchHook('three', 'three') + sinchHook('four', 'four'),
        ),
    )

    const { findings } = await world.drift()

    expect(findings.map((finding) => `${finding.class} ${finding.key}`)).toEqual([
      'pending four',
      'changed one',
      'disabled three',
      'missing two',
    ])
  })
})

test('drift does not speak of what an apply would bring about', async () => {
  world = await openWorld()
  await world.write('webhooks.yaml', `${fileHead()}providers:\n${caseyAccount(world, casey('conversation.completed'))}`)
  await world.apply()
  const { tellcasey } = world.sandbox.vendors
  tellcasey.webhooks.edit(tellcasey.webhooks.all()[0]?.id ?? '', { event_types: ['conversation.started'] })
  const codesOf = (plan: Plan) => plan.accounts.flatMap((account) => account.diagnostics.map(({ code }) => code))

  const planned = await world.plan()
  const drifted = await world.drift()

  expect(codesOf(planned)).toContain('HS3018')
  expect(codesOf(drifted.plan)).toEqual([])
})

describe('guards', () => {
  test('let a whole account go only when it is allowed by name', async () => {
    world = await openWorld()
    await world.write('webhooks.yaml', fileHead() + 'providers:\n' + sinchAccount(world, sinchHook('one', 'one')))
    await world.apply()
    await world.write(
      'webhooks.yaml',
      fileHead() + 'providers:\n' + sinchAccount(world, '').replace('webhooks:\n', 'webhooks: {}\n'),
    )

    const refused = await world.apply()
    const allowed = await world.apply({ allow: { ...allowNothing, empty: true } })

    expect(refusals(refused.plan)).toEqual(['HS3005', 'HS3006'])
    expect(allowed.summary?.done.delete).toBe(1)
    expect(world.sandbox.vendors.sinch.webhooks.all()).toEqual([])
  })
})
