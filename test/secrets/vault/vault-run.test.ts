import { expect, onTestFinished, test } from 'vitest'
import { Secret } from '../../../src/core/secret.ts'
import { makeResolver, type Resolver, type Want } from '../../../src/secrets/resolver.ts'
import type { StoreConfig } from '../../../src/secrets/store.ts'
import { aVaultStore, surroundings } from './a-store.ts'
import { type FakeVault, startFakeVault } from './fake-vault.ts'
import { Operator } from './operator.ts'

function aWant(ref: string, line = 1): Want {
  return { ref, baseDir: '/nonexistent', at: { file: 'webhooks.yaml', line, column: 1 } }
}

async function aVault(): Promise<{ readonly vault: FakeVault; readonly operator: Operator }> {
  const vault = await startFakeVault()
  const operator = new Operator({ address: vault.address, token: vault.rootToken })
  await operator.mountKv('kv', 2)
  await operator.mountKv('team/kv', 1)
  return { vault, operator }
}

/** Opens the secrets of a run that logs in by AppRole. */
async function aRun(vault: FakeVault, operator: Operator): Promise<Resolver> {
  await operator.ask('POST', 'sys/auth/approle', { type: 'approle' })
  await operator.allow('plan', { 'kv/data/*': ['read', 'create', 'update'], 'team/kv/*': ['read'] })
  const { roleId, secretId } = await operator.createRole('approle', 'plan', { token_policies: ['plan'] })
  const auth = { method: 'approle', role_id: roleId, secret_id_env: 'SECRET_ID' }
  return open([aVaultStore({ address: vault.address, auth })], { SECRET_ID: secretId })
}

function open(stores: readonly StoreConfig[], env: Readonly<Record<string, string>>): Resolver {
  const resolver = makeResolver(surroundings({ stores, env }))
  onTestFinished(() => resolver.close())
  return resolver
}

test('a run with 500 references to 20 paths makes 20 reads, one login and one lookup for each mount', async () => {
  const { vault, operator } = await aVault()
  const fields = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`f${index}`, `value ${index}`]))
  const paths = Array.from({ length: 20 }, (_, index) => (index < 10 ? `kv/hooks/${index}` : `team/kv/${index}`))
  for (const path of paths) {
    const isSecond = path.startsWith('kv/')
    await operator.ask('POST', isSecond ? path.replace('kv/', 'kv/data/') : path, isSecond ? { data: fields } : fields)
  }
  const resolver = await aRun(vault, operator)
  const wants = paths.flatMap((path) => Object.keys(fields).map((field) => aWant(`ref+vault://${path}#/${field}`)))
  const before = vault.seen.length

  const resolution = await resolver.resolve(wants)

  const calls = vault.seen.slice(before).map(({ method, path }) => `${method} ${path}`)
  expect(resolution.diagnostics).toEqual([])
  expect(resolution.values.size).toBe(500)
  expect(calls.filter((call) => /^GET (?:kv\/data|team\/kv)\//u.test(call))).toHaveLength(20)
  expect(calls.filter((call) => call.startsWith('GET sys/internal/ui/mounts/'))).toHaveLength(2)
  expect(calls.filter((call) => call === 'POST auth/approle/login')).toHaveLength(1)
  expect(calls).toHaveLength(23)
})

test('what is wrong with a store is told once, what is wrong with a path each time', async () => {
  const { vault, operator } = await aVault()
  await operator.ask('POST', 'kv/data/a', { data: { key: 'canary-value' } })
  const good = await aRun(vault, operator)
  const bad = open([aVaultStore({ address: vault.address })], { VAULT_TOKEN: 'hvs.canary-nobody' })
  const wants = ['kv/a#/key', 'kv/b#/key', 'kv/c#/key', 'kv/a#/kez'].map((ref, line) =>
    aWant(`ref+vault://${ref}`, line + 1),
  )

  const told = await good.resolve(wants)
  const once = await bad.resolve(wants)

  expect(told.diagnostics.map(({ code, at }) => [code, at?.line])).toEqual([
    ['HS2003', 2],
    ['HS2003', 3],
    ['HS2003', 4],
  ])
  expect(told.diagnostics[2]).toMatchObject({ hint: 'The fields there are key.' })
  expect(once.diagnostics).toMatchObject([
    { code: 'HS2004', message: expect.stringContaining('does not accept the token') },
  ])
  expect(JSON.stringify([told.diagnostics, once.diagnostics])).not.toContain('canary')
})

test('a value is written, read back, and resolved anew', async () => {
  const { vault, operator } = await aVault()
  const resolver = await aRun(vault, operator)
  const want = { ...aWant('ref+vault://kv/new#/key'), optional: true }
  const before = await resolver.resolve([want])
  await resolver.proveWritable(want)

  const outcome = await resolver.write(want, new Secret('canary-made'), 'absent')
  const after = await resolver.resolve([want])

  expect(before.values.size).toBe(0)
  expect(outcome).toEqual({ kind: 'written', version: '1' })
  expect(after.values.get(want)?.reveal()).toBe('canary-made')
  expect(await resolver.write(want, new Secret('canary-other'), 'absent')).toMatchObject({ kind: 'conflict' })
  expect(await resolver.list(aWant('ref+vault://kv/new'))).toEqual(['/key'])
})

test('a call is recorded without what it is about', async () => {
  const { vault, operator } = await aVault()
  await operator.ask('POST', 'kv/data/hooks/a', { data: { key: 'x' } })
  const templates: string[] = []
  const calls = {
    userAgent: 'test',
    onCall: ({ template }: { readonly template: string }) => void templates.push(template),
  }
  const env = { VAULT_ADDR: vault.address, VAULT_TOKEN: vault.rootToken }
  const resolver = makeResolver(surroundings({ env, calls }))

  await resolver.resolve([aWant('ref+vault://kv/hooks/a#/key')])
  await resolver.close()

  expect(templates).toEqual(['/v1/sys/internal/ui/mounts/{path}', '/v1/{mount}/data/{path}'])
})
