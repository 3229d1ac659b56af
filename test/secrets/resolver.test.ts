import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { DiagnosticError } from '../../src/core/diagnostic.ts'
import { Secret } from '../../src/core/secret.ts'
import { SecretDocument } from '../../src/secrets/document.ts'
import type { Place } from '../../src/secrets/locate.ts'
import { makeReadCache } from '../../src/secrets/read-cache.ts'
import {
  makeResolver,
  type Resolution,
  type Resolver,
  type ResolverOptions,
  type Want,
} from '../../src/secrets/resolver.ts'
import type { Store, StoreConfig, StorePath } from '../../src/secrets/store.ts'
import { aVault, encrypt, type VaultOnDisk } from './a-vault.ts'
import { temporaryDirectory } from './temporary-directory.ts'

function aResolver(options: Partial<ResolverOptions> = {}): Resolver {
  return makeResolver({ stores: [], env: {}, homeDir: '/nonexistent', cwd: '/nonexistent', ...options })
}

function vaultResolver(vault: VaultOnDisk, options: Partial<ResolverOptions> = {}): Resolver {
  const env = { HOOKS_SYNC_AGE_KEY_FILE: vault.identityFile }
  return aResolver({ env, cwd: vault.directory, ...options })
}

function aWant(ref: string, line = 1, rest: Partial<Want> = {}): Want {
  return { ref, baseDir: '/nonexistent', at: { file: 'webhooks.yaml', line, column: 12 }, ...rest }
}

function revealed(resolution: Resolution): Record<string, string> {
  return Object.fromEntries(Array.from(resolution.values, ([want, value]) => [want.ref, value.reveal()]))
}

function lines(resolution: Resolution): readonly string[] {
  return resolution.diagnostics.map(({ at, code, message }) => `${at?.line} ${code} ${message}`)
}

function localStore(vault: VaultOnDisk, rest: Partial<StoreConfig> = {}): StoreConfig {
  const options = { file: 'secrets.age', identity: 'key.txt' }
  return { alias: 'local', backend: 'age', baseDir: vault.directory, options, ...rest }
}

const refuse = (): Promise<never> => Promise.reject(new Error('not used'))

function countingStore(): { readonly store: Store; readonly calls: (readonly StorePath[])[] } {
  const calls: (readonly StorePath[])[] = []
  const store: Store = {
    capabilities: { read: true, write: false, compareAndSet: false },
    read: (paths) => {
      calls.push(paths)
      return Promise.resolve(
        paths.map(({ path }) => ({ kind: 'document' as const, document: SecretDocument.ofFields({ path }) })),
      )
    },
    write: refuse,
    remove: refuse,
    proveWritable: refuse,
    check: refuse,
    close: refuse,
  }
  return { store, calls }
}

function target(vault: VaultOnDisk): Want {
  return aWant('ref+age://secrets.age#/a', 4, { baseDir: vault.directory })
}

