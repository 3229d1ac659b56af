import { describe, expect, test, vi } from 'vitest'
import { verbs } from './engine.ts'
import { runSandbox } from './run-sandbox.ts'
import { caseOf, engineOf, patient, summaries, writesOf } from './world.ts'

const sandbox = runSandbox()

describe('a create that fails', () => {
  test('in part keeps what exists, and the next apply starts over from it', async () => {
    const { bird } = sandbox.vendors
    const { webhook } = caseOf('bird')
    const engine = engineOf('bird', bird)
    bird.fault({ kind: 'status', status: 422, match: { method: 'POST' }, after: 1, times: 1 })

    const errors = await engine.apply({ hook: webhook })

    expect(errors).toHaveLength(1)
    expect(bird.webhooks.all()).toHaveLength(1)
    expect(engine.state('hook')['subscription_ids']).toEqual({ 'sms.outbound': bird.webhooks.all()[0]?.id })
    expect(engine.kept.get('hook')?.isTainted).toBe(true)
    expect(verbs(await engine.settle({ hook: webhook }))).toEqual({ hook: 'replace' })
    expect(bird.webhooks.all()).toHaveLength(2)
  })

  test('before anything is made keeps nothing', async () => {
    const { tellcasey } = sandbox.vendors
    const engine = engineOf('tellcasey', tellcasey)
    tellcasey.fault({ kind: 'status', status: 422, match: { method: 'POST' } })

    const errors = await engine.apply({ hook: caseOf('tellcasey').webhook })

    expect(errors).toHaveLength(1)
    expect(engine.kept.size).toBe(0)
    await engine.settle({ hook: caseOf('tellcasey').webhook })
  })

  test.each(['sinch', 'sendblue', 'smallest', 'bird', 'tellcasey'] as const)(
    'by losing its answer is found again, and not made twice: %s',
    async (type) => {
      const standIn = sandbox.vendors[type]
      const engine = engineOf(type, standIn)
      const { other } = caseOf(type)
      standIn.fault({
        kind: 'reset-after',
        match: { method: 'POST', pathIncludes: type === 'sendblue' ? 'webhooks' : 'webhook' },
      })

      await engine.settle({ hook: other })

      expect(standIn.webhooks.all()).toHaveLength(1)
    },
  )
})

describe('an update that fails', () => {
  test('keeps what is live, so that the next apply does the rest', async () => {
    const { sinch } = sandbox.vendors
    const { webhook, edits } = caseOf('sinch')
    const engine = engineOf('sinch', sinch)
    await engine.settle({ hook: webhook })
    sinch.fault({ kind: 'status', status: 400, match: { method: 'PATCH' } })
    const changed = { ...webhook, ...edits['url']?.patch, ...edits['secret']?.patch }

    const errors = await engine.apply({ hook: changed })

    expect(errors).toHaveLength(1)
    expect(engine.state('hook')).toMatchObject({ url: webhook['url'], signing_secret_wo_version: 1 })
    expect(verbs(await engine.settle({ hook: changed }))).toEqual({ hook: 'update' })
  })

  test('because the webhook went away since the plan writes nothing', async () => {
    const { sinch } = sandbox.vendors
    const { webhook, edits } = caseOf('sinch')
    const engine = engineOf('sinch', sinch)
    await engine.settle({ hook: webhook })
    const changed = { ...webhook, ...edits['url']?.patch }
    const plan = await engine.plan({ hook: changed })
    sinch.webhooks.clear()
    sinch.clearLog()

    const errors = await engine.carryOut(plan, { hook: changed })

    expect(summaries(errors)).toEqual(['This webhook has changed at Sinch since it was planned.'])
    expect(writesOf(sinch)).toEqual([])
  })
})

