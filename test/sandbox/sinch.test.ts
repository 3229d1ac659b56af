import { afterEach, describe, expect, test } from 'vitest'
import { type Sandbox, type SwitchValue, startSandbox } from '../../src/sandbox/index.ts'
import { type Body, fetchSinchToken, makeSend, makeSinchBasic, type Send } from './client.ts'

let open: Sandbox[] = []

afterEach(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()))
  open = []
})

type Vendor = Sandbox['vendors']['sinch']

async function start(switches: Readonly<Record<string, SwitchValue>> = {}): Promise<{ vendor: Vendor; send: Send }> {
  const sandbox = await startSandbox({ vendors: ['sinch'], switches: { sinch: switches } })
  open.push(sandbox)
  const vendor = sandbox.vendors.sinch
  return { vendor, send: makeSend(`${vendor.baseUrl}/v1/projects/sandbox-project`, makeSinchBasic(vendor)) }
}

const app = '01SANDBOXAPP00000000000001'
const otherApp = '01SANDBOXAPP00000000000002'
const list = `/apps/${app}/webhooks`

function aWebhook(fields: object = {}): object {
  return {
    app_id: app,
    target: 'https://hooks.example.com/sinch',
    target_type: 'HTTP',
    triggers: ['MESSAGE_INBOUND'],
    ...fields,
  }
}

async function create(send: Send, fields: object = {}): Promise<Body> {
  const answer = await send('POST', '/webhooks', aWebhook(fields))
  expect(answer.status).toBe(200)
  return answer.json()
}

function targets(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `https://hooks.example.com/${index}`)
}

describe('the Sinch stand-in: access', () => {
  test('issues a token for the key in HTTP Basic, which the API takes', async () => {
    const { vendor } = await start()

    const token = (await fetchSinchToken(vendor)).json()
    const send = makeSend(vendor.baseUrl, `Bearer ${token.access_token}`)

    expect(token).toMatchObject({ token_type: 'bearer', expires_in: 3600 })
    expect((await send('GET', `/v1/projects/sandbox-project${list}`)).status).toBe(200)
  })

  test('tells in the token when it ends, as the official clients read it', async () => {
    const { vendor } = await start({ token_lifetime_s: 100 })

    const token = (await fetchSinchToken(vendor)).json()
    const claims = JSON.parse(
      Buffer.from(String(token.access_token).split('.')[1] ?? '', 'base64url').toString(),
    ) as Body

    expect([token.expires_in, Number(claims.exp) - Number(claims.iat)]).toEqual([100, 100])
  })

  test('refuses a token to a wrong key or another grant', async () => {
    const { vendor } = await start()
    const wrong = await fetchSinchToken(vendor, `Basic ${btoa('sandbox-key:other')}`)
    const grant = await makeSend(vendor.baseUrl, makeSinchBasic(vendor))(
      'POST',
      '/oauth2/token',
      'grant_type=password',
      {
        'content-type': 'application/x-www-form-urlencoded',
      },
    )

    expect([wrong.status, wrong.json()]).toEqual([401, { error: 'invalid_client' }])
    expect([grant.status, grant.json()]).toEqual([400, { error: 'unsupported_grant_type' }])
  })

  test('limits the token endpoint to its burst, without Retry-After', async () => {
    const { vendor } = await start({ token_burst: 2, token_rate_per_second: 0.001 })

    const answers = [await fetchSinchToken(vendor), await fetchSinchToken(vendor), await fetchSinchToken(vendor)]

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(answers[2]?.headers.get('retry-after')).toBeNull()
  })

  test('says "expired" of an expired token and takes the next one', async () => {
    const { vendor } = await start()
    const { access_token: old } = (await fetchSinchToken(vendor)).json()

    vendor.control('expire-tokens')
    const refused = await makeSend(vendor.baseUrl, `Bearer ${old}`)('GET', '/v1/projects/sandbox-project/apps')
    const { access_token: next } = (await fetchSinchToken(vendor)).json()

    expect([refused.status, refused.json().error?.status]).toEqual([401, 'UNAUTHENTICATED'])
    expect(refused.headers.get('www-authenticate')).toContain('expired')
    expect((await makeSend(vendor.baseUrl, `Bearer ${next}`)('GET', '/v1/projects/sandbox-project/apps')).status).toBe(
      200,
    )
  })

  test('lets a token of no lifetime expire by the clock', async () => {
    const { vendor } = await start({ token_lifetime_s: 0 })
    const { access_token: token } = (await fetchSinchToken(vendor)).json()

    const answer = await makeSend(vendor.baseUrl, `Bearer ${token}`)('GET', '/v1/projects/sandbox-project/apps')

    expect(answer.headers.get('www-authenticate')).toContain('expired')
  })

  test.each([undefined, 'Bearer x', 'Bearer e30.e30.e30', `Basic ${btoa('sandbox-key:other')}`])(
    'refuses the authorization %s without the word "expired"',
    async (authorization) => {
      const { vendor } = await start()

      const answer = await makeSend(vendor.baseUrl, authorization)(
        'POST',
        '/v1/projects/sandbox-project/webhooks',
        aWebhook(),
      )

      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).not.toContain('expired')
      expect(vendor.webhooks.all()).toEqual([])
    },
  )

  test('refuses a token that was signed by somebody else or tampered with', async () => {
    const { vendor } = await start()
    const token = String((await fetchSinchToken(vendor)).json().access_token)
    const [header, payload = '', signature] = token.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
    const forged = Buffer.from(JSON.stringify({ ...claims, project_id: 'other' })).toString('base64url')

    const answer = await makeSend(vendor.baseUrl, `Bearer ${header}.${forged}.${signature}`)(
      'GET',
      '/v1/projects/other/apps',
    )

    expect(answer.status).toBe(401)
  })

  test('refuses a key on a project it is not tied to', async () => {
    const { vendor } = await start()

    const answer = await makeSend(vendor.baseUrl, makeSinchBasic(vendor))('GET', '/v1/projects/other/apps')

    expect([answer.status, answer.json().error?.status]).toEqual([403, 'UNAUTHORIZED'])
  })

  test('keeps the webhooks of two projects apart', async () => {
    const { vendor, send } = await start()
    const { id } = await create(send)
    const other = { project_id: 'other', key_id: 'other-key', key_secret: 'other-secret' }
    vendor.configure({ keys: [...vendor.settings.keys, other] })

    const answer = await makeSend(vendor.baseUrl, `Basic ${btoa('other-key:other-secret')}`)(
      'DELETE',
      `/v1/projects/other/webhooks/${id}`,
    )

    expect(answer.status).toBe(404)
    expect(vendor.webhooks.all()).toHaveLength(1)
  })
})

