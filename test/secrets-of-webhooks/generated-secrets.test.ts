import { afterEach, describe, expect, test } from 'vitest'
import { SecretSlot } from '../../src/core/secret.ts'
import type { Ports } from '../../src/engine/ports.ts'
import { findProvider } from '../../src/providers/registry.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { KillSwitch } from '../capture/kill-switch.ts'
import { ManagedAccount, type RunOptions } from '../providers/managed-account.ts'
import { doings, fileHead, openWorld, sandboxApp, sinchAccount, type World } from '../sync/open-world.ts'
import { accountText, fast, type VendorName } from '../sync/vendor-stories.ts'

// A machine that is busy with other tests answers late.
let world: World | undefined

afterEach(async () => {
  await world?.close()
  world = undefined
})

const from = (pointer: string): string => `{ from: "ref+age://secrets.age#/${pointer}", generate: { bytes: 32 } }`

async function open(vendor: VendorName, webhooks: string, more = ''): Promise<World> {
  world = await openWorld({ vendors: [vendor] })
  await world.write('webhooks.yaml', `${fileHead()}providers:\n${accountText(world, vendor, webhooks, more)}\n`)
  return world
}

describe('a generated secret', () => {
  test('of a webhook is in the vault and at the vendor, and stays', async () => {
    const made = await open(
      'sinch',
      `\n      a: { app_id: ${sandboxApp}, url: https://hooks.example.com/a, events: [OPT_IN], signing_secret: ${from('made')} }`,
    )

    await made.apply({ pace: fast })
    const again = await made.apply({ pace: fast })

    const value = await made.secret('made')
    expect(value).toMatch(/^[\w-]{43}$/u)
    expect(made.sandbox.vendors.sinch.webhooks.all().map((webhook) => webhook.secret)).toEqual([value])
    expect(again.summary?.writes).toBe(0)
    expect(doings(await made.plan({ pace: fast }))).toEqual([])
  })

  test('is not made where the vault has a value', async () => {
    const made = await open(
      'bird',
      `\n      a: { service: channels, events: [sms.inbound], url: https://hooks.example.com/a, signing_secret: ${from('made')} }`,
    )
    await made.setSecret('made', 'from before')

    await made.apply({ pace: fast })

    expect(await made.secret('made')).toBe('from before')
    expect(made.sandbox.vendors.bird.webhooks.all().map(({ signingKey: key }) => key)).toEqual(['from before'])
  })

  test('may be the value of a header that the vendor never shows', async () => {
    const made = await open(
      'smallest',
      `\n      a: { url: https://hooks.example.com/a, subscriptions: [], headers: { X-Key: ${from('made')}, X-Team: voice } }`,
    )

    await made.apply({ pace: fast })
    const again = await made.apply({ pace: fast })

    expect(made.sandbox.vendors.smallest.webhooks.all()).toMatchObject([
      { headers: { 'X-Key': await made.secret('made'), 'X-Team': 'voice' } },
    ])
    expect(again.summary?.writes).toBe(0)
    expect(doings(await made.plan({ pace: fast }))).toEqual([])
  })

  test('may be a query parameter of the receiver', async () => {
    const made = await open(
      'tellcasey',
      `\n      a: { url: https://hooks.example.com/a, url_params: { token: ${from('made')} } }`,
    )

    await made.apply({ pace: fast })

    expect(made.sandbox.vendors.tellcasey.webhooks.all().map(({ url }) => url)).toEqual([
      `https://hooks.example.com/a?token=${await made.secret('made')}`,
    ])
    expect(doings(await made.plan({ pace: fast }))).toEqual([])
  })

  test('may be what all webhooks of an account share, and is remembered', async () => {
    const made = await open('sendblue', ' {}', `    global_signing_secret: ${from('made')}\n`)

    await made.apply({ pace: fast })
    const shared = made.sandbox.vendors.sendblue.settings.global_secret
    made.sandbox.vendors.sendblue.setSwitch('secrets_in_reads', 'masked')
    const hidden = await made.plan({ pace: fast })

    expect(shared).toBe(await made.secret('made'))
    expect(doings(hidden)).toEqual([])
    expect(hidden.accounts[0]?.actions[0]?.changes).toEqual([])
  })

  test('is one where two runs make it at once', async () => {
    const both = await openWorld({ vendors: ['sinch'] })
    world = both
    for (const name of ['one', 'two']) {
      const hook = `      ${name}: { app_id: ${sandboxApp}, url: https://hooks.example.com/${name}, events: [OPT_IN], signing_secret: ${from('made')} }\n`
      await both.write(`${name}.yaml`, `${fileHead(`${name}.json`)}providers:\n${sinchAccount(both, hook, name)}`)
    }

    const apply = (name: string) => both.apply({ files: [name], pace: fast })
    await Promise.all([apply('one.yaml'), apply('two.yaml')])

    const made = await both.secret('made')
    expect(both.sandbox.vendors.sinch.webhooks.all().map(({ secret }) => secret)).toEqual([made, made])
  })
})

