import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HiddenSecret, Secret } from '../../src/core/secret.ts'
import type { Step } from '../../src/core/step.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import type { DesiredObject } from '../../src/core/webhook.ts'
import { describeReceivers } from '../../src/providers/receiver-url.ts'
import { sinch } from '../../src/providers/sinch/declaration.ts'
import { type Sandbox, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import { aSecret, type OpenAccount, type OpenOptions, openAccount } from './open-account.ts'

let sandbox: Sandbox
let standIn: VendorSandbox<SinchWebhook>
const opened: OpenAccount[] = []

type SinchWebhook = Sandbox['vendors']['sinch'] extends VendorSandbox<infer Webhook, infer _> ? Webhook : never

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['sinch'] })
  standIn = sandbox.vendors.sinch
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ api }) => api.close()))
  await sandbox.close()
})

async function open(options: OpenOptions = {}): Promise<OpenAccount['api']> {
  const provider = { definition: sinch, load: () => import('../../src/providers/sinch/api.ts') }
  const settings = { region: 'eu', auth_url: standIn.baseUrl, ...options.settings }
  const account = await openAccount(provider, standIn, { ...options, settings })
  opened.push(account)
  return account.api
}

function appId(): string {
  return standIn.credentials['app_id'] ?? ''
}

function anObject(fields: DesiredValues = {}): DesiredObject {
  const all = {
    app_id: appId(),
    url: 'https://hooks.example.com/in',
    events: ['MESSAGE_INBOUND'],
    enabled: true,
    ...fields,
  }
  return { provider: 'account', key: 'in', part: '', scope: all.app_id, fields: all }
}

function aCreate(fields: DesiredValues = {}): Step {
  return { id: '1', serves: [], after: [], does: 'create', object: anObject(fields) }
}

function anUpdate(target: string, fields: DesiredValues, paths: readonly string[]): Step {
  return { id: '1', serves: [], after: [], does: 'update', target, object: anObject(fields), paths }
}

async function stored(fields: DesiredValues = {}): Promise<SinchWebhook> {
  const api = await open()
  const { id } = await api.execute(aCreate(fields))
  const webhook = standIn.webhooks.get(id ?? '')
  if (webhook === undefined) throw new Error('The create made nothing.')
  standIn.clearLog()
  return webhook
}

function calls(): readonly string[] {
  return standIn.log.filter(({ path }) => !path.includes('/oauth2/')).map(({ method, path }) => `${method} ${path}`)
}

describe('creating', () => {
  test('says that deliveries are on, since Sinch may take silence for off', async () => {
    standIn.setSwitch('target_type_default', 'DISMISS')

    expect(await stored()).toMatchObject({ target_type: 'HTTP' })
  })

  test('dismisses events where the webhook is not enabled', async () => {
    expect(await stored({ enabled: false })).toMatchObject({ target_type: 'DISMISS' })
  })

  test('sends neither a cleared secret nor cleared client credentials', async () => {
    standIn.setSwitch('empty_secret', 'refused')

    const webhook = await stored({ signing_secret: null, client_credentials: null })

    expect(webhook.secret).toBeUndefined()
    expect(webhook.client_credentials).toBeNull()
  })

  test('writes the singular of an event whose plural the Node SDK knows', async () => {
    expect(await stored({ events: ['SMART_CONVERSATIONS'] })).toMatchObject({ triggers: ['SMART_CONVERSATION'] })
  })
})

describe('updating', () => {
  test('names exactly the changed fields in the mask, in a form the official clients use', async () => {
    const { id } = await stored()
    const api = await open()

    await api.execute(anUpdate(id, { url: 'https://hooks.example.com/new', events: ['OPT_IN'] }, ['url', 'events']))

    expect(calls()).toEqual([`PATCH /v1/projects/sandbox-project/webhooks/${id}?update_mask=target,triggers`])
  })

  test('names the target once when the URL and its secret parameters change', async () => {
    const { id } = await stored()
    const api = await open()

    await api.execute(anUpdate(id, { url_params: { token: aSecret('t0ken') } }, ['url', 'url_params']))

    expect(calls()).toEqual([`PATCH /v1/projects/sandbox-project/webhooks/${id}?update_mask=target`])
    expect(standIn.webhooks.get(id)?.target).toBe('https://hooks.example.com/in?token=t0ken')
  })

  test.for(['merge', 'replace', 'refused'])(
    'leaves what it does not name as it is (without a mask: %s)',
    async (reading) => {
      standIn.setSwitch('patch_without_mask', reading)
      const { id } = await stored({ signing_secret: aSecret('first-signing-secret') })
      standIn.webhooks.edit(id, { secret: 'set-by-hand', triggers: ['OPT_OUT'] })
      const api = await open()

      await api.execute(anUpdate(id, { enabled: false, signing_secret: aSecret('ours') }, ['enabled']))

      expect(standIn.webhooks.get(id)).toMatchObject({
        target_type: 'DISMISS',
        secret: 'set-by-hand',
        triggers: ['OPT_OUT'],
      })
    },
  )

  test('clears what is declared as null', async () => {
    const client = { client_id: 'a', client_secret: aSecret('b'), endpoint: 'https://id.example.com/' }
    const { id } = await stored({ signing_secret: aSecret('first-signing-secret'), client_credentials: client })
    const api = await open()

    await api.execute(
      anUpdate(id, { signing_secret: null, client_credentials: null }, ['signing_secret', 'client_credentials']),
    )

    const webhook = standIn.webhooks.get(id)
    expect(webhook?.secret ?? '').toBe('')
    expect(webhook?.client_credentials).toBeNull()
  })

  test('never tries to move a webhook to another app', async () => {
    const { id } = await stored()
    const api = await open()

    await expect(api.execute(anUpdate(id, { app_id: 'other' }, ['app_id']))).rejects.toThrow(/app_id/u)
    expect(calls()).toEqual([])
  })
})

