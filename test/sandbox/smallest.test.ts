import { afterEach, describe, expect, test } from 'vitest'
import { type Sandbox, type SwitchValue, startSandbox } from '../../src/sandbox/index.ts'
import { makeSend, type Send } from './client.ts'

let open: Sandbox[] = []

afterEach(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()))
  open = []
})

type Vendor = Sandbox['vendors']['smallest']

const agent = 'a6e270000000000000000001'
const other = 'a6e270000000000000000002'
const gone = 'a6e2700000000000000000ff'
const url = 'https://hooks.example.com/atoms'

async function start(switches: Readonly<Record<string, SwitchValue>> = {}): Promise<{ vendor: Vendor; send: Send }> {
  const sandbox = await startSandbox({ vendors: ['smallest'], switches: { smallest: switches } })
  open.push(sandbox)
  const vendor = sandbox.vendors.smallest
  return { vendor, send: makeSend(vendor.baseUrl, `Bearer ${vendor.credentials.api_key}`) }
}

interface Event {
  readonly agentId: string
  readonly eventType: string
}

function anEvent(agentId: string = agent, eventType = 'post-conversation'): Event {
  return { agentId, eventType }
}

interface Shown {
  readonly _id: string
  readonly url: string
  readonly description?: string
  readonly status: string
  readonly headers?: object
  readonly decryptedSecretKey?: string
  readonly subscriptions: readonly { readonly _id: string; readonly agentId: unknown; readonly eventType: string }[]
}

/** Reads what an answer holds under `data`. */
function dataOf(text: string): unknown {
  return (JSON.parse(text) as { readonly data?: unknown }).data
}

async function create(send: Send, fields: object = {}): Promise<string> {
  const { status, text } = await send('POST', '/webhook', { endpoint: url, description: 'ours', events: [], ...fields })
  expect(status).toBe(201)
  return dataOf(text) as string
}

async function read(send: Send, id: string): Promise<Shown> {
  return dataOf((await send('GET', `/webhook?webhookId=${id}`)).text) as Shown
}

async function list(send: Send): Promise<readonly Shown[]> {
  return dataOf((await send('GET', '/webhook')).text) as readonly Shown[]
}

/** Tells who gets what, ids aside. */
async function subscriptionsOf(send: Send, id: string): Promise<readonly string[]> {
  const { subscriptions } = await read(send, id)
  return subscriptions.map(({ agentId, eventType }) => `${(agentId as { _id: string } | null)?._id} ${eventType}`)
}

