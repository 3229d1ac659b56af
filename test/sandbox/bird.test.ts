import { afterEach, describe, expect, test } from 'vitest'
import { type BirdFilter, type Sandbox, type SwitchValue, startSandbox } from '../../src/sandbox/index.ts'
import { type Got, makeSend, type Send } from './client.ts'

let open: Sandbox[] = []

afterEach(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()))
  open = []
})

type Vendor = Sandbox['vendors']['bird']

const workspace = '0b1d0000-0000-4000-8000-000000000001'
const otherWorkspace = '0b1d0000-0000-4000-8000-000000000002'
const organization = '0b1d0000-0000-4000-8000-00000000000f'
const root = `/workspaces/${workspace}/webhook-subscriptions`
const url = 'https://hooks.example.com/bird'

async function start(switches: Readonly<Record<string, SwitchValue>> = {}): Promise<{ vendor: Vendor; send: Send }> {
  const sandbox = await startSandbox({ vendors: ['bird'], switches: { bird: switches } })
  open.push(sandbox)
  const vendor = sandbox.vendors.bird
  return { vendor, send: makeSend(vendor.baseUrl, `AccessKey ${vendor.credentials.access_key}`) }
}

interface Shown {
  readonly id: string
  readonly url: string
  readonly status: string
  readonly statusReason?: string
  readonly eventFilters?: readonly BirdFilter[] | null
  readonly signingKey?: string
}

interface Listed {
  readonly results: readonly Shown[]
  readonly nextPageToken?: string
}

function aSubscription(fields: object = {}): object {
  return { service: 'channels', event: 'sms.inbound', url, ...fields }
}

function shownIn({ text }: Got): Shown {
  return JSON.parse(text) as Shown
}

async function create(send: Send, fields: object = {}): Promise<Shown> {
  const answer = await send('POST', root, aSubscription(fields))
  expect(answer.status).toBe(201)
  return shownIn(answer)
}

async function list(send: Send, query = ''): Promise<Listed> {
  return JSON.parse((await send('GET', `${root}${query}`)).text) as Listed
}

const channel = { key: 'channelId', value: 'c1' }
const sent = { key: 'messageStatus', value: 'sent' }

