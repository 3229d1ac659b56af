import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Store } from '../../../src/secrets/store.ts'
import { startVendor } from '../../http/vendor-server.ts'
import { aVaultStore, locate, makeHastyClock, openStore, readField } from './a-store.ts'
import { type FakeVault, startFakeVault } from './fake-vault.ts'
import { Operator } from './operator.ts'

type Fields = Readonly<Record<string, unknown>>

async function aVault(
  brand: 'vault' | 'openbao' = 'vault',
): Promise<{ readonly vault: FakeVault; readonly operator: Operator }> {
  const vault = await startFakeVault({ brand })
  const operator = new Operator({ address: vault.address, token: vault.rootToken })
  await operator.mountKv('kv', 2)
  await operator.ask('POST', 'kv/data/a', { data: { key: 'canary-value' } })
  await operator.allow('plan', { 'kv/data/*': ['read'] })
  return { vault, operator }
}

function openWith(vault: FakeVault, auth: Fields, env: Readonly<Record<string, string>> = {}): Promise<Store> {
  // The clock of the run goes with that of the server.
  const clock = { ...makeHastyClock(), now: () => vault.access.now() }
  const stores = [aVaultStore({ address: vault.address, auth })]
  return openStore({ stores, env, calls: { userAgent: 'test', clock } })
}

async function aFile(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hooks-sync-vault-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'token')
  await writeFile(file, text)
  return file
}

