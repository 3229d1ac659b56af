import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import type { Step } from '../../src/core/step.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import { describeReceivers } from '../../src/providers/receiver-url.ts'
import { tellcasey } from '../../src/providers/tellcasey/declaration.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { ManagedAccount } from './managed-account.ts'
import { aSecret, captureTo, type OpenAccount, type OpenOptions, openAccount, type StandIn } from './open-account.ts'

const provider = { definition: tellcasey, load: () => import('../../src/providers/tellcasey/api.ts') }

let sandbox: Sandbox
const closing: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['tellcasey'] })
})

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
  await sandbox.close()
})

async function open(
  standIn: StandIn = sandbox.vendors.tellcasey,
  options: OpenOptions = {},
): Promise<OpenAccount['api']> {
  const { api } = await openAccount(provider, standIn, options)
  closing.push(() => api.close())
  return api
}

function aCreate(fields: DesiredValues = {}): Step {
  const all = { url: 'https://hooks.example.com/casey', events: ['conversation.completed'], ...fields }
  return {
    id: '1',
    serves: [],
    after: [],
    does: 'create',
    object: { provider: 'account', key: 'casey', part: '', scope: '', fields: all },
  }
}

describe('tellcasey', () => {
  test('hands over the secret it made with the answer to the create', async () => {
    const api = await open()

    const { id, secret } = await api.execute(aCreate())

    expect(secret?.reveal()).toBe(sandbox.vendors.tellcasey.webhooks.get(id ?? '')?.secret)
  })

  test.for(['null', 'empty', 'absent'])('shows no description where none was given (%s)', async (reading) => {
    sandbox.vendors.tellcasey.setSwitch('unset_description', reading)
    const api = await open()
    await api.execute(aCreate())

    const { objects } = await api.list('all')

    expect(objects[0]?.fields).not.toHaveProperty('description')
  })

  test('says when a webhook was switched off', async () => {
    const api = await open()
    const { id } = await api.execute(aCreate())
    sandbox.vendors.tellcasey.webhooks.edit(id ?? '', { enabled: false })

    const { objects } = await api.list('all')

    expect(objects[0]?.fields['enabled']).toBe(false)
  })

  test('keeps secret parameters out of the URL', async () => {
    const fields = { url: 'https://hooks.example.com/casey', url_params: { token: aSecret('t0ken') } }
    const api = await open(undefined, { receivers: describeReceivers([fields]) })
    const { id } = await api.execute(aCreate(fields))

    const { objects } = await api.list('all')

    expect(sandbox.vendors.tellcasey.webhooks.get(id ?? '')?.url).toBe('https://hooks.example.com/casey?token=t0ken')
    expect(objects[0]?.fields).toMatchObject({ url: fields.url, url_params: { token: expect.any(Secret) } })
  })

  test('never touches the endpoint that sends test events to everyone', async () => {
    const api = await open()
    const gone: Step = { id: '1', serves: [], after: [], does: 'delete', target: 'test', scope: '', part: '' }

    await expect(api.reread?.([{ id: 'test', scope: '' }])).rejects.toThrow(/"test"/u)
    await expect(api.readSecret?.({ id: 'test', scope: '' })).rejects.toThrow(/"test"/u)
    await expect(api.execute(gone)).rejects.toThrow(/"test"/u)
    expect(sandbox.vendors.tellcasey.log).toEqual([])
  })

  test('has no update', async () => {
    const api = await open()
    const { id = '' } = await api.execute(aCreate())
    const update = { ...aCreate(), does: 'update', target: id, paths: ['events'] } as Step
    sandbox.vendors.tellcasey.clearLog()

    await expect(api.execute(update)).rejects.toThrow(/never plans/u)
    expect(sandbox.vendors.tellcasey.log).toEqual([])
  })
})

describe('a vendor that does not take the new endpoint beside the old one', () => {
  const hook = { url: 'https://hooks.example.com/casey', signing_secret: captureTo('ref+age://secrets.age#/casey') }
  const changed = { ...hook, events: ['conversation.started'] }

  describe.each([
    ['duplicate_url', '400'],
    ['duplicate_url', '409'],
    ['max_webhooks', 1],
  ] as const)('where %s is %s', (name, value) => {
    test('keeps the old one unless a gap is allowed, and makes the new one where it is', async () => {
      const standIn = sandbox.vendors.tellcasey
      const account = new ManagedAccount(provider, standIn)
      await account.apply({ hook })
      standIn.setSwitch(name, value)
      const [before] = standIn.webhooks.all()

      const { outcome } = await account.apply({ hook: changed })
      const kept = standIn.webhooks.all()
      const allowed = await account.apply({ hook: changed }, { flags: { hook: { allowGap: true } } })

      expect(outcome.failed).toHaveLength(1)
      expect(kept).toEqual([before])
      const after = standIn.webhooks.all()
      if (name === 'duplicate_url') {
        expect(allowed.outcome.failed).toEqual([])
        expect(after).toMatchObject([{ event_types: ['conversation.started'] }])
        expect(account.vault.get('ref+age://secrets.age#/casey')).toBe(after[0]?.secret)
      }
      expect(after).toHaveLength(1)
    })
  })
})

describe('a list of several pages', () => {
  test('is read to its end', async () => {
    const api = await open(await servePages({ '': ['a', 'p2'], p2: ['b', 'p3'], p3: ['c'] }))

    const { objects } = await api.list('all')

    expect(objects.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  test('is an error when its pages lead in a circle', async () => {
    const api = await open(await servePages({ '': ['a', 'p2'], p2: ['b', 'p2'] }))

    await expect(api.list('all')).rejects.toThrow(/circle/u)
  })

  test('is an error when there is more and no way there', async () => {
    const api = await open(await servePages({ '': ['a', ''] }))

    await expect(api.list('all')).rejects.toThrow(/no cursor/u)
  })
})

/** Serves one endpoint per page: by cursor, its id and the next cursor. */
async function servePages(pages: Readonly<Record<string, readonly [id: string, next?: string]>>): Promise<StandIn> {
  const server: Server = createServer((request, response) => {
    const after = new URL(request.url ?? '/', 'http://localhost').searchParams.get('after') ?? ''
    const [id = '', next] = pages[after] ?? []
    const endpoint = { id, url: 'https://hooks.example.com/', event_types: ['conversation.completed'], enabled: true }
    const pagination = { has_more: next !== undefined, next_cursor: next === '' ? null : (next ?? null) }
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: [endpoint], pagination }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  const { port } = server.address() as AddressInfo
  return { baseUrl: `http://127.0.0.1:${port}`, credentials: { api_key: 'sk_test_key' } }
}