describe('parts of one webhook', () => {
  test('that cannot be added leave the others as they were', async () => {
    const { bird } = sandbox.vendors
    const { webhook, edits } = caseOf('bird')
    const engine = engineOf('bird', bird)
    await engine.settle({ hook: webhook })
    bird.fault({ kind: 'status', status: 422, match: { method: 'POST' } })
    const changed = { ...webhook, ...edits['events']?.patch }

    const errors = await engine.apply({ hook: changed })

    expect(errors).toHaveLength(1)
    expect(engine.kept.get('hook')?.isTainted).toBe(false)
    expect(Object.keys(engine.state('hook')['subscription_ids'] ?? {})).toEqual(['sms.outbound', 'whatsapp.outbound'])
    expect(verbs(await engine.settle({ hook: changed }))).toEqual({ hook: 'update' })
  })

  test('that were made before an interruption are kept', async () => {
    const { sendblue } = sandbox.vendors
    const stop = new AbortController()
    const onCall = ({ method }: { readonly method: string }): void => {
      if (method === 'POST') stop.abort()
    }
    const engine = engineOf('sendblue', sendblue, { options: { ...patient, onCall } })
    const { webhook } = caseOf('sendblue')

    const errors = await engine.apply({ hook: webhook }, { signal: stop.signal })

    expect(summaries(errors)).toEqual(['The run was interrupted.'])
    expect(sendblue.webhooks.all()).toHaveLength(1)
    expect(Object.keys(engine.state('hook')['subscription_ids'] ?? {})).toHaveLength(1)
    await engine.settle({ hook: webhook })
    expect(sendblue.webhooks.all()).toHaveLength(2)
  })
})

describe('a danger for others', () => {
  const unfiltered = { service: 'channels', events: ['sms.outbound'], url: 'https://theirs.example.com/bird' }
  const filtered = {
    service: 'channels',
    events: ['sms.outbound'],
    url: 'https://hooks.example.com/bird',
    filters: [{ key: 'messageStatus', value: 'delivered' }],
  }

  test('is refused with the attribute that allows it', async () => {
    const { bird } = sandbox.vendors
    await engineOf('bird', bird).settle({ theirs: unfiltered })
    const engine = engineOf('bird', bird)
    bird.clearLog()

    const errors = await engine.apply({ hook: filtered })

    expect(errors.map(({ detail }) => detail).join()).toContain('`allow_shadow = true`')
    expect(writesOf(bird)).toEqual([])
    await engine.settle({ hook: { ...filtered, allow_shadow: true } })
  })

  test('that the vendor leaves no way around is refused', async () => {
    const { smallest } = sandbox.vendors
    const agent = { agent_id: 'a6e270000000000000000001', events: ['post-conversation'] }
    const webhook = (name: string) => ({
      url: `https://hooks.example.com/${name}`,
      description: name,
      subscriptions: [agent],
    })
    await engineOf('smallest', smallest).settle({ theirs: webhook('theirs') })
    const engine = engineOf('smallest', smallest)
    const ours = webhook('ours')
    await engine.settle({ hook: { ...ours, subscriptions: [] } })
    smallest.clearLog()

    const errors = await engine.apply({ hook: ours })

    expect(summaries(errors)).toEqual([
      'The agent a6e270000000000000000001 would have to be set on 2 webhooks (https://hooks.example.com/ours, https://hooks.example.com/theirs), and smallest.ai sets it on one only.',
    ])
    expect(writesOf(smallest)).toEqual([])
  })
})

describe('a delete', () => {
  test('that fails keeps the state', async () => {
    const { bird } = sandbox.vendors
    const { webhook } = caseOf('bird')
    const engine = engineOf('bird', bird)
    await engine.settle({ hook: webhook })
    bird.fault({ kind: 'status', status: 400, match: { method: 'DELETE' }, times: 1 })

    const errors = await engine.apply({})

    expect(errors).toHaveLength(1)
    expect(Object.keys(engine.state('hook')['subscription_ids'] ?? {})).toHaveLength(1)
    expect(await engine.apply({})).toEqual([])
    expect(bird.webhooks.all()).toEqual([])
  })
})

describe('an apply that is stopped', () => {
  test('begins nothing new', async () => {
    const { sinch } = sandbox.vendors
    const engine = engineOf('sinch', sinch)
    const { webhook } = caseOf('sinch')
    const plan = await engine.plan({ hook: webhook })
    sinch.clearLog()

    const errors = await engine.carryOut(plan, { hook: webhook }, AbortSignal.abort())

    expect(summaries(errors)).toEqual(['The run was interrupted before this was begun.'])
    expect(writesOf(sinch)).toEqual([])
  })
})

