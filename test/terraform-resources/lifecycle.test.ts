import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import { textOf } from '../../src/terraform/values/known.ts'
import { Engine, type EngineOptions, later, verbs } from './engine.ts'
import { vendorCases } from './vendors.ts'
import { patient } from './world.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
})

afterAll(async () => {
  await sandbox.close()
})

describe.each(vendorCases)('a webhook of $type', ({ type, account, webhook, other, edits, same, drift, hidden }) => {
  let standIn: VendorSandbox
  let engine: Engine
  let settings: object

  const open = (options: Partial<EngineOptions> = {}): Engine =>
    new Engine({
      resource: `hooks_${type}_webhook`,
      provider: { [type]: account(standIn) },
      options: patient,
      ...options,
    })

  const writes = (): readonly string[] =>
    standIn.log
      .filter(({ method, path }) => method !== 'GET' && !path.includes('/oauth2/'))
      .map(({ method, path }) => `${method} ${path}`)

  beforeAll(() => {
    const found = sandbox.vendors[type]
    if (found === undefined) throw new Error(`There is no stand-in of ${type}.`)
    standIn = found
    settings = structuredClone(standIn.settings)
    if (type === 'sinch') standIn.setSwitch('token_rate_per_second', 0)
  })

  beforeEach(() => {
    standIn.webhooks.clear()
    standIn.configure(settings)
    standIn.clearFaults()
    standIn.clearLog()
    engine = open()
  })

  afterEach(() => {
    expect(engine.told.filter((text) => text.includes('canary-'))).toEqual([])
  })

  test('is created, and then there is nothing left to do', async () => {
    const plan = await engine.settle({ hook: webhook })

    expect(verbs(plan)).toEqual({ hook: 'create' })
    expect(standIn.webhooks.all().length).toBeGreaterThan(0)
  })

  test.each(Object.entries(edits))('is changed as its declaration says, and back: %s', async (_, edit) => {
    const { patch, verb, forcedBy = [] } = edit
    await engine.settle({ hook: webhook })

    const plan = await engine.settle({ hook: { ...webhook, ...patch } })

    expect(verbs(plan)).toEqual({ hook: verb })
    expect(plan.changes[0]?.forcedBy).toEqual(forcedBy)
    for (const secret of JSON.stringify(patch).match(/canary-[\w-]+/gu) ?? []) {
      expect(JSON.stringify(standIn.webhooks.all()), 'the vendor has the secret').toContain(secret)
    }
    await engine.settle({ hook: webhook })
    standIn.clearLog()
    expect(verbs(await engine.plan({ hook: webhook }))).toEqual({ hook: 'no-op' })
    expect(writes()).toEqual([])
  })

  test('shows no difference in what the vendor takes for the same', async () => {
    await engine.settle({ hook: webhook })

    for (const patch of same) {
      expect(verbs(await engine.plan({ hook: { ...webhook, ...patch } })), JSON.stringify(patch)).toEqual({
        hook: 'no-op',
      })
    }
  })

  test.each(Object.entries(drift))('is brought back where somebody edits it: %s', async (attribute, edit) => {
    await engine.settle({ hook: webhook })
    const [stored] = standIn.webhooks.all()
    if (stored === undefined) throw new Error('Nothing is stored.')
    standIn.webhooks.put({ ...stored, ...edit })
    const before = engine.state('hook')[attribute]

    await engine.plan({ hook: webhook })
    const plan = await engine.plan({ hook: webhook })

    expect(verbs(plan)['hook'], 'seen with every look').not.toBe('no-op')
    expect(JSON.stringify(engine.state('hook')[attribute])).not.toBe(JSON.stringify(before))
    expect(await engine.carryOut(plan, { hook: webhook })).toEqual([])
    expect(verbs(await engine.plan({ hook: webhook }))).toEqual({ hook: 'no-op' })
  })

  test('is made again where somebody deletes it', async () => {
    await engine.settle({ hook: webhook, other })
    standIn.webhooks.clear()

    const plan = await engine.plan({ hook: webhook, other })

    expect(verbs(plan)).toEqual({ hook: 'create', other: 'create' })
    expect(await engine.carryOut(plan, { hook: webhook, other })).toEqual([])
  })

  test('is removed, and what is gone already is no error', async () => {
    await engine.settle({ hook: webhook, other })
    const plan = await engine.plan({ other })
    await engine.carryOut(plan, { other })

    expect([...engine.kept.keys()]).toEqual(['other'])

    const gone = await engine.plan({})
    standIn.webhooks.clear()
    expect(await engine.carryOut(gone, {})).toEqual([])
    expect(engine.kept.size).toBe(0)
  })

  test('is imported by its id, and what is declared the same needs no write', async () => {
    await engine.settle({ hook: webhook })
    const id = textOf(engine.state('hook')['id'])
    const fresh = open()
    standIn.clearLog()

    expect(await fresh.import('hook', id)).toEqual([])

    const seen = Object.fromEntries(Object.entries(webhook).filter(([name]) => !isHidden(name, hidden)))
    expect(verbs(await fresh.plan({ hook: seen }))).toEqual({ hook: 'no-op' })
    expect(writes()).toEqual([])
    expect(fresh.state('hook')['id']).toBe(id)
    await fresh.settle({ hook: webhook })
  })

  test('is not created where it lives already; it can be adopted', async () => {
    await engine.settle({ hook: webhook })
    const stranger = open()
    standIn.clearLog()

    const plan = await stranger.plan({ hook: webhook })
    const errors = await stranger.apply({ hook: webhook })

    const command = `terraform import hooks_${type}_webhook.NAME '${textOf(engine.state('hook')['id'])}'`
    expect([...plan.errors, ...plan.warnings].map(({ detail }) => detail).join('\n')).toContain(command)
    expect(errors).toHaveLength(1)
    expect(writes()).toEqual([])
    expect(stranger.kept.size).toBe(0)
    const count = standIn.webhooks.all().length
    await stranger.settle({ hook: { ...webhook, adopt_existing: true } })
    expect(standIn.webhooks.all()).toHaveLength(count)
    expect(stranger.state('hook')['id']).toEqual(engine.state('hook')['id'])
  })

  test('is read with one list, however many there are', async () => {
    await engine.settle({ hook: webhook, other })
    standIn.clearLog()

    await engine.plan({ hook: webhook, other })

    expect(standIn.log.filter(({ path }) => !path.includes('/oauth2/'))).toHaveLength(1)
  })

  test('is replaced on demand, the old one first or last', async () => {
    await engine.settle({ hook: webhook })
    const before = engine.state('hook')['id']

    await engine.settle({ hook: webhook }, { replace: ['hook'] })

    if (type !== 'sendblue') expect(engine.state('hook')['id']).not.toEqual(before)
  })

  test('is replaced with the old one live meanwhile, where the vendor lets both', async () => {
    const first = open({ createFirst: true })
    await first.settle({ hook: webhook })
    const moved = Object.values(edits).find(({ verb }) => verb === 'replace')
    if (moved === undefined) return

    const plan = await first.settle({ hook: { ...webhook, ...moved.patch } })

    expect(verbs(plan)).toEqual({ hook: 'replace' })
  })
})

