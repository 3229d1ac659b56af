import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { makeResolver, type Resolution, type ResolverOptions, type Want } from '../../../src/secrets/resolver.ts'
import type { StoreConfig } from '../../../src/secrets/store.ts'
import { deadOrigin } from '../../http/vendor-server.ts'
import { makeVirtualClock } from '../../http/virtual-clock.ts'
import {
  billing,
  type ConnectServer,
  type ConnectWorld,
  hooks,
  itemId,
  startConnect,
  vaultId,
} from './a-connect-server.ts'

interface Told {
  readonly values: Readonly<Record<string, string>>
  readonly findings: Resolution['diagnostics']
}

async function resolve(refs: readonly string[], options: Partial<ResolverOptions>): Promise<Told> {
  const clock = makeVirtualClock()
  const resolver = makeResolver({
    stores: [],
    env: {},
    homeDir: '/nonexistent',
    cwd: '/nonexistent',
    calls: { userAgent: 'hooks-sync/test', clock },
    ...options,
  })
  const wants = refs.map(
    (ref, line): Want => ({ ref, baseDir: '/nonexistent', at: { file: 'w.yaml', line, column: 1 } }),
  )
  const { values, diagnostics } = await clock.run(resolver.resolve(wants))
  await resolver.close()
  return {
    values: Object.fromEntries(Array.from(values, ([want, value]) => [want.ref, value.reveal()])),
    findings: diagnostics,
  }
}

function envOf({ url }: Pick<ConnectServer, 'url'>): Record<string, string> {
  return { OP_CONNECT_HOST: url, OP_CONNECT_TOKEN: 'connect-token' }
}

async function resolveIn(
  world: ConnectWorld,
  ...refs: readonly string[]
): Promise<Told & { readonly asked: readonly string[] }> {
  const server = await startConnect(world)
  return { ...(await resolve(refs, { env: envOf(server) })), asked: server.asked }
}

describe('a field in 1Password Connect', () => {
  test.each([
    ['op://Hooks/Billing/api key', 'canary-api-key'],
    ['op://hooks/billing/API KEY', 'canary-api-key'],
    ['ref+op://Hooks/Billing/api%20key', 'canary-api-key'],
    ['op://Hooks/Billing/credential', 'canary-api-key'],
    ['op://Hooks/Billing/live/signing secret', 'canary-live'],
    ['op://Hooks/Billing/secttest/signing secret', 'canary-test'],
    ['op://Hooks/Billing/fieldtest', 'canary-test'],
    [`op://${vaultId}/${itemId}/fieldaaaaaaaaaaaaaaaaaaaaa`, 'canary-by-id'],
  ])('is found by %s', async (ref, value) => {
    const { values, findings } = await resolveIn({ vaults: [hooks] }, ref)

    expect(findings).toEqual([])
    expect(values).toEqual({ [ref]: value })
  })

  test.each<[string, string, string | RegExp, string | RegExp]>([
    ['op://Hook/Billing/x', 'HS2003', '1Password has no vault "Hook" that this token may read.', 'It may read Hooks.'],
    ['op://Hooks/Biling/x', 'HS2003', '1Password has no item "Biling" in the vault "Hooks".', /by its ID/],
    ['op://Hooks/Billing/dev/x', 'HS2003', 'op://Hooks/Billing has no section "dev".', /add more, live, test/],
    ['op://Hooks/Billing/x', 'HS2003', 'op://Hooks/Billing has no field "x".', /^The fields there are api key, notes/],
    [
      'op://Hooks/Billing/live/api key',
      'HS2003',
      'op://Hooks/Billing has no field "api key" in its section "live".',
      'The fields there are signing secret.',
    ],
    ['op://Hooks/Billing/notesPlain', 'HS2009', 'The field "notesPlain" of op://Hooks/Billing is empty.', /./],
    [
      'op://Hooks/Billing/signing secret',
      'HS2004',
      'op://Hooks/Billing has 2 fields that may be meant by "signing secret".',
      /^They stand in "live", "test": name the section/,
    ],
    ['ref+op://Hooks/a%22b/x', 'HS2004', /cannot look for the name/, /by its ID/],
    ['op://a/b/c/d/e', 'HS2004', 'op://a/b/c/d/e does not name vault, item and field.', /^The form is/],
    ['op://a//b/c', 'HS2004', /does not name vault, item and field/, /^The form is/],
  ])('is not found by %s, and it is told which part is wrong', async (ref, code, message, hint) => {
    const { findings } = await resolveIn({ vaults: [hooks] }, ref)

    expect(findings).toMatchObject([{ code }])
    expect(findings[0]?.message).toMatch(message)
    expect(findings[0]?.hint ?? '.').toMatch(hint)
    expect(inspect(findings, { depth: 9 })).not.toMatch(/canary|connect-token/)
  })

  test('is found where the name of an item looks like an ID', async () => {
    const named = { ...billing, title: 'namelikeanidaaaaaaaaaaaaaa' }

    const { values } = await resolveIn(
      { vaults: [{ ...hooks, items: [named] }] },
      `op://Hooks/${named.title}/credential`,
    )

    expect(Object.values(values)).toEqual(['canary-api-key'])
  })

  test.each<[string, ConnectWorld, RegExp]>([
    ['vaults', { vaults: [hooks, { ...hooks, id: 'other', items: [] }] }, /several vaults/],
    ['items', { vaults: [{ ...hooks, items: [billing, { ...billing, id: 'other' }] }] }, /several items/],
  ])('is not guessed among %s of the same name', async (_, world, message) => {
    const { findings } = await resolveIn(world, 'op://Hooks/Billing/credential')

    expect(findings).toMatchObject([
      { code: 'HS2004', message: expect.stringMatching(message), hint: expect.stringMatching(/by its ID/) },
    ])
  })
})