describe('the Sinch stand-in: apps', () => {
  test('lists the apps of the project and shows one', async () => {
    const { send } = await start()

    expect((await send('GET', '/apps')).json()).toMatchObject({ apps: [{ id: app }, { id: otherApp }] })
    expect((await send('GET', `/apps/${app}`)).json()).toMatchObject({ id: app })
  })

  test('answers 404 for an app it does not know, in reads and writes', async () => {
    const { send } = await start()
    const unknown = '01SANDBOXAPP99999999999999'

    const answers = [
      await send('GET', `/apps/${unknown}`),
      await send('GET', `/apps/${unknown}/webhooks`),
      await send('POST', '/webhooks', aWebhook({ app_id: unknown })),
    ]

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(answers[1]?.json().error).toMatchObject({ code: 404, status: 'NOT_FOUND' })
  })

  test('adds as many apps as it is told', async () => {
    const { vendor, send } = await start()

    vendor.control('add-apps', { count: 2000 })

    expect((await send('GET', '/apps')).json().apps).toHaveLength(2000)
    expect((await send('GET', '/apps/01SANDBOXAPP00000000002000/webhooks')).status).toBe(200)
  })

  test('forgets the webhooks of an app that is gone', async () => {
    const { vendor, send } = await start()
    const { id } = await create(send)

    vendor.configure({ apps: {} })

    expect([(await send('GET', list)).status, (await send('GET', `/webhooks/${id}`)).status]).toEqual([404, 404])
  })
})

