import { afterEach, describe, expect, test } from 'vitest'
import { type Sandbox, type SwitchValue, startSandbox } from '../../src/sandbox/index.ts'
import { type Got, makeSend } from './client.ts'

let open: Sandbox[] = []

afterEach(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()))
  open = []
})

type Vendor = Sandbox['vendors']['sendblue']
type Ask = (method: string, body?: unknown) => Promise<Got>

const path = '/api/account/webhooks'
const url = 'https://hooks.example.com/blue'
const other = 'https://hooks.example.com/other'

async function start(switches: Readonly<Record<string, SwitchValue>> = {}): Promise<{ vendor: Vendor; ask: Ask }> {
  const sandbox = await startSandbox({ vendors: ['sendblue'], switches: { sendblue: switches } })
  open.push(sandbox)
  const vendor = sandbox.vendors.sendblue
  const headers = {
    'sb-api-key-id': String(vendor.credentials.api_key),
    'sb-api-secret-key': String(vendor.credentials.api_secret),
  }
  const send = makeSend(vendor.baseUrl)
  return { vendor, ask: (method, body) => send(method, path, body, headers) }
}

/** Reads the document as a GET shows it. */
async function read(ask: Ask): Promise<unknown> {
  return (await ask('GET')).json().webhooks
}

describe('the Sendblue stand-in', () => {
  test('answers an account without webhooks with an empty document', async () => {
    const { ask } = await start()

    const answer = await ask('GET')

    expect([answer.status, answer.json()]).toEqual([200, { status: 'OK', webhooks: {} }])
  })

  test('appends to one type and leaves the others', async () => {
    const { ask } = await start()
    await ask('POST', { type: 'outbound', webhooks: [url] })

    const answer = await ask('POST', { type: 'receive', webhooks: [url, { url: other, secret: 's3' }] })

    const webhooks = { outbound: [url], receive: [url, { url: other, secret: 's3' }] }
    expect([answer.status, answer.json()]).toEqual([
      200,
      { status: 'OK', message: 'Webhooks added successfully', webhooks },
    ])
    expect(await read(ask)).toEqual(webhooks)
  })

  test.each([
    'receive',
    'outbound',
    'line_blocked',
    'line_assigned',
    'call_log',
    'contact_created',
    'typing_indicator',
    'inbound_call',
    'contact_profile',
  ])('takes the type %s as strings and objects', async (type) => {
    const { ask } = await start()

    await ask('POST', { type, webhooks: [url, { url: other, secret: 's3' }] })

    expect(await read(ask)).toEqual({ [type]: [url, { url: other, secret: 's3' }] })
  })

  test('replaces everything with a PUT, which may hold types that are not known', async () => {
    const { ask } = await start()
    await ask('POST', { type: 'outbound', webhooks: [url] })
    const webhooks = {
      receive: [{ url, sendblue_numbers: ['+15551234567'] }],
      video_call: [other],
      globalSecret: 'whsec_global',
    }

    const answer = await ask('PUT', { webhooks })

    expect([answer.status, answer.json()]).toEqual([
      200,
      { status: 'OK', message: 'Webhooks updated successfully', webhooks },
    ])
    expect(await read(ask)).toEqual(webhooks)
  })

  test('empties the document with an empty PUT', async () => {
    const { vendor, ask } = await start()
    await ask('PUT', { webhooks: { receive: [url], globalSecret: 'whsec_global' } })

    await ask('PUT', { webhooks: {} })

    expect(await read(ask)).toEqual({})
    expect(vendor.webhooks.all()).toEqual([])
  })

  test('keeps twins and the order of a PUT', async () => {
    const { ask } = await start()
    await ask('PUT', { webhooks: { receive: [url, url, other] } })

    await ask('PUT', { webhooks: { receive: [url, url, other, url] } })

    expect(await read(ask)).toEqual({ receive: [url, url, other, url] })
  })

  test('deletes URLs from one type and does not tell the document', async () => {
    const { ask } = await start()
    await ask('PUT', { webhooks: { receive: [url, other], outbound: [url] } })

    const answer = await ask('DELETE', { type: 'receive', webhooks: [url] })

    expect([answer.status, answer.json()]).toEqual([200, { status: 'OK', message: 'Webhooks deleted successfully' }])
    expect(await read(ask)).toEqual({ receive: [other], outbound: [url] })
  })

  test('sets the secret of the whole account with a POST', async () => {
    const { ask } = await start()

    await ask('POST', { type: 'receive', webhooks: [url], globalSecret: 'whsec_global' })
    await ask('POST', { type: 'receive', webhooks: [other] })

    expect(await read(ask)).toEqual({ receive: [url, other], globalSecret: 'whsec_global' })
  })

  test('lets one URL stand for several lines', async () => {
    const { ask } = await start({ duplicate_append: '409' })
    const entries = [
      { url, sendblue_numbers: ['+15551234567'] },
      { url, sendblue_numbers: ['+15557654321'] },
    ]

    expect((await ask('POST', { type: 'receive', webhooks: entries })).status).toBe(200)
    expect(await read(ask)).toEqual({ receive: entries })
  })

  test.each([
    ['POST', '{'],
    ['POST', {}],
    ['POST', { webhooks: url }],
    ['POST', { type: 'recieve', webhooks: [url] }],
    ['POST', { type: 'receive', webhooks: ['hooks.example.com'] }],
    ['POST', { type: 'receive', webhooks: ['ftp://hooks.example.com'] }],
    ['POST', { type: 'receive', webhooks: [url, 3] }],
    ['POST', { type: 'receive', webhooks: [{ secret: 's3' }] }],
    ['POST', { type: 'receive', webhooks: [{ url, secret: 3 }] }],
    ['POST', { type: 'receive', webhooks: [{ url, sendblue_numbers: '+15551234567' }] }],
    ['POST', { type: 'receive', webhooks: [{ url, sendblue_numbers: ['5551234567'] }] }],
    ['POST', { type: 'receive', webhooks: [url], globalSecret: 3 }],
    ['PUT', '{'],
    ['PUT', { receive: [url] }],
    ['PUT', { webhooks: [url] }],
    ['PUT', { webhooks: { receive: url } }],
    ['PUT', { webhooks: { receive: [{ url: 'x' }] } }],
    ['PUT', { webhooks: { video_call: 'x' } }],
    ['PUT', { webhooks: { globalSecret: ['x'] } }],
    ['DELETE', undefined],
    ['DELETE', { webhooks: [{ url }] }],
    ['DELETE', { type: 'recieve', webhooks: [url] }],
  ])('refuses %s %j and changes nothing', async (method, body) => {
    const { ask } = await start()
    await ask('PUT', { webhooks: { receive: [other], globalSecret: 'whsec_global' } })

    const answer = await ask(method, body)

    expect([answer.status, answer.json()]).toEqual([400, { status: 'ERROR', message: expect.any(String) }])
    expect(await read(ask)).toEqual({ receive: [other], globalSecret: 'whsec_global' })
  })

  test('lists the types that are allowed when it refuses one', async () => {
    const { ask } = await start({ gated_types: 'typing_indicator' })

    const { text } = await ask('POST', { type: 'typing_indicator', webhooks: [url] })

    expect(text).toMatch(/receive, outbound, .*contact_profile/)
    expect(text).not.toContain('typing_indicator')
  })

  test('takes the key pair under both spellings and refuses any other', async () => {
    const { vendor } = await start()
    const { api_key: key = '', api_secret: secret = '' } = vendor.credentials
    const send = makeSend(vendor.baseUrl)
    const ask = (headers: Readonly<Record<string, string>>): Promise<Got> => send('GET', path, undefined, headers)

    const answers = [
      await ask({ 'x-sb-api-key-id': key, 'x-sb-api-secret-key': secret }),
      await ask({ 'sb-api-key-id': key }),
      await ask({ 'sb-api-key-id': key, 'sb-api-secret-key': 'other' }),
      await ask({}),
      await ask({ 'sb-api-key-id': key, 'sb-api-secret-key': secret, origin: 'https://example.com' }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 401, 403])
    expect(answers[1]?.json()).toEqual({ status: 'ERROR', message: 'Unauthorized' })
  })

  test('has neither the path of 2025 nor a PATCH', async () => {
    const { vendor, ask } = await start()
    const { api_key: key = '', api_secret: secret = '' } = vendor.credentials
    const headers = { 'sb-api-key-id': key, 'sb-api-secret-key': secret }

    expect((await ask('PATCH', {})).status).toBe(405)
    expect((await makeSend(vendor.baseUrl)('GET', '/api/v2/account/webhooks', undefined, headers)).status).toBe(404)
  })

  test('shows what a person changed and counts live entries in the log', async () => {
    const { vendor, ask } = await start()
    await ask('POST', { type: 'receive', webhooks: [url, other] })
    const [first, second] = vendor.webhooks.all()

    vendor.webhooks.edit(String(first?.id), { secret: 'changed' })
    vendor.webhooks.remove(String(second?.id))
    vendor.webhooks.put({ id: 'theirs', type: 'call_log', url: other })
    vendor.configure({ global_secret: 'theirs' })

    expect(await read(ask)).toEqual({
      receive: [{ url, secret: 'changed' }],
      call_log: [other],
      globalSecret: 'theirs',
    })
    expect(vendor.log.map(({ method, live }) => `${method} ${live}`)).toEqual(['POST 2', 'GET 2'])
  })

  test('never leaves an entry out while a PUT replaces the document', async () => {
    const { vendor, ask } = await start()
    await ask('PUT', { webhooks: { receive: [url] } })
    await ask('PUT', { webhooks: { receive: [{ url, secret: 's3' }], outbound: [other] } })

    expect(vendor.log.map(({ live }) => live)).toEqual([1, 2])
  })

  test('does the work of a POST whose answer is lost', async () => {
    const { vendor, ask } = await start()
    vendor.fault({ kind: 'reset-after', match: { method: 'POST' } })

    await expect(ask('POST', { type: 'receive', webhooks: [url] })).rejects.toThrow()

    expect(await read(ask)).toEqual({ receive: [url] })
  })

  test('hides only what is new while lists lag', async () => {
    const { ask } = await start({ list_lag_reads: 1 })
    await ask('PUT', { webhooks: { receive: [url] } })
    await read(ask)
    await read(ask)

    await ask('PUT', { webhooks: { receive: [{ url, secret: 's3' }, other] } })

    expect(await read(ask)).toEqual({ receive: [{ url, secret: 's3' }] })
    expect(await read(ask)).toEqual({ receive: [{ url, secret: 's3' }, other] })
  })
})