describe('a run with 1Password Connect', () => {
  test('lists the vaults once and reads each item once, however many references there are', async () => {
    const { values, asked } = await resolveIn(
      { vaults: [hooks] },
      'op://Hooks/Billing/api key',
      'op://hooks/BILLING/fieldlive',
      'op://Hooks/Billing/test/signing secret',
      `op://${vaultId}/Billing/fieldtest`,
    )

    expect(Object.keys(values)).toHaveLength(4)
    expect(asked).toEqual([
      '/v1/vaults',
      `/v1/vaults/${vaultId}/items?filter=title eq "Billing"`,
      `/v1/vaults/${vaultId}/items/${itemId}`,
    ])
  })

  test('asks once where the token is refused, and tells it once', async () => {
    const server = await startConnect({ vaults: [hooks], token: 'another' })
    const refs = Array.from({ length: 30 }, (_, index) => `op://Hooks/Item ${index}/x`)

    const { findings } = await resolve(refs, { env: envOf(server) })

    expect(server.asked).toEqual(['/v1/vaults'])
    expect(findings).toMatchObject([{ code: 'HS2004', message: expect.stringMatching(/does not accept the token/) }])
  })

  test('asks once for an item that is not there', async () => {
    const { asked } = await resolveIn(
      { vaults: [hooks] },
      'op://Hooks/None/a',
      'op://Hooks/None/b',
      'op://Hooks/none/c',
    )

    expect(asked).toHaveLength(2)
  })

  test.each<[string, NonNullable<ConnectWorld['instead']>, RegExp]>([
    ['403', (_, __, response) => Boolean(response.writeHead(403).end('{"message":"canary"}')), /denies reading/],
    ['429', (_, __, response) => Boolean(response.writeHead(429).end('{"message":"canary"}')), /wants fewer requests/],
    [
      '500',
      (_, __, response) => Boolean(response.writeHead(500).end('{"message":"canary"}')),
      /refuses reading .*: 500/,
    ],
    ['bad JSON', (_, __, response) => Boolean(response.end('canary {')), /gave no answer of 1Password Connect/],
    ['another form', (_, __, response) => Boolean(response.end('{"canary":1}')), /gave no answer of 1Password Connect/],
    ['a reset', (_, request) => Boolean(request.socket.destroy()), /cannot be reached/],
  ])('tells of %s in its own words', async (_, instead, message) => {
    const { findings } = await resolveIn({ vaults: [hooks], instead }, 'op://Hooks/Billing/x')

    expect(findings).toMatchObject([{ code: 'HS2004', message: expect.stringMatching(message) }])
    expect(inspect(findings, { depth: 9, showHidden: true })).not.toMatch(/canary|connect-token/)
  })

  test('does not carry its token to where a redirect points', async () => {
    const elsewhere = await startConnect({ vaults: [hooks] })
    const instead: ConnectWorld['instead'] = (path, _, response) =>
      Boolean(response.writeHead(307, { location: `${elsewhere.url}${path}` }).end())

    const { findings } = await resolveIn({ vaults: [hooks], instead }, 'op://Hooks/Billing/credential')

    expect(elsewhere.asked).toEqual([])
    expect(findings).toMatchObject([{ message: expect.stringMatching(/redirect/) }])
  })

  test('tells when nothing listens', async () => {
    const { findings } = await resolve(['op://Hooks/Billing/x'], { env: envOf({ url: await deadOrigin() }) })

    expect(findings).toMatchObject([{ code: 'HS2004', message: expect.stringMatching(/cannot be reached/) }])
  })

  test('never writes', async () => {
    const server = await startConnect({ vaults: [hooks] })
    const resolver = makeResolver({ stores: [], env: envOf(server), homeDir: '/', cwd: '/' })

    const proof = resolver.proveWritable({ ref: 'op://Hooks/Billing/credential', baseDir: '/' })

    await expect(proof).rejects.toMatchObject({ diagnostics: [{ code: 'HS2008' }] })
    expect(server.asked).toEqual([])
    await resolver.close()
  })
})