describe('resolving', () => {
  test('finds values in the environment, in files and in a vault', async () => {
    const vault = await aVault({ casey: { api_key: 'from the vault' } })
    await writeFile(join(vault.directory, 'all.json'), '{"sinch":{"key":"from the file"}}\n')
    const env = { HOOKS_SYNC_AGE_KEY_FILE: vault.identityFile, A: 'from the environment' }
    const refs = ['ref+env://A', 'ref+file://all.json#/sinch/key', 'ref+age://secrets.age#/casey/api_key']

    const resolution = await aResolver({ env }).resolve(refs.map((ref) => aWant(ref, 1, { baseDir: vault.directory })))

    expect(resolution.diagnostics).toEqual([])
    expect(revealed(resolution)).toEqual({
      'ref+env://A': 'from the environment',
      'ref+file://all.json#/sinch/key': 'from the file',
      'ref+age://secrets.age#/casey/api_key': 'from the vault',
    })
  })

  test('tells all failures together, in the order of the file, and still gives what it found', async () => {
    const vault = await aVault({ casey: { api_key: 'canary-api-key', other: 'canary-other', blank: '', number: 7 } })
    await writeFile(join(vault.directory, 'plain.txt'), 'canary-plain-text')
    const env = { HOOKS_SYNC_AGE_KEY_FILE: vault.identityFile, GOOD: 'canary-good', BLANK: '' }
    const refs = [
      'ref+age://secrets.age#/casey/api_kez',
      'ref+env://MISSING',
      'ref+env://BLANK',
      'ref+env://GOOD',
      'ref+vault://kv/a?token=canary-token#/b',
      'ref+age://secrets.age#/casey/blank',
      'ref+age://secrets.age#/casey/number',
      'ref+age://secrets.age#/casey',
      'ref+file://plain.txt#/field',
      'ref+file://../../etc/passwd',
      'ref+env://VAULT_TOKEN',
      'ref+vault://kv/a#/b',
      'ref+env://GOOD?store=nowhere',
    ]
    const wants = refs.map((ref, index) => aWant(ref, index + 1, { baseDir: vault.directory }))

    const resolution = await aResolver({ env, cwd: vault.directory }).resolve(wants.toReversed())

    expect(lines(resolution)).toEqual([
      '1 HS2003 There is no secret in secrets.age at /casey/api_kez.',
      '2 HS2003 The environment variable MISSING is not set.',
      '3 HS2009 The environment variable BLANK is empty.',
      '5 HS2002 The connection setting "token" is not allowed in a reference.',
      '6 HS2009 The secret in secrets.age at /casey/blank is empty.',
      '7 HS2003 There is no text in secrets.age at /casey/number, but a number.',
      '8 HS2003 There is no text in secrets.age at /casey, but a group of fields.',
      '9 HS2003 plain.txt is no JSON object, so it has no fields.',
      expect.stringMatching(/^10 HS200[34] /),
      expect.stringMatching(/^11 HS2007 The variable VAULT_TOKEN holds a credential/),
      '12 HS2006 There is no address of a vault.',
      '13 HS2006 There is no store "nowhere".',
    ])
    expect(resolution.diagnostics[0]?.hint).toBe('The fields there are api_key, blank, number, other.')
    expect(revealed(resolution)).toEqual({ 'ref+env://GOOD': 'canary-good' })
    expect(resolution.failed.size).toBe(refs.length - 1)
    expect(inspect(Array.from(resolution.values.values()), { depth: Infinity, showHidden: true })).not.toContain(
      'canary',
    )
    expect(inspect(resolution.diagnostics, { depth: Infinity })).not.toContain('canary')
  })

  test('tells what is wrong with a whole store once', async () => {
    const vault = await aVault({ a: 'one' })
    const wants = [3, 1, 2].map((line) => aWant(`ref+age://secrets.age#/a${line}`, line, { baseDir: vault.directory }))

    const resolution = await aResolver({ cwd: vault.directory }).resolve(wants)

    expect(lines(resolution)).toEqual(['1 HS2004 No identity at hand opens secrets.age.'])
    expect(resolution.failed.size).toBe(3)
  })

  test('tells what is wrong with the settings of a store once, where it is declared', async () => {
    const vault = await aVault({ a: 'one' })
    const at = { file: 'webhooks.yaml', line: 90, column: 3 }
    const wants = [3, 1].map((line) => aWant(`ref+age://secrets.age#/a${line}`, line, { baseDir: vault.directory }))

    const resolution = await aResolver({ stores: [localStore(vault, { options: {}, at })] }).resolve(wants)

    expect(resolution.diagnostics).toMatchObject([{ code: 'HS2006', at }])
    expect(resolution.failed.size).toBe(2)
  })

  test('leaves out an optional secret that is not there yet', async () => {
    const vault = await aVault({ blank: '' })
    const optional = { optional: true, baseDir: vault.directory }
    const refs = ['#/a', '#/blank'].map((pointer) => `ref+age://secrets.age${pointer}`)
    const wants = [...refs, 'ref+age://absent.age#/a'].map((ref) => aWant(ref, 1, optional))

    const resolution = await vaultResolver(vault).resolve(wants)

    expect(resolution.diagnostics).toEqual([])
    expect(resolution.values.size).toBe(0)
    expect(resolution.failed.size).toBe(0)
  })

  test('does not take a store out of reach for an optional secret that is not there', async () => {
    const vault = await aVault({ a: 'one' })
    const want = aWant('ref+age://secrets.age#/a', 1, { optional: true, baseDir: vault.directory })

    const resolution = await aResolver().resolve([want])

    expect(resolution.diagnostics.map(({ code }) => code)).toEqual(['HS2004'])
  })

  test('names the field where no position is known', async () => {
    const resolution = await aResolver().resolve([{ ref: 'ref+env://A', baseDir: '/', path: 'auth.api_key' }])

    expect(resolution.diagnostics[0]?.message).toBe('auth.api_key: The environment variable A is not set.')
  })

  test('does not send its own fingerprint key anywhere', async () => {
    const vault = await aVault({ 'hooks-sync': { fingerprint_key: 'canary' } })
    const ref = 'ref+age://secrets.age#/hooks-sync/fingerprint_key'
    const resolver = vaultResolver(vault, { fingerprintKey: { ref, baseDir: vault.directory } })
    const own = aWant(ref, 1, { baseDir: vault.directory, use: 'fingerprint-key' })
    const other = aWant('ref+age://./secrets.age#/hooks-sync/fingerprint_key', 2, { baseDir: vault.directory })

    const resolution = await resolver.resolve([own, other])

    expect(resolution.values.get(own)?.reveal()).toBe('canary')
    expect(lines(resolution)).toEqual([expect.stringMatching(/^2 HS2007 /)])
  })

  test('does not read its own identity as a secret', async () => {
    const vault = await aVault()
    const stores = [localStore(vault)]
    const wants = [aWant('ref+file://key.txt', 1, { baseDir: vault.directory })]

    const resolution = await aResolver({ stores }).resolve(wants)

    expect(lines(resolution)).toEqual([expect.stringMatching(/^1 HS2007 /)])
  })
})

