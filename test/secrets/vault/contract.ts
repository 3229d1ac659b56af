import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Store } from '../../../src/secrets/store.ts'
import { aPatch, aVaultStore, openDocuments, openStore, readField } from './a-store.ts'
import { Operator, type TestServer, textAt } from './operator.ts'

interface World {
  readonly server: TestServer
  readonly operator: Operator
  /** A mount of KV version 2, and one of version 1, whose names nobody else uses. */
  readonly kv2: string
  readonly kv1: string
  readonly store: Store
}

/** Describes what hooks-sync relies on in a vault, whichever server it is. */
export function describeVault(name: string, start: () => Promise<TestServer>): void {
  async function aWorld(): Promise<World> {
    const server = await start()
    const operator = new Operator(server)
    const [kv2, kv1] = await Promise.all([aMount(operator, 2), aMount(operator, 1)])
    return { server, operator, kv2, kv1, store: await storeWith(server, server.token) }
  }

  describe(name, () => {
    describe('reads', () => {
      test('fields of both versions of KV, which the mount tells apart', async () => {
        const { operator, store, kv1, kv2 } = await aWorld()
        await operator.ask('POST', `${kv2}/data/hooks/a`, { data: { key: 'two', group: { inner: 'deep' } } })
        await operator.ask('POST', `${kv1}/hooks/a`, { key: 'one', data: { key: 'not an envelope' } })

        expect(await readField(store, `${kv2}/hooks/a`, '/key')).toBe('two')
        expect(await readField(store, `${kv2}/hooks/a`, '/group/inner')).toBe('deep')
        expect(await readField(store, `${kv1}/hooks/a`, '/key')).toBe('one')
        expect(await readField(store, `${kv1}/hooks/a`, '/data/key')).toBe('not an envelope')
      })

      test('names that have to be encoded', async () => {
        const { operator, store, kv2 } = await aWorld()
        await operator.ask('POST', `${kv2}/data/a%20b/it's(1)`, { data: { 'x y': 'odd' } })

        expect(await readField(store, `${kv2}/a b/it's(1)`, '/x y')).toBe('odd')
      })

      test('pinned versions, and tells which version it read', async () => {
        const { operator, store, kv2 } = await aWorld()
        await operator.ask('POST', `${kv2}/data/a`, { data: { key: 'first' } })
        await operator.ask('POST', `${kv2}/data/a`, { data: { key: 'second' } })

        expect(await readField(store, `${kv2}/a`, '/key', '1')).toBe('first')
        expect((await store.read([{ path: `${kv2}/a` }]))[0]).toMatchObject({ version: '2' })
        expect(await readField(store, `${kv2}/a`, '/key', '9')).toMatchObject({
          kind: 'not-found',
          message: expect.stringMatching(/has no version 9 of .*\/a\.$/u),
        })
      })

      test('nothing where nothing is', async () => {
        const { store, kv1, kv2 } = await aWorld()

        expect(await readField(store, `${kv2}/a`, '/key')).toMatchObject({ kind: 'not-found' })
        expect(await readField(store, `${kv1}/a`, '/key')).toMatchObject({ kind: 'not-found' })
      })

      test('that a version was deleted or destroyed, with its number', async () => {
        const { operator, store, kv2 } = await aWorld()
        await operator.ask('POST', `${kv2}/data/a`, { data: { key: 'first' } })
        await operator.ask('POST', `${kv2}/data/a`, { data: { key: 'second' } })
        await operator.ask('POST', `${kv2}/destroy/a`, { versions: [1] })
        await operator.ask('DELETE', `${kv2}/data/a`)

        expect(await readField(store, `${kv2}/a`, '/key')).toMatchObject({
          kind: 'not-found',
          message: `Version 2 of ${kv2}/a was deleted.`,
          hint: expect.stringContaining('undelete'),
        })
        expect(await readField(store, `${kv2}/a`, '/key', '1')).toMatchObject({
          kind: 'not-found',
          message: `Version 1 of ${kv2}/a was destroyed.`,
        })
      })

      test('that a path is written as the API has it', async () => {
        const { operator, store, kv2 } = await aWorld()
        await operator.ask('POST', `${kv2}/data/a`, { data: { key: 'x' } })

        const fault = await readField(store, `${kv2}/data/a`, '/key')

        expect(fault).toMatchObject({ kind: 'not-found', hint: expect.stringContaining('Leave out "data/"') })
      })

      test('that a mount is not there', async () => {
        const { store } = await aWorld()

        const fault = await readField(store, 'nowhere-at-all/a', '/key')

        expect(fault).toMatchObject({
          kind: 'unavailable',
          message: expect.stringContaining('no engine at nowhere-at-all/'),
        })
      })
    })

    describe('writes', () => {
      test.each(['kv1', 'kv2'] as const)('fields of %s and leaves all others as they are', async (engine) => {
        const world = await aWorld()
        const { store } = world
        const path = `${world[engine]}/hooks/a`

        expect(await store.write(path, aPatch('/key', 'one'), 'absent')).toMatchObject({ kind: 'written' })
        expect(await store.write(path, aPatch('/group/inner', 'two'), 'absent')).toMatchObject({ kind: 'written' })
        expect(await store.write(path, aPatch('/key', 'three'), 'any')).toMatchObject({ kind: 'written' })

        expect(await readField(store, path, '/key')).toBe('three')
        expect(await readField(store, path, '/group/inner')).toBe('two')
        expect(await store.list?.(path)).toEqual([['group', 'inner'], ['key']])
      })

      test.each(['kv1', 'kv2'] as const)(
        'nothing into %s where a field has a value that must not be there',
        async (engine) => {
          const world = await aWorld()
          const { store } = world
          const path = `${world[engine]}/a`
          await store.write(path, aPatch('/key', 'canary-one'), 'absent')

          const outcome = await store.write(path, aPatch('/key', 'canary-two'), 'absent')
          const below = await store.write(path, aPatch('/key/inner', 'canary-three'), 'absent')

          expect(outcome).toMatchObject({ kind: 'conflict', message: `${path} has a value at /key already.` })
          expect(below).toMatchObject({
            kind: 'malformed',
            message: expect.stringContaining('nothing can be stored below'),
          })
          expect(await readField(store, path, '/key')).toBe('canary-one')
          expect(JSON.stringify([outcome, below])).not.toContain('canary')
        },
      )

      test('after the version that is expected, and after no other', async () => {
        const { store, kv1, kv2 } = await aWorld()
        await store.write(`${kv2}/a`, aPatch('/key', 'one'), 'any')
        await store.write(`${kv1}/a`, aPatch('/key', 'one'), 'any')

        expect(await store.write(`${kv2}/a`, aPatch('/key', 'two'), { version: '1' })).toEqual({
          kind: 'written',
          version: '2',
        })
        expect(await store.write(`${kv2}/a`, aPatch('/key', 'three'), { version: '1' })).toMatchObject({
          kind: 'conflict',
        })
        expect(await store.write(`${kv1}/a`, aPatch('/key', 'two'), { version: '1' })).toMatchObject({
          kind: 'conflict',
          message: expect.stringContaining('has no version'),
        })
      })

      test('fields of one path at the same time without losing any', async () => {
        const { store, kv2 } = await aWorld()
        const names = ['a', 'b', 'c', 'd']

        const outcomes = await Promise.all(
          names.map((field) => store.write(`${kv2}/a`, aPatch(`/${field}`, field), 'absent')),
        )

        expect(outcomes.map(({ kind }) => kind)).toEqual(names.map(() => 'written'))
        expect(await store.list?.(`${kv2}/a`)).toEqual(names.map((field) => [field]))
      })

      test('one value only, when several race to be the first', async () => {
        const { store, kv2 } = await aWorld()
        const values = ['one', 'two', 'three', 'four']

        const outcomes = await Promise.all(
          values.map((value) => store.write(`${kv2}/a`, aPatch('/key', value), 'absent')),
        )

        expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['conflict', 'conflict', 'conflict', 'written'])
        const winner = values[outcomes.findIndex(({ kind }) => kind === 'written')]
        expect(await readField(store, `${kv2}/a`, '/key')).toBe(winner)
      })

      test('the version after one that was deleted', async () => {
        const { operator, store, kv2 } = await aWorld()
        await store.write(`${kv2}/a`, aPatch('/key', 'one'), 'any')
        await operator.ask('DELETE', `${kv2}/data/a`)

        expect(await store.write(`${kv2}/a`, aPatch('/key', 'two'), 'absent')).toEqual({
          kind: 'written',
          version: '2',
        })
      })

      test('no version for what is there already', async () => {
        const { store, kv2 } = await aWorld()
        await store.write(`${kv2}/a`, aPatch('/key', 'one'), 'any')

        expect(await store.write(`${kv2}/a`, aPatch('/key', 'one'), 'any')).toEqual({ kind: 'written', version: '1' })
      })

      test('what it can guard against other writers, and says where it cannot', async () => {
        const { store, kv1, kv2 } = await aWorld()

        expect(await store.capabilitiesAt?.(`${kv2}/a`)).toMatchObject({ compareAndSet: true })
        expect(await store.capabilitiesAt?.(`${kv1}/a`)).toMatchObject({ compareAndSet: false })
      })
    })

    test.each(['kv1', 'kv2'] as const)('removes fields of %s, down to the last', async (engine) => {
      const world = await aWorld()
      const { store } = world
      const path = `${world[engine]}/a`
      await store.write(path, aPatch('/key', 'one'), 'any')
      await store.write(path, aPatch('/other', 'two'), 'any')

      expect(await store.remove(path, [['key']])).toMatchObject({ kind: 'written' })
      expect(await readField(store, path, '/other')).toBe('two')
      expect(await store.remove(path, [['key']])).toMatchObject({ kind: 'not-found' })
      expect(await store.remove(path, [['other']])).toMatchObject({ kind: 'written' })
      expect(await readField(store, path, '/other')).toMatchObject({
        kind: expect.stringMatching(/^(?:missing|not-found)$/u),
      })
    })

    describe('edits', () => {
      const promotion = {
        set: [...aPatch('/key', 'new'), ...aPatch('/key_previous', 'old')],
        removed: [['key_pending']],
      }

      test.each(['kv1', 'kv2'] as const)('set and remove fields of %s with one write', async (engine) => {
        const world = await aWorld()
        const { store } = world
        const path = `${world[engine]}/a`
        await store.write(path, [...aPatch('/key', 'old'), ...aPatch('/key_pending', 'new')], 'any')

        const outcome = await store.edit?.(path, promotion, engine === 'kv2' ? { version: '1' } : 'any')

        expect(outcome).toEqual({ kind: 'written', ...(engine === 'kv2' ? { version: '2' } : {}) })
        expect(await store.list?.(path)).toEqual([['key'], ['key_previous']])
        expect(await readField(store, path, '/key')).toBe('new')
        expect(await readField(store, path, '/key_previous')).toBe('old')
      })

      test('change nothing when the version is another or a field to remove is not there', async () => {
        const { store, kv2 } = await aWorld()
        const path = `${kv2}/a`
        await store.write(path, aPatch('/key', 'old'), 'any')

        expect(await store.edit?.(path, promotion, { version: '1' })).toMatchObject({ kind: 'not-found' })
        await store.write(path, aPatch('/key_pending', 'new'), 'any')
        expect(await store.edit?.(path, promotion, { version: '1' })).toMatchObject({ kind: 'conflict' })
        expect(await readField(store, path, '/key')).toBe('old')
        expect((await store.read([{ path }]))[0]).toMatchObject({ version: '2' })
      })
    })

    describe('a policy', () => {
      test('that denies reading is told with what it lacks', async () => {
        const { operator, server, kv2 } = await aWorld()
        await operator.ask('POST', `${kv2}/data/open`, { data: { key: 'x' } })
        const store = await storeWith(server, await tokenFor(operator, { [`${kv2}/data/open`]: ['read'] }))

        expect(await readField(store, `${kv2}/open`, '/key')).toBe('x')
        expect(await readField(store, `${kv2}/closed`, '/key')).toMatchObject({
          kind: 'denied',
          message: expect.stringMatching(/denies reading .*\/closed\.$/u),
          hint: expect.stringContaining(`needs "read" on "${kv2}/data/closed"`),
        })
      })

      test('that lets only read is found out before anything is written', async () => {
        const { operator, server, kv1, kv2 } = await aWorld()
        const capabilities = { [`${kv2}/data/*`]: ['read'], [`${kv1}/*`]: ['read'] }
        const store = await storeWith(server, await tokenFor(operator, capabilities))

        for (const [path, named] of [
          [`${kv2}/a`, `${kv2}/data/a`],
          [`${kv1}/a`, `${kv1}/a`],
        ] as const) {
          const expected = { kind: 'denied', hint: expect.stringContaining(`"create" and "update" on "${named}"`) }
          expect(await store.proveWritable(path)).toMatchObject(expected)
          expect(await store.write(path, aPatch('/key', 'one'), 'absent')).toMatchObject(expected)
        }
      })

      test('that lets write is proved without a trace', async () => {
        const { operator, server, kv1, kv2 } = await aWorld()
        const rules = ['create', 'read', 'update']
        const store = await storeWith(
          server,
          await tokenFor(operator, { [`${kv2}/data/*`]: rules, [`${kv1}/*`]: rules }),
        )
        await store.write(`${kv2}/there`, aPatch('/key', 'one'), 'any')

        for (const path of [`${kv2}/a`, `${kv1}/a`]) {
          expect(await store.proveWritable(path)).toBeUndefined()
          expect(await readField(store, path, '/key')).toMatchObject({ kind: 'not-found' })
        }
        expect(await store.proveWritable(`${kv2}/there`)).toBeUndefined()
        expect((await store.read([{ path: `${kv2}/there` }]))[0]).toMatchObject({ version: '1' })
      })

      test('without the right to ask for rights is proved by a write that must fail', async () => {
        const { operator, server, kv2 } = await aWorld()
        const rules = { [`${kv2}/data/*`]: ['create', 'read', 'update'], 'sys/capabilities-self': ['deny'] }
        const store = await storeWith(server, await tokenFor(operator, rules))
        await store.write(`${kv2}/there`, aPatch('/key', 'one'), 'any')

        expect(await store.proveWritable(`${kv2}/a`)).toBeUndefined()
        expect(await readField(store, `${kv2}/a`, '/key')).toMatchObject({ kind: 'not-found' })
        expect(await store.proveWritable(`${kv2}/there`)).toBeUndefined()
        expect((await store.read([{ path: `${kv2}/there` }]))[0]).toMatchObject({ version: '1' })
      })
    })

    describe('a token', () => {
      test('that is good is found to be', async () => {
        const { store } = await aWorld()

        expect(await store.check()).toBeUndefined()
      })

      test('that is not known is told, whatever was asked, and is not shown', async () => {
        const { server, kv2 } = await aWorld()
        const store = await storeWith(server, 'hvs.canary-of-nobody')
        const expected = {
          kind: 'unauthenticated',
          message: expect.stringMatching(/does not accept the token\. The variable VAULT_TOKEN holds it\.$/u),
        }

        const faults = [await store.check(), await readField(store, `${kv2}/a`, '/key')]

        expect(faults).toEqual([expect.objectContaining(expected), expect.objectContaining(expected)])
        expect(JSON.stringify(faults)).not.toContain('canary')
      })

      test('that may be used so many times is used no more than that', async () => {
        const { operator, server, kv2 } = await aWorld()
        await operator.ask('POST', `${kv2}/data/a`, { data: { key: 'x' } })
        await operator.ask('POST', `${kv2}/data/b`, { data: { key: 'y' } })
        // Two reads, and the lookup of the mount, which servers count or do not.
        const token = await tokenFor(operator, { [`${kv2}/data/*`]: ['read'] }, { num_uses: 3 })
        const store = await storeWith(server, token)

        const answers = await store.read([{ path: `${kv2}/a` }, { path: `${kv2}/b` }])

        expect(answers.map(({ kind }) => kind)).toEqual(['document', 'document'])
        await readField(store, `${kv2}/c`, '/key')
        expect(await readField(store, `${kv2}/d`, '/key')).toMatchObject({ kind: 'unauthenticated' })
      })
    })

    describe('a login by AppRole', () => {
      test.each([
        ['plain', {}],
        ['wrapped', { wrapped: true }],
      ])('gets a token from a %s secret_id and gives it back', async (form, settings) => {
        const { operator, server, kv2 } = await aWorld()
        await operator.ask('POST', `${kv2}/data/a`, { data: { key: 'x' } })
        const { mount, roleId, secretId, wrappingToken } = await aRole(operator, kv2)
        const file = await aSecretFile(form === 'plain' ? secretId : wrappingToken)
        const auth = { method: 'approle', mount, role_id: roleId, secret_id_file: file, ...settings }
        const store = await openStore({ stores: [aVaultStore({ address: server.address, auth })] })

        expect(await readField(store, `${kv2}/a`, '/key')).toBe('x')
        expect(await store.check()).toBeUndefined()
        await store.close()
      })

      test('is refused with the reason, and a secret_id that was unwrapped before is told as that', async () => {
        const { operator, server, kv2 } = await aWorld()
        const { mount, roleId, wrappingToken } = await aRole(operator, kv2)
        await operator.ask('POST', 'sys/wrapping/unwrap', undefined, { 'x-vault-token': wrappingToken })
        const auth = { method: 'approle', mount, role_id: roleId, secret_id_env: 'SECRET_ID' }
        const open = (secretId: string, isWrapped: boolean): Promise<Store> => {
          const stores = [aVaultStore({ address: server.address, auth: { ...auth, wrapped: isWrapped } })]
          return openStore({ stores, env: { SECRET_ID: secretId } })
        }

        expect(await readField(await open('canary-wrong', false), `${kv2}/a`, '/key')).toMatchObject({
          kind: 'unauthenticated',
          message: expect.stringMatching(/refuses the login with approle at auth\/.*: 400, .*secret id/iu),
        })
        expect(await readField(await open(wrappingToken, true), `${kv2}/a`, '/key')).toMatchObject({
          kind: 'unauthenticated',
          message: expect.stringContaining('does not unwrap the secret_id'),
        })
      })
    })

    describe('documents', () => {
      test('are written after the version that is named, listed, and removed with all versions', async () => {
        const { server, kv2 } = await aWorld()
        const documents = openDocuments({ env: { VAULT_ADDR: server.address, VAULT_TOKEN: server.token } })
        const path = `${kv2}/ledger/one`
        const fields = { format: 1, webhooks: { a: ['x', 'y'] } }

        expect(await documents.read(path)).toMatchObject({ kind: 'not-found' })
        expect(await documents.write(path, fields, 0)).toEqual({ kind: 'written', version: '1' })
        expect(await documents.write(path, fields, 0)).toMatchObject({ kind: 'conflict' })
        expect(await documents.read(path)).toEqual({ kind: 'document', fields, version: 1, ageMs: expect.any(Number) })
        expect(await documents.write(path, { format: 2 }, 1)).toEqual({ kind: 'written', version: '2' })
        expect(await documents.list(`${kv2}/ledger`)).toEqual(['one'])
        expect(await documents.list(`${kv2}/nothing`)).toEqual([])
        expect(await documents.remove(path)).toEqual({ kind: 'written' })
        expect(await documents.read(path)).not.toHaveProperty('version')
      })

      test('that were deleted tell the version to go on from', async () => {
        const { operator, server, kv2 } = await aWorld()
        const documents = openDocuments({ env: { VAULT_ADDR: server.address, VAULT_TOKEN: server.token } })
        await documents.write(`${kv2}/a`, { n: 1 }, 0)
        await operator.ask('DELETE', `${kv2}/data/a`)

        expect(await documents.read(`${kv2}/a`)).toMatchObject({ kind: 'not-found', version: 1 })
        expect(await documents.write(`${kv2}/a`, { n: 2 }, 0)).toMatchObject({ kind: 'conflict' })
        expect(await documents.write(`${kv2}/a`, { n: 2 }, 1)).toEqual({ kind: 'written', version: '2' })
      })

      test('are not kept where writers could overwrite each other', async () => {
        const { operator, server, kv1 } = await aWorld()
        const documents = openDocuments({ env: { VAULT_ADDR: server.address, VAULT_TOKEN: server.token } })
        await operator.ask('POST', `${kv1}/a`, { n: 1 })

        expect(await documents.read(`${kv1}/a`)).toMatchObject({ kind: 'malformed' })
        expect(await documents.write(`${kv1}/a`, { n: 2 }, 0)).toMatchObject({ kind: 'malformed' })
      })
    })
  })
}

