import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import { chooseRung } from '../../src/core/recovery.ts'
import type { Rung, SecretRecovery } from '../../src/core/rung.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Provider } from '../../src/providers/registry.ts'
import { plannedSecretWords } from '../../src/report/secret-text.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { CaptureWorld, hook, place, providerOf } from './capture-world.ts'

const none: SecretRecovery = { fetch: false, replay: false, roll: false, source: 'a test' }
const all: SecretRecovery = { fetch: true, replay: true, roll: true, source: 'a test' }

describe('the way to a secret', () => {
  test.each<readonly [string, SecretRecovery, ProviderDefinition['uniqueIdentity'], Rung, Rung]>([
    ['is reading it again wherever the vendor shows it', all, 'yes', 'fetch', 'fetch'],
    ['is the same create once more', { ...all, fetch: false }, 'no', 'replay', 'manual'],
    ['is another one in its place', { ...none, roll: true }, 'no', 'roll', 'manual'],
    ['is a new webhook beside the one whose secret is lost', none, 'unknown', 'replace', 'manual'],
    ['is that of a person where two cannot live side by side', none, 'yes', 'manual', 'manual'],
  ])('%s', (_, secretRecovery, uniqueIdentity, whereLost, whereInUse) => {
    const { definition } = providerOf('tellcasey', { secretRecovery, uniqueIdentity })

    expect(chooseRung(definition, true)).toBe(whereLost)
    expect(chooseRung(definition, false)).toBe(whereInUse)
  })
})

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
})

afterAll(() => sandbox.close())

const casey = { hook: hook('tellcasey') }

/** Makes a vendor that answers a secret when it makes it and does not show it again. */
function forgetful(facts: Partial<ProviderDefinition>, rolled?: string): Provider {
  const { definition, load } = providerOf('tellcasey', facts)
  return {
    definition,
    load: async () => {
      const { connect } = await load()
      return {
        connect: (connection) => {
          const { readSecret: _, ...api } = connect(connection)
          if (rolled === undefined) return api
          const recoverSecret = async (way: string, { id }: { readonly id: string }) => {
            sandbox.vendors.tellcasey.webhooks.edit(id, { secret: `${way} ${rolled}` })
            return new Secret(`${way} ${rolled}`)
          }
          return { ...api, recoverSecret }
        },
      }
    },
  }
}

/** A create whose secret nobody has stored, because the run died before. */
async function orphan(provider: Provider): Promise<CaptureWorld> {
  const world = new CaptureWorld(sandbox, 'tellcasey', provider)
  for (let at = 0; world.live.length === 0; at += 1) await world.killedRun(casey, {}, at)
  return world
}

function words(plan: Awaited<ReturnType<CaptureWorld['plan']>>): readonly string[] {
  return plan.actions.flatMap(({ changes }) =>
    changes.flatMap((change) => ('secret' in change ? [plannedSecretWords(change)] : [])),
  )
}

test('a vendor that shows it is asked again', async () => {
  const world = await orphan(providerOf('tellcasey'))

  const { plan } = await world.apply(casey)

  expect(plan.actions.map(({ kind }) => kind)).toEqual(['update'])
  expect(words(plan)).toEqual([
    '(secret: not stored by an interrupted run; the vendor shows it again, so it will be read and stored in the vault)',
  ])
  expect(world.vault.get(place)).toBe(world.live[0]?.secret)
})

test.each([
  ['replay', 'its create is repeated under the same key, which tells it again, and it will be stored in the vault'],
  ['roll', 'the vendor makes another one in its place, which will be stored in the vault'],
] as const)('a vendor with a way of its own is asked for a %s', async (way, told) => {
  const world = await orphan(forgetful({ secretRecovery: { ...none, [way]: true } }, 'secret'))

  const { plan } = await world.apply(casey)

  expect(words(plan)).toEqual([`(secret: not stored by an interrupted run; ${told})`])
  expect(world.vault.get(place)).toBe(`${way} secret`)
  expect(world.live.map(({ secret }) => secret)).toEqual([`${way} secret`])
})

test('a vendor with no way gets a new webhook, and loses the one without a secret once the new one is safe', async () => {
  const world = await orphan(forgetful({ secretRecovery: none }))
  const [lost] = world.live

  const { plan } = await world.apply(casey)
  const again = await world.plan(casey)

  expect(plan.actions).toMatchObject([
    {
      kind: 'replace',
      order: 'create-first',
      reason: 'an interrupted run did not store the secret the vendor made, and the vendor does not show it again',
    },
  ])
  expect(world.live).toHaveLength(1)
  expect(world.live[0]?.id).not.toBe(lost?.id)
  expect(world.vault.get(place)).toBe(world.live[0]?.secret)
  expect(again.actions.map(({ kind }) => kind)).toEqual(['keep'])
})

test('where only a person can help, the run says how, and what it says helps', async () => {
  const world = await orphan(forgetful({ secretRecovery: none, uniqueIdentity: 'yes' }))
  const id = world.live[0]?.id ?? ''

  const { plan, outcome } = await world.apply(casey)
  sandbox.vendors.tellcasey.webhooks.remove(id)
  await world.apply(casey)

  expect(words(plan)[0]).toContain('so it cannot be stored: rotate makes a new one')
  expect(outcome.failed).toMatchObject([
    {
      failure: {
        code: 'HS4011',
        message: `tellcasey does not show again the signing_secret that it made for the webhook ${id}.`,
        hint: `Make a new one: hooks-sync rotate 'account/hook'. Or delete the webhook ${id} at tellcasey and run the command again: it is made anew, and its secret is stored.`,
      },
    },
  ])
  expect(world.vault.get(place)).toBe(world.live[0]?.secret)
})

test('a secret that receivers use is not made anew because the vault has lost it', async () => {
  const world = new CaptureWorld(sandbox, 'tellcasey', forgetful({ secretRecovery: none }))
  await world.apply(casey)
  const [live] = world.live
  world.vault.clear()

  const { plan, outcome } = await world.apply(casey)

  expect(plan.actions.map(({ kind }) => kind)).toEqual(['update'])
  expect(outcome.failed).toMatchObject([{ failure: { hint: expect.stringContaining('hooks-sync rotate') } }])
  expect(world.live).toEqual([live])
})

test('every declared fact about a secret that a vendor makes has a source', () => {
  for (const vendor of ['tellcasey', 'smallest'] as const) {
    const { serverSecret, secretRecovery } = providerOf(vendor).definition
    expect(serverSecret).toBe('signing_secret')
    expect(secretRecovery?.source).toMatch(/^https:/u)
  }
})