describe('the Sinch stand-in: webhooks', () => {
  test('creates with 200 and shows the same in get and list', async () => {
    const { send } = await start()

    const created = await create(send, { secret: 'canary-1', id: 'ours' })

    expect(created).toEqual({
      ...aWebhook({ secret: 'canary-1' }),
      id: expect.stringMatching(/^01[0-9A-Z]{24}$/),
      client_credentials: null,
    })
    expect((await send('GET', `/webhooks/${created.id}`)).json()).toEqual(created)
    expect((await send('GET', list)).json()).toEqual({ webhooks: [created] })
    expect((await send('GET', `/apps/${otherApp}/webhooks`)).json()).toEqual({})
  })

  test('keeps client credentials and says which token request it assumes', async () => {
    const { send } = await start()
    const credentials = { client_id: 'us', client_secret: 'canary-2', endpoint: 'https://auth.example.com/token' }

    const created = await create(send, { client_credentials: { ...credentials, scope: '' } })

    expect(created.client_credentials).toEqual({ ...credentials, token_request_type: 'BASIC' })
  })

  test.each([
    ['a body that is no object', '[]'],
    ['no app', { app_id: undefined }],
    ['a malformed app id', { app_id: 'app' }],
    ['no target', { target: undefined }],
    ['a target that is no URL', { target: 'hooks' }],
    ['a target of another scheme', { target: 'ftp://hooks.example.com' }],
    ['a target of 743 characters', { target: `https://hooks.example.com/${'x'.repeat(717)}` }],
    ['a target at Sinch itself', { target: 'https://conversation-api.eu.sinch.com/x' }],
    ['the trigger UNSPECIFIED_TRIGGER', { triggers: ['UNSPECIFIED_TRIGGER'] }],
    ['an unknown trigger', { triggers: ['MESSAGE_INBOUNDN'] }],
    ['triggers that are no list', { triggers: 'MESSAGE_INBOUND' }],
    ['the old target type', { target_type: 'GRPC' }],
    ['a secret that is no text', { secret: 1 }],
    ['credentials without a secret', { client_credentials: { client_id: 'x', endpoint: 'https://x.example' } }],
    [
      'credentials with a long scope',
      {
        client_credentials: {
          client_id: 'x',
          client_secret: 'y',
          endpoint: 'https://x.example',
          scope: 'x'.repeat(1025),
        },
      },
    ],
    [
      'credentials with a long response type',
      {
        client_credentials: {
          client_id: 'x',
          client_secret: 'y',
          endpoint: 'https://x.example',
          response_type: 'x'.repeat(65),
        },
      },
    ],
  ])('refuses a create with %s', async (_case, fields) => {
    const { vendor, send } = await start()

    const answer = await send('POST', '/webhooks', typeof fields === 'string' ? fields : aWebhook(fields))

    expect([answer.status, answer.json().error?.status]).toEqual([400, 'INVALID_ARGUMENT'])
    expect(vendor.webhooks.all()).toEqual([])
  })

  test('takes a target of 742 characters', async () => {
    const { send } = await start()

    await create(send, { target: `https://hooks.example.com/${'x'.repeat(716)}` })
  })

  test('refuses a second webhook with the same target in an app, not in another', async () => {
    const { send } = await start()
    await create(send)

    const twin = await send('POST', '/webhooks', aWebhook())

    expect([twin.status, twin.json().error?.status]).toEqual([400, 'INVALID_ARGUMENT'])
    await create(send, { app_id: otherApp })
  })

  test('refuses the sixth webhook of an app', async () => {
    const { vendor, send } = await start()
    for (const target of targets(5)) await create(send, { target })

    const sixth = await send('POST', '/webhooks', aWebhook())

    expect(sixth.status).toBe(400)
    expect(vendor.webhooks.all()).toHaveLength(5)
    await create(send, { app_id: otherApp })
  })

  test('changes only what the mask names', async () => {
    const { send } = await start()
    const created = await create(send, { secret: 'canary-3' })
    const target = 'https://hooks.example.com/next'

    const answer = await send('PATCH', `/webhooks/${created.id}?update_mask=target,triggers`, {
      target,
      triggers: ['OPT_IN', 'OPT_OUT'],
      target_type: 'DISMISS',
    })

    expect(answer.json()).toEqual({ ...created, target, triggers: ['OPT_IN', 'OPT_OUT'] })
    expect((await send('GET', `/webhooks/${created.id}`)).json()).toEqual(answer.json())
  })

  test('takes a percent-encoded mask too', async () => {
    const { send } = await start()
    const { id } = await create(send)

    const answer = await send('PATCH', `/webhooks/${id}?update_mask=secret%2Ctarget_type`, {
      secret: 'canary-4',
      target_type: 'DISMISS',
    })

    expect(answer.json()).toMatchObject({ secret: 'canary-4', target_type: 'DISMISS' })
  })

  test('clears a secret by "" and credentials by null', async () => {
    const { send } = await start()
    const { id } = await create(send, {
      secret: 'canary-5',
      client_credentials: { client_id: 'x', client_secret: 'y', endpoint: 'https://x.example' },
    })

    const answer = await send('PATCH', `/webhooks/${id}?update_mask=secret,client_credentials`, {
      secret: '',
      client_credentials: null,
    })

    expect(answer.json()).not.toHaveProperty('secret')
    expect(answer.json().client_credentials).toBeNull()
  })

  test.each([
    'update_mask=url',
    'update_mask=target,id',
    'update_mask=client_credentials.client_secret',
    'update_mask=target',
  ])('refuses a PATCH with %s and a body that lacks the target', async (mask) => {
    const { send } = await start()
    const created = await create(send)

    const answer = await send('PATCH', `/webhooks/${created.id}?${mask}`, { triggers: [] })

    expect(answer.status).toBe(400)
    expect((await send('GET', `/webhooks/${created.id}`)).json()).toEqual(created)
  })

  test('refuses a PATCH to a target that another webhook of the app has, so a swap needs a detour', async () => {
    const { send } = await start()
    const [first, second] = [
      await create(send, { target: 'https://a.example/' }),
      await create(send, { target: 'https://b.example/' }),
    ]

    const swap = await send('PATCH', `/webhooks/${first?.id}?update_mask=target`, { target: 'https://b.example/' })
    const same = await send('PATCH', `/webhooks/${second?.id}?update_mask=target`, { target: 'https://b.example/' })

    expect([swap.status, same.status]).toEqual([400, 200])
  })

  test('deletes once, and the place is free again', async () => {
    const { send } = await start()
    const { id } = await create(send)

    const [first, second] = [await send('DELETE', `/webhooks/${id}`), await send('DELETE', `/webhooks/${id}`)]

    expect([first?.status, first?.text, second?.status]).toEqual([200, '', 404])
    await create(send)
  })

  test('keeps the order of a list when one of it changes', async () => {
    const { send } = await start()
    const made = []
    for (const target of targets(3)) made.push(await create(send, { target }))

    await send('PATCH', `/webhooks/${made[0]?.id}?update_mask=triggers`, { triggers: ['OPT_IN'] })

    const { webhooks = [] } = (await send('GET', list)).json()
    expect(webhooks.map(({ id }) => id)).toEqual(made.map(({ id }) => id))
  })

  test('counts webhooks of type DISMISS as not live', async () => {
    const { vendor, send } = await start()
    const { id } = await create(send)

    await send('PATCH', `/webhooks/${id}?update_mask=target_type`, { target_type: 'DISMISS' })

    expect(vendor.log.map(({ live }) => live)).toEqual([1, 0])
  })

  test.each([
    ['PUT', '/webhooks/x', 405],
    ['GET', '/webhooks', 405],
    ['GET', '/nothing', 404],
  ])('has no %s %s', async (method, path, status) => {
    const { send } = await start()

    const answer = await send(method, path)

    expect([answer.status, answer.json().error?.code]).toEqual([status, status])
  })
})

