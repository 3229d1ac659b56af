import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { aPatch, locate, placeOf, readOne } from '../cloud/a-cloud-store.ts'
import { type CloudWorld, describeCloudStore } from '../cloud/cloud-contract.ts'
import { type CloudServer, startCloudServer } from '../cloud/cloud-server.ts'
import { azureError, KeyVaultStandIn, token } from './key-vault-stand-in.ts'

const identityHeader = 'canary-identity-header'
let identity: CloudServer
let endIdentity: (() => void) | undefined

// The SDK keeps the place it has tokens from, and the tokens, for as long as the process lives.
beforeAll(async () => {
  identity = await startCloudServer(
    ({ headers }) => {
      if (headers['x-identity-header'] !== identityHeader) return { status: 401, body: {} }
      const expires = Math.floor(Date.now() / 1000) + 3600
      return {
        status: 200,
        body: { access_token: token, expires_on: expires, resource: 'vault', token_type: 'Bearer' },
      }
    },
    'http',
    (end) => void (endIdentity = end),
  )
})
afterAll(() => endIdentity?.())

beforeEach(() => {
  identity.requests.length = 0
  identity.trouble = () => undefined
  for (const name of Object.keys(process.env).filter((each) => each.startsWith('AZURE_'))) vi.stubEnv(name, undefined)
  vi.stubEnv('IDENTITY_ENDPOINT', `${identity.origin}/msi/token`)
  vi.stubEnv('IDENTITY_HEADER', identityHeader)
  vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'ManagedIdentityCredential')
})
afterEach(() => void vi.unstubAllEnvs())

function signOut(): void {
  vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'EnvironmentCredential')
}

interface World extends CloudWorld {
  readonly standIn: KeyVaultStandIn
}

async function start(): Promise<World> {
  const standIn = new KeyVaultStandIn()
  const server = await startCloudServer((request, origin) => standIn.serve(request, origin))
  return {
    standIn,
    server,
    open: async ({ origin = server.origin, ...rest } = {}) => {
      return (await placeOf({ ref: 'ref+azurekeyvault://any', options: { vault: origin }, ...rest })).store
    },
    put: (name, value) => standIn.put(name, value).id,
    current: (name) => standIn.current(name)?.text,
    versions: (name) => standIn.secrets.get(name)?.length ?? 0,
  }
}