function aJwt(claims: Fields): string {
  const encode = (value: Fields): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.canary-signature`
}

function kubernetes(vault: FakeVault, settings: Fields = {}): void {
  vault.access.methods.set('kubernetes', 'kubernetes')
  vault.access.roles.set('kubernetes/hooks', { jwt: 'canary-account', token_policies: ['plan'], ...settings })
}

function jwtMethod(vault: FakeVault, mount = 'jwt'): void {
  vault.access.methods.set(mount, 'jwt')
  vault.access.roles.set(`${mount}/hooks`, { bound_audiences: 'vault.example', token_policies: ['plan'] })
}

describe('the operator’s own token', () => {
  test('is found where the programs of HashiCorp and OpenBao look for it', async () => {
    const { vault } = await aVault()
    const homeDir = join(await aFile('unused'), '..')
    await writeFile(join(homeDir, '.vault-token'), `${vault.rootToken}\n`)
    const { address, rootToken } = vault
    const places = [
      { env: { VAULT_ADDR: address, VAULT_TOKEN: rootToken } },
      { env: { BAO_ADDR: address, BAO_TOKEN: rootToken } },
      { env: { BAO_ADDR: address, BAO_TOKEN: rootToken, VAULT_ADDR: '', VAULT_TOKEN: 'of another server' } },
      { env: { VAULT_ADDR: address, VAULT_TOKEN_FILE: await aFile(`${rootToken}\n`) } },
      { env: { BAO_ADDR: address, BAO_TOKEN_FILE: await aFile(`${rootToken}\n`) } },
      { env: { VAULT_ADDR: address }, homeDir },
    ]

    const checks = await Promise.all(places.map(async (place) => (await openStore(place)).check()))

    expect(checks).toEqual(places.map(() => undefined))
  })

  test('may be in a variable or a file that the store names', async () => {
    const { vault } = await aVault()
    const file = await aFile(vault.rootToken)

    const inVariable = await openWith(vault, { method: 'token', token_env: 'MINE' }, { MINE: vault.rootToken })
    const inFile = await openWith(vault, { method: 'token', token_file: file })

    expect([await inVariable.check(), await inFile.check()]).toEqual([undefined, undefined])
  })

  test('is not revoked or renewed, being not ours', async () => {
    const { vault } = await aVault()
    const store = await openWith(vault, { method: 'token' }, { VAULT_TOKEN: vault.rootToken })
    await readField(store, 'kv/a', '/key')
    await store.close()

    expect(vault.count('auth/token/')).toBe(0)
  })

  test('is read again when it is refused, as the file of an agent changes', async () => {
    const { vault, operator } = await aVault()
    const file = await aFile('hvs.canary-old')
    const store = await openWith(vault, { method: 'token', token_file: file })
    await writeFile(file, await operator.createToken(['plan'], { ttl: '60' }))

    expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
    vault.access.aheadMs = 61_000
    await writeFile(file, await operator.createToken(['plan'], { ttl: '60' }))
    expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
  })

  test.each(['vault', 'openbao'] as const)('is not doubted by %s for each path that it may not read', async (brand) => {
    const { vault, operator } = await aVault(brand)
    await operator.allow('one', { 'kv/data/a': ['read'] })
    const store = await openWith(vault, { method: 'token' }, { VAULT_TOKEN: await operator.createToken(['one']) })

    const answers = await store.read(['b', 'c', 'd', 'a'].map((name) => ({ path: `kv/${name}` })))

    expect(answers.map(({ kind }) => kind)).toEqual(['denied', 'denied', 'denied', 'document'])
    expect(vault.count('auth/token/lookup-self')).toBe(1)
  })

  test('still reads what it may, where it can ask nothing about itself', async () => {
    const { vault, operator } = await aVault('openbao')
    await operator.allow('mute', {
      'kv/data/a': ['read', 'update'],
      'auth/token/lookup-self': ['deny'],
      'sys/capabilities-self': ['deny'],
    })
    vault.isPreflightDenied = true
    const store = await openWith(vault, { method: 'token' }, { VAULT_TOKEN: await operator.createToken(['mute']) })

    expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
    expect(await readField(store, 'kv/b', '/key')).toMatchObject({ kind: 'unauthenticated' })
    expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
    expect(await store.proveWritable('kv/a')).toBeUndefined()
  })

  test.each([
    [{ method: 'token' }, 'There is no token for Vault at http'],
    [{ method: 'token', token_env: 'MINE' }, 'There is no token for Vault at http'],
    [{ method: 'approle', role_id_env: 'ROLE', secret_id_env: 'SECRET' }, 'The variable ROLE is not there or empty.'],
    [{ method: 'kubernetes', role: 'r', token_file: '/nonexistent/t' }, 'The file t is not there or empty.'],
    [{ method: 'kubernetes', role: 'r', token_file: '/dev' }, '/dev is a directory, not a file.'],
    [{ method: 'jwt', role: 'r', token_env: 'ID_TOKEN' }, 'The variable ID_TOKEN is not there or empty.'],
    [{ method: 'jwt', role: 'r' }, 'There is no token to log in to Vault with'],
  ])('or what to log in with is missing: %j', async (auth, message) => {
    const { vault } = await aVault()
    const before = vault.seen.length
    const store = await openWith(vault, auth)

    expect(await readField(store, 'kv/a', '/key')).toMatchObject({
      kind: 'unauthenticated',
      message: expect.stringContaining(message),
      hint: expect.any(String),
    })
    expect(vault.seen.length).toBe(before)
  })
})

describe('a token that is issued for the run', () => {
  test('is asked for once, however many paths are read, and given back at the end', async () => {
    const { vault } = await aVault()
    kubernetes(vault)
    const store = await openWith(vault, {
      method: 'kubernetes',
      role: 'hooks',
      token_file: await aFile('canary-account'),
    })

    await Promise.all([store.check(), ...['a', 'b', 'c'].map((name) => store.read([{ path: `kv/${name}` }]))])
    await store.close()

    expect(vault.count('auth/kubernetes/login')).toBe(1)
    expect(vault.count('auth/token/revoke-self')).toBe(1)
    expect(vault.seen.at(-1)?.path).toBe('auth/token/revoke-self')
    expect(vault.access.tokens.size).toBe(1)
  })

  test('is renewed when two thirds of its life are over', async () => {
    const { vault } = await aVault()
    kubernetes(vault, { token_ttl: 60 })
    const store = await openWith(vault, {
      method: 'kubernetes',
      role: 'hooks',
      token_file: await aFile('canary-account'),
    })

    for (const aheadMs of [0, 39_000, 41_000, 79_000, 82_000, 120_000]) {
      vault.access.aheadMs = aheadMs
      expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
    }

    expect(vault.count('auth/token/renew-self')).toBe(2)
    expect(vault.count('auth/kubernetes/login')).toBe(1)
  })

  test.each(['vault', 'openbao'] as const)('is got anew when it ended, or %s has revoked it', async (brand) => {
    const { vault } = await aVault(brand)
    kubernetes(vault, { token_ttl: 60 })
    const store = await openWith(vault, {
      method: 'kubernetes',
      role: 'hooks',
      token_file: await aFile('canary-account'),
    })

    await readField(store, 'kv/a', '/key')
    vault.access.aheadMs = 61_000
    expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
    vault.access.tokens.clear()
    const answers = await Promise.all(['a', 'a', 'a'].map((name) => readField(store, `kv/${name}`, '/key')))

    expect(answers).toEqual(['canary-value', 'canary-value', 'canary-value'])
    expect(vault.count('auth/kubernetes/login')).toBe(3)
  })

  test('is got anew when renewing it does not help', async () => {
    const { vault } = await aVault()
    kubernetes(vault, { token_ttl: 60 })
    const store = await openWith(vault, {
      method: 'kubernetes',
      role: 'hooks',
      token_file: await aFile('canary-account'),
    })
    await readField(store, 'kv/a', '/key')
    vault.disturb(
      { status: 200, json: { auth: { lease_duration: 5, renewable: true } } },
      { on: ({ path }) => path.endsWith('renew-self') },
    )
    vault.access.aheadMs = 45_000

    expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
    expect(vault.count('auth/kubernetes/login')).toBe(2)
  })

  test('is used to its end when it can be neither renewed nor replaced', async () => {
    const { vault } = await aVault()
    kubernetes(vault, { token_ttl: 60 })
    const file = await aFile('canary-account')
    const store = await openWith(vault, { method: 'kubernetes', role: 'hooks', token_file: file })
    await readField(store, 'kv/a', '/key')
    await writeFile(file, 'canary-nobody')
    vault.disturb({ status: 400 }, { on: ({ path }) => path.endsWith('renew-self') })
    vault.access.aheadMs = 45_000

    expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
    expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
    vault.access.aheadMs = 61_000
    expect(await readField(store, 'kv/a', '/key')).toMatchObject({ kind: 'unauthenticated' })
    expect(vault.count('auth/kubernetes/login')).toBe(3)
  })

  test('is refused with one finding, and no second try', async () => {
    const { vault } = await aVault()
    kubernetes(vault)
    const store = await openWith(vault, {
      method: 'kubernetes',
      role: 'hooks',
      token_file: await aFile('canary-nobody'),
    })

    const answers = await store.read(['kv/a', 'kv/b', 'other/c'].map((path) => ({ path })))
    const later = await readField(store, 'kv/d', '/key')

    expect(new Set([...answers, later].map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(later).toMatchObject({
      kind: 'unauthenticated',
      message: `Vault at ${vault.address} denies the login with kubernetes at auth/kubernetes.`,
      hint: expect.stringContaining('service account'),
    })
    expect(vault.count('auth/kubernetes/login')).toBe(1)
  })
})

test('what unwraps once is not sent twice', async () => {
  const { vault } = await aVault()
  vault.disturb({ status: 503 }, { on: ({ path }) => path === 'sys/wrapping/unwrap', afterwards: true })
  const auth = { method: 'approle', role_id: 'r', secret_id_env: 'WRAPPED', wrapped: true }
  const store = await openWith(vault, auth, { WRAPPED: 'hvs.canary' })

  expect(await readField(store, 'kv/a', '/key')).toMatchObject({ kind: 'unavailable' })
  expect(vault.count('sys/wrapping/unwrap')).toBe(1)
})

describe('a login by JWT', () => {
  test('takes the token of GitLab from a variable', async () => {
    const { vault } = await aVault()
    jwtMethod(vault, 'gitlab')
    const auth = { method: 'jwt', mount: 'gitlab', role: 'hooks', token_env: 'ID_TOKEN' }

    const store = await openWith(vault, auth, { ID_TOKEN: aJwt({ aud: 'vault.example' }) })

    expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
  })

  test('asks GitHub Actions for a token with the audience that is wanted', async () => {
    const { vault } = await aVault()
    jwtMethod(vault)
    const github = await startVendor({ status: 200, json: { value: aJwt({ aud: 'vault.example' }) } })
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/runs/12/idtoken?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary-bearer',
    }

    const store = await openWith(vault, { method: 'jwt', role: 'hooks', audience: 'vault.example' }, env)

    expect(await readField(store, 'kv/a', '/key')).toBe('canary-value')
    expect(github.seen).toMatchObject([
      {
        url: '/runs/12/idtoken?api-version=2.0&audience=vault.example',
        headers: { authorization: 'bearer canary-bearer' },
      },
    ])
  })

  test.each([
    [400, { errors: ['no'] }, 'GitHub Actions refuses a token for this job: 400, no.'],
    [403, {}, 'GitHub Actions denies a token for this job.'],
    [200, {}, 'GitHub Actions gave no token for this job.'],
  ])('tells when GitHub Actions answers %d %j', async (status, json, message) => {
    const { vault } = await aVault()
    const github = await startVendor({ status, json })
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: github.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary-bearer' }

    const store = await openWith(vault, { method: 'jwt', role: 'hooks' }, env)

    expect(await readField(store, 'kv/a', '/key')).toMatchObject({ message })
  })

  test.each([
    'http://pipelines.actions.githubusercontent.com/x',
    'https://pipelines.actions.githubusercontent.com:8443/x',
    'https://actions.githubusercontent.com.evil.example/x',
    'https://evilactions.githubusercontent.com/x',
    'https://user:pw@pipelines.actions.githubusercontent.com/x',
    'https://evil.example/pipelines.actions.githubusercontent.com',
    'nonsense',
  ])('sends the credential of the job to no other host: %s', async (url) => {
    const { vault } = await aVault()
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary-bearer' }

    const store = await openWith(vault, { method: 'jwt', role: 'hooks' }, env)

    expect(await readField(store, 'kv/a', '/key')).toMatchObject({
      kind: 'unauthenticated',
      message: expect.stringContaining('nothing was sent there'),
    })
  })

  test('says what the server does not like, without the token', async () => {
    const { vault } = await aVault()
    jwtMethod(vault)
    const auth = { method: 'jwt', role: 'hooks', token_env: 'ID_TOKEN' }
    const store = await openWith(vault, auth, { ID_TOKEN: aJwt({ aud: 'other' }) })

    const fault = await readField(store, 'kv/a', '/key')

    expect(fault).toMatchObject({ kind: 'unauthenticated', message: expect.stringContaining('invalid audience (aud)') })
    expect(JSON.stringify(fault)).not.toContain('canary')
  })

  test('says when there is no such method', async () => {
    const { vault } = await aVault()
    const auth = { method: 'jwt', role: 'hooks', mount: 'nowhere', token_env: 'ID_TOKEN' }
    const store = await openWith(vault, auth, { ID_TOKEN: 'x' })
    vault.disturb(
      { status: 404, json: { errors: ['no handler for route "auth/nowhere/login". route entry not found.'] } },
      { on: ({ path }) => path === 'auth/nowhere/login' },
    )

    expect(await readField(store, 'kv/a', '/key')).toMatchObject({
      kind: 'unauthenticated',
      message: `Vault at ${vault.address} has no auth method at auth/nowhere.`,
    })
  })
})

test('a namespace goes with every request, logging in included', async () => {
  const { vault } = await aVault()
  const operator = new Operator({ address: vault.address, token: vault.rootToken }, 'team')
  await operator.mountKv('kv', 2)
  await operator.ask('POST', 'kv/data/a', { data: { key: 'of the team' } })
  const env = { VAULT_TOKEN: vault.rootToken }
  const inFiles = await openStore({ env, stores: [aVaultStore({ address: vault.address, namespace: 'team/' })] })
  const inEnvironment = await openStore({ env: { ...env, VAULT_ADDR: vault.address, VAULT_NAMESPACE: 'team' } })
  const before = vault.seen.length

  expect(await readField(inFiles, 'kv/a', '/key')).toBe('of the team')
  expect(await readField(inEnvironment, 'kv/a', '/key')).toBe('of the team')
  expect(vault.seen.slice(before).every(({ headers }) => headers['x-vault-namespace'] === 'team')).toBe(true)
})

test('logging in differently at one vault leads to the same places', async () => {
  const { vault } = await aVault()
  const { address } = vault
  const stores = [
    aVaultStore({ address }, { alias: 'plan' }),
    aVaultStore({ address, auth: { method: 'token', token_env: 'APPLY' } }, { alias: 'apply' }),
    aVaultStore({ address, namespace: 'team' }, { alias: 'team' }),
  ]

  const places = await Promise.all(stores.map(({ alias }) => locate(`ref+vault://kv/a?store=${alias}#/b`, { stores })))

  const groups = places.map((place) => (place.kind === 'place' ? place.group : place.message))
  expect(groups[0]).toBe(groups[1])
  expect(groups[0]).not.toBe(groups[2])
})