describe('while a secret is generated', () => {
  const slot = new SecretSlot({ form: 'generate', ref: 'made', bytes: 32 })
  const url = 'https://hooks.example.com/a'
  const plain = { a: { app_id: sandboxApp, url, events: ['OPT_IN'] } }
  const signed = { a: { ...plain.a, signing_secret: slot } }

  /** Each way to come by a webhook that lacks the secret. */
  const stories: readonly (readonly [string, (account: ManagedAccount) => Promise<unknown>, RunOptions])[] = [
    ['makes a webhook', () => Promise.resolve(), {}],
    ['adds it to one of ours', (account) => account.apply(plain), {}],
    [
      'adds it to one that is not ours',
      (account) => account.apply(plain, { isWithoutLedger: true }),
      { allow: { takeover: true } },
    ],
  ]

  test.each(stories)(
    'a run that %s can be killed anywhere: the first value is the one that is used',
    async (_, prepare, options) => {
      const sandbox = await startSandbox({ vendors: ['sinch'], switches: { sinch: { secrets_in_reads: 'masked' } } })
      const found: string[] = []
      let effects = 0
      for (let at = 0; at <= effects; at += 1) {
        const account = openSinch(sandbox)
        await prepare(account)
        const kill = new KillSwitch(at, () => undefined)
        await account.attempt(signed, { ...options, around: kill.around }).catch(() => undefined)
        const first = account.vault.get('made')
        await account.apply(signed, options)
        const made = account.vault.get('made')
        if (first !== undefined && made !== first) found.push(`${at}: made twice`)
        const live = sandbox.vendors.sinch.webhooks.all().map(({ secret }) => secret)
        if (live.join() !== made) found.push(`${at}: live is not what the vault has`)
        const { actions } = await account.plan(signed)
        if (actions.some(({ kind }) => kind !== 'keep')) found.push(`${at}: something is left to do`)
        effects = Math.max(effects, kill.effects + 1)
      }
      await sandbox.close()

      expect(effects).toBeGreaterThan(3)
      expect(found).toEqual([])
    },
  )

  test('nothing is sent to the vendor where the vault refuses it', async () => {
    const sandbox = await startSandbox({ vendors: ['sinch'] })
    const account = openSinch(sandbox)
    const refusal = { code: 'HS2004', severity: 'error', message: 'The store refuses.' } as const
    const around = (ports: Ports): Ports => ({ ...ports, vault: { ...ports.vault, generate: async () => refusal } })

    const { outcome } = await account.apply(signed, { around })

    const writes = sandbox.vendors.sinch.log.filter(({ method, path }) => method !== 'GET' && !path.includes('oauth2'))
    await sandbox.close()
    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS2004', message: 'The store refuses.' } }])
    expect(writes).toEqual([])
  })
})

function openSinch(sandbox: Sandbox): ManagedAccount {
  const provider = findProvider('sinch')
  if (provider === undefined) throw new Error('There is no such vendor.')
  const { sinch } = sandbox.vendors
  sinch.webhooks.clear()
  return new ManagedAccount(provider, sinch, { region: 'eu', auth_url: sinch.baseUrl })
}