describe('the smallest.ai stand-in', () => {
  test('answers a create with the id alone, and reads the webhook by it', async () => {
    const { vendor, send } = await start()

    const created = await send('POST', '/webhook', { endpoint: url, description: 'ours', events: [anEvent()] })
    const id = dataOf(created.text) as string

    expect([created.status, created.json()]).toEqual([
      201,
      { status: true, data: expect.stringMatching(/^[0-9a-f]{24}$/) },
    ])
    expect(await read(send, id)).toEqual({
      _id: id,
      url,
      description: 'ours',
      status: 'enabled',
      organizationId: vendor.settings.organization_id,
      createdBy: vendor.settings.user_id,
      subscriptions: [
        {
          _id: expect.stringMatching(/^[0-9a-f]{24}$/),
          webhookId: id,
          agentId: { _id: agent, name: 'Sandbox agent 1', description: 'Agent 1 of the sandbox' },
          eventType: 'post-conversation',
          createdAt: expect.any(String),
          updatedAt: expect.any(String),
        },
      ],
      decryptedSecretKey: expect.stringMatching(/^[0-9a-f]{64}$/),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    })
    expect(await list(send)).toEqual([await read(send, id)])
  })

  test('serves the paths of both hosts on the same state', async () => {
    const { vendor, send } = await start()
    const id = await create(send)
    const old = makeSend(vendor.baseUrl.replace('/atoms/v1', '/api/v1'), `Bearer ${vendor.credentials.api_key}`)

    expect(await read(old, id)).toEqual(await read(send, id))
    expect((await old('DELETE', `/webhook/${id}`)).status).toBe(200)
    expect(await list(send)).toEqual([])
  })

  test.each([undefined, 'Bearer sk_other', 'Basic c2s=', 'sk_sandbox_0123456789abcdef'])(
    'refuses the authorization %s',
    async (authorization) => {
      const { vendor } = await start()
      const answer = await makeSend(vendor.baseUrl, authorization)('GET', '/webhook')

      expect([answer.status, answer.json()]).toEqual([401, { status: false, errors: ['Unauthorized'] }])
    },
  )

  test.each([
    '{',
    {},
    { endpoint: url, events: [] },
    { endpoint: url, description: 'ours' },
    { endpoint: 'hooks.example.com', description: 'ours', events: [] },
    { url, description: 'ours', events: [] },
    { endpoint: url, description: 3, events: [] },
    { endpoint: url, description: 'ours', events: {} },
    { endpoint: url, description: 'ours', events: ['post-conversation'] },
    { endpoint: url, description: 'ours', events: [{ agentId: 'x', eventType: 'post-conversation' }] },
    { endpoint: url, description: 'ours', events: [{ agentId: agent }] },
    { endpoint: url, description: 'ours', events: [{ agentId: agent, eventType: 'call.ended' }] },
  ])('refuses the create %j', async (body) => {
    const { vendor, send } = await start()

    const answer = await send('POST', '/webhook', body)

    expect([answer.status, answer.json()]).toEqual([400, { status: false, errors: [expect.any(String)] }])
    expect(vendor.webhooks.all()).toEqual([])
  })

  test('refuses a URL that is taken, in the words of the vendor', async () => {
    const { send } = await start()
    await create(send)

    const answer = await send('POST', '/webhook', { endpoint: url, description: 'twin', events: [] })

    expect([answer.status, answer.json()]).toEqual([
      400,
      { status: false, errors: ['A webhook with this URL has already been registered'] },
    ])
  })

  test('refuses a create for an agent that is not there', async () => {
    const { vendor, send } = await start()

    const answer = await send('POST', '/webhook', { endpoint: url, description: 'ours', events: [anEvent(gone)] })

    expect([answer.status, answer.json()]).toEqual([404, { status: false, errors: ['Agent not found'] }])
    expect(vendor.webhooks.all()).toEqual([])
  })

  test('tells an id that is none from one that is not there', async () => {
    const { send } = await start()
    const answers = [
      await send('GET', '/webhook?webhookId=x'),
      await send('GET', `/webhook?webhookId=${gone}`),
      await send('PATCH', '/webhook/x', { description: 'new' }),
      await send('PATCH', `/webhook/${gone}`, { description: 'new' }),
      await send('DELETE', '/webhook/x'),
      await send('DELETE', `/webhook/${gone}`),
      await send('GET', '/agent/x/webhook-subscriptions'),
      await send('GET', `/agent/${gone}/webhook-subscriptions`),
    ]

    expect(answers.map(({ status }) => status)).toEqual([400, 404, 400, 404, 400, 404, 400, 404])
    expect(answers[0]?.json()).toEqual({ status: false, errors: ['The provided Webhook ID is invalid.'] })
    expect(answers[1]?.json()).toEqual({ status: false, errors: ['Webhook not found'] })
    expect(answers[7]?.json()).toEqual({ status: false, errors: ['Agent not found'] })
    expect((await send('GET', `/webhook/${gone}`)).status).toBe(404)
  })

  test('patches what is named and leaves the rest, the secret too', async () => {
    const { vendor, send } = await start()
    const id = await create(send, { events: [anEvent()] })
    const before = await read(send, id)

    const answer = await send('PATCH', `/webhook/${id}`, { endpoint: `${url}/2`, status: 'disabled' })

    expect([answer.status, answer.json()]).toEqual([200, { status: true, data: id }])
    expect(await read(send, id)).toEqual({ ...before, url: `${url}/2`, updatedAt: expect.any(String) })

    await send('PATCH', `/webhook/${id}`, { description: 'new', headers: { 'x-team': 'ours' } })
    expect(vendor.webhooks.get(id)).toMatchObject({
      url: `${url}/2`,
      description: 'new',
      headers: { 'x-team': 'ours' },
    })

    await send('PATCH', `/webhook/${id}`, { headers: { 'x-other': 'theirs' } })
    expect(vendor.webhooks.get(id)?.headers).toEqual({ 'x-other': 'theirs' })

    await send('PATCH', `/webhook/${id}`, { description: 'newer' })
    expect(vendor.webhooks.get(id)?.headers).toEqual({ 'x-other': 'theirs' })

    await send('PATCH', `/webhook/${id}`, { headers: {} })
    expect(vendor.webhooks.get(id)?.headers).toEqual({})
  })

  test.each([
    '{',
    {},
    { status: 'disabled' },
    { endpoint: 'x' },
    { description: null },
    { headers: 'x-team: ours' },
    { headers: { 'x team': 'ours' } },
    { headers: { 'x-team': 3 } },
    { headers: { 'x-team': 'o'.repeat(1025) } },
    { headers: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`x-${index}`, 'ours'])) },
    ...['X-Signature', 'host', 'content-length', 'content-type', 'Connection', 'transfer-encoding'].map((name) => ({
      headers: { [name]: 'ours' },
    })),
  ])('refuses the patch %j', async (body) => {
    const { vendor, send } = await start()
    const id = await create(send)
    const before = vendor.webhooks.get(id)

    const answer = await send('PATCH', `/webhook/${id}`, body)

    expect([answer.status, answer.json()]).toEqual([400, { status: false, errors: [expect.any(String)] }])
    expect(vendor.webhooks.get(id)).toEqual(before)
  })

  test('takes ten headers of 1024 characters', async () => {
    const { send } = await start()
    const id = await create(send)
    const headers = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`x-${index}`, 'o'.repeat(1024)]))

    expect((await send('PATCH', `/webhook/${id}`, { headers })).status).toBe(200)
  })

  test('replaces what an agent had on every webhook', async () => {
    const { send } = await start()
    const first = await create(send, { events: [anEvent(), anEvent(agent, 'pre-conversation'), anEvent(other)] })
    const second = await create(send, { endpoint: `${url}/2`, events: [anEvent()] })

    const answer = await send('POST', `/agent/${agent}/webhook-subscriptions`, {
      webhookId: second,
      eventTypes: ['analytics-completed', 'analytics-completed'],
    })

    expect([answer.status, answer.json()]).toEqual([201, { status: true, data: 'Subscriptions created successfully' }])
    expect(await subscriptionsOf(send, first)).toEqual([`${other} post-conversation`])
    expect(await subscriptionsOf(send, second)).toEqual([`${agent} analytics-completed`])
  })

  test('lets an agent be on several webhooks by way of a create alone', async () => {
    const { send } = await start()
    const first = await create(send, { events: [anEvent()] })
    const second = await create(send, { endpoint: `${url}/2`, events: [anEvent(agent, 'pre-conversation')] })

    const answer = await send('GET', `/agent/${agent}/webhook-subscriptions`)

    expect(answer.json().data).toEqual(
      [
        [first, 'post-conversation'],
        [second, 'pre-conversation'],
      ].map(([webhookId, eventType]) => ({
        _id: expect.any(String),
        webhookId,
        agentId: agent,
        eventType,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      })),
    )
  })

  test('takes an agent off every webhook', async () => {
    const { send } = await start()
    const first = await create(send, { events: [anEvent(), anEvent(other)] })
    const second = await create(send, { endpoint: `${url}/2`, events: [anEvent()] })

    expect((await send('DELETE', `/agent/${agent}/webhook-subscriptions`)).status).toBe(200)
    expect(await subscriptionsOf(send, first)).toEqual([`${other} post-conversation`])
    expect(await subscriptionsOf(send, second)).toEqual([])
  })

  test.each([
    [{ webhookId: 'x', eventTypes: ['post-conversation'] }, 400],
    [{ webhookId: gone, eventTypes: ['post-conversation'] }, 404],
    [{ eventTypes: ['post-conversation'] }, 400],
    [{ webhookId: 'SELF' }, 400],
    [{ webhookId: 'SELF', eventTypes: ['call.ended'] }, 400],
    [{ webhookId: 'SELF', eventTypes: [] }, 400],
  ])('refuses the subscriptions %j and keeps those there are', async (body, status) => {
    const { send } = await start()
    const id = await create(send, { events: [anEvent()] })
    const named = JSON.parse(JSON.stringify(body).replace('SELF', id)) as object

    expect((await send('POST', `/agent/${agent}/webhook-subscriptions`, named)).status).toBe(status)
    expect(await subscriptionsOf(send, id)).toEqual([`${agent} post-conversation`])
  })

  test('deletes a webhook only when no agent is on it', async () => {
    const { send } = await start()
    const id = await create(send, { events: [anEvent()] })

    const refused = await send('DELETE', `/webhook/${id}`)
    await send('DELETE', `/agent/${agent}/webhook-subscriptions`)
    const answers = [await send('DELETE', `/webhook/${id}`), await send('DELETE', `/webhook/${id}`)]

    expect(refused.status).toBe(400)
    expect(refused.text).toContain('Cannot delete webhook: It is currently assigned to one or more agents')
    expect(answers.map(({ status }) => status)).toEqual([200, 404])
  })

  test('shows an agent that is gone as null, and no longer keeps its webhook from being deleted', async () => {
    const { vendor, send } = await start()
    const id = await create(send, { events: [anEvent()] })

    vendor.control('remove-agent', { id: agent })

    expect((await read(send, id)).subscriptions[0]?.agentId).toBeNull()
    expect((await send('DELETE', `/agent/${agent}/webhook-subscriptions`)).status).toBe(404)
    expect((await send('DELETE', `/webhook/${id}`)).status).toBe(200)
  })

  test('lists agents by pages that `offset` sizes', async () => {
    const { vendor, send } = await start()
    vendor.control('add-agents', { count: 12 })
    const names = async (query: string): Promise<readonly string[]> =>
      (dataOf((await send('GET', `/agent${query}`)).text) as { agents: readonly { name: string }[] }).agents.map(
        ({ name }) => name,
      )

    expect((await names('')).length).toBe(10)
    expect(await names('?page=2')).toEqual(['Sandbox agent 2', 'Sandbox agent 1'])
    expect(await names('?page=1&offset=2&sortOrder=asc')).toEqual(['Sandbox agent 1', 'Sandbox agent 2'])
    expect(await names('?search=agent%2012')).toEqual(['Sandbox agent 12'])
    expect(await names('?archived=true')).toEqual([])
    expect((await send('GET', '/agent?offset=1')).json().data).toMatchObject({ total: 12 })
  })

  test('keeps the subscriptions of agents that a control adds to', async () => {
    const { vendor } = await start()

    vendor.control('add-agents', { count: 6 })

    expect(Object.keys(vendor.settings.agents)).toContain('a6e270000000000000000006')
    expect(() => vendor.control('add-agents', {})).toThrow('"count"')
    expect(() => vendor.control('remove-agent', { id: gone })).toThrow('"id"')
  })

  test('shows what a person changed, and counts as live what is enabled and subscribed', async () => {
    const { vendor, send } = await start()
    const id = await create(send)
    await send('POST', `/agent/${agent}/webhook-subscriptions`, { webhookId: id, eventTypes: ['post-conversation'] })

    vendor.webhooks.edit(id, { status: 'disabled', description: 'theirs' })

    expect(await read(send, id)).toMatchObject({ status: 'disabled', description: 'theirs' })
    expect(vendor.log.map(({ live }) => live)).toEqual([0, 1, 0])
  })

  test('does the work of a create whose answer is lost', async () => {
    const { vendor, send } = await start()
    vendor.fault({ kind: 'reset-after', match: { method: 'POST' } })

    await expect(send('POST', '/webhook', { endpoint: url, description: 'ours', events: [] })).rejects.toThrow()

    expect((await list(send)).map((webhook) => webhook.url)).toEqual([url])
  })

  test('names each answer in x-request-id', async () => {
    const { vendor, send } = await start()

    const { headers } = await send('GET', '/webhook')

    expect(headers.get('x-request-id')).toBe(vendor.log[0]?.requestId)
  })
})

