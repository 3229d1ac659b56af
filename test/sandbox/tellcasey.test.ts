import { afterEach, describe, expect, test } from 'vitest'
import { type Sandbox, type SwitchValue, startSandbox } from '../../src/sandbox/index.ts'
import { type Endpoint, makeSend, makeTellcaseySend, type Send } from './client.ts'

let open: Sandbox[] = []

afterEach(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()))
  open = []
})

async function start(switches: Readonly<Record<string, SwitchValue>> = {}): Promise<{ sandbox: Sandbox; send: Send }> {
  const sandbox = await startSandbox({ vendors: ['tellcasey'], switches: { tellcasey: switches } })
  open.push(sandbox)
  return { sandbox, send: makeTellcaseySend(sandbox.vendors.tellcasey) }
}

const url = 'https://hooks.example.com/casey'

// What an answer without data would wrongly pass for; no expectation holds for it.
const anEndpoint: Endpoint = { id: '', url: '', event_types: [], enabled: false, created_at: '', secret: '' }

describe('the tellcasey stand-in', () => {
  test('creates an endpoint with its secret, which list and get do not tell and /secret does', async () => {
    const { send } = await start()

    const created = await send('POST', '/webhooks', { url, description: 'ours', event_types: ['conversation.started'] })
    const { secret, ...readable } = created.json().data ?? anEndpoint

    expect(created.status).toBe(201)
    expect(readable).toMatchObject({ url, description: 'ours', event_types: ['conversation.started'], enabled: true })
    expect(secret).toMatch(/^whsec_/)
    expect((await send('GET', '/webhooks')).json()).toEqual({ data: [readable] })
    expect((await send('GET', `/webhooks/${readable.id}`)).json()).toEqual({ data: readable })
    expect((await send('GET', `/webhooks/${readable.id}/secret`)).json()).toEqual({ data: { secret } })
  })

  test('makes another id and secret for each endpoint', async () => {
    const { send } = await start()

    const [first, second] = [
      (await send('POST', '/webhooks', { url })).json().data,
      (await send('POST', '/webhooks', { url })).json().data,
    ]

    expect(first?.id).not.toBe(second?.id)
    expect(first?.secret).not.toBe(second?.secret)
  })

  test('subscribes to conversation.completed unless told otherwise', async () => {
    const { send } = await start()

    expect((await send('POST', '/webhooks', { url })).json().data?.event_types).toEqual(['conversation.completed'])
  })

  test('deletes once', async () => {
    const { send } = await start()
    const { data } = (await send('POST', '/webhooks', { url })).json()

    const [first, second] = [
      await send('DELETE', `/webhooks/${data?.id}`),
      await send('DELETE', `/webhooks/${data?.id}`),
    ]

    expect([first?.status, first?.text, second?.status]).toEqual([204, '', 404])
    expect(second?.json()).toEqual({ error: { code: 'not_found', message: expect.any(String) } })
  })

  test.each([undefined, 'Bearer sk_test_other', 'Basic c2tfdGVzdA==', 'sk_test_sandbox_0123456789abcdef'])(
    'refuses the authorization %s on every path',
    async (authorization) => {
      const { sandbox } = await start()
      const send = makeSend(sandbox.vendors.tellcasey.baseUrl, authorization)

      const answers = [
        await send('GET', '/webhooks'),
        await send('POST', '/webhooks', { url }),
        await send('GET', '/nothing'),
      ]

      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
      expect(answers[0]?.json().error?.code).toBe('unauthorized')
      expect(sandbox.vendors.tellcasey.webhooks.all()).toEqual([])
    },
  )

  test.each([
    '{',
    [],
    {},
    { url: 'hooks.example.com' },
    { url: 'ftp://hooks.example.com' },
    { url, description: 3 },
    { url, event_types: 'conversation.started' },
    { url, event_types: ['conversation.startd'] },
    { url, event_types: [] },
  ])('refuses the create %j', async (body) => {
    const { sandbox, send } = await start()

    const answer = await send('POST', '/webhooks', body)

    expect([answer.status, answer.json().error?.code]).toEqual([400, 'validation_error'])
    expect(sandbox.vendors.tellcasey.webhooks.all()).toEqual([])
  })

  test('sends a test event to nobody but says so', async () => {
    const { send } = await start()

    expect((await send('POST', '/webhooks/test')).json()).toEqual({
      data: { success: true, message_id: expect.any(String) },
    })
    expect((await send('GET', '/webhooks/test')).status).toBe(404)
  })

  test('shows an endpoint that the vendor switched off', async () => {
    const { sandbox, send } = await start()
    const { data } = (await send('POST', '/webhooks', { url })).json()

    sandbox.vendors.tellcasey.webhooks.edit(String(data?.id), { enabled: false })

    expect((await send('GET', `/webhooks/${data?.id}`)).json().data?.enabled).toBe(false)
  })
})

