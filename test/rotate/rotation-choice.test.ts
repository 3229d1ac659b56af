import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { carryOutRotations } from '../../src/run/rotate/carry-out-rotations.ts'
import type { RotateMeans } from '../../src/run/rotate/rotate-project.ts'
import { openSecrets } from '../../src/run/secrets-of-run.ts'
import { doings, fileHead, openWorld, sinchAccount, sinchHook, type World, whoIsRefused } from '../sync/open-world.ts'
import { accountText, fast, impatient } from '../sync/vendor-stories.ts'
import { results, rotateIn, told } from './rotating.ts'

let world: World

beforeEach(async () => {
  world = await openWorld()
  for (const name of ['one', 'two']) await world.setSecret(`keys/${name}`, `canary-${name}-0123456789`)
})

afterEach(() => world.close())

const secretLine = (ref: string): string => `        signing_secret: ${ref}\n`
const key = (name: string): string => `ref+age://secrets.age#/keys/${name}`
const hook = (name: string, ref: string): string => sinchHook(name, name, secretLine(ref))

async function open(webhooks: string, more = ''): Promise<void> {
  await world.write('webhooks.yaml', `${fileHead()}providers:\n${sinchAccount(world, webhooks)}${more}`)
  await world.apply({ pace: fast })
  world.forgetEvents()
}

const signedBy = (): readonly (string | undefined)[] =>
  world.sandbox.vendors.sinch.webhooks.all().map(({ secret }) => secret)

