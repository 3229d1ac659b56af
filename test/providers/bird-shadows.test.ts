import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bird } from '../../src/providers/bird/declaration.ts'
import { type BirdWebhook, type Sandbox, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import { type Declared, ManagedAccount } from './managed-account.ts'

const provider = { definition: bird, load: () => import('../../src/providers/bird/api.ts') }

const channel = { key: 'channelId', value: '7b3f6a52-0a3c-4b61-9d0c-3a3b3b8f5f10' }
const inbound = { service: 'channels', events: ['sms.inbound'], url: 'https://hooks.example.com/bird' }

let sandbox: Sandbox
let standIn: VendorSandbox<BirdWebhook>
let account: ManagedAccount

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['bird'] })
  standIn = sandbox.vendors.bird
  account = new ManagedAccount(provider, standIn)
})

afterEach(() => sandbox.close())

async function settle(declared: Declared): Promise<void> {
  const { outcome } = await account.apply(declared)
  expect(outcome.failed).toEqual([])
}

describe('a filtered subscription', () => {
  const unfiltered = { ...inbound, events: ['sms.inbound'], url: 'https://hooks.example.com/all' }
  const filtered = { ...inbound, events: ['sms.inbound'], filters: [channel] }

  test('is refused where it takes events from an unmanaged unfiltered one', async () => {
    await settle({ unfiltered })
    const foreign = new ManagedAccount(provider, standIn)

    const plan = await foreign.plan({ filtered })
    const allowed = await foreign.plan({ filtered }, { allow: { shadow: true } })

    expect(plan.refusals).toMatchObject([{ code: 'HS3011', flag: '--allow-shadow', key: 'filtered' }])
    expect(plan.refusals[0]?.message).toContain(standIn.webhooks.all()[0]?.id)
    expect(allowed.refusals).toEqual([])
  })

  test('is warned of where the unfiltered one is ours', async () => {
    await settle({ unfiltered })

    const plan = await account.plan({ unfiltered, filtered })

    expect(plan.refusals).toEqual([])
    expect(plan.diagnostics).toMatchObject([{ code: 'HS3011', severity: 'warning', key: 'filtered' }])
  })

  test('takes nothing anew once it is there', async () => {
    const { outcome } = await account.apply({ unfiltered, filtered })
    expect(outcome.failed).toEqual([])

    const { diagnostics } = await account.plan({ unfiltered, filtered: { ...filtered, url: 'https://x.example.com/' } })

    expect(diagnostics).toEqual([])
  })

  test.for([
    ['other events', { events: ['line.inbound'] }],
    ['other services', { service: 'payments' }],
    ['subscriptions that are off', { enabled: false }],
  ] as const)('takes nothing from %s', async ([, change]) => {
    await settle({ unfiltered: { ...unfiltered, ...change } })
    const foreign = new ManagedAccount(provider, standIn)

    const { refusals } = await foreign.plan({ filtered })

    expect(refusals).toEqual([])
  })
})