describe('a switch of the tellcasey stand-in', () => {
  test('create_status', async () => {
    const { send } = await start({ create_status: 200 })

    expect((await send('POST', '/webhooks', { url })).status).toBe(200)
  })

  test.each([
    ['204', 204, ''],
    ['200-object', 200, '{}'],
    ['200-empty', 200, ''],
  ])('delete_answer %s', async (value, status, text) => {
    const { send } = await start({ delete_answer: value })
    const { data } = (await send('POST', '/webhooks', { url })).json()

    const answer = await send('DELETE', `/webhooks/${data?.id}`)

    expect([answer.status, answer.text]).toEqual([status, text])
  })

  test.each([
    ['allowed', 201],
    ['400', 400],
    ['409', 409],
  ])('duplicate_url %s', async (value, status) => {
    const { send } = await start({ duplicate_url: value })
    await send('POST', '/webhooks', { url })

    expect((await send('POST', '/webhooks', { url })).status).toBe(status)
  })

  test.each([
    ['allowed', 201],
    ['refused', 400],
  ])('http_urls %s', async (value, status) => {
    const { send } = await start({ http_urls: value })

    expect((await send('POST', '/webhooks', { url: 'http://hooks.example.com/casey' })).status).toBe(status)
  })

  test.each([
    ['null', { description: null }],
    ['empty', { description: '' }],
    ['absent', {}],
  ])('unset_description %s', async (value, shown) => {
    const { send } = await start({ unset_description: value })

    const { id, created_at, secret, ...rest } = (await send('POST', '/webhooks', { url })).json().data ?? anEndpoint

    expect([id, created_at, secret].every((field) => typeof field === 'string')).toBe(true)
    expect(rest).toEqual({ url, event_types: ['conversation.completed'], enabled: true, ...shown })
  })

  test('pagination', async () => {
    const { send } = await start({ pagination: true })

    expect((await send('GET', '/webhooks')).json().pagination).toEqual({
      has_more: false,
      next_cursor: null,
      prev_cursor: null,
    })
  })

  test('unknown_events', async () => {
    const { send } = await start({ unknown_events: 'accepted' })

    expect((await send('POST', '/webhooks', { url, event_types: ['test.event'] })).json().data?.event_types).toEqual([
      'test.event',
    ])
  })

  test.each([
    ['defaulted', ['conversation.completed']],
    ['kept', []],
  ])('empty_events %s', async (value, events) => {
    const { send } = await start({ empty_events: value })

    expect((await send('POST', '/webhooks', { url, event_types: [] })).json().data?.event_types).toEqual(events)
  })

  test('validation_status', async () => {
    const { send } = await start({ validation_status: 422 })

    expect((await send('POST', '/webhooks', {})).status).toBe(422)
  })

  test.each([
    ['404', 404],
    ['405', 405],
  ])('unsupported_method %s', async (value, status) => {
    const { send } = await start({ unsupported_method: value })
    const { data } = (await send('POST', '/webhooks', { url })).json()

    const answers = [
      await send('PATCH', `/webhooks/${data?.id}`, { url }),
      await send('PUT', `/webhooks/${data?.id}`, { url }),
    ]

    expect(answers.map((answer) => answer.status)).toEqual([status, status])
  })

  test('max_webhooks', async () => {
    const { send } = await start({ max_webhooks: 1 })

    expect([
      (await send('POST', '/webhooks', { url })).status,
      (await send('POST', '/webhooks', { url })).status,
    ]).toEqual([201, 400])
  })
})
