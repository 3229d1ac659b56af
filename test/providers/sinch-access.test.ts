import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { sinch } from '../../src/providers/sinch/declaration.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { liftOnceRefused } from './lift-limit.ts'
import { describeActions, ManagedAccount } from './managed-account.ts'
import { aSecret } from './open-account.ts'

const provider = { definition: sinch, load: () => import('../../src/providers/sinch/api.ts') }
const hook = { app_id: '01SANDBOXAPP00000000000001', url: 'https://hooks.example.com/in', events: ['MESSAGE_INBOUND'] }

let sandbox: Sandbox
let standIn: Sandbox['vendors']['sinch']
let account: ManagedAccount

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['sinch'] })
  standIn = sandbox.vendors.sinch
  account = new ManagedAccount(provider, standIn, { region: 'eu', auth_url: standIn.baseUrl })
})

afterEach(() => sandbox.close())

function webhookCalls(): readonly string[] {
  return standIn.log.filter(({ path }) => !path.includes('/oauth2/')).map(({ method }) => method)
}

function tokens(): number {
  return standIn.log.filter(({ path }) => path.includes('/oauth2/')).length
}

function withoutApp(): void {
  const { [hook.app_id]: _, ...apps } = standIn.settings.apps
  standIn.configure({ apps })
  standIn.webhooks.clear()
}

describe('an app that is not found', () => {
  test('is an error where a webhook is declared on it, in a wrong region as well', async () => {
    await account.apply({ hook })
    standIn.setSwitch('wrong_region', true)

    await expect(account.plan({ hook })).rejects.toThrow(/HS3016/u)
    await expect(account.apply({ hook })).rejects.toThrow(/HS3016/u)
    expect(standIn.webhooks.all()).toHaveLength(1)
  })

  test('is an error where the ledger alone names it and nothing confirms that it is gone', async () => {
    await account.apply({ hook })
    standIn.fault({ kind: 'status', status: 404, times: 9, match: { method: 'GET', pathIncludes: '/webhooks' } })

    await expect(account.plan({})).rejects.toThrow(/HS3016/u)
  })

  test('is orphaned where the ledger alone names it and the list of apps confirms it', async () => {
    await account.apply({ hook })
    withoutApp()

    const plan = await account.plan({})

    expect(plan.orphaned).toEqual(['hook'])
    expect(plan.refusals).toEqual([])
    expect(describeActions(plan)).toEqual([])
    expect((await account.drift({})).map(({ class: found }) => found)).toEqual(['orphaned'])
    await account.apply({})
    expect(Object.keys(account.ledger?.webhooks ?? {})).toEqual([])
  })

  test('is an error where a webhook is declared on it and the list of apps confirms that it is gone', async () => {
    await account.apply({ hook })
    withoutApp()

    await expect(account.plan({ hook })).rejects.toThrow(/HS3016/u)
  })
})

test('only the apps that files or ledger name are listed, and an import walks all', async () => {
  await account.apply({ hook })
  standIn.clearLog()

  await account.plan({ hook })
  const planned = webhookCalls()
  standIn.clearLog()
  await account.import({ hook })

  expect(planned).toEqual(['GET'])
  expect(webhookCalls()).toHaveLength(1 + Object.keys(standIn.settings.apps).length)
})

test('a project that is blocked for credit is told of by that name', async () => {
  await account.apply({ hook })
  standIn.setSwitch('billing_blocked', true)

  await expect(account.plan({ hook })).rejects.toThrow(/BILLING_CREDIT_LIMIT_BREACHED/u)
})

test('a token that lives shorter than a run is fetched again, and nothing fails', async () => {
  standIn.setSwitch('token_lifetime_s', 60)
  onTestFinished(() => void vi.useRealTimers())

  const meanwhile = () => void vi.setSystemTime(Date.now() + 61_000)
  const { outcome } = await account.apply({ hook }, { meanwhile })

  expect(outcome.failed).toEqual([])
  expect(tokens()).toBeGreaterThan(1)
})

test('a token service that is out of breath is waited for', async () => {
  standIn.setSwitch('token_burst', 1)
  const lifted = liftOnceRefused(standIn, 'token_rate_per_second', ({ path }) => path.includes('/oauth2/'))

  await Promise.all([lifted, ...Array.from({ length: 3 }, () => account.plan({ hook }))])

  expect(tokens()).toBeGreaterThan(3)
})

test('a quota lower than the documented one fails the create and leaves the rest', async () => {
  standIn.setSwitch('quota', 1)

  const { outcome } = await account.apply({ hook, other: { ...hook, url: 'https://hooks.example.com/other' } })

  expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4004' } }])
  expect(standIn.webhooks.all()).toHaveLength(1)
})

test('a secret that cannot be cleared is told of, and stays', async () => {
  standIn.setSwitch('empty_secret', 'refused')
  await account.apply({ hook: { ...hook, signing_secret: aSecret('signing-secret-0123456789') } })

  const { outcome } = await account.apply({ hook: { ...hook, signing_secret: null } })

  expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4004' } }])
  expect(standIn.webhooks.all()).toMatchObject([{ secret: 'signing-secret-0123456789' }])
})
