import SendblueAPI from 'sendblue'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sendblue } from '../../src/providers/sendblue/declaration.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { describeActions, ManagedAccount } from './managed-account.ts'
import { aSecret } from './open-account.ts'

const provider = { definition: sendblue, load: () => import('../../src/providers/sendblue/api.ts') }

const url = 'https://hooks.example.com/sendblue'
const entry = { url, secret: 'signing-secret-0123456789', sendblue_numbers: ['+14155550100'] }
const declared = {
  hook: { url, events: ['receive'], signing_secret: aSecret(entry.secret), phone_numbers: entry.sendblue_numbers },
}

let sandbox: Sandbox
let client: SendblueAPI
let account: ManagedAccount

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['sendblue'] })
  const { baseUrl, credentials } = sandbox.vendors.sendblue
  const { api_key: apiKey = '', api_secret: apiSecret = '' } = credentials
  client = new SendblueAPI({ apiKey, apiSecret, baseURL: baseUrl, maxRetries: 0, logLevel: 'off' })
  account = new ManagedAccount(provider, sandbox.vendors.sendblue)
})

afterEach(async () => {
  await sandbox.close()
})

describe('the official client of Sendblue', () => {
  test('lists, creates, replaces and deletes at the stand-in', async () => {
    await client.webhooks.create({ type: 'receive', webhooks: [entry] })
    await client.webhooks.create({ type: 'outbound', webhooks: [url] })
    expect((await client.webhooks.list()).webhooks).toEqual({ receive: [entry], outbound: [url] })

    await client.webhooks.update({ webhooks: { receive: [entry], call_log: [url], globalSecret: 'global-0123456789' } })
    await client.webhooks.delete({ type: 'call_log', webhooks: [url] })

    const { status, webhooks } = await client.webhooks.list()
    expect({ status, webhooks }).toEqual({
      status: 'OK',
      webhooks: { receive: [entry], call_log: [], globalSecret: 'global-0123456789' },
    })
  })

  test('shows what hooks-sync wrote, as the client would have written it', async () => {
    const { outcome } = await account.apply(declared)

    expect(outcome.failed).toEqual([])
    expect((await client.webhooks.list()).webhooks).toEqual({ receive: [entry] })
  })

  test('makes what hooks-sync adopts', async () => {
    await client.webhooks.create({ type: 'receive', webhooks: [entry] })

    expect(describeActions(await account.plan(declared))).toEqual(['adopt hook'])
  })

  test('gets an error of its own for what is refused', async () => {
    sandbox.vendors.sendblue.setSwitch('gated_types', 'typing_indicator')

    await expect(client.webhooks.create({ type: 'typing_indicator', webhooks: [url] })).rejects.toMatchObject({
      status: 400,
    })
  })
})
