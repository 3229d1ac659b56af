import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareText } from '../../src/core/diagnostic.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import type { CtyObject } from '../../src/terraform/cty/value.ts'
import type { Listed, Provider } from '../../src/terraform/provider.ts'
import { textOf } from '../../src/terraform/values/known.ts'
import type { Engine } from './engine.ts'
import { complete } from './value-rules.ts'
import { vendorCases } from './vendors.ts'
import { engineOf } from './world.ts'

let sandbox: Sandbox
const never = new AbortController().signal

beforeAll(async () => {
  sandbox = await startSandbox()
  sandbox.vendors.sinch.setSwitch('token_rate_per_second', 0)
})

afterAll(async () => {
  await sandbox.close()
})

describe.each(vendorCases)('the webhooks of $type', ({ type, webhook, other }) => {
  const resource = `hooks_${type}_webhook`
  let engine: Engine

  beforeAll(async () => {
    const standIn = sandbox.vendors[type]
    if (standIn === undefined) throw new Error(`There is no stand-in of ${type}.`)
    engine = engineOf(type, standIn)
    await engine.settle({ hook: webhook, other })
  })

  const ask = async (provider: Provider, filters: Readonly<Record<string, unknown>>): Promise<readonly CtyObject[]> => {
    const name = `${resource}s`
    const attributes = provider.schema.dataSources[name]?.attributes ?? {}
    const read = await provider.dataSources[name]?.read(complete(attributes, filters), never)
    expect(read?.diagnostics).toEqual([])
    expect(JSON.stringify(read)).not.toContain('canary')
    return (read?.state?.['webhooks'] ?? []) as readonly CtyObject[]
  }

  test('are listed by a data source, with filters and without secrets', async () => {
    await engine.walk(async (provider) => {
      const all = await ask(provider, {})
      const one = await ask(provider, { url: other['url'] })

      expect(
        all
          .map(({ id }) => id)
          .map(textOf)
          .toSorted(compareText),
      ).toEqual([engine.state('hook')['id'], engine.state('other')['id']].map(textOf).toSorted(compareText))
      expect(one.map(({ id }) => id)).toEqual([engine.state('other')['id']])
      const events = JSON.stringify(one[0]?.['events'] ?? one[0]?.['subscriptions'])
      const [event] = /[a-z_.A-Z-]{6,}/u.exec(events.replaceAll('agent_id', '').replaceAll('events', '')) ?? []
      expect((await ask(provider, { event })).map(({ id }) => id)).toContain(engine.state('other')['id'])
      expect(await ask(provider, { event: 'no.such.event' })).toEqual([])
    })
  })

  test('are found by a query, and each can be imported as it is told', async () => {
    await engine.walk(async (provider) => {
      const query = provider.listResources[resource]
      const attributes = provider.schema.listResources[resource]?.attributes ?? {}
      if (query === undefined) throw new Error(`There is no list of ${resource}.`)
      const found: Listed[] = []
      for await (const one of query.list({ config: complete(attributes, {}), withResource: true, limit: 0 }, never))
        found.push(one)

      expect(
        found
          .map(({ identity }) => identity['id'])
          .map(textOf)
          .toSorted(compareText),
      ).toEqual([engine.state('hook')['id'], engine.state('other')['id']].map(textOf).toSorted(compareText))
      expect(JSON.stringify(found)).not.toContain('canary')
      for (const { identity, resource: shown } of found) {
        const imported = await provider.resources[resource]?.import({ identity }, never)
        expect(imported?.diagnostics).toEqual([])
        expect(imported?.state).toEqual(shown)
        expect(imported?.identity).toEqual(identity)
      }
      const limited: Listed[] = []
      for await (const one of query.list({ config: complete(attributes, {}), withResource: false, limit: 1 }, never))
        limited.push(one)
      expect(limited).toHaveLength(1)
    })
  })
})

test.each(vendorCases)('what looks like a credential in a URL is not listed: $type', async ({ type, webhook }) => {
  const standIn = sandbox.vendors[type] ?? sandbox.vendors.tellcasey
  const agents = type === 'smallest' ? { subscriptions: [] } : {}
  const url = 'https://hooks.example.com/hidden?team=ops&api_key=canary-hidden'
  const owner = engineOf(type, standIn)
  await owner.settle({ hook: { ...webhook, ...agents, url } })

  await engineOf(type, standIn).walk(async ({ schema, dataSources }) => {
    const name = `hooks_${type}_webhooks`
    const filters = complete(schema.dataSources[name]?.attributes ?? {}, { url })
    const read = await dataSources[name]?.read(filters, never)
    const [seen] = (read?.state?.['webhooks'] ?? []) as readonly CtyObject[]

    expect(seen?.['url']).toBe('https://hooks.example.com/hidden?team=ops&api_key=[secret]')
    expect(JSON.stringify(seen)).not.toContain('canary')
  })
  await owner.settle({})
})

describe('a secret that the vendor made', () => {
  test.each(['smallest', 'tellcasey'])('is told where nothing is kept: %s', async (type) => {
    const engine = engineOf(type, sandbox.vendors[type] ?? sandbox.vendors.tellcasey)
    const { webhook } = vendorCases.find((one) => one.type === type) ?? { webhook: {} }
    const agents = type === 'smallest' ? { subscriptions: [] } : {}
    await engine.settle({ hook: { ...webhook, url: `https://hooks.example.com/${type}/secret`, ...agents } })
    const { id } = engine.state('hook')

    await engine.walk(async (provider) => {
      const secrets = provider.ephemeralResources[`hooks_${type}_signing_secret`]
      const told = await secrets?.open({ id: id ?? null, signing_secret: null }, never)
      const unknown = await secrets?.open({ id: 'nothing', signing_secret: null }, never)

      expect(told?.diagnostics).toEqual([])
      expect(textOf(told?.result?.['signing_secret']).length).toBeGreaterThan(8)
      expect(engine.told.join('\n')).not.toContain(textOf(told?.result?.['signing_secret']))
      expect(unknown?.result).toBeNull()
      expect(unknown?.diagnostics).toHaveLength(1)
    })
  })

  test('is offered only where the vendor lets it be read', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)

    await engine.walk(async ({ ephemeralResources, schema }) => {
      expect(Object.keys(ephemeralResources).toSorted(compareText)).toEqual(
        Object.keys(schema.ephemeralResources).toSorted(compareText),
      )
    })
  })
})

test('an identity of another account is not taken', async () => {
  const engine = engineOf('sinch', sandbox.vendors.sinch)

  await engine.walk(async (provider) => {
    const identity = { region: 'us', project_id: null, id: '1' }
    const imported = await provider.resources['hooks_sinch_webhook']?.import({ identity }, never)

    expect(imported?.diagnostics.map(({ summary }) => summary)).toEqual([
      'The identity is of another Sinch account: region us, not eu.',
    ])
  })
})