describe('a switch of the Sinch stand-in', () => {
  test('list_empty', async () => {
    const { send } = await start({ list_empty: 'array' })

    expect((await send('GET', list)).json()).toEqual({ webhooks: [] })
  })

  test('error_envelope and bad_request_name', async () => {
    const { send } = await start({ error_envelope: 'bare', bad_request_name: 'INVALID_REQUEST' })

    expect((await send('POST', '/webhooks', {})).json()).toEqual({
      code: 400,
      message: expect.any(String),
      status: 'INVALID_REQUEST',
      details: [],
    })
  })

  test('forbidden_name', async () => {
    const { vendor } = await start({ forbidden_name: 'PERMISSION_DENIED' })

    const answer = await makeSend(vendor.baseUrl, makeSinchBasic(vendor))('GET', '/v1/projects/other/apps')

    expect(answer.json().error?.status).toBe('PERMISSION_DENIED')
  })

  test.each([
    ['clear', { secret: 'canary-6' }, 'canary-7'],
    ['masked', { secret: 'can***' }, 'can***'],
    ['absent', {}, undefined],
  ])('secrets_in_reads %s', async (value, shown, clientSecret) => {
    const { vendor, send } = await start({ secrets_in_reads: value })
    const credentials = { client_id: 'x', client_secret: 'canary-7', endpoint: 'https://x.example' }

    const { id } = await create(send, { secret: 'canary-6', client_credentials: credentials })
    const read = (await send('GET', `/webhooks/${id}`)).json()

    expect('secret' in read ? { secret: read.secret } : {}).toEqual(shown)
    expect(read.client_credentials?.client_secret).toBe(clientSecret)
    expect(vendor.webhooks.get(String(id))?.secret).toBe('canary-6')
  })

  test('unset_secret', async () => {
    const { send } = await start({ unset_secret: 'empty' })

    expect((await create(send)).secret).toBe('')
  })

  test('empty_secret', async () => {
    const { send } = await start({ empty_secret: 'refused' })
    const { id } = await create(send)

    expect((await send('PATCH', `/webhooks/${id}?update_mask=secret`, { secret: '' })).status).toBe(400)
  })

  test.each(['DISMISS', 'HTTP'])('target_type_default %s', async (value) => {
    const { send } = await start({ target_type_default: value })

    expect((await create(send, { target_type: undefined })).target_type).toBe(value)
  })

  test.each([
    [false, 200],
    [true, 400],
  ])('triggers_required %s', async (value, status) => {
    const { send } = await start({ triggers_required: value })

    expect((await send('POST', '/webhooks', aWebhook({ triggers: undefined }))).status).toBe(status)
  })

  test('unknown_triggers', async () => {
    const { send } = await start({ unknown_triggers: 'accepted' })

    expect((await create(send, { triggers: ['BATCH_STATUS_UPDATE'] })).triggers).toEqual(['BATCH_STATUS_UPDATE'])
    expect((await send('POST', '/webhooks', aWebhook({ triggers: ['UNSPECIFIED_TRIGGER'] }))).status).toBe(400)
  })

  test('trigger_order', async () => {
    const given = ['OPT_OUT', 'CAPABILITY', 'OPT_IN']
    const { vendor, send } = await start({ trigger_order: 'sorted' })
    const { id, triggers } = await create(send, { triggers: given })
    expect(triggers).toEqual(given.toSorted())

    vendor.setSwitch('trigger_order', 'shuffled')

    const shown = (await send('GET', `/webhooks/${id}`)).json().triggers ?? []
    expect(shown.toSorted()).toEqual(given.toSorted())
    expect(vendor.webhooks.get(String(id))?.triggers).toEqual(given)
  })

  test.each([
    ['kept', ['OPT_IN', 'OPT_IN']],
    ['collapsed', ['OPT_IN']],
  ])('repeated_triggers %s', async (value, triggers) => {
    const { send } = await start({ repeated_triggers: value })

    expect((await create(send, { triggers: ['OPT_IN', 'OPT_IN'] })).triggers).toEqual(triggers)
  })

  test.each([
    ['200-empty', 200, ''],
    ['200-object', 200, '{}'],
    ['204', 204, ''],
  ])('delete_answer %s', async (value, status, text) => {
    const { send } = await start({ delete_answer: value })
    const { id } = await create(send)

    const answer = await send('DELETE', `/webhooks/${id}`)

    expect([answer.status, answer.text]).toEqual([status, text])
  })

  test.each([
    ['accepted', 200],
    ['refused', 400],
  ])('http_targets %s', async (value, status) => {
    const { send } = await start({ http_targets: value })

    expect((await send('POST', '/webhooks', aWebhook({ target: 'http://hooks.example.com' }))).status).toBe(status)
  })

  test.each([
    ['exact', 200],
    ['normalized', 400],
  ])('target_uniqueness %s', async (value, status) => {
    const { send } = await start({ target_uniqueness: value })
    await create(send)

    expect((await send('POST', '/webhooks', aWebhook({ target: 'https://HOOKS.example.com:443/sinch/' }))).status).toBe(
      status,
    )
  })

  test('patch_without_mask', async () => {
    const { vendor, send } = await start()
    const body = { target: 'https://hooks.example.com/next' }
    const { id } = await create(send, { secret: 'canary-8' })
    const patch = (): ReturnType<Send> => send('PATCH', `/webhooks/${id}`, body)

    expect((await patch()).json()).toMatchObject({
      ...body,
      secret: 'canary-8',
      triggers: ['MESSAGE_INBOUND'],
      target_type: 'HTTP',
    })
    vendor.setSwitch('patch_without_mask', 'refused')
    expect((await patch()).status).toBe(400)
    vendor.setSwitch('patch_without_mask', 'replace')
    expect((await patch()).json()).toEqual({
      id,
      app_id: app,
      ...body,
      target_type: 'DISMISS',
      triggers: [],
      client_credentials: null,
    })
  })

  test('app_id_patch', async () => {
    const { vendor, send } = await start({ app_id_patch: 'refused' })
    const { id } = await create(send)
    const patch = (): ReturnType<Send> => send('PATCH', `/webhooks/${id}?update_mask=app_id`, { app_id: otherApp })

    expect((await patch()).status).toBe(400)
    vendor.setSwitch('app_id_patch', 'ignored')
    expect((await patch()).json().app_id).toBe(app)
    vendor.setSwitch('app_id_patch', 'moves')
    expect((await patch()).json().app_id).toBe(otherApp)
    expect((await send('GET', list)).json()).toEqual({})
    expect((await send('GET', `/apps/${otherApp}/webhooks`)).json().webhooks).toHaveLength(1)
  })

  test.each([
    [400, 'INVALID_ARGUMENT'],
    [403, 'UNAUTHORIZED'],
    [429, 'RESOURCE_EXHAUSTED'],
  ])('quota and quota_status %d', async (status, name) => {
    const { send } = await start({ quota: 1, quota_status: status })
    await create(send)

    const answer = await send('POST', '/webhooks', aWebhook({ target: 'https://b.example' }))

    expect([answer.status, answer.json().error?.status]).toEqual([status, name])
  })

  test('echo_token_request_type', async () => {
    const { send } = await start({ echo_token_request_type: false })
    const credentials = { client_id: 'x', client_secret: 'y', endpoint: 'https://x.example' }

    expect((await create(send, { client_credentials: credentials })).client_credentials).toEqual(credentials)
  })

  test.each([
    ['required', 400],
    ['ignored', 200],
  ])('content_type %s', async (value, status) => {
    const { send } = await start({ content_type: value })

    expect((await send('POST', '/webhooks', aWebhook(), { 'content-type': 'text/plain' })).status).toBe(status)
  })

  test('basic_auth', async () => {
    const { send } = await start({ basic_auth: false })

    expect((await send('GET', list)).status).toBe(401)
  })

  test('billing_blocked', async () => {
    const { send } = await start({ billing_blocked: true })

    const answer = await send('GET', list)

    expect([answer.status, answer.json().error?.status]).toEqual([403, 'BILLING_CREDIT_LIMIT_BREACHED'])
  })

  test('wrong_region', async () => {
    const { vendor, send } = await start()
    const { id } = await create(send)

    vendor.setSwitch('wrong_region', true)

    const answers = [
      await send('GET', list),
      await send('GET', `/webhooks/${id}`),
      await send('POST', '/webhooks', aWebhook()),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    expect((await send('GET', '/apps')).json()).toEqual({ apps: [] })
  })

  test('rate_per_second with retry_after body tells the wait as RetryInfo', async () => {
    const { send } = await start({ rate_per_second: 0.001, retry_after: 'body' })
    await send('GET', list)

    const answer = await send('GET', list)

    expect(answer.json().error).toMatchObject({
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      details: [{ retryDelay: '1000s' }],
    })
  })

  test('list_lag_reads hides a created webhook from lists while its target is taken', async () => {
    const { send } = await start({ list_lag_reads: 1 })
    await create(send)

    expect((await send('GET', list)).json()).toEqual({})
    expect((await send('POST', '/webhooks', aWebhook())).status).toBe(400)
    expect((await send('GET', list)).json().webhooks).toHaveLength(1)
  })
})