describe('webhooks that share a secret', () => {
  const bird = (): string =>
    `\n${accountText(world, 'bird', `\n      chat: { service: channels, events: [sms.inbound], url: https://hooks.example.com/chat, signing_secret: "${key('one')}" }`)}\n`

  test('rotate together, also across accounts, and that is said', async () => {
    await open(hook('a', key('one')) + hook('b', key('one')) + hook('c', key('two')), bird())

    const rotated = await rotateIn(world, ['sinch-eu/a'])

    expect(results(rotated)).toEqual(['bird/chat + sinch-eu/a + sinch-eu/b rotated'])
    expect(rotated.rotations.rotations[0]?.also).toEqual(['bird/chat', 'sinch-eu/b'])
    const made = await world.secret('keys/one')
    expect(made).not.toBe('canary-one-0123456789')
    expect(signedBy().filter((secret) => secret === made)).toHaveLength(2)
    expect(signedBy()).toContain('canary-two-0123456789')
    expect(world.sandbox.vendors.bird.webhooks.all()[0]?.signingKey).toBe(made)
    expect(doings(await world.plan({ pace: fast }))).toEqual([])
  })

  test('keep the pending secret while one of their vendors cannot be written, and get it later', async () => {
    await open(hook('a', key('one')), bird())
    world.sandbox.vendors.bird.fault({ kind: 'status', status: 403, times: 5, match: { method: 'PATCH' } })

    const cut = await rotateIn(world, ['sinch-eu/a'])
    const pending = await world.secret('keys/one_pending')
    world.sandbox.vendors.bird.clearFaults()
    const resumed = await rotateIn(world, [], { resume: true })

    expect(results(cut)).toEqual(['bird/chat + sinch-eu/a failed'])
    expect(pending).toBeDefined()
    expect(results(resumed)).toEqual(['bird/chat + sinch-eu/a rotated'])
    expect([...signedBy(), world.sandbox.vendors.bird.webhooks.all()[0]?.signingKey]).toEqual([pending, pending])
  })

  test('are refused where one of them is excluded', async () => {
    await open(hook('a', key('one')) + hook('b', key('one')))

    const rotated = await rotateIn(world, ['sinch-eu/*'], { excludes: ['sinch-eu/b'] })

    expect(told(rotated.findings)).toEqual(['HS3025 sinch-eu/a: sinch-eu/b shares its secret and is excluded.'])
    expect(rotated.outcomes).toBeUndefined()
  })

  test('are refused where something else uses the secret too', async () => {
    const credentials = `        client_credentials: { client_id: us, client_secret: "${key('one')}", endpoint: "https://hooks.example.com/token" }\n`
    await open(hook('a', key('one')) + sinchHook('b', 'b', credentials))

    const rotated = await rotateIn(world, ['sinch-eu/a'])

    expect(told(rotated.findings)).toEqual([
      'HS3025 sinch-eu/a: sinch-eu.webhooks.b.client_credentials.client_secret uses the same secret for something else.',
    ])
  })
})

describe('what cannot be rotated', () => {
  test.each([
    ['ref+env://INBOUND_KEY', 'the store env cannot be written, so a new value has no place there.'],
    ['ref+vault://kv/hooks?version=3#/inbound', 'its reference names version 3, which no new value can change.'],
  ])('is told by name: %s', async (ref, why) => {
    await open(hook('a', key('one')))
    await world.write('webhooks.yaml', (await world.read('webhooks.yaml')).replace(key('one'), `"${ref}"`))

    const rotated = await rotateIn(world, ['sinch-eu/a'], {}, { env: { INBOUND_KEY: 'canary-env-0123456789' } })

    expect(told(rotated.findings)).toEqual([`HS3025 sinch-eu/a: ${why}`])
    expect(rotated.findings[0]?.hint).toMatch(/\w/u)
  })

  test.each(['one_pending', 'one_previous'])(
    'is a secret beside which, at %s, lies one of something else',
    async (name) => {
      await world.setSecret(`keys/${name}`, 'canary-beside-0123456789')
      await open(hook('a', key('one')) + hook('b', key(name)))

      const rotated = await rotateIn(world, ['sinch-eu/a'])

      expect(told(rotated.findings)).toEqual([
        `HS3025 sinch-eu/a: rotating it would write to ${key(name)}, which sinch-eu.webhooks.b.signing_secret uses.`,
      ])
      expect(await world.secret(`keys/${name}`)).toBe('canary-beside-0123456789')
    },
  )

  test('is a secret beside which the fingerprint key lies', async () => {
    await open(hook('a', key('one')))
    const file = await world.read('webhooks.yaml')
    await world.write('webhooks.yaml', file.replace('hooks-sync/fingerprint_key', 'keys/one_previous'))

    const rotated = await rotateIn(world, ['sinch-eu/a'])

    expect(told(rotated.findings)).toContain(
      `HS3025 sinch-eu/a: rotating it would write to ${key('one_previous')}, which fingerprint_key uses.`,
    )
  })

  test('is a webhook without a secret, where it is named', async () => {
    await open(sinchHook('plain', 'plain') + hook('a', key('one')))

    expect(told((await rotateIn(world, ['sinch-eu/plain'])).findings)).toEqual([
      'HS3025 sinch-eu/plain: it declares no signing secret.',
    ])
    expect(told((await rotateIn(world, ['sinch-eu/*'])).findings)).toEqual([])
  })

  test('is a webhook that differs in more than its secret; the others are rotated', async () => {
    await open(hook('a', key('one')) + hook('b', key('two')))
    await world.write(
      'webhooks.yaml',
      (await world.read('webhooks.yaml')).replace('example.com/a', 'example.com/moved'),
    )

    const rotated = await rotateIn(world, ['sinch-eu'])

    expect(told(rotated.findings)).toEqual([
      'HS3025 sinch-eu/a: it differs from the file in url as well, and rotating writes nothing but the secret.',
    ])
    expect(rotated.findings[0]?.hint).toBe("Apply it first: hooks-sync apply --target 'sinch-eu/a'")
    expect(results(rotated)).toEqual(['sinch-eu/b rotated'])
    expect(await world.secret('keys/one_pending')).toBeUndefined()
  })

  test('is what a mistyped glob does not match', async () => {
    await open(hook('a', key('one')))

    const rotated = await rotateIn(world, ['sinch-eu/b', 'sinch-eu/a'])

    expect(told(rotated.findings)).toEqual(['HS1017 rotate sinch-eu/b matches no webhook.'])
    expect(rotated.outcomes).toBeUndefined()
  })

  test('needs a ledger', async () => {
    await open(hook('a', key('one')))

    await expect(rotateIn(world, ['sinch-eu/a'], {}, { ledger: false })).rejects.toThrow(/--no-ledger/u)
  })
})

test('nothing is sent where the vault refuses the new secret', async () => {
  await open(hook('a', key('one')))
  const message = 'The vault is sealed.'
  const refused = { kind: 'failed', diagnostic: { code: 'HS2008', severity: 'error', message } } as const
  const means: RotateMeans = {
    openSecrets: async (...given) => {
      const secrets = await openSecrets(...given)
      return { ...secrets, resolver: { ...secrets.resolver, edit: () => Promise.resolve(refused) } }
    },
    carryOut: carryOutRotations,
  }
  world.sandbox.vendors.sinch.clearLog()

  const rotated = await rotateIn(world, ['sinch-eu/a'], {}, {}, means)

  expect(rotated.outcomes).toMatchObject([{ result: 'failed', failure: { code: 'HS2008', message } }])
  expect(world.sandbox.vendors.sinch.log.filter(({ method }) => method === 'PATCH')).toEqual([])
  expect(await world.read('.hooks-sync/ledger.json')).not.toContain('"rotation"')
})

describe('a write whose answer is lost', () => {
  test.each([true, false])('is settled, whether or not the vendor has done it: %s', async (commit) => {
    await open(hook('a', key('one')))
    world.sandbox.vendors.sinch.fault({ kind: 'timeout', commit, match: { method: 'PATCH' } })

    const rotated = await rotateIn(world, ['sinch-eu/a'], {}, { pace: impatient })

    expect(results(rotated)).toEqual(['sinch-eu/a rotated'])
    expect(signedBy()).toEqual([await world.secret('keys/one')])
  })
})

describe('--max-age', () => {
  const day = 24 * 60 * 60 * 1000

  test('leaves alone what was written lately', async () => {
    await open(hook('a', key('one')))

    const young = await rotateIn(world, ['sinch-eu'], { maxAge: day })
    const old = await rotateIn(world, ['sinch-eu'], { maxAge: -1 })
    const again = await rotateIn(world, ['sinch-eu'], { maxAge: day })

    expect(young.rotations).toMatchObject({ rotations: [], young: [key('one')] })
    expect(results(old)).toEqual(['sinch-eu/a rotated'])
    expect(again.rotations).toMatchObject({ rotations: [], young: [key('one')] })
  })

  test('counts what nobody knows the age of as old, and says so', async () => {
    await open(hook('a', key('one')))
    await rm(join(world.directory, '.hooks-sync'), { recursive: true })
    await world.apply({ pace: fast })

    const rotated = await rotateIn(world, ['sinch-eu'], { maxAge: day })

    expect(rotated.rotations.rotations).toMatchObject([{ isOfUnknownAge: true }])
    expect(results(rotated)).toEqual(['sinch-eu/a rotated'])
  })
})

test('a dry run tells all of it and writes nothing', async () => {
  await open(hook('a', key('one')))
  const before = [await world.read('secrets.age'), await world.read('.hooks-sync/ledger.json'), signedBy()]

  const rotated = await rotateIn(world, ['sinch-eu/a'], { dryRun: true }, {}, undefined, () => Promise.resolve(false))

  expect(rotated.rotations.rotations).toMatchObject([
    {
      steps: ['staged', 'sent', 'verified', 'promoted', 'retired'],
      accepts: [{ ref: key('one') }, { ref: `${key('one')}_pending` }],
    },
  ])
  expect([await world.read('secrets.age'), await world.read('.hooks-sync/ledger.json'), signedBy()]).toEqual(before)
})

test('two rotations at once: one waits for nobody and says who is there', async () => {
  await open(hook('a', key('one')))

  const refused = await whoIsRefused((before) =>
    rotateIn(world, ['sinch-eu/a'], {}, {}, undefined, async () => {
      await before
      return true
    }),
  )

  expect(refused).toMatch(/hooks-sync rotate .* since /u)
  expect(signedBy()).toEqual([await world.secret('keys/one')])
})