describe('stores', () => {
  test('that keep the file give their identity to references that name only the file', async () => {
    const vault = await aVault({ a: 'one' })
    const nested = join(vault.directory, 'team')
    await mkdir(nested)
    const wants = [aWant('ref+age://../secrets.age#/a', 1, { baseDir: nested })]

    const resolution = await aResolver({ stores: [localStore(vault)] }).resolve(wants)

    expect(revealed(resolution)).toEqual({ 'ref+age://../secrets.age#/a': 'one' })
  })

  test('can be named', async () => {
    const vault = await aVault({ a: 'one' })
    const wants = [aWant('ref+age://secrets.age?store=local#/a', 1, { baseDir: vault.directory })]

    const resolution = await aResolver({ stores: [localStore(vault)] }).resolve(wants)

    expect(resolution.values.get(wants[0] as Want)?.reveal()).toBe('one')
  })

  test.each<[string, Partial<StoreConfig>, string, string]>([
    ['ref+age://other.age?store=local#/a', {}, 'The store "local" does not keep other.age.', 'It keeps secrets.age.'],
    [
      'ref+env://A?store=local',
      {},
      'The store "local" has the backend age, the reference says env.',
      'Write ref+age://… or name another store.',
    ],
    ['ref+env://A?store=lokal', {}, 'There is no store "lokal".', 'The stores are local.'],
    ['ref+age://secrets.age#/a', { options: {} }, 'The store "local" names no file.', 'Add file: secrets.age'],
    [
      'ref+age://secrets.age#/a',
      { options: { file: 'secrets.age', addres: 'x' } },
      'The store "local" has a setting "addres", which the backend age does not know.',
      'Its settings are file, identity, recipients.',
    ],
    [
      'ref+age://secrets.age#/a',
      { options: { file: 7 } },
      'The setting "file" of the store "local" is not a path.',
      'Write a path.',
    ],
  ])('%s with %j is refused', async (ref, rest, message, hint) => {
    const vault = await aVault({ a: 'one' })
    const resolver = aResolver({ stores: [localStore(vault, rest)], cwd: vault.directory, env: { A: 'x' } })

    const { diagnostics } = await resolver.resolve([aWant(ref, 1, { baseDir: vault.directory })])

    expect(diagnostics).toMatchObject([{ code: 'HS2006', message, hint }])
  })

  test('of which none is called default must be named where they are servers', async () => {
    const vaults = ['a', 'b'].map((alias) => ({ alias, backend: 'vault', baseDir: '/nonexistent', options: {} }))
    const env = { VAULT_ADDR: 'http://127.0.0.1:9', VAULT_TOKEN: 'canary' }

    const { diagnostics } = await aResolver({ stores: vaults, env }).resolve([aWant('ref+vault://kv/x#/y')])

    expect(diagnostics).toMatchObject([
      {
        code: 'HS2006',
        message: 'The reference names none of the stores with the backend vault: a, b.',
        hint: 'Add ?store=a before the "#", or call one of them default.',
      },
    ])
  })

  test('of single files may have roots of their own', async () => {
    const outside = await temporaryDirectory()
    const project = await temporaryDirectory()
    await writeFile(join(outside, 'secret'), 'one')
    const wants = [aWant(`ref+file://${outside}/secret`, 1, { baseDir: project })]
    const config: StoreConfig = { alias: 'mounted', backend: 'file', baseDir: project, options: { roots: [outside] } }

    const without = await aResolver().resolve(wants)
    const resolution = await aResolver({ stores: [config] }).resolve(wants)

    expect(without.diagnostics.map(({ code }) => code)).toEqual(['HS2004'])
    expect(resolution.values.size).toBe(1)
  })
})

