import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { compareText } from '../../src/core/diagnostic.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { later, verbs } from './engine.ts'
import { complete } from './value-rules.ts'
import { caseOf, engineOf, patient, seenId, writesOf } from './world.ts'

let sandbox: Sandbox
let settings: Readonly<Record<string, object>>

beforeAll(async () => {
  sandbox = await startSandbox()
  sandbox.vendors.sinch.setSwitch('token_rate_per_second', 0)
  settings = Object.fromEntries(
    Object.entries(sandbox.vendors).map(([name, { settings: own }]) => [name, structuredClone(own)]),
  )
})

afterAll(async () => {
  await sandbox.close()
})

beforeEach(() => {
  for (const [name, standIn] of Object.entries(sandbox.vendors)) {
    standIn.webhooks.clear()
    standIn.clearFaults()
    standIn.configure(settings[name] ?? {})
    standIn.clearLog()
  }
})

const summaries = (diagnostics: readonly { readonly summary: string }[]): readonly string[] =>
  diagnostics.map(({ summary }) => summary)

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

describe('the policy of the operator', () => {
  test('says which hosts receive', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hooks-policy-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    await mkdir(join(directory, 'work'))
    await writeFile(join(directory, 'policy.yaml'), 'version: 1\nreceivers: [hooks.example.com]\n')
    const { tellcasey } = sandbox.vendors
    const engine = engineOf('tellcasey', tellcasey, {
      env: { HOOKS_SYNC_POLICY: join(directory, 'policy.yaml') },
      options: { cwd: join(directory, 'work') },
    })

    const { errors } = await engine.plan({
      good: { url: 'https://hooks.example.com/casey' },
      bad: { url: 'https://elsewhere.example.com/casey' },
    })

    expect(errors.map(({ summary, path }) => [summary, path])).toEqual([
      ['`url` leads to elsewhere.example.com, which the policy does not list under receivers.', ['url']],
    ])
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

describe('a webhook that is live already', () => {
  test('is told with the block that imports it, each line as it is to be written', async () => {
    const { sinch } = sandbox.vendors
    const { other } = caseOf('sinch')
    await engineOf('sinch', sinch).settle({ hook: other })
    const id = String(sinch.webhooks.all()[0]?.id)

    const { errors } = await engineOf('sinch', sinch).plan({ hook: other })

    expect((errors[0]?.detail ?? '').split('\n')).toEqual(
      expect.arrayContaining(['  import {', '    to = hooks_sinch_webhook.NAME', `    id = "${id}"`, '  }']),
    )
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

describe('what is certain to fail is told by the plan', () => {
  test('two resources of one identity', async () => {
    const { sinch } = sandbox.vendors
    const engine = engineOf('sinch', sinch)
    const { other } = caseOf('sinch')

    const plan = await engine.plan({ one: other, two: { ...other, events: ['OPT_OUT'] } })

    expect(summaries(plan.errors)).toEqual([
      'Two resources declare the same Sinch webhook for https://hooks.example.com/sinch/other.',
    ])
  })

  test('more than the quota, and not a replacement at the limit', async () => {
    const { sinch } = sandbox.vendors
    const engine = engineOf('sinch', sinch)
    const { other } = caseOf('sinch')
    const many = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`hook${at}`, { ...other, url: `https://hooks.example.com/${at}` }]),
      )
    await engine.settle(many(5))

    const plan = await engine.plan(many(6))

    expect(summaries(plan.errors)).toEqual(['This plan makes 6 Sinch webhooks per app, and 5 are allowed.'])
    await engine.settle(many(5), { replace: ['hook1'] })
  })

  test('an identity that a webhook of the same plan leaves is free', async () => {
    const { sinch } = sandbox.vendors
    const engine = engineOf('sinch', sinch)
    const { other } = caseOf('sinch')
    await engine.settle({ one: other })

    const plan = await engine.plan({ one: { ...other, url: 'https://hooks.example.com/moved' }, two: other })

    expect(plan.errors).toEqual([])
  })

  test.each([
    ['is nobody else’s while it may still come up', true, []],
    ['is somebody else’s where none does', false, ['Sinch']],
  ] as const)('what no state has yet %s', async (_, comesUp, told) => {
    const { sinch } = sandbox.vendors
    const { other } = caseOf('sinch')
    const owner = engineOf('sinch', sinch)
    await owner.settle({ one: other })
    let comeUp = (): void => undefined
    const clock = { ...patient.clock, wait: async () => comeUp() }

    const planned = await engineOf('sinch', sinch, { options: { clock } }).walk(async ({ resources, schema }) => {
      const resource = resources['hooks_sinch_webhook']
      if (comesUp) comeUp = () => resource?.note?.(owner.state('one'))
      const config = complete(schema.resources['hooks_sinch_webhook']?.attributes ?? {}, other)
      const asked = { prior: null, proposed: config, config, priorPrivate: new Uint8Array() }
      const engine = { version: '1.11.4', takesWriteOnly: true }
      return await resource?.plan({ ...asked, engine }, new AbortController().signal)
    })

    expect(summaries(planned?.diagnostics ?? []).map((text) => text.split(' ', 1)[0])).toEqual(told)
  })

  test.each(['sinch', 'smallest', 'bird'] as const)('a move to where somebody else’s webhook is: %s', async (type) => {
    const standIn = sandbox.vendors[type]
    const { other } = caseOf(type)
    await engineOf(type, standIn).settle({ theirs: other })
    const engine = engineOf(type, standIn)
    const agents = type === 'smallest' ? { subscriptions: [] } : {}
    const hook = { ...other, ...agents, url: 'https://hooks.example.com/mine' }
    await engine.settle({ hook })
    standIn.clearLog()

    const { errors } = await engine.plan({ hook: { ...hook, url: other['url'] } })

    expect(errors[0]?.summary).toMatch(/ has another webhook where this one would be moved to: /u)
    expect(errors).toHaveLength(1)
    expect(writesOf(standIn)).toEqual([])
  })

  test('an event that somebody else’s webhook has already, unless it may be taken over', async () => {
    const { bird } = sandbox.vendors
    const { webhook } = caseOf('bird')
    await engineOf('bird', bird).settle({ theirs: { ...webhook, events: ['line.outbound'] } })
    const engine = engineOf('bird', bird)
    const hook = { ...webhook, events: ['sms.outbound'] }
    await engine.settle({ hook })
    const both = { ...hook, events: ['sms.outbound', 'line.outbound'] }

    const { errors } = await engine.plan({ hook: both })

    expect(summaries(errors)).toEqual(['Bird has this webhook already, and this would make it a second time.'])
    await engine.settle({ hook: { ...both, adopt_existing: true } })
    expect(bird.webhooks.all()).toHaveLength(2)
  })
})

describe('what is not known yet', () => {
  test('is passed over, and needs no call', async () => {
    const { sinch } = sandbox.vendors
    const engine = engineOf('sinch', sinch)
    const { webhook } = caseOf('sinch')

    const plan = await engine.plan({ hook: { ...webhook, url: later, events: [later], signing_secret_wo: later } })

    expect(plan.errors).toEqual([])
    expect(sinch.log).toEqual([])
    expect(await engine.carryOut(plan, { hook: webhook })).toEqual([])
  })

  test('replaces only where a replacement may be needed', async () => {
    const { sinch } = sandbox.vendors
    const engine = engineOf('sinch', sinch)
    const { webhook } = caseOf('sinch')
    await engine.settle({ hook: webhook })

    expect(verbs(await engine.plan({ hook: { ...webhook, url: later } }))).toEqual({ hook: 'update' })
    expect(verbs(await engine.plan({ hook: { ...webhook, app_id: later } }))).toEqual({ hook: 'replace' })
    expect(verbs(await engine.plan({ hook: { ...webhook, signing_secret_wo: later } }))).toEqual({ hook: 'no-op' })
  })

  test('an account that is not known is not asked while planning, and is an error when applied', async () => {
    const { sinch } = sandbox.vendors
    const engine = engineOf('sinch', sinch)
    await engine.settle({ hook: caseOf('sinch').webhook })
    const blind = engineOf('sinch', sinch, { provider: { sinch: { project_id: later } } })
    const kept = engine.kept.get('hook')
    if (kept !== undefined) blind.kept.set('hook', kept)
    sinch.clearLog()

    const { webhook, other } = caseOf('sinch')
    const plan = await blind.plan({ hook: webhook, other })

    expect(verbs(plan)).toEqual({ hook: 'no-op', other: 'create' })
    expect(plan.errors).toEqual([])
    expect(summaries(await blind.carryOut(plan, { hook: webhook, other }))).toEqual([
      'The Sinch account is not known yet.',
    ])
    expect(sinch.log).toEqual([])
  })

  test('an account that is not known answers no question yet, and says that it came too early', async () => {
    const { tellcasey } = sandbox.vendors
    const blind = engineOf('tellcasey', tellcasey, { provider: { tellcasey: { api_key: later } } })
    const { signal } = new AbortController()

    const answers = await blind.walk(async ({ schema, dataSources, ephemeralResources, resources }) => {
      const filters = complete(schema.dataSources['hooks_tellcasey_webhooks']?.attributes ?? {}, {})
      return [
        await dataSources['hooks_tellcasey_webhooks']?.read(filters, signal),
        await ephemeralResources['hooks_tellcasey_signing_secret']?.open({ id: 'wh', signing_secret: null }, signal),
        await resources['hooks_tellcasey_webhook']?.import({ id: 'wh' }, signal),
      ]
    })

    const summary = 'The tellcasey account is not known yet.'
    expect(answers).toMatchObject(answers.map(() => ({ isTooEarly: true, diagnostics: [{ summary }] })))
    expect(tellcasey.log).toEqual([])
  })
})

describe('an account', () => {
  test('that is not configured is an error where it is first needed', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch, { provider: {} })

    const plan = await engine.plan({ hook: caseOf('sinch').webhook })

    expect(plan.errors).toEqual([
      {
        severity: 'error',
        summary: 'No Sinch account is configured.',
        detail:
          'Set `sinch` in the provider block, or SINCH_PROJECT_ID, SINCH_REGION, SINCH_KEY_ID, SINCH_KEY_SECRET in the environment.',
      },
    ])
  })

  test('takes from the environment what its block leaves out', async () => {
    const { sinch } = sandbox.vendors
    const { baseUrl, credentials } = sinch
    const engine = engineOf('sinch', sinch, {
      provider: { sinch: { base_url: baseUrl, auth_url: baseUrl, region: 'eu' } },
      env: {
        SINCH_PROJECT_ID: credentials['project_id'] ?? '',
        SINCH_KEY_ID: credentials['key_id'] ?? '',
        SINCH_KEY_SECRET: credentials['key_secret'] ?? '',
      },
    })

    await engine.settle({ hook: caseOf('sinch').webhook })
  })

  test('is refused at once where its block is incomplete or wrong', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)

    const diagnostics = await engine.configure({ sinch: { region: 'mars', key_id: 'k' } })

    expect(
      diagnostics.map(({ summary, path = [] }) => `${path.map(String).join('.')} ${summary}`).toSorted(compareText),
    ).toEqual([
      'sinch.key_secret key_secret is missing.',
      'sinch.project_id project_id is missing.',
      'sinch.region region must be one of us, eu, br.',
    ])
  })

  test('is checked as far as its block goes before the environment is known', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)

    const found = await engine.walk(async (provider) => {
      const { attributes } = provider.schema.provider
      return await provider.validateConfig(complete(attributes, { sinch: { region: 'mars', project_id: later } }))
    })
    const known = await engine.walk(async (provider) => {
      const { attributes } = provider.schema.provider
      return await provider.validateConfig(complete(attributes, { sinch: { region: 'mars' } }))
    })

    expect(found.diagnostics).toEqual([])
    expect(summaries(known.diagnostics)).toEqual(['region must be one of us, eu, br.'])
  })

  test('sends its credentials to no foreign host', async () => {
    const { sinch } = sandbox.vendors
    const { account } = caseOf('sinch')
    const engine = engineOf('sinch', sinch, {
      provider: { sinch: { ...account(sinch), base_url: 'https://evil.example' } },
    })

    const plan = await engine.plan({ hook: caseOf('sinch').webhook })

    expect(plan.errors[0]?.summary).toContain('https://evil.example')
    expect(plan.errors[0]?.detail).toContain('HOOKS_SYNC_ALLOWED_ORIGINS')
  })

  test('of another region takes nothing as deleted', async () => {
    const { sinch } = sandbox.vendors
    const engine = engineOf('sinch', sinch)
    await engine.settle({ hook: caseOf('sinch').webhook })
    sinch.fault({ kind: 'status', status: 404, match: { pathIncludes: '/apps' }, times: 2 })

    const plan = await engine.plan({ hook: caseOf('sinch').webhook })

    expect(plan.errors[0]?.summary).toContain('does not know app_id')
    expect(engine.kept.size).toBe(1)
  })
})