describe('a webhook that cannot be changed in place', () => {
  const url = 'https://hooks.example.com/casey'
  let standIn: VendorSandbox
  let engine: Engine

  beforeEach(() => {
    standIn = sandbox.vendors.tellcasey
    standIn.webhooks.clear()
    const { api_key } = standIn.credentials
    const provider = { tellcasey: { api_key, base_url: standIn.baseUrl } }
    engine = new Engine({ resource: 'hooks_tellcasey_webhook', provider, options: patient, createFirst: true })
  })

  test('is replaced by one of the same URL that is made before it goes', async () => {
    await engine.settle({ hook: { url, description: 'one' } })
    const before = engine.state('hook')['id']

    await engine.settle({ hook: { url, description: 'two' } })

    expect(engine.state('hook')['id']).not.toBe(before)
    expect(engine.state('hook')['replaces']).toContain(before)
    expect(standIn.webhooks.all()).toHaveLength(1)
  })

  test('is replaced on demand without a difference', async () => {
    await engine.settle({ hook: { url } })

    await engine.settle({ hook: { url } }, { replace: ['hook'] })

    expect(standIn.webhooks.all()).toHaveLength(1)
  })

  test('gets no twin where somebody makes the same between plan and apply', async () => {
    const plan = await engine.plan({ hook: { url } })
    const stranger = new Engine({
      resource: 'hooks_tellcasey_webhook',
      provider: { tellcasey: { api_key: standIn.credentials['api_key'], base_url: standIn.baseUrl } },
      options: patient,
    })
    await stranger.settle({ theirs: { url } })

    const errors = await engine.carryOut(plan, { hook: { url } })

    expect(errors.map(({ summary }) => summary)).toEqual(['Inconsistent final plan: replaces.'])
    expect(standIn.webhooks.all()).toHaveLength(1)
  })

  test('gets no twin where its URL was not known when it was planned', async () => {
    const stranger = new Engine({
      resource: 'hooks_tellcasey_webhook',
      provider: { tellcasey: { api_key: standIn.credentials['api_key'], base_url: standIn.baseUrl } },
      options: patient,
    })
    await stranger.settle({ theirs: { url } })
    const plan = await engine.plan({ hook: { url: later } })

    const errors = await engine.carryOut(plan, { hook: { url } })

    expect(errors).toHaveLength(1)
    expect(standIn.webhooks.all()).toHaveLength(1)
  })
})

function isHidden(name: string, hidden: readonly string[]): boolean {
  return name.includes('_wo') || hidden.includes(name)
}
