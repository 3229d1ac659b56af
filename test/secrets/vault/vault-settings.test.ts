import { describe, expect, test } from 'vitest'
import type { PlaceFault, StoreDirectoryOptions } from '../../../src/secrets/locate.ts'
import { openVaultKv } from '../../../src/secrets/vault/kv.ts'
import { aReference, aVaultStore, locate, surroundings } from './a-store.ts'

const address = 'https://vault.example.com:8200'
const allowed = { allowedOrigins: [address] }
const atVault = { VAULT_ADDR: address }

async function faultOf(options: Partial<StoreDirectoryOptions>, ref = 'ref+vault://kv/a#/b'): Promise<PlaceFault> {
  const place = await locate(ref, options)
  if (place.kind === 'fault') return place
  throw new Error('It is in order.')
}

async function isInOrder(options: Partial<StoreDirectoryOptions>): Promise<boolean> {
  return (await locate('ref+vault://kv/a#/b', options)).kind === 'place'
}

describe('settings of a store', () => {
  test.each<[Readonly<Record<string, unknown>>]>([
    [{}],
    [{ namespace: 'team/a', kv: 1, ca_file: 'ca.pem' }],
    [{ auth: { method: 'token' } }],
    [{ auth: { method: 'token', token_file: '~/token' } }],
    [{ auth: { method: 'approle', role_id: 'r', secret_id_env: 'SECRET_ID' } }],
    [{ auth: { method: 'approle', role_id_env: 'R', secret_id_file: 's', wrapped: true, mount: 'team/approle' } }],
    [{ auth: { method: 'kubernetes', role: 'hooks' } }],
    [{ auth: { method: 'jwt', role: 'hooks', audience: 'vault', mount: 'auth/github/' } }],
    [{ auth: { method: 'jwt', role: 'hooks', token_env: 'ID_TOKEN' } }],
  ])('such as %j are in order', async (settings) => {
    expect(await isInOrder({ ...allowed, stores: [aVaultStore({ address, ...settings })] })).toBe(true)
  })

  test.each<[Readonly<Record<string, unknown>>, string]>([
    [{ adress: 'x' }, 'The store "default" has a setting "adress", which the backend vault does not know.'],
    [{ address: 7 }, 'The setting "address" of the store "default" is not a URL.'],
    [{ address: 'vault:8200' }, 'The address of the store "default" is not a URL without login, query and fragment.'],
    [{ address: 'https://u:canary@v.example' }, 'The address of the store "default" is not a URL without login'],
    [{ address: 'https://v.example/?token=canary' }, 'The address of the store "default" is not a URL without login'],
    [{ namespace: 'a b' }, 'The setting "namespace" of the store "default" is not the path of a namespace.'],
    [{ kv: '2' }, 'The setting "kv" of the store "default" is not 1 or 2.'],
    [{ ca_file: true }, 'The setting "ca_file" of the store "default" is not a path.'],
    [{ auth: 'token' }, 'The setting "auth" of the store "default" is not a group such as { method: token }.'],
    [{ auth: {} }, 'The store "default" does not say how to log in: auth.method is no method.'],
    [{ auth: { method: 'canary' } }, 'The store "default" does not say how to log in: auth.method is no method.'],
    [{ auth: { method: 'toString' } }, 'The store "default" does not say how to log in: auth.method is no method.'],
    [{ auth: { method: 'token', token: 'canary' } }, 'The store "default" holds a credential: auth.token does not'],
    [
      { auth: { method: 'approle', role_id: 'r', secret_id: 'canary' } },
      'The store "default" holds a credential: auth.secret_id',
    ],
    [{ auth: { method: 'approle', secret_id_env: 'S' } }, 'The store "default" has no role_id to log in with.'],
    [{ auth: { method: 'approle', role_id: 'r' } }, 'The store "default" has no secret_id to log in with.'],
    [
      { auth: { method: 'approle', role_id: 'r', secret_id_env: 'S', wrapped: 'yes' } },
      'The setting "wrapped" of the store "default" is not true or false.',
    ],
    [{ auth: { method: 'kubernetes' } }, 'The store "default" has no role to log in with.'],
    [{ auth: { method: 'jwt' } }, 'The store "default" has no role to log in with.'],
    [
      { auth: { method: 'jwt', role: 'r', mount: '../sys' } },
      'The setting "mount" of the store "default" is not the path',
    ],
    [
      { auth: { method: 'jwt', role: 'r', secret_id_env: 'S' } },
      'The store "default" has a setting "secret_id_env", which',
    ],
  ])('such as %j are refused where they stand', async (settings, message) => {
    const at = { file: 'webhooks.yaml', line: 3, column: 1 }

    const fault = await faultOf({ ...allowed, stores: [aVaultStore({ address, ...settings }, { at })] })

    expect(fault).toMatchObject({ code: 'HS2006', blame: 'store', at, message: expect.stringContaining(message) })
    expect(JSON.stringify(fault)).not.toContain('canary')
  })

  test('may leave the address to the environment', async () => {
    const stores = [aVaultStore({ auth: { method: 'kubernetes', role: 'hooks' } })]

    expect(await isInOrder({ stores, env: atVault })).toBe(true)
    expect(await faultOf({ stores })).toMatchObject({ code: 'HS2006', message: 'The store "default" has no address.' })
  })
})