describe('a configuration', () => {
  const { other } = caseOf('sinch')

  test('says where it is wrong', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)

    const { errors } = await engine.plan({
      hook: {
        ...other,
        url: 'hooks.example.com',
        events: ['MESSAGE_INBOUNDN', 'UNSPECIFIED_TRIGGER'],
        timeouts: { create: 'soon' },
      },
    })

    expect(errors.map(({ path }) => path)).toEqual([
      ['events', { member: 'MESSAGE_INBOUNDN' }],
      ['events', { member: 'UNSPECIFIED_TRIGGER' }],
      ['url'],
      ['timeouts', 'create'],
    ])
    expect(errors[0]?.detail).toContain('Did you mean "MESSAGE_INBOUND"?')
    expect(errors[2]?.summary).toMatch(/^`url` must /u)
  })

  test('is told examples as a configuration writes them', async () => {
    const engine = engineOf('bird', sandbox.vendors.bird)

    const { errors } = await engine.plan({ hook: { ...caseOf('bird').other, url: 'http://localhost' } })

    expect(errors[0]?.detail).toContain('Example: `url = "https://hooks.example.com/bird"`')
  })

  test('whose write-only value has no version is warned about', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)

    const { warnings } = await engine.plan({ hook: { ...other, signing_secret_wo: 'canary' } })
    const versioned = await engine.plan({
      hook: { ...other, signing_secret_wo: 'canary', signing_secret_wo_version: 1 },
    })

    expect(warnings).toMatchObject([
      { summary: 'A new value of `signing_secret_wo` would not be noticed.', path: ['signing_secret_wo'] },
    ])
    expect(versioned.warnings).toEqual([])
  })

  test('gives a secret one way', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)

    const { errors } = await engine.plan({ hook: { ...other, signing_secret: 'canary', signing_secret_wo: 'canary' } })

    expect(summaries(errors)).toEqual(['`signing_secret` and `signing_secret_wo` are the same secret.'])
  })

  test('of an engine that keeps write-only values is told the other attribute', async () => {
    const older = { version: '1.10.5', takesWriteOnly: false }
    const engine = engineOf('sinch', sandbox.vendors.sinch, { engine: older })

    const { errors } = await engine.plan({ hook: { ...other, signing_secret_wo: 'canary' } })

    expect(summaries(errors)).toEqual(['`signing_secret_wo` takes Terraform or OpenTofu 1.11 or later.'])
    expect(errors[0]?.detail).toContain('`signing_secret`')
    await engine.settle({ hook: { ...other, signing_secret: 'secret-0123456789' } })
    await engine.settle({ hook: { ...other, signing_secret: 'another-0123456789' } })
  })
})

