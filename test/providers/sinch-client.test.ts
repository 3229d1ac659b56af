import { SinchClient } from '@sinch/sdk-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sinch } from '../../src/providers/sinch/declaration.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { describeActions, ManagedAccount } from './managed-account.ts'
import { aSecret } from './open-account.ts'

const provider = { definition: sinch, load: () => import('../../src/providers/sinch/api.ts') }
const app = '01SANDBOXAPP00000000000001'
const url = 'https://hooks.example.com/sinch'

const declared = {
  hook: { app_id: app, url, events: ['MESSAGE_INBOUND'], signing_secret: aSecret('signing-secret-0123456789') },
}
const wire = {
  app_id: app,
  target: url,
  target_type: 'HTTP' as const,
  triggers: ['MESSAGE_INBOUND' as const],
  secret: 'signing-secret-0123456789',
}

let sandbox: Sandbox
let account: ManagedAccount
let webhooks: SinchClient['conversation']['webhooks']

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['sinch'] })
  const { baseUrl, credentials } = sandbox.vendors.sinch
  const client = new SinchClient({
    projectId: credentials['project_id'] ?? '',
    keyId: credentials['key_id'] ?? '',
    keySecret: credentials['key_secret'] ?? '',
    conversationRegion: 'eu',
    conversationHostname: baseUrl,
    authHostname: baseUrl,
    logger: null,
  })
  webhooks = client.conversation.webhooks
  account = new ManagedAccount(provider, sandbox.vendors.sinch, { region: 'eu', auth_url: baseUrl })
})

afterEach(async () => {
  await sandbox.close()
})

describe('the official client of Sinch', () => {
  test('lists, creates, gets, updates and deletes at the stand-in', async () => {
    const made = await webhooks.create({ webhookCreateRequestBody: wire })
    expect(made).toMatchObject({ ...wire, id: expect.any(String) })
    const webhook_id = made.id ?? ''

    const updated = await webhooks.update({
      webhook_id,
      update_mask: ['target', 'triggers'],
      webhookUpdateRequestBody: { ...wire, target: `${url}/moved`, triggers: ['OPT_IN'], secret: 'not in the mask' },
    })

    expect(updated).toMatchObject({ target: `${url}/moved`, triggers: ['OPT_IN'], secret: wire.secret })
    expect(await webhooks.get({ webhook_id })).toMatchObject({ id: webhook_id, target: `${url}/moved` })
    expect((await webhooks.list({ app_id: app })).webhooks).toMatchObject([{ id: webhook_id }])
    await webhooks.delete({ webhook_id })
    expect((await webhooks.list({ app_id: app })).webhooks ?? []).toEqual([])
  })

  test.for(['200-empty', '200-object', '204'])('takes each answer to a delete: %s', async (reading) => {
    sandbox.vendors.sinch.setSwitch('delete_answer', reading)
    const { id = '' } = await webhooks.create({ webhookCreateRequestBody: wire })

    await webhooks.delete({ webhook_id: id })

    expect(sandbox.vendors.sinch.webhooks.all()).toEqual([])
  })

  test('shows what hooks-sync wrote, as the client would have written it', async () => {
    const { outcome } = await account.apply(declared)

    expect(outcome.failed).toEqual([])
    const list = await webhooks.list({ app_id: app })
    expect(list.webhooks).toMatchObject([wire])
  })

  test('makes what hooks-sync adopts', async () => {
    await webhooks.create({ webhookCreateRequestBody: wire })

    expect(describeActions(await account.plan(declared))).toEqual(['adopt hook'])
  })

  test('gets an error of its own for what is refused', async () => {
    await webhooks.create({ webhookCreateRequestBody: wire })

    await expect(webhooks.create({ webhookCreateRequestBody: wire })).rejects.toMatchObject({ statusCode: 400 })
  })
})
