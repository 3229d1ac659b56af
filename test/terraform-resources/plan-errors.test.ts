import { describe, expect, test } from 'vitest'
import { later, verbs } from './engine.ts'
import { runSandbox } from './run-sandbox.ts'
import { complete } from './value-rules.ts'
import { caseOf, engineOf, patient, summaries, writesOf } from './world.ts'

const sandbox = runSandbox()

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

  test('too little room beside what no resource has, as a warning', async () => {
    const { sinch } = sandbox.vendors
    const { other } = caseOf('sinch')
    const many = (name: string, count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [
          name + at,
          { ...other, url: `https://hooks.example.com/${name}${at}` },
        ]),
      )
    await engineOf('sinch', sinch).settle(many('theirs', 2))
    const engine = engineOf('sinch', sinch)
    await engine.settle(many('ours', 3))
    const moved = { ...many('ours', 2), new0: { ...other, url: 'https://hooks.example.com/new' } }

    expect((await engine.plan(moved)).warnings).toEqual([])
    expect(summaries((await engine.plan(many('ours', 4))).warnings)).toEqual([
      'This plan makes 4 Sinch webhooks per app, and 2 are live beside them: 5 are allowed.',
    ])
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

    const [theirs] = bird.webhooks.all()
    expect(summaries(errors)).toEqual([
      `Bird has this webhook for line.outbound already, and no resource here has it: ${theirs?.id}.`,
    ])
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