describe('where 1Password Connect is', () => {
  const ref = 'op://Hooks/Billing/credential'
  const storeWith = (options: StoreConfig['options']): StoreConfig[] => [
    { alias: 'team', backend: 'op', baseDir: '/nonexistent', options },
  ]

  test('may be said by the store where the operator says the same, or it is this machine', async () => {
    const server = await startConnect({ vaults: [hooks], token: 'of-the-team' })
    const stores = storeWith({ host: server.url, token_env: 'TEAM_TOKEN' })

    expect((await resolve([ref], { stores, env: { TEAM_TOKEN: 'of-the-team' } })).values).toEqual({
      [ref]: 'canary-api-key',
    })
  })

  test.each<[string, Partial<ResolverOptions>, RegExp]>([
    [
      'another host than the operator’s',
      { env: envOf({ url: 'https://connect.example' }) },
      /would go to https:\/\/evil\.example/,
    ],
    [
      'a host that the operator does not name',
      { env: { OP_CONNECT_TOKEN: 'connect-token' } },
      /HOOKS_SYNC_ALLOWED_ORIGINS=https:\/\/evil/,
    ],
  ])('is not %s', async (_, options, text) => {
    const { findings } = await resolve([ref], { stores: storeWith({ host: 'https://evil.example' }), ...options })

    expect(findings).toMatchObject([{ code: 'HS2007' }])
    expect(`${findings[0]?.message} ${findings[0]?.hint}`).toMatch(text)
  })

  test.each<[string, StoreConfig['options'], Record<string, string>, string, RegExp]>([
    ['unencrypted', {}, { OP_CONNECT_HOST: 'http://connect.example', OP_CONNECT_TOKEN: 'x' }, 'HS2007', /Use https/],
    [
      'with a login',
      {},
      { OP_CONNECT_HOST: 'https://a:canary@b.example', OP_CONNECT_TOKEN: 'x' },
      'HS2006',
      /without login/,
    ],
    ['without a token', {}, { OP_CONNECT_HOST: 'https://connect.example' }, 'HS2006', /OP_CONNECT_TOKEN is not set/],
    ['nowhere', {}, {}, 'HS2006', /OP_SERVICE_ACCOUNT_TOKEN is not set/],
    ['nowhere though asked for', { method: 'connect' }, { OP_CONNECT_TOKEN: 'x' }, 'HS2006', /no address/],
    ['by another method', { method: 'cli' }, {}, 'HS2006', /"connect" or "service-account"/],
    ['with a token in the file', { token: 'canary' }, {}, 'HS2006', /a setting "token"/],
  ])('%s is refused', async (_, options, env, code, text) => {
    const { findings } = await resolve([ref], { stores: storeWith(options), env })

    expect(findings).toMatchObject([{ code }])
    expect(`${findings[0]?.message} ${findings[0]?.hint}`).toMatch(text)
    expect(JSON.stringify(findings)).not.toContain('canary')
  })
})
