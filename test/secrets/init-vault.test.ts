import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateX25519Identity } from 'age-encryption'
import { expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { makeFingerprinter } from '../../src/secrets/fingerprint.ts'
import { type InitReport, type InitVaultOptions, initVault } from '../../src/secrets/init-vault.ts'
import { makeResolver } from '../../src/secrets/resolver.ts'
import { temporaryDirectory } from './temporary-directory.ts'

interface Project {
  readonly directory: string
  readonly homeDir: string
  readonly ref: string
  readonly options: InitVaultOptions
}

async function aProject(rest: Partial<InitVaultOptions> = {}): Promise<Project> {
  const root = await temporaryDirectory()
  const directory = join(root, 'project')
  const homeDir = join(root, 'home')
  await mkdir(directory)
  await mkdir(homeDir)
  const ref = 'ref+age://secrets.age#/hooks-sync/fingerprint_key'
  const fingerprintKey = { ref, baseDir: directory }
  const base = { stores: [], env: {}, homeDir, cwd: directory, now: () => new Date(0), fingerprintKey }
  return { directory, homeDir, ref, options: { ...base, ...rest } }
}

function told({ steps }: InitReport): readonly string[] {
  return steps.map(({ outcome, what }) => `${outcome} ${what}`)
}

test('makes identity, vault and fingerprint key, and a second time keeps them', async () => {
  const { directory, homeDir, ref, options } = await aProject()

  const first = await initVault(options)
  const vault = await readFile(join(directory, 'secrets.age'))
  const second = await initVault(options)

  expect(first.diagnostics).toEqual([])
  expect(told(first)).toEqual(['made identity', 'made vault', 'made fingerprint-key'])
  expect(told(second)).toEqual(['kept vault', 'kept fingerprint-key'])
  expect(await readFile(join(directory, 'secrets.age'))).toEqual(vault)
  const identityFile = join(homeDir, '.config/hooks-sync/key.txt')
  expect(first.steps[0]).toMatchObject({ place: identityFile, recipient: expect.stringMatching(/^age1/) })
  expect((await stat(identityFile)).mode & 0o777).toBe(0o600)
  const want = { ref, baseDir: directory, use: 'fingerprint-key' as const }
  const { values } = await makeResolver(options).resolve([want])
  expect(typeof makeFingerprinter(values.get(want) ?? new Secret(''))).toBe('function')
  expect(JSON.stringify([first, second])).not.toContain('AGE-SECRET-KEY')
})

test('follows what a store says about file and identity', async () => {
  const { directory, options } = await aProject()
  const store = {
    alias: 'local',
    backend: 'age',
    baseDir: directory,
    options: { file: 'vaults/a.age', identity: 'keys/k.txt' },
  }

  const report = await initVault({ ...options, stores: [store], files: [join(directory, 'b.age')] })

  expect(report.diagnostics).toEqual([])
  expect(await readdir(join(directory, 'keys'))).toEqual(['k.txt'])
  expect(await readdir(join(directory, 'vaults'))).toEqual(['a.age'])
  expect((await readdir(directory)).toSorted()).toEqual(['b.age', 'keys', 'secrets.age', 'vaults'])
})

test('uses an identity that is there, such as the one of the environment', async () => {
  const { directory, homeDir, options } = await aProject()

  const report = await initVault({ ...options, env: { HOOKS_SYNC_AGE_KEY: await generateX25519Identity() } })

  expect(told(report)).toEqual(['kept identity', 'made vault', 'made fingerprint-key'])
  expect(await readdir(homeDir)).toEqual([])
  expect(await readdir(directory)).toEqual(['secrets.age'])
})

test('makes no new identity for a vault that another one opens', async () => {
  const { homeDir, options } = await aProject()
  await initVault(options)
  await rm(join(homeDir, '.config'), { recursive: true })

  const report = await initVault(options)

  expect(report.steps).toEqual([])
  expect(report.diagnostics).toMatchObject([{ code: 'HS2004', message: 'No identity at hand opens secrets.age.' }])
  expect(await readdir(homeDir)).toEqual([])
})

test('does not touch a fingerprint key that is there but cannot be used', async () => {
  const { directory, ref, options } = await aProject()
  await initVault(options)
  await makeResolver(options).write({ ref, baseDir: directory }, new Secret('too short'), 'any')

  const report = await initVault(options)

  expect(report.diagnostics).toMatchObject([{ code: 'HS2010' }])
})

test('says that a fingerprint key cannot be made where nothing can be written', async () => {
  const { options } = await aProject({ fingerprintKey: { ref: 'ref+env://FINGERPRINT_KEY', baseDir: '/' } })

  const report = await initVault(options)

  expect(report.diagnostics).toMatchObject([{ code: 'HS2008' }])
})

test('stops at an identity file that others can read', async () => {
  const { directory, options } = await aProject()
  await writeFile(join(directory, 'key.txt'), await generateX25519Identity(), { mode: 0o644 })

  const report = await initVault({ ...options, env: { HOOKS_SYNC_AGE_KEY_FILE: join(directory, 'key.txt') } })

  expect(report.diagnostics).toMatchObject([{ code: 'HS2004', hint: `Run: chmod 600 ${join(directory, 'key.txt')}` }])
  expect(await readdir(directory)).toEqual(['key.txt'])
})