async function aMount(operator: Operator, version: 1 | 2): Promise<string> {
  const mount = aName()
  await operator.mountKv(mount, version)
  onTestFinished(async () => void (await operator.ask('DELETE', `sys/mounts/${mount}`)))
  return mount
}

async function aRole(
  operator: Operator,
  kv2: string,
): Promise<Readonly<Record<'mount' | 'roleId' | 'secretId' | 'wrappingToken', string>>> {
  const mount = aName()
  await operator.ask('POST', `sys/auth/${mount}`, { type: 'approle' })
  onTestFinished(async () => void (await operator.ask('DELETE', `sys/auth/${mount}`)))
  await operator.allow(mount, { [`${kv2}/data/*`]: ['read'] })
  onTestFinished(async () => void (await operator.ask('DELETE', `sys/policies/acl/${mount}`)))
  const role = await operator.createRole(mount, 'plan', { token_policies: [mount], token_ttl: 600 })
  const wrapped = await operator.ask('POST', `auth/${mount}/role/plan/secret-id`, {}, { 'x-vault-wrap-ttl': '60s' })
  return { mount, ...role, wrappingToken: textAt(wrapped, 'wrap_info', 'token') }
}

async function tokenFor(
  operator: Operator,
  paths: Readonly<Record<string, readonly string[]>>,
  rest: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const policy = aName()
  await operator.allow(policy, paths)
  onTestFinished(async () => void (await operator.ask('DELETE', `sys/policies/acl/${policy}`)))
  return operator.createToken([policy], { ttl: '10m', ...rest })
}

function storeWith({ address }: TestServer, token: string): Promise<Store> {
  return openStore({ env: { VAULT_ADDR: address, VAULT_TOKEN: token } })
}

async function aSecretFile(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hooks-sync-vault-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'secret-id')
  await writeFile(file, `${text}\n`)
  return file
}

function aName(): string {
  return `hooks-sync-${randomUUID().slice(0, 8)}`
}