describe('an import', () => {
  test.each([
    ['sinch', 'nothing', 'Sinch has no webhook nothing.'],
    ['bird', 'a,b', 'Bird has no webhook a, b.'],
    ['sendblue', 'receive|https://x.example', 'Sendblue has no webhook receive https://x.example.'],
  ] as const)('of what is not there says so: %s', async (type, id, summary) => {
    const engine = engineOf(type, sandbox.vendors[type])

    expect(summaries(await engine.import('hook', id))).toEqual([summary])
  })

  test('then needs no write for a secret that the vendor shows and that is the same', async () => {
    const { sinch } = sandbox.vendors
    const { webhook } = caseOf('sinch')
    await engineOf('sinch', sinch).settle({ hook: webhook })
    const engine = engineOf('sinch', sinch)
    await engine.import('hook', String(sinch.webhooks.all()[0]?.id))
    sinch.clearLog()

    const plan = await engine.settle({ hook: webhook })

    expect(verbs(plan)).toEqual({ hook: 'update' })
    expect(writesOf(sinch)).toEqual([])
  })

  test.each(['sinch', 'sendblue', 'smallest', 'bird', 'tellcasey'] as const)(
    'of a webhook with a secret parameter takes it out of the URL without a write: %s',
    async (type) => {
      const standIn = sandbox.vendors[type]
      const webhook = {
        ...caseOf(type).other,
        url_params_wo: { token: 'param-0123456789' },
        url_params_wo_version: 1,
      }
      await engineOf(type, standIn).settle({ hook: webhook })
      const engine = engineOf(type, standIn)
      await engine.import('hook', await seenId(type, standIn))
      standIn.clearLog()

      await engine.settle({ hook: webhook })

      expect(writesOf(standIn)).toEqual([])
      expect(JSON.stringify(engine.state('hook'))).not.toContain('param-0123456789')
    },
  )
})

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