describe('the Bird stand-in', () => {
  test('creates a subscription that is active and reads it back without its key', async () => {
    const { send } = await start()

    const answer = await send(
      'POST',
      root,
      aSubscription({ eventFilters: [channel], template: 'text', signingKey: 'key' }),
    )
    const shown = shownIn(answer)

    expect(answer.status).toBe(201)
    expect(shown).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      organizationId: organization,
      workspaceId: workspace,
      service: 'channels',
      event: 'sms.inbound',
      eventFilters: [channel],
      template: 'text',
      url,
      status: 'active',
      statusReason: expect.any(String),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    })
    expect(shownIn(await send('GET', `${root}/${shown.id}`))).toEqual(shown)
    expect(await list(send)).toEqual({ results: [shown] })
  })

  test('serves both shapes of the path on the same state', async () => {
    const { send } = await start()
    const { id } = await create(send)
    const path = `/organizations/${organization}${root}`

    const answers = [
      await send('GET', path),
      await send('GET', `${path}/${id}`),
      await send('PATCH', `${path}/${id}`, { status: 'inactive' }),
      await send('POST', path, aSubscription()),
      await send('DELETE', `${path}/${id}`),
    ]

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 201, 204])
    expect((await list(send)).results.length).toBe(1)
  })

  test.each([
    undefined,
    'AccessKey other',
    'Bearer SandboxAccessKey0123456789abcdef',
    'SandboxAccessKey0123456789abcdef',
  ])('refuses the authorization %s', async (authorization) => {
    const { vendor } = await start()
    const answer = await makeSend(vendor.baseUrl, authorization)('GET', root)

    expect([answer.status, answer.json()]).toEqual([401, { code: 'Unauthorized', message: expect.any(String) }])
  })

  test('lets a key do what its policy says', async () => {
    const { vendor, send } = await start()
    const { id } = await create(send)
    const reader = makeSend(vendor.baseUrl, `AccessKey ${vendor.credentials.read_only_access_key}`)

    const answers = [
      await reader('GET', root),
      await reader('GET', `${root}/${id}`),
      await reader('POST', root, aSubscription()),
      await reader('PATCH', `${root}/${id}`, { status: 'inactive' }),
      await reader('DELETE', `${root}/${id}`),
    ]

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 403, 403, 403])
    expect(vendor.webhooks.get(id)?.status).toBe('active')
  })

  test('keeps workspaces apart', async () => {
    const { send } = await start()
    const { id } = await create(send)
    const other = `/workspaces/${otherWorkspace}/webhook-subscriptions`

    expect((await send('GET', other)).json()).toEqual({ results: [] })
    expect((await send('GET', `${other}/${id}`)).status).toBe(404)
    expect((await send('DELETE', `${other}/${id}`)).status).toBe(404)
    expect((await list(send)).results.length).toBe(1)
  })

  test.each([
    ['{', 400, undefined],
    [[], 400, undefined],
    [{ event: 'sms.inbound', url }, 422, '.service'],
    [{ service: 'channels', url }, 422, '.event'],
    [{ service: 'channels', event: 'sms.inbound' }, 422, '.url'],
    [aSubscription({ service: 'verify' }), 422, '.service'],
    [aSubscription({ event: 3 }), 422, '.event'],
    [aSubscription({ url: 'http://hooks.example.com/bird' }), 422, '.url'],
    [aSubscription({ url: 'https://localhost/bird' }), 422, '.url'],
    [aSubscription({ url: 'https://127.0.0.1/bird' }), 422, '.url'],
    [aSubscription({ url: 'https://hooks.example.com?a=b' }), 422, '.url'],
    [aSubscription({ url: 'https://hooks.example.com/a b' }), 422, '.url'],
    [aSubscription({ template: 3 }), 422, '.template'],
    [aSubscription({ signingKey: null }), 422, '.signingKey'],
    [aSubscription({ status: 'inactive' }), 422, '.status'],
    [aSubscription({ description: 'ours' }), 422, '.description'],
    [aSubscription({ eventFilters: {} }), 422, '.eventFilters'],
    [aSubscription({ eventFilters: [channel, { key: 'status' }] }), 422, '.eventFilters[1]'],
    [aSubscription({ eventFilters: [{ ...channel, op: 'eq' }] }), 422, '.eventFilters[0]'],
    [aSubscription({ eventFilters: [channel, { key: 'channelId', value: 'c2' }] }), 422, '.eventFilters'],
    [aSubscription({ eventFilters: [{ key: 'color', value: 'red' }] }), 422, '.eventFilters'],
    [aSubscription({ service: 'conversations', eventFilters: [sent] }), 422, '.eventFilters'],
    [aSubscription({ service: 'numbers', eventFilters: [channel] }), 422, '.eventFilters'],
  ])('refuses the create %j', async (body, status, path) => {
    const { vendor, send } = await start()

    const answer = await send('POST', root, body)

    expect(answer.status).toBe(status)
    expect(answer.json()).toEqual(
      path === undefined
        ? { code: 'InvalidRequest', message: expect.any(String) }
        : { code: 'InvalidPayload', message: expect.any(String), details: { [path]: [expect.any(String)] } },
    )
    expect(vendor.webhooks.all()).toEqual([])
  })

  test.each([
    { url: 'https://hooks.example.com' },
    { url: 'https://hooks.example.com:8443/bird' },
    { url: 'https://hooks.example.com/?a=b' },
    { eventFilters: null },
    { eventFilters: [] },
    {
      eventFilters: [
        { key: 'status', value: 'busy' },
        { key: 'status', value: 'failed' },
      ],
    },
    { service: 'conversations', event: 'conversation.created', eventFilters: [channel] },
    { service: 'payments', event: 'payment.created', eventFilters: [{ key: 'any', value: '' }] },
    { signingKey: '' },
  ])('takes the create with %j', async (fields) => {
    const { send } = await start()

    expect((await send('POST', root, aSubscription(fields))).status).toBe(201)
  })

  test('patches what is named and leaves the rest', async () => {
    const { vendor, send } = await start()
    const { id } = await create(send, { eventFilters: [channel], template: 'text', signingKey: 'key' })
    const before = vendor.webhooks.get(id)

    const answer = await send('PATCH', `${root}/${id}`, { url: `${url}/2`, status: 'inactive' })

    expect([answer.status, shownIn(answer).url, shownIn(answer).status]).toEqual([200, `${url}/2`, 'inactive'])
    expect(vendor.webhooks.get(id)).toEqual({
      ...before,
      url: `${url}/2`,
      status: 'inactive',
      statusReason: expect.not.stringMatching(String(before?.statusReason)),
      updatedAt: expect.any(String),
    })
  })

  test('patches the key, which an empty one removes', async () => {
    const { vendor, send } = await start()
    const { id } = await create(send, { signingKey: 'key' })

    await send('PATCH', `${root}/${id}`, { signingKey: 'new' })
    expect(vendor.webhooks.get(id)?.signingKey).toBe('new')

    await send('PATCH', `${root}/${id}`, { signingKey: '' })
    expect(vendor.webhooks.get(id)?.signingKey).toBeUndefined()
  })

  test.each([
    ['{', 400],
    [{}, 422],
    [{ service: 'channels' }, 422],
    [{ event: 'sms.inbound' }, 422],
    [{ id: 'x' }, 422],
    [{ url: 'http://hooks.example.com' }, 422],
    [{ status: 'paused' }, 422],
    [{ eventFilters: [{ key: 'color', value: 'red' }] }, 422],
  ])('refuses the patch %j', async (body, status) => {
    const { vendor, send } = await start()
    const { id } = await create(send)
    const before = vendor.webhooks.get(id)

    expect((await send('PATCH', `${root}/${id}`, body)).status).toBe(status)
    expect(vendor.webhooks.get(id)).toEqual(before)
  })

  test('deletes once', async () => {
    const { send } = await start()
    const { id } = await create(send)

    const answers = [await send('DELETE', `${root}/${id}`), await send('DELETE', `${root}/${id}`)]

    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [204, ''],
      [404, expect.stringContaining('NotFound')],
    ])
  })

  test('hands out pages until there is no more', async () => {
    const { vendor, send } = await start()
    await create(send)
    const [first] = vendor.webhooks.all()
    if (first === undefined) throw new Error('nothing was created')
    for (let index = 1; index < 250; index += 1) vendor.webhooks.put({ ...first, id: `id-${index}` })

    const one = await list(send, '?limit=100')
    const two = await list(send, `?limit=100&pageToken=${one.nextPageToken}`)
    const three = await list(send, `?limit=100&pageToken=${two.nextPageToken}`)

    expect([one, two, three].map(({ results }) => results.length)).toEqual([100, 100, 50])
    expect([one, two, three].flatMap(({ results }) => results.map(({ id }) => id))).toEqual(
      vendor.webhooks.all().map(({ id }) => id),
    )
    expect(three).not.toHaveProperty('nextPageToken')
  })

  test('neither skips nor repeats a row when one goes between pages', async () => {
    const { vendor, send } = await start()
    const ids: string[] = []
    for (let index = 0; index < 4; index += 1) ids.push((await create(send)).id)

    const one = await list(send, '?limit=2')
    vendor.webhooks.remove(String(ids[0]))
    const two = await list(send, `?limit=2&pageToken=${one.nextPageToken}`)

    expect(two.results.map(({ id }) => id)).toEqual(ids.slice(2))
  })

  test.each(['?limit=0', '?limit=101', '?limit=x', '?pageToken=x', `?pageToken=${'x'.repeat(8001)}`])(
    'refuses the list %s',
    async (query) => {
      const { send } = await start()

      expect((await send('GET', `${root}${query}`)).status).toBe(400)
    },
  )

  test('allows twins up to five with the same filters, in any order', async () => {
    const { send } = await start()
    for (let index = 0; index < 5; index += 1) {
      await create(send, { eventFilters: index % 2 === 0 ? [channel, sent] : [sent, channel] })
    }

    const sixth = await send('POST', root, aSubscription({ eventFilters: [sent, channel], url: `${url}/6` }))

    expect([sixth.status, sixth.json()]).toEqual([422, { code: 'LimitExceeded', message: expect.any(String) }])
    await create(send, { eventFilters: [sent] })
    await create(send, { eventFilters: [sent, sent, channel] })
    await create(send, { event: 'sms.outbound', eventFilters: [sent, channel] })
    expect((await list(send, '?limit=100')).results.length).toBe(8)
  })

  test('holds a PATCH of the filters to the quota, and no other', async () => {
    const { send } = await start({ quota: 1 })
    const { id } = await create(send, { eventFilters: [channel] })
    const other = await create(send, { eventFilters: [sent] })

    expect((await send('PATCH', `${root}/${other.id}`, { eventFilters: [channel] })).status).toBe(422)
    expect((await send('PATCH', `${root}/${other.id}`, { eventFilters: [sent], url: `${url}/2` })).status).toBe(200)
    expect((await send('PATCH', `${root}/${id}`, { eventFilters: [] })).status).toBe(200)
  })

  test('answers 403 to the paths that a live report names so, and 404 to others', async () => {
    const { send } = await start()

    const answers = [
      await send('GET', `/workspaces/${workspace}/channels/c1/webhook-subscriptions`),
      await send('GET', `/workspaces/${workspace}/event-subscriptions`),
      await send('GET', `/workspaces/${workspace}/webhook-subscription`),
      await send('PUT', root, {}),
    ]

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 404, 405])
  })

  test('shows what the vendor or a person changed, and counts as live what is active', async () => {
    const { vendor, send } = await start()
    const { id } = await create(send)
    await create(send)

    vendor.webhooks.edit(id, { status: 'inactive', statusReason: 'Too many failed deliveries' })

    expect(shownIn(await send('GET', `${root}/${id}`))).toMatchObject({
      status: 'inactive',
      statusReason: 'Too many failed deliveries',
    })
    expect(vendor.log.map(({ live }) => live)).toEqual([1, 2, 1])
  })

  test('makes a twin of a create that is sent again because its answer was lost', async () => {
    const { vendor, send } = await start()
    vendor.fault({ kind: 'reset-after', match: { method: 'POST' } })

    await expect(send('POST', root, aSubscription())).rejects.toThrow()
    await create(send)

    expect((await list(send)).results.map((shown) => shown.url)).toEqual([url, url])
  })

  test('hides a fresh subscription from lists but not from get while lists lag', async () => {
    const { send } = await start({ list_lag_reads: 1 })
    const { id } = await create(send)

    expect((await send('GET', `${root}/${id}`)).status).toBe(200)
    expect((await list(send)).results).toEqual([])
    expect((await list(send)).results.length).toBe(1)
  })

  test('tells no waiting time in a 429', async () => {
    const { vendor, send } = await start()
    vendor.fault({ kind: 'rate-limit', retryAfter: 'body', seconds: 7 })

    const answer = await send('GET', root)

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, null])
    expect(answer.json()).toEqual({ code: 'TooManyRequests', message: expect.any(String) })
  })
})