describe('a switch of the smallest.ai stand-in', () => {
  test.each([true, false])('secret_in_list %s', async (value) => {
    const { send } = await start({ secret_in_list: value })
    const id = await create(send)

    expect((await list(send)).map(({ decryptedSecretKey }) => decryptedSecretKey !== undefined)).toEqual([value])
    expect((await read(send, id)).decryptedSecretKey).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each([
    ['absent', undefined],
    ['present', { 'x-team': 'ours' }],
  ])('headers_in_reads %s', async (value, headers) => {
    const { send } = await start({ headers_in_reads: value })
    const id = await create(send)
    await send('PATCH', `/webhook/${id}`, { headers: { 'x-team': 'ours' } })

    expect((await read(send, id)).headers).toEqual(headers)
  })

  test.each([
    ['ignored', 201, undefined],
    ['accepted', 201, { 'x-team': 'ours' }],
    ['refused', 400, undefined],
  ])('headers_on_create %s', async (value, status, headers) => {
    const { vendor, send } = await start({ headers_on_create: value })
    const body = { endpoint: url, description: 'ours', events: [], headers: { 'x-team': 'ours' } }

    expect((await send('POST', '/webhook', body)).status).toBe(status)
    expect(vendor.webhooks.all()[0]?.headers).toEqual(headers)
  })

  test('headers_on_create accepted checks them', async () => {
    const { send } = await start({ headers_on_create: 'accepted' })
    const body = { endpoint: url, description: 'ours', events: [], headers: { host: 'ours' } }

    expect((await send('POST', '/webhook', body)).status).toBe(400)
  })

  test('list_shape object-when-one', async () => {
    const { send } = await start({ list_shape: 'object-when-one' })
    const shape = async (): Promise<boolean> => Array.isArray((await send('GET', '/webhook')).json().data)

    const shapes = [await shape()]
    await create(send)
    shapes.push(await shape())
    await create(send, { endpoint: `${url}/2` })
    shapes.push(await shape())

    expect(shapes).toEqual([true, false, true])
  })

  test('single_shape array', async () => {
    const { send } = await start({ single_shape: 'array' })
    const id = await create(send)

    expect((await send('GET', `/webhook?webhookId=${id}`)).json().data).toEqual([expect.objectContaining({ _id: id })])
  })

  test.each([
    ['400', 400, `${url}/2`],
    ['accepted', 200, url],
  ])('patch_duplicate_url %s', async (value, status, after) => {
    const { send } = await start({ patch_duplicate_url: value })
    await create(send)
    const id = await create(send, { endpoint: `${url}/2` })

    expect((await send('PATCH', `/webhook/${id}`, { endpoint: url })).status).toBe(status)
    expect((await read(send, id)).url).toBe(after)
    expect((await send('PATCH', `/webhook/${id}`, { endpoint: `${url}/2` })).status).toBe(200)
  })

  test.each([
    ['exact', 201],
    ['normalized', 400],
  ])('url_uniqueness %s', async (value, status) => {
    const { send } = await start({ url_uniqueness: value })
    await create(send)
    const body = { endpoint: 'https://HOOKS.example.com:443/atoms/', description: 'twin', events: [] }

    expect((await send('POST', '/webhook', body)).status).toBe(status)
  })

  test.each([
    ['required', 400, 201],
    ['non-empty', 400, 400],
    ['optional', 201, 201],
  ])('description_on_create %s', async (value, absent, empty) => {
    const { send } = await start({ description_on_create: value })

    const answers = [
      await send('POST', '/webhook', { endpoint: url, events: [] }),
      await send('POST', '/webhook', { endpoint: `${url}/2`, description: '', events: [] }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([absent, empty])
  })

  test.each([
    ['absent', undefined],
    ['empty', ''],
    ['null', null],
  ])('unset_description %s', async (value, shown) => {
    const { send } = await start({ description_on_create: 'optional', unset_description: value })
    const id = dataOf((await send('POST', '/webhook', { endpoint: url, events: [] })).text) as string

    expect((await read(send, id)).description).toBe(shown)
  })

  test.each([
    ['required', 400, 201],
    ['non-empty', 400, 400],
    ['optional', 201, 201],
  ])('events_on_create %s', async (value, absent, empty) => {
    const { send } = await start({ events_on_create: value })

    const answers = [
      await send('POST', '/webhook', { endpoint: url, description: 'ours' }),
      await send('POST', '/webhook', { endpoint: `${url}/2`, description: 'ours', events: [] }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([absent, empty])
  })

  test.each([
    ['adds', 201, 1],
    ['replaces', 201, 0],
    ['refused', 400, 1],
  ])('create_for_busy_agent %s', async (value, status, left) => {
    const { send } = await start({ create_for_busy_agent: value })
    const id = await create(send, { events: [anEvent()] })
    const body = { endpoint: `${url}/2`, description: 'ours', events: [anEvent()] }

    expect((await send('POST', '/webhook', body)).status).toBe(status)
    expect((await read(send, id)).subscriptions.length).toBe(left)
  })

  test.each([
    ['replaces', 201, 'pre-conversation'],
    ['refused', 400, 'post-conversation'],
  ])('agent_replace %s', async (value, status, event) => {
    const { send } = await start({ agent_replace: value })
    const id = await create(send, { events: [anEvent()] })

    const answer = await send('POST', `/agent/${agent}/webhook-subscriptions`, {
      webhookId: id,
      eventTypes: ['pre-conversation'],
    })

    expect(answer.status).toBe(status)
    expect(answer.text.includes('Agent already has webhook subscriptions. Please remove existing')).toBe(status === 400)
    expect(await subscriptionsOf(send, id)).toEqual([`${agent} ${event}`])
  })

  test('agent_replace refused takes an agent without subscriptions', async () => {
    const { send } = await start({ agent_replace: 'refused' })
    const id = await create(send)
    const body = { webhookId: id, eventTypes: ['pre-conversation'] }

    expect((await send('POST', `/agent/${agent}/webhook-subscriptions`, body)).status).toBe(201)
  })

  test('empty_event_types detaches', async () => {
    const { send } = await start({ empty_event_types: 'detaches' })
    const id = await create(send, { events: [anEvent()] })

    const answer = await send('POST', `/agent/${agent}/webhook-subscriptions`, { webhookId: id, eventTypes: [] })

    expect(answer.status).toBe(201)
    expect(await subscriptionsOf(send, id)).toEqual([])
  })

  test('unknown_events accepted', async () => {
    const { send } = await start({ unknown_events: 'accepted' })
    const id = await create(send, { events: [anEvent(agent, 'call.ended')] })

    expect(await subscriptionsOf(send, id)).toEqual([`${agent} call.ended`])
  })

  test.each([
    ['accepted', 201],
    ['refused', 400],
  ])('http_urls %s', async (value, status) => {
    const { send } = await start({ http_urls: value })
    const body = { endpoint: 'http://hooks.example.com/atoms', description: 'ours', events: [] }

    expect((await send('POST', '/webhook', body)).status).toBe(status)
  })

  test('orphans_block_delete', async () => {
    const { vendor, send } = await start({ orphans_block_delete: true })
    const id = await create(send, { events: [anEvent()] })

    vendor.control('remove-agent', { id: agent })

    expect((await send('DELETE', `/webhook/${id}`)).status).toBe(400)
  })

  test('access_error_body data', async () => {
    const { vendor } = await start({ access_error_body: 'data' })

    expect((await makeSend(vendor.baseUrl)('GET', '/webhook')).json()).toEqual({ status: false, data: 'Unauthorized' })
  })

  test.each([
    ['retry_after', { status: false, error: 'Rate limit exceeded', code: 'RATE_LIMIT_EXCEEDED', retry_after: 7 }],
    ['rateLimit', { message: 'Too many requests', rateLimit: { routeClass: 'default', limit: 0, retryAfterSec: 7 } }],
  ])('rate_limit_body %s', async (value, body) => {
    const { vendor, send } = await start({ rate_limit_body: value })
    vendor.fault({ kind: 'rate-limit', retryAfter: 'body', seconds: 7 })
    vendor.fault({ kind: 'rate-limit', retryAfter: 'seconds', seconds: 7 })

    const answers = [await send('GET', '/webhook'), await send('GET', '/webhook')]

    expect(answers.map(({ status }) => status)).toEqual([429, 429])
    expect(answers[0]?.json()).toEqual(body)
    expect(answers[1]?.json()).toEqual({ status: false, errors: ['Rate limit exceeded'] })
    expect(answers[1]?.headers.get('retry-after')).toBe('7')
  })

  test('config_freeze', async () => {
    const { send } = await start({ config_freeze: true })
    const id = await create(send, { events: [anEvent()] })
    const path = `/agent/${agent}/webhook-subscriptions`

    const answers = [
      await send('POST', path, { webhookId: id, eventTypes: ['pre-conversation'] }),
      await send('DELETE', path),
      await send('GET', path),
    ]

    expect(answers.map(({ status }) => status)).toEqual([423, 423, 200])
    expect(answers[0]?.json()).toEqual({ status: false, error_type: 'config_freeze_active', errors: [] })
    expect(await subscriptionsOf(send, id)).toEqual([`${agent} post-conversation`])
  })

  test('old_path gone', async () => {
    const { vendor, send } = await start({ old_path: 'gone' })
    const old = makeSend(vendor.baseUrl.replace('/atoms/v1', '/api/v1'), `Bearer ${vendor.credentials.api_key}`)

    expect([(await old('GET', '/webhook')).status, (await send('GET', '/webhook')).status]).toEqual([404, 200])
  })
})