describe('a switch of the Sendblue stand-in', () => {
  test.each([
    ['twin', 200, [url, { url, secret: 'new' }]],
    ['ignored', 200, [url]],
    ['replaced', 200, [{ url, secret: 'new' }]],
    ['400', 400, [url]],
    ['409', 409, [url]],
  ])('duplicate_append %s', async (value, status, receive) => {
    const { ask } = await start({ duplicate_append: value })
    await ask('POST', { type: 'receive', webhooks: [url] })

    const answer = await ask('POST', { type: 'receive', webhooks: [{ url, secret: 'new' }] })

    expect(answer.status).toBe(status)
    expect(await read(ask)).toEqual({ receive })
  })

  test('duplicate_append counts what one POST names twice, and another type as another', async () => {
    const { ask } = await start({ duplicate_append: 'ignored' })

    await ask('POST', { type: 'receive', webhooks: [url, url] })
    await ask('POST', { type: 'outbound', webhooks: [url] })

    expect(await read(ask)).toEqual({ receive: [url], outbound: [url] })
  })

  test.each([
    ['url-and-numbers', 200],
    ['url', 409],
  ])('duplicate_by %s', async (value, status) => {
    const { ask } = await start({ duplicate_append: '409', duplicate_by: value })
    await ask('POST', { type: 'receive', webhooks: [url] })

    const webhooks = [{ url, sendblue_numbers: ['+15551234567'] }]

    expect((await ask('POST', { type: 'receive', webhooks })).status).toBe(status)
  })

  test.each([
    ['200', 200, []],
    ['404', 404, [url]],
  ])('delete_absent %s', async (value, status, left) => {
    const { ask } = await start({ delete_absent: value })
    await ask('POST', { type: 'receive', webhooks: [url] })

    expect((await ask('DELETE', { type: 'receive', webhooks: [url, other] })).status).toBe(status)
    expect(await read(ask)).toEqual({ receive: left })
  })

  test.each([
    ['all', []],
    ['first', [{ url, secret: 's3' }]],
  ])('delete_twins %s', async (value, left) => {
    const { ask } = await start({ delete_twins: value })
    await ask('PUT', { webhooks: { receive: [url, { url, secret: 's3' }] } })

    await ask('DELETE', { type: 'receive', webhooks: [url] })

    expect(await read(ask)).toEqual({ receive: left })
  })

  test.each([
    ['clears', { receive: [url] }],
    ['keeps', { receive: [url], globalSecret: 'whsec_global' }],
  ])('put_without_global_secret %s', async (value, document) => {
    const { ask } = await start({ put_without_global_secret: value })
    await ask('PUT', { webhooks: { globalSecret: 'whsec_global' } })

    await ask('PUT', { webhooks: { receive: [url] } })

    expect(await read(ask)).toEqual(document)
  })

  test.each([
    ['upgraded', 200, { receive: [url] }],
    ['refused', 400, {}],
    ['kept', 200, { receive: ['http://hooks.example.com/blue'] }],
  ])('http_urls %s', async (value, status, document) => {
    const { ask } = await start({ http_urls: value })

    expect((await ask('POST', { type: 'receive', webhooks: ['http://hooks.example.com/blue'] })).status).toBe(status)
    expect(await read(ask)).toEqual(document)
  })

  test.each(['upgraded', 'refused', 'kept'])('http_urls %s lets an old http:// entry go', async (value) => {
    const { vendor, ask } = await start({ http_urls: value, delete_absent: '404' })
    vendor.webhooks.put({ id: 'old', type: 'receive', url: 'http://hooks.example.com/blue' })

    expect((await ask('DELETE', { webhooks: ['http://hooks.example.com/blue'] })).status).toBe(200)
    expect(await read(ask)).toEqual({})
  })

  test('gated_types refuses a POST and drops from a PUT without a word', async () => {
    const { ask } = await start({ gated_types: 'typing_indicator, inbound_call' })
    const webhooks = { receive: [url], typing_indicator: [url], inbound_call: [url] }

    expect((await ask('POST', { type: 'inbound_call', webhooks: [url] })).status).toBe(400)
    expect((await ask('PUT', { webhooks })).status).toBe(200)
    expect(await read(ask)).toEqual({ receive: [url] })
  })

  test('contact_created_objects refused', async () => {
    const { ask } = await start({ contact_created_objects: 'refused' })
    const type = 'contact_created'

    expect((await ask('POST', { type, webhooks: [{ url, secret: 's3' }] })).status).toBe(400)
    expect((await ask('PUT', { webhooks: { contact_created: [{ url }] } })).status).toBe(400)
    expect((await ask('POST', { type, webhooks: [url] })).status).toBe(200)
  })

  test.each([
    ['refused', 400, {}],
    ['ignored', 200, { outbound: [{ url }] }],
    ['kept', 200, { outbound: [{ url, sendblue_numbers: ['+15551234567'] }] }],
  ])('numbers_off_receive %s', async (value, status, document) => {
    const { ask } = await start({ numbers_off_receive: value })
    const webhooks = [{ url, sendblue_numbers: ['+15551234567'] }]

    expect((await ask('POST', { type: 'outbound', webhooks })).status).toBe(status)
    expect(await read(ask)).toEqual(document)
  })

  test.each([
    ['receive', 200, {}],
    ['refused', 400, { receive: [url] }],
  ])('omitted_type %s', async (value, status, left) => {
    const { ask } = await start({ omitted_type: value, empty_types: 'absent' })
    await ask('PUT', { webhooks: { receive: [url] } })

    const answers = [await ask('POST', { webhooks: [other] }), await ask('DELETE', { webhooks: [url, other] })]

    expect(answers.map((answer) => answer.status)).toEqual([status, status])
    expect(await read(ask)).toEqual(left)
  })

  test.each([
    ['kept', 200, { receive: [url], video_call: [url] }],
    ['dropped', 200, { receive: [url] }],
    ['refused', 400, {}],
  ])('unknown_types %s', async (value, status, document) => {
    const { ask } = await start({ unknown_types: value })

    expect((await ask('PUT', { webhooks: { receive: [url], video_call: [url] } })).status).toBe(status)
    expect(await read(ask)).toEqual(document)
  })

  test.each([
    ['kept', { url, enabled: true }],
    ['dropped', { url }],
  ])('unknown_members %s', async (value, entry) => {
    const { ask } = await start({ unknown_members: value })

    await ask('POST', { type: 'receive', webhooks: [{ url, enabled: true }] })

    expect(await read(ask)).toEqual({ receive: [entry] })
  })

  test.each([
    ['array', ['receive']],
    ['absent', []],
    ['all', 9],
  ])('empty_types %s', async (value, types) => {
    const { ask } = await start({ empty_types: value })
    await ask('POST', { type: 'receive', webhooks: [url] })
    await ask('DELETE', { type: 'receive', webhooks: [url] })

    const document = (await read(ask)) as Readonly<Record<string, unknown>>

    expect(Object.values(document).every((entries) => Array.isArray(entries) && entries.length === 0)).toBe(true)
    expect(typeof types === 'number' ? Object.keys(document).length : Object.keys(document)).toEqual(types)
  })

  test.each([
    ['whole', { receive: [url], outbound: [url], globalSecret: 'g' }],
    ['partial', { outbound: [url] }],
    ['none', undefined],
  ])('write_answer %s', async (value, webhooks) => {
    const { ask } = await start({ write_answer: value })
    await ask('PUT', { webhooks: { receive: [url], globalSecret: 'g' } })

    const answer = await ask('POST', { type: 'outbound', webhooks: [url] })

    expect(answer.json().webhooks).toEqual(webhooks)
  })

  test.each([
    ['as-written', [url, { url: other }]],
    ['strings', [url, other]],
    ['objects', [{ url }, { url: other }]],
  ])('entry_form %s', async (value, receive) => {
    const { ask } = await start({ entry_form: value })

    await ask('POST', { type: 'receive', webhooks: [url, { url: other }] })

    expect(await read(ask)).toEqual({ receive })
  })

  test.each(['kept', 'sorted', 'shuffled'])('array_order %s', async (value) => {
    const { ask } = await start({ array_order: value })
    const urls = Array.from({ length: 40 }, (_, index) => `${url}/${(index * 7) % 40}`)
    await ask('POST', { type: 'receive', webhooks: urls })

    const { receive } = (await read(ask)) as { readonly receive: readonly string[] }

    expect(receive.toSorted()).toEqual(urls.toSorted())
    expect(receive.join() === urls.join()).toBe(value === 'kept')
    expect(receive.join() === urls.toSorted().join()).toBe(value === 'sorted')
  })

  test.each([
    ['clear', { receive: [{ url, secret: 'whsec_one' }], globalSecret: 'whsec_global' }],
    ['masked', { receive: [{ url, secret: 'whs***' }], globalSecret: 'whs***' }],
    ['absent', { receive: [{ url }] }],
  ])('secrets_in_reads %s', async (value, document) => {
    const { ask } = await start({ secrets_in_reads: value })

    await ask('PUT', { webhooks: { receive: [{ url, secret: 'whsec_one' }], globalSecret: 'whsec_global' } })

    expect(await read(ask)).toEqual(document)
  })

  test('legacy_secret shown: a PUT sets it, and one without it clears it as the global one', async () => {
    const { ask } = await start({ legacy_secret: 'shown' })

    expect(await read(ask)).toEqual({ secret: 'sb_sandbox_legacy_secret' })
    await ask('PUT', { webhooks: { secret: 'other' } })
    expect(await read(ask)).toEqual({ secret: 'other' })
    await ask('PUT', { webhooks: {} })
    expect(await read(ask)).toEqual({})
  })

  test('legacy_secret absent: a PUT that echoes one changes nothing', async () => {
    const { vendor, ask } = await start()

    expect((await ask('PUT', { webhooks: { secret: 'other' } })).status).toBe(200)
    expect(await read(ask)).toEqual({})
    expect(vendor.settings.legacy_secret).toBe('sb_sandbox_legacy_secret')
  })

  test('status_field absent', async () => {
    const { ask } = await start({ status_field: 'absent' })

    expect((await ask('GET')).json()).toEqual({ webhooks: {} })
  })

  test.each([
    ['status-message', { status: 'ERROR', message: expect.any(String) }],
    ['message', { message: expect.any(String) }],
    ['error', { error: expect.any(String) }],
    ['error_message', { error_message: expect.any(String) }],
  ])('error_body %s', async (value, body) => {
    const { ask } = await start({ error_body: value })

    expect((await ask('POST', {})).json()).toEqual(body)
  })

  test('errors_with_200', async () => {
    const { ask } = await start({ errors_with_200: true, delete_absent: '404' })

    const answers = [await ask('POST', {}), await ask('DELETE', { webhooks: [url] })]

    expect(answers.map((answer) => [answer.status, answer.json()])).toEqual([
      [200, { status: 'ERROR', message: expect.any(String) }],
      [200, { status: 'ERROR', message: expect.any(String) }],
    ])
  })

  test('validation_status', async () => {
    const { ask } = await start({ validation_status: 422 })

    expect((await ask('POST', {})).status).toBe(422)
  })

  test('unauthorized_status', async () => {
    const { vendor } = await start({ unauthorized_status: 403 })

    expect((await makeSend(vendor.baseUrl)('GET', path)).status).toBe(403)
  })
})