describe('Azure Key Vault', () => {
  describeCloudStore({
    start,
    names: ['casey-prod', 'sinch-prod'],
    canaries: [token, identityHeader],
    refusals: {
      denied: azureError(403, 'Forbidden', 'ForbiddenByRbac'),
      throttled: azureError(429, 'Throttled'),
      unauthenticated: azureError(401, 'Unauthorized'),
      broken: azureError(503, 'ServiceUnavailable'),
    },
    signOut,
    noticesOthers: false,
    repeatsWrites: true,
    holdsBytes: false,
    isChange: ({ method, headers }) => method === 'PUT' && headers.authorization !== undefined,
    isWrite: ({ method }) => method === 'PUT' || method === 'PATCH',
  })

  test('is shown a token that is for vaults, after it has asked for one', async () => {
    const world = await start()
    world.put('a', 'one')

    await readOne(await world.open(), 'a')

    expect(world.server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, `Bearer ${token}`])
  })

  test('gets no token for anything else it asks for', async () => {
    const world = await start()
    world.put('a', 'one')
    world.standIn.resource = 'https://management.azure.com'

    expect(await readOne(await world.open(), 'a')).toMatchObject({ kind: 'unauthenticated' })
    expect(identity.requests).toEqual([])
  })

  test('does not get a new value before the token', async () => {
    const world = await start()

    await (await world.open()).write('a', aPatch('', 'canary-new-value'), 'any')

    const before = world.server.requests.filter(({ headers }) => headers.authorization === undefined)
    expect(before.map(({ body }) => body)).not.toContain(expect.stringContaining('canary'))
    expect(world.current('a')).toBe('canary-new-value')
  })

  test('keeps the type and the tags of a secret', async () => {
    const world = await start()
    world.standIn.put('a', 'one', { contentType: 'text/plain', tags: { team: 'hooks' } })

    await (await world.open()).write('a', aPatch('', 'two'), 'any')

    expect(world.standIn.current('a')).toMatchObject({
      text: 'two',
      contentType: 'text/plain',
      tags: { team: 'hooks' },
    })
  })

  test('tells how to bring back a secret that is deleted or disabled', async () => {
    const world = await start()
    world.put('a', 'one')
    const store = await world.open()
    await store.remove('a', [[]])

    const deleted = await store.write('a', aPatch('', 'two'), 'any')
    world.server.trouble = () => azureError(403, 'Forbidden', 'SecretDisabled')

    expect([deleted, await readOne(store, 'a')]).toMatchObject([
      { kind: 'denied', message: 'Azure Key Vault cannot write a as it is now (ObjectIsDeletedButRecoverable, 409).' },
      { kind: 'denied', message: 'Azure Key Vault cannot read a as it is now (SecretDisabled, 403).' },
    ])
  })

  test('is told from the service that gives out tokens', async () => {
    const world = await start()
    world.put('a', 'one')
    // One that no test has a token for.
    world.standIn.resource = 'https://vault.azure.cn'
    identity.trouble = () => ({ status: 400, body: { error: 'invalid_request', error_description: token } })

    expect(await readOne(await world.open(), 'a')).toMatchObject({ kind: 'unauthenticated' })
  })

  test.each([
    ['ref+azurekeyvault://casey', { vault: 'team' }, 'https://team.vault.azure.net', 'casey', undefined],
    [
      'ref+azurekeyvault://casey',
      { vault: 'https://t.vault.azure.cn' },
      'https://t.vault.azure.cn',
      'casey',
      undefined,
    ],
    ['ref+azurekeyvault://team/casey', undefined, 'https://team.vault.azure.net', 'casey', undefined],
    [
      'ref+azurekeyvault://t.vault.usgovcloudapi.net/casey',
      {},
      'https://t.vault.usgovcloudapi.net',
      'casey',
      undefined,
    ],
    [`ref+azurekeyvault://t/casey/${'a'.repeat(32)}`, {}, 'https://t.vault.azure.net', 'casey', 'a'.repeat(32)],
    [`ref+azurekeyvault://t/casey?version=${'b'.repeat(32)}`, {}, 'https://t.vault.azure.net', 'casey', 'b'.repeat(32)],
  ])('finds by %s with %j the vault %s, secret %s, version %s', async (ref, options, vault, path, version) => {
    const place = await placeOf({ ref, ...(options === undefined ? {} : { options }) })

    expect([place.group, place.path, place.version]).toEqual([`azurekeyvault:${vault}`, path, version])
  })

  test.each(['IDENTITY_HEADER', 'MSI_SECRET', 'AZURE_CLIENT_SECRET'])('keeps %s to itself', async (name) => {
    expect(await locate({ ref: `ref+env://${name}` })).toMatchObject({ kind: 'fault', code: 'HS2007' })
  })

  test.each([
    ['ref+azurekeyvault://casey', undefined, 'HS2006'],
    ['ref+azurekeyvault://casey_prod', { vault: 'team' }, 'HS2006'],
    ['ref+azurekeyvault://casey', { vault: 'https://team.vault.azure.net.evil.example' }, 'HS2007'],
    ['ref+azurekeyvault://casey', { vault: 'http://team.vault.azure.net' }, 'HS2007'],
    ['ref+azurekeyvault://evil.example.com/casey', { vault: 'team' }, 'HS2007'],
    ['ref+azurekeyvault://casey', { vault: 'team', client_secret: 'x' }, 'HS2006'],
  ])('refuses %s with %j', async (ref, options, code) => {
    const place = await locate({ ref, ...(options === undefined ? {} : { options }) })

    expect(place).toMatchObject({ kind: 'fault', code })
  })
})