describe('a write-only secret', () => {
  test('is not written again while its version is the same', async () => {
    const { sinch } = sandbox.vendors
    const { webhook } = caseOf('sinch')
    const engine = engineOf('sinch', sinch)
    await engine.settle({ hook: webhook })

    await engine.settle({ hook: { ...webhook, signing_secret_wo: 'not-yet-0123456789', enabled: false } })

    expect(JSON.stringify(sinch.webhooks.all())).not.toContain('not-yet')
  })

  test('that is left out is kept by the vendor, and the plan says so', async () => {
    const { sinch } = sandbox.vendors
    const { other } = caseOf('sinch')
    const engine = engineOf('sinch', sinch)
    await engine.settle({ hook: { ...other, signing_secret_wo: 'kept-0123456789', signing_secret_wo_version: 1 } })

    const plan = await engine.settle({ hook: other })

    expect(summaries(plan.warnings)).toEqual(['Sinch keeps the signing_secret it has.'])
    expect(JSON.stringify(sinch.webhooks.all())).toContain('kept-0123456789')
  })

  test('goes into what is made anew beside', async () => {
    const { bird } = sandbox.vendors
    const { webhook } = caseOf('bird')
    const engine = engineOf('bird', bird)
    await engine.settle({ hook: webhook })

    await engine.settle({ hook: { ...webhook, events: ['sms.outbound', 'whatsapp.outbound', 'line.outbound'] } })

    expect(bird.webhooks.all().map((stored) => JSON.stringify(stored).includes('canary-signing'))).toEqual([
      true,
      true,
      true,
    ])
  })

  test('that gives way to one in the state is not lost, nor the other way round', async () => {
    const { sinch } = sandbox.vendors
    const { other } = caseOf('sinch')
    const engine = engineOf('sinch', sinch)
    const secret = 'secret-0123456789'
    await engine.settle({ hook: { ...other, signing_secret: secret } })
    sinch.clearLog()

    await engine.settle({ hook: { ...other, signing_secret_wo: secret, signing_secret_wo_version: 1 } })
    await engine.settle({ hook: { ...other, signing_secret: secret } })

    expect(writesOf(sinch)).toEqual([])
  })
})
