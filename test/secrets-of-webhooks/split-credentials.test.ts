import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileHead, openWorld, type World } from '../sync/open-world.ts'
import { fast } from '../sync/vendor-stories.ts'

// A machine that is busy with other tests answers late.
let world: World
let sent: string[]

/** Notes which credential each request carries. */
const listener = (message: unknown): void => {
  const { request } = message as { readonly request: { readonly headers: readonly string[] | string } }
  const text = [request.headers].flat().join(' ')
  sent.push(/Bearer (?<token>[\w-]+)/u.exec(text)?.groups?.['token'] ?? 'none')
}

beforeEach(async () => {
  world = await openWorld({ vendors: ['tellcasey'] })
  sent = []
  subscribe('undici:request:create', listener)
})

afterEach(async () => {
  unsubscribe('undici:request:create', listener)
  await world.close()
})

async function declare(auth: string): Promise<void> {
  const base = world.sandbox.vendors.tellcasey.baseUrl
  const webhooks = '      a: { url: https://hooks.example.com/a }'
  await world.write(
    'webhooks.yaml',
    `${fileHead()}providers:\n  casey:\n    type: tellcasey\n    base_url: ${base}\n    auth: ${auth}\n    webhooks:\n${webhooks}\n`,
  )
}

const credential = (pointer: string): string => `{ api_key: "ref+age://secrets.age#/${pointer}" }`
const split = `{ plan: ${credential('reading')}, apply: ${credential('writing')} }`
const valid = (): string => world.sandbox.vendors.tellcasey.credentials['api_key'] ?? ''

describe('credentials for reading and for writing', () => {
  test('a plan and a drift report send the reading one, and do not even read the other from the vault', async () => {
    await declare(split)
    await world.setSecret('reading', valid())

    const plan = await world.plan({ pace: fast })
    const drift = await world.drift({ pace: fast })

    expect([...plan.diagnostics, ...drift.plan.diagnostics]).toEqual([])
    expect(new Set(sent)).toEqual(new Set([valid()]))
    expect(sent).toHaveLength(2)
  })

  test('an apply sends the writing one, also for what it reads, and does not need the other', async () => {
    await declare(split)
    await world.setSecret('writing', valid())

    const { summary } = await world.apply({ pace: fast })

    expect(summary).toMatchObject({ failed: 0, done: { create: 1 } })
    expect(new Set(sent)).toEqual(new Set([valid()]))
  })

  test('the vendor sees the one and never the other', async () => {
    await declare(split)
    await world.setSecret('reading', 'the-reading-one')
    await world.setSecret('writing', 'the-writing-one')

    const plan = await world.plan({ pace: fast })
    const whilePlanning = sent.splice(0)
    await world.drift({ pace: fast })
    const whileComparing = sent.splice(0)
    const applied = await world.apply({ pace: fast })

    expect(plan.diagnostics.map(({ code }) => code)).toEqual(['HS4001'])
    expect(applied.plan.diagnostics.map(({ code }) => code)).toEqual(['HS4001'])
    expect([new Set(whilePlanning), new Set(whileComparing), new Set(sent)]).toEqual([
      new Set(['the-reading-one']),
      new Set(['the-reading-one']),
      new Set(['the-writing-one']),
    ])
  })

  test.each([
    ['plan', 'apply'],
    ['apply', 'plan'],
  ])('%s alone is an error that says what is missing', async (given, missing) => {
    await declare(`{ ${given}: ${credential('reading')} }`)

    const { diagnostics } = await world.plan({ pace: fast })

    expect(diagnostics).toMatchObject([
      {
        code: 'HS1006',
        severity: 'error',
        message: expect.stringContaining(missing),
        hint: expect.stringContaining('Give both'),
        at: { file: 'webhooks.yaml' },
      },
    ])
    expect(sent).toEqual([])
  })
})