describe('the address', () => {
  test('is that of the environment where no store is declared', async () => {
    expect(await isInOrder({ env: atVault })).toBe(true)
    expect(await isInOrder({ env: { BAO_ADDR: address } })).toBe(true)
    expect(await faultOf({})).toMatchObject({ message: 'There is no address of a vault.' })
    expect(await faultOf({ env: { VAULT_ADDR: 'unix:///run/vault.sock' } })).toMatchObject({
      message: 'The address in VAULT_ADDR is not a URL without login, query and fragment.',
    })
  })

  test.each<[string, Partial<StoreDirectoryOptions>, boolean]>([
    [address, {}, false],
    [address, { env: atVault }, true],
    [address, { env: { BAO_ADDR: `${address}/` } }, true],
    [address, allowed, true],
    [address, { allowedOrigins: ['vault.example.com:8200'] }, true],
    [address, { allowedOrigins: ['vault.example.com'] }, false],
    ['https://vault.example.com', { env: atVault }, false],
    ['https://vault.example.com.evil.example:8200', { env: atVault }, false],
    ['http://vault.example.com:8200', { env: { VAULT_ADDR: 'http://vault.example.com:8200' } }, false],
    ['http://127.0.0.1:8200', {}, true],
    ['https://localhost:8200', {}, true],
  ])('%s with %j is allowed by the operator: %s', async (store, options, isAllowed) => {
    const place = await locate('ref+vault://kv/a#/b', { ...options, stores: [aVaultStore({ address: store })] })

    expect(place).toMatchObject(isAllowed ? { kind: 'place' } : { kind: 'fault', code: 'HS2007', blame: 'store' })
  })

  test('is not spoken to in clear, even where the operator says so', async () => {
    const clear = 'http://vault.example.com:8200'

    expect(await faultOf({ env: { VAULT_ADDR: clear } })).toMatchObject({
      code: 'HS2007',
      message: `The token for Vault would go to ${clear} unencrypted.`,
    })
  })

  test.each([
    ['1', address, false],
    ['true', address, false],
    ['0', address, true],
    ['', address, true],
    ['false', address, true],
    ['1', 'https://127.0.0.1:8200', true],
  ])('with VAULT_SKIP_VERIFY=%s at %s is in order: %s', async (skip, at, isAccepted) => {
    const places = await Promise.all(
      ['VAULT', 'BAO'].map((family) =>
        locate('ref+vault://kv/a#/b', { env: { VAULT_ADDR: at, [`${family}_SKIP_VERIFY`]: skip } }),
      ),
    )

    const expected = isAccepted ? { kind: 'place' } : { kind: 'fault', code: 'HS2011' }
    expect(places).toMatchObject([expected, expected])
  })
})

describe('a reference', () => {
  test.each([
    ['ref+vault://kv#/b', 'is no path of a secret in Vault'],
    ['ref+vault:///kv/a#/b', 'is no path of a secret in Vault'],
    ['ref+vault://kv/a/#/b', 'is no path of a secret in Vault'],
    ['ref+vault://kv/../sys/a#/b', 'is no path of a secret in Vault'],
    ['ref+vault://kv/%2E%2E/sys#/b', 'is no path of a secret in Vault'],
    ['ref+vault://kv/a?version=latest#/b', 'A version of a secret in Vault is a number.'],
    ['ref+vault://kv/a?version=0#/b', 'A version of a secret in Vault is a number.'],
  ])('%s is refused', async (ref, message) => {
    expect(await faultOf({ env: atVault }, ref)).toMatchObject({
      code: 'HS2002',
      blame: 'reference',
      message: expect.stringContaining(message),
    })
  })

  test('to documents leads where one to secrets does', () => {
    const stores = [
      aVaultStore({ address }, { alias: 'a' }),
      aVaultStore({ address: 'https://evil.example' }, { alias: 'b' }),
    ]
    const open = (ref: string, options: Partial<StoreDirectoryOptions>): unknown =>
      openVaultKv(aReference(ref), surroundings(options))

    expect(open('ref+vault://kv/a?store=a#/b', { stores, env: atVault })).toHaveProperty('read')
    expect(open('ref+vault://kv/a?store=b#/b', { stores, env: atVault })).toMatchObject({ code: 'HS2007' })
    expect(open('ref+vault://kv/a?store=c#/b', { stores, env: atVault })).toMatchObject({ code: 'HS2006' })
    expect(open('ref+vault://kv/a#/b', { stores: stores.slice(1), env: atVault })).toMatchObject({ code: 'HS2007' })
    expect(open('ref+openbao://kv/a#/b', { env: { BAO_ADDR: address } })).toHaveProperty('read')
  })
})