describe('a time limit', () => {
  const { other } = caseOf('sinch')

  /** Opens an engine for which all time limits are over when the vendor has been asked for something that it never answers. */
  const openWhereTimeEnds = (method: string, pathIncludes: string, commit: boolean) => {
    const { sinch } = sandbox.vendors
    const over = new AbortController()
    const limits: number[] = []
    const limit = (ms: number): AbortSignal => {
      limits.push(ms)
      return over.signal
    }
    const end = async (): Promise<void> => {
      await vi.waitFor(() => expect(sinch.log.map(({ fault }) => fault)).toContain('timeout'), { timeout: 20_000 })
      over.abort(new DOMException('', 'TimeoutError'))
    }
    sinch.fault({ kind: 'timeout', commit, match: { method, pathIncludes } })
    return { engine: engineOf('sinch', sinch, { options: { clock: { ...patient.clock, limit } } }), limits, end }
  }

  test('of a create says so when it is over', async () => {
    const { engine, limits, end } = openWhereTimeEnds('POST', '/webhooks', false)

    const [errors] = await Promise.all([engine.apply({ hook: { ...other, timeouts: { create: '1m30s' } } }), end()])

    expect(errors).toHaveLength(1)
    expect(limits).toEqual([90_000])
    expect(engine.kept.size).toBe(0)
  })

  test('of a create keeps what the vendor has made all the same', async () => {
    const { engine, end } = openWhereTimeEnds('POST', '/webhooks', true)

    await Promise.all([engine.apply({ hook: { ...other, timeouts: { create: '1s' } } }), end()])

    expect(engine.state('hook')['id']).toBe(sandbox.vendors.sinch.webhooks.all()[0]?.id)
  })

  test('of a refresh says so when it is over', async () => {
    const hook = { ...other, timeouts: { read: '1s' } }
    const before = engineOf('sinch', sandbox.vendors.sinch)
    await before.settle({ hook })
    sandbox.vendors.sinch.clearLog()
    const { engine, end } = openWhereTimeEnds('GET', '/webhooks', false)
    for (const [name, kept] of before.kept) engine.kept.set(name, kept)

    const [{ errors }] = await Promise.all([engine.plan({ hook }), end()])

    expect(summaries(errors)).toEqual(['The time that `timeouts` allows is over, and the vendor has not answered.'])
  })
})

test.each(['sinch', 'sendblue', 'smallest', 'bird'] as const)(
  'a replacement that is created first and takes over what it replaces does not lose it: %s',
  async (type) => {
    const standIn = sandbox.vendors[type]
    const engine = engineOf(type, standIn, { createFirst: true })
    const hook = { ...caseOf(type).other, adopt_existing: true }
    await engine.settle({ hook })
    const ids = standIn.webhooks.all().map(({ id }) => id)

    await engine.settle({ hook }, { replace: ['hook'] })

    expect(standIn.webhooks.all().map(({ id }) => id)).toEqual(ids)
  },
)

describe('resources that are in each other’s way', () => {
  const ann = 'a6e270000000000000000001'
  const attached = (name: string, agents: readonly string[]) => ({
    url: `https://hooks.example.com/${name}`,
    description: name,
    subscriptions: agents.map((agent_id) => ({ agent_id, events: ['post-conversation'] })),
  })

  test.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('pass an agent on in one apply: from %s to %s', async (from, to) => {
    const engine = engineOf('smallest', sandbox.vendors.smallest)
    await engine.settle({ [from]: attached(from, [ann]), [to]: attached(to, []) })

    await engine.settle({ [from]: attached(from, []), [to]: attached(to, [ann]) })
  })

  test.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('pass a URL on in one apply: from %s to %s', async (from, to) => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)
    const { other } = caseOf('sinch')
    const at = (name: string) => ({ ...other, url: `https://hooks.example.com/${name}` })
    await engine.settle({ [from]: at('wanted'), [to]: at('former') })

    await engine.settle({ [from]: at('new'), [to]: at('wanted') })
  })
})