describe('a switch of the Bird stand-in', () => {
  test.each([
    ['both', 200, 200],
    ['workspaces', 200, 404],
    ['organizations', 404, 200],
  ])('path_shape %s', async (value, short, long) => {
    const { send } = await start({ path_shape: value })

    expect([
      (await send('GET', root)).status,
      (await send('GET', `/organizations/${organization}${root}`)).status,
    ]).toEqual([short, long])
  })

  test.each([10, 25])('default_limit %s', async (value) => {
    const { vendor, send } = await start({ default_limit: value })
    await create(send)
    const [first] = vendor.webhooks.all()
    if (first === undefined) throw new Error('nothing was created')
    for (let index = 1; index < 30; index += 1) vendor.webhooks.put({ ...first, id: `id-${index}` })

    expect((await list(send)).results.length).toBe(value)
  })

  test('last_page_token empty', async () => {
    const { send } = await start({ last_page_token: 'empty' })
    await create(send)

    expect((await list(send, '?limit=1')).nextPageToken).toBe('')
  })

  test.each([
    ['hidden', undefined, undefined],
    ['writes', 'signing', undefined],
    ['shown', 'signing', 'signing'],
    ['masked', 'sig***', 'sig***'],
  ])('signing_key_in_reads %s', async (value, written, read) => {
    const { send } = await start({ signing_key_in_reads: value })
    const created = await create(send, { signingKey: 'signing' })
    const patched = shownIn(await send('PATCH', `${root}/${created.id}`, { status: 'active' }))

    expect([created.signingKey, patched.signingKey]).toEqual([written, written])
    expect([
      shownIn(await send('GET', `${root}/${created.id}`)).signingKey,
      (await list(send)).results[0]?.signingKey,
    ]).toEqual([read, read])
  })

  test('read_fields lean', async () => {
    const { send } = await start({ read_fields: 'lean', signing_key_in_reads: 'shown' })
    const { id } = await create(send, { eventFilters: [channel], template: 'text', signingKey: 'key' })

    const fields = ['createdAt', 'event', 'eventFilters', 'id', 'service', 'status', 'updatedAt', 'url']
    expect(Object.keys((await list(send)).results[0] ?? {}).toSorted()).toEqual(fields)
    expect(Object.keys((await send('GET', `${root}/${id}`)).json()).toSorted()).toEqual(fields)
  })

  test.each(['statusReason', 'statusDetails', 'absent'])('status_reason %s', async (value) => {
    const { send } = await start({ status_reason: value })

    const fields = Object.keys(await create(send)).filter((name) => name.startsWith('status'))

    expect(fields).toEqual(value === 'absent' ? ['status'] : ['status', value])
  })

  test.each([
    ['absent', undefined],
    ['null', null],
    ['empty', []],
  ])('unset_filters %s', async (value, shown) => {
    const { send } = await start({ unset_filters: value })

    expect((await create(send)).eventFilters).toEqual(shown)
    expect((await list(send)).results[0]?.eventFilters).toEqual(shown)
  })

  test.each([
    ['null-and-empty', [], []],
    ['null', [], [channel]],
    ['empty', [channel], []],
  ])('cleared_by %s', async (value, byNull, byEmpty) => {
    const { vendor, send } = await start({ cleared_by: value })
    const [one, two] = [
      await create(send, { eventFilters: [channel] }),
      await create(send, { eventFilters: [channel] }),
    ]

    await send('PATCH', `${root}/${one?.id}`, { eventFilters: null })
    await send('PATCH', `${root}/${two?.id}`, { eventFilters: [] })

    expect(vendor.webhooks.all().map(({ eventFilters }) => eventFilters)).toEqual([byNull, byEmpty])
  })

  test('filter_keys free', async () => {
    const { send } = await start({ filter_keys: 'free' })

    await create(send, { service: 'numbers', eventFilters: [channel, channel, { key: 'color', value: 'red' }] })
  })

  test.each([
    ['kept', [sent, channel, sent]],
    ['sorted', [channel, sent, sent]],
  ])('filter_order %s', async (value, shown) => {
    const { send } = await start({ filter_order: value })

    expect((await create(send, { eventFilters: [sent, channel, sent] })).eventFilters).toEqual(shown)
  })

  test('filter_order reversed turns the filters round', async () => {
    const { send } = await start({ filter_order: 'reversed' })

    expect((await create(send, { eventFilters: [sent, channel] })).eventFilters).toEqual([channel, sent])
  })

  test('unknown_services accepted', async () => {
    const { send } = await start({ unknown_services: 'accepted' })

    await create(send, { service: 'verify' })
  })

  test('url_pattern without-port', async () => {
    const { send } = await start({ url_pattern: 'without-port' })

    expect((await send('POST', root, aSubscription({ url: 'https://hooks.example.com:8443/bird' }))).status).toBe(422)
    expect((await send('POST', root, aSubscription())).status).toBe(201)
  })

  test('quota 0 is no limit', async () => {
    const { send } = await start({ quota: 0 })

    for (let index = 0; index < 7; index += 1) await create(send)
  })

  test.each([
    ['service-and-event', 201],
    ['workspace', 422],
  ])('quota_scope %s', async (value, status) => {
    const { send } = await start({ quota: 1, quota_scope: value })
    await create(send)

    const body = { service: 'numbers', event: '10dlc.brand', url }

    expect((await send('POST', root, body)).status).toBe(status)
    expect((await send('POST', `/workspaces/${otherWorkspace}/webhook-subscriptions`, body)).status).toBe(201)
  })

  test('quota_unfiltered false', async () => {
    const { send } = await start({ quota: 1, quota_unfiltered: false })
    await create(send)
    await create(send)
    await create(send, { eventFilters: [channel] })

    expect((await send('POST', root, aSubscription({ eventFilters: [channel] }))).status).toBe(422)
  })

  test.each([400, 409, 422])('quota_status %s', async (value) => {
    const { send } = await start({ quota: 1, quota_status: value })
    await create(send)

    const answer = await send('POST', root, aSubscription())

    expect([answer.status, answer.text.includes('LimitExceeded')]).toEqual([value, true])
  })

  test('validation_status', async () => {
    const { send } = await start({ validation_status: 400 })

    const answer = await send('POST', root, aSubscription({ color: 'red' }))

    expect([answer.status, answer.text.includes('InvalidPayload')]).toEqual([400, true])
  })

  test('delete_status', async () => {
    const { send } = await start({ delete_status: 200 })
    const { id } = await create(send)

    expect((await send('DELETE', `${root}/${id}`)).status).toBe(200)
  })

  test.each([
    ['403', 403],
    ['404', 404],
  ])('foreign_workspace %s', async (value, status) => {
    const { send } = await start({ foreign_workspace: value })
    const foreign = '0b1d0000-0000-4000-8000-000000000009'

    expect([
      (await send('GET', `/workspaces/${foreign}/webhook-subscriptions`)).status,
      (await send('GET', `/organizations/${foreign}${root}`)).status,
    ]).toEqual([status, status])
  })

  test('reads_per_second and writes_per_second count per workspace and apart', async () => {
    const { send } = await start({ reads_per_second: 0.001, writes_per_second: 0.001 })

    const answers = [
      await send('GET', root),
      await send('GET', root),
      await send('POST', root, aSubscription()),
      await send('POST', root, aSubscription()),
      await send('GET', `/workspaces/${otherWorkspace}/webhook-subscriptions`),
    ]

    expect(answers.map(({ status }) => status)).toEqual([200, 429, 201, 429, 200])
    expect(answers[1]?.headers.get('retry-after')).toBeNull()
  })
})