describe('reading', () => {
  test('shows secrets as secrets', async () => {
    await stored({ signing_secret: aSecret('signing-secret') })
    const api = await open()

    const { objects } = await api.list([appId()])

    const secret = objects[0]?.fields['signing_secret']
    expect(secret).toBeInstanceOf(Secret)
    expect(secret instanceof Secret && secret.reveal()).toBe('signing-secret')
  })

  test.for([
    ['masked', 'masked'],
    ['absent', 'unreadable'],
  ] as const)('does not take a secret that comes back %s for none, nor for the secret', async ([reading, reason]) => {
    const client = { client_id: 'a', client_secret: aSecret('client-secret-1'), endpoint: 'https://id.example.com/' }
    await stored({ signing_secret: aSecret('signing-secret'), client_credentials: client })
    standIn.setSwitch('secrets_in_reads', reading)
    const api = await open()

    const { objects } = await api.list([appId()])

    const hidden = new HiddenSecret(reason)
    expect(objects[0]?.fields).toMatchObject({ signing_secret: hidden, client_credentials: { client_secret: hidden } })
  })

  test('keeps secret parameters out of the URL', async () => {
    const fields = { url: 'https://hooks.example.com/in?team=1', url_params: { token: aSecret('t0ken') } }
    const { target } = await stored(fields)
    const api = await open({ receivers: describeReceivers([fields]) })

    const { objects } = await api.list([appId()])

    expect(target).toBe('https://hooks.example.com/in?team=1&token=t0ken')
    expect(objects[0]?.fields['url']).toBe('https://hooks.example.com/in?team=1')
    expect(JSON.stringify(objects)).not.toContain('t0ken')
    expect(objects[0]?.fields['url_params']).toEqual({ token: expect.any(Secret) })
  })

  test('asks each app once, and the list of apps only when everything is wanted', async () => {
    const other = standIn.credentials['other_app_id'] ?? ''
    const api = await open()

    await api.list([appId(), other, appId()])
    const named = calls()
    standIn.clearLog()
    await api.list('all')

    expect(named).toHaveLength(2)
    expect(calls().toSorted()).toEqual(['GET /v1/projects/sandbox-project/apps', ...named].toSorted())
  })

  test('fetches one token for everything', async () => {
    const api = await open()

    await Promise.all([api.list([appId()]), api.list('all')])

    expect(standIn.log.filter(({ path }) => path.includes('/oauth2/'))).toHaveLength(1)
  })

  test('goes on with a new token when the old one has expired', async () => {
    const api = await open()
    await api.list([appId()])
    standIn.control('expire-tokens')

    await expect(api.list([appId()])).resolves.toMatchObject({ scopes: [{ state: 'listed' }] })
  })

  test('is refused with wrong credentials, and does not repeat them', async () => {
    const api = await open({ credentials: { key_secret: 'wrong-but-still-secret' } })

    const error: unknown = await api.list([appId()]).catch((reason: unknown) => reason)

    expect(error).toMatchObject({ status: 401 })
    expect(`${String(error)}${JSON.stringify(error)}`).not.toContain('wrong-but-still-secret')
  })
})

describe('an app that Sinch does not know', () => {
  const unknown = '01UNKNOWNAPP00000000000001'
  const unknownToo = '01UNKNOWNAPP00000000000002'

  test('is gone when the list of apps says so, asked once', async () => {
    const api = await open()

    const { scopes } = await api.list([unknown, appId(), unknownToo])

    expect(scopes).toEqual([
      { scope: unknown, state: 'gone' },
      { scope: appId(), state: 'listed' },
      { scope: unknownToo, state: 'gone' },
    ])
    expect(calls().filter((call) => call.endsWith('/apps'))).toHaveLength(1)
  })

  test('stays open when the list of apps cannot be read', async () => {
    const api = await open()
    standIn.fault({ kind: 'status', status: 403, after: 1, match: { method: 'GET' } })

    const { scopes } = await api.list([unknown])

    expect(scopes).toEqual([{ scope: unknown, state: 'unconfirmed' }])
  })

  test('stays open when the list of apps names it', async () => {
    const api = await open()
    standIn.fault({ kind: 'status', status: 404, match: { method: 'GET', pathIncludes: appId() } })

    const { scopes, objects } = await api.list([appId()])

    expect(scopes).toEqual([{ scope: appId(), state: 'unconfirmed' }])
    expect(objects).toEqual([])
  })

  test('is not concluded from any other failure', async () => {
    const api = await open()
    standIn.fault({ kind: 'status', status: 403, match: { method: 'GET', pathIncludes: appId() } })

    await expect(api.list([appId()])).rejects.toMatchObject({ status: 403 })
  })
})