describe('each path', () => {
  test('is read once per run, in one call per store', async () => {
    const { store, calls } = countingStore()
    const cache = makeReadCache()
    const aPlace = (path: string, version?: string): Place => ({
      kind: 'place',
      store,
      group: 'g',
      path,
      ...(version === undefined ? {} : { version }),
    })

    await Promise.all([
      cache.readAll([aPlace('a'), aPlace('a'), aPlace('b'), aPlace('b', '2')]),
      cache.readAll([aPlace('a')]),
    ])
    await cache.readAll([aPlace('b'), aPlace('c')])

    expect(calls).toEqual([[{ path: 'a' }, { path: 'b' }, { path: 'b', version: '2' }], [{ path: 'c' }]])

    cache.forget(aPlace('b'))
    await cache.readAll([aPlace('a'), aPlace('b', '2')])

    expect(calls[2]).toEqual([{ path: 'b', version: '2' }])
  })

  test('of a vault is read once, however many references name it', async () => {
    const vault = await aVault({ a: 'one', b: 'two' })
    const resolver = vaultResolver(vault)
    const first = await resolver.resolve([aWant('ref+age://secrets.age#/a', 1, { baseDir: vault.directory })])
    await writeFile(vault.file, await encrypt('{"a":"changed","b":"changed"}', [vault.recipient]))

    const second = await resolver.resolve([aWant('ref+age://./secrets.age#/b', 1, { baseDir: vault.directory })])

    expect(revealed(first)).toEqual({ 'ref+age://secrets.age#/a': 'one' })
    expect(revealed(second)).toEqual({ 'ref+age://./secrets.age#/b': 'two' })
  })
})

describe('writing', () => {
  test('stores the value, and what is resolved afterwards is the new one', async () => {
    const vault = await aVault({ a: 'one' })
    const resolver = vaultResolver(vault)
    await resolver.resolve([target(vault)])

    const outcome = await resolver.write(target(vault), new Secret('two'), 'any')
    const resolution = await resolver.resolve([target(vault)])

    expect(outcome).toMatchObject({ kind: 'written', version: expect.any(String) })
    expect(Object.values(revealed(resolution))).toEqual(['two'])
  })

  test('tells a conflict apart from a failure', async () => {
    const vault = await aVault({ a: 'one' })
    const resolver = vaultResolver(vault)

    const conflict = await resolver.write(target(vault), new Secret('canary-two'), 'absent')
    const failure = await resolver.write(aWant('ref+env://A', 5), new Secret('canary-three'), 'any')

    expect(conflict).toMatchObject({ kind: 'conflict', diagnostic: { code: 'HS2008', at: { line: 4 } } })
    expect(failure).toMatchObject({ kind: 'failed', diagnostic: { code: 'HS2008', at: { line: 5 } } })
    expect(JSON.stringify([conflict, failure])).not.toContain('canary')
  })

  test('to a version that is there already is refused, whatever is asked for', async () => {
    const target = aWant('ref+vault://kv/hooks?version=1#/key')
    const resolver = aResolver({ env: { VAULT_ADDR: 'http://127.0.0.1:9', VAULT_TOKEN: 'canary' } })
    const refused = { code: 'HS2008', message: 'A version that is there already cannot be changed.' }

    const outcomes = [
      await resolver.write(target, new Secret('x'), 'any'),
      await resolver.remove(target),
      await resolver.edit([{ target, value: new Secret('x'), expected: undefined }]),
    ]

    expect(outcomes).toMatchObject(outcomes.map(() => ({ kind: 'failed', diagnostic: refused })))
    await expect(resolver.proveWritable(target)).rejects.toMatchObject({ diagnostics: [refused] })
  })

  test('is proved without writing', async () => {
    const vault = await aVault({ a: 'one' })
    const before = await readFile(vault.file)

    await vaultResolver(vault).proveWritable(target(vault))

    expect(await readFile(vault.file)).toEqual(before)
    await expect(aResolver().proveWritable(target(vault))).rejects.toThrow(DiagnosticError)
    await expect(aResolver().proveWritable(aWant('ref+env://A'))).rejects.toThrow('cannot be written')
    await expect(aResolver().proveWritable(aWant('nonsense'))).rejects.toThrow('starts with "ref+"')
  })

  test('includes removing', async () => {
    const vault = await aVault({ a: 'one' })
    const resolver = vaultResolver(vault)

    expect(await resolver.remove(target(vault))).toMatchObject({ kind: 'written' })
    expect(await resolver.remove(target(vault))).toMatchObject({ kind: 'failed', diagnostic: { code: 'HS2003' } })
  })

  test('can be looked over: names are listed, values are not', async () => {
    const vault = await aVault({ casey: { api_key: 'canary' }, 'a/b': 'canary' })
    const resolver = vaultResolver(vault)

    const names = await resolver.list({ ref: 'ref+age://secrets.age', baseDir: vault.directory })

    expect(names).toEqual(['/a%2Fb', '/casey/api_key'])
    await expect(resolver.list(aWant('ref+env://A'))).rejects.toThrow('cannot list')
  })
})
