import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { armor, Encrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import type { Secret } from '../../src/core/secret.ts'
import { createIdentityFile, identitySources } from '../../src/secrets/age/age-identity.ts'
import { makeAgeStore } from '../../src/secrets/age/age-store.ts'
import type { Selection } from '../../src/secrets/document.ts'
import type { Store, StoreFault } from '../../src/secrets/store.ts'
import { anyone, aVault, decrypt, decryptJson, encrypt, patchOf, storeOf, type VaultOnDisk } from './a-vault.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const run = promisify(execFile)

async function select(store: Store, path: string, pointer: string): Promise<Selection | StoreFault> {
  const [answer] = await store.read([{ path }])
  if (answer?.kind !== 'document') return answer ?? { kind: 'unavailable', message: 'no answer' }
  return answer.document.select(pointer.split('/').slice(1))
}

async function valueOf(store: Store, path: string, pointer: string): Promise<string | undefined> {
  const selection = await select(store, path, pointer)
  return selection.kind === 'found' ? selection.value.reveal() : undefined
}

function selectWith(
  vault: VaultOnDisk,
  lookup: { readonly env?: Record<string, string>; readonly homeDir?: string; readonly identity?: string },
): Promise<Selection | StoreFault> {
  const sources = identitySources({ ...anyone, ...lookup })
  return select(makeAgeStore({ sources, recipients: [], label: (path) => path }), vault.file, '/a')
}

describe('a vault in an age file', () => {
  test('gives the value at a pointer of any depth', async () => {
    const vault = await aVault({ top: 'one', casey: { auth: { api_key: 'two' } } })

    expect(await valueOf(storeOf(vault), vault.file, '/top')).toBe('one')
    expect(await valueOf(storeOf(vault), vault.file, '/casey/auth/api_key')).toBe('two')
  })

  test('names the fields that are there when one is missing', async () => {
    const vault = await aVault({ casey: { api_key: 'canary-value', other: 'x' } })

    expect(await select(storeOf(vault), vault.file, '/casey/api_kez')).toEqual({
      kind: 'missing',
      fields: ['api_key', 'other'],
    })
  })

  test('does not find what objects have by birth', async () => {
    const vault = await aVault({ casey: {} })

    expect(await select(storeOf(vault), vault.file, '/casey/constructor')).toMatchObject({ kind: 'missing' })
    expect(await select(storeOf(vault), vault.file, '/__proto__/toString')).toMatchObject({ kind: 'missing' })
  })

  test('takes numbers, lists and groups for no secret', async () => {
    const vault = await aVault({ number: 1, list: ['a'], group: { a: 'b' }, nothing: null })
    const store = storeOf(vault)

    expect(await select(store, vault.file, '/number')).toMatchObject({ kind: 'not-text', type: 'a number' })
    expect(await select(store, vault.file, '/list')).toMatchObject({ kind: 'not-text', type: 'a list' })
    expect(await select(store, vault.file, '/group')).toMatchObject({ kind: 'not-text', fields: ['a'] })
    expect(await select(store, vault.file, '/nothing')).toMatchObject({ kind: 'not-text', type: 'null' })
  })

  test('keeps everything else when a field is set', async () => {
    const vault = await aVault({ casey: { api_key: 'one' }, number: 7, list: [1, 2] })
    const store = storeOf(vault)

    await store.write(vault.file, patchOf('/casey/signing_secret', 'two'), 'any')

    const { $vault, ...fields } = await decryptJson(vault.file, vault.identity)
    expect(fields).toEqual({ casey: { api_key: 'one', signing_secret: 'two' }, list: [1, 2], number: 7 })
    expect($vault).toMatchObject({ v: 1, rev: 1, recipients: [vault.recipient] })
  })

  test('stores a name like __proto__ as any other', async () => {
    const vault = await aVault()
    const store = storeOf(vault)

    await store.write(vault.file, patchOf('/__proto__/x', 'one'), 'any')

    expect(await valueOf(store, vault.file, '/__proto__/x')).toBe('one')
  })

  test('leaves the file alone when the value is there already', async () => {
    const vault = await aVault({ a: 'one' })
    const before = await readFile(vault.file)

    const outcome = await storeOf(vault).write(vault.file, patchOf('/a', 'one'), 'any')

    expect(outcome.kind).toBe('written')
    expect(await readFile(vault.file)).toEqual(before)
  })

  test('has a size that does not tell the length of a secret', async () => {
    const vault = await aVault()
    const store = storeOf(vault)
    await store.write(vault.file, patchOf('/a', 'x'), 'any')
    const short = (await decrypt(vault.file, vault.identity)).length
    await store.write(vault.file, patchOf('/a', 'x'.repeat(200)), 'any')

    expect(short % 1024).toBe(0)
    expect((await decrypt(vault.file, vault.identity)).length).toBe(short)
  })

  test('refuses to overwrite a value when none is expected', async () => {
    const vault = await aVault({ a: 'one', blank: '' })
    const store = storeOf(vault)

    expect(await store.write(vault.file, patchOf('/a', 'two'), 'absent')).toMatchObject({ kind: 'conflict' })
    expect(await store.write(vault.file, patchOf('/blank', 'two'), 'absent')).toMatchObject({ kind: 'written' })
    expect(await valueOf(store, vault.file, '/a')).toBe('one')
  })

  test('refuses to write over a version that is no longer there', async () => {
    const vault = await aVault({ a: 'one' })
    const store = storeOf(vault)
    const [read] = await store.read([{ path: vault.file }])
    const version = read?.kind === 'document' ? (read.version ?? '') : ''

    const first = await store.write(vault.file, patchOf('/a', 'two'), { version })
    const second = await store.write(vault.file, patchOf('/a', 'three'), { version })

    expect(first).toMatchObject({ kind: 'written' })
    expect(second).toMatchObject({ kind: 'conflict' })
    expect(await store.write(vault.file, patchOf('/a', 'four'), first as { version: string })).toMatchObject({
      kind: 'written',
    })
  })

  test('stores nothing below a value, nor in place of its own notes', async () => {
    const vault = await aVault({ a: { b: 'one' } })
    const store = storeOf(vault)

    expect(await store.write(vault.file, patchOf('/a/b/c', 'x'), 'any')).toMatchObject({
      kind: 'malformed',
      message: `${vault.file} has a value at /a/b, so nothing can be stored below it.`,
    })
    expect(await store.write(vault.file, patchOf('/$vault/rev', 'x'), 'any')).toMatchObject({ kind: 'denied' })
  })

  test('removes a field, and the group that becomes empty by it', async () => {
    const vault = await aVault({ a: { b: { c: 'one' } }, d: { e: 'two', f: 'three' } })
    const store = storeOf(vault)

    await store.remove(vault.file, [
      ['a', 'b', 'c'],
      ['d', 'e'],
    ])

    expect(await store.list?.(vault.file)).toEqual([['d', 'f']])
    expect(await store.remove(vault.file, [['a']])).toMatchObject({ kind: 'not-found' })
  })

  test('is written readable for its owner only', async () => {
    const vault = await aVault()
    await storeOf(vault).write(vault.file, patchOf('/a', 'one'), 'any')

    expect((await stat(vault.file)).mode & 0o777).toBe(0o600)
    expect(await readdir(vault.directory)).toEqual(['key.txt', 'secrets.age'])
  })

  test('is written where a symbolic link points, and the link stays', async () => {
    const vault = await aVault()
    const link = join(vault.directory, 'link.age')
    await symlink(vault.file, link)
    await storeOf(vault).write(link, patchOf('/a', 'one'), 'any')

    expect(await valueOf(storeOf(vault), vault.file, '/a')).toBe('one')
    expect(await valueOf(storeOf(vault), link, '/a')).toBe('one')
  })

  test('is not made by writing, so that a mistyped path is found', async () => {
    const vault = await aVault()
    const absent = join(vault.directory, 'secret.age')

    const outcome = await storeOf(vault).write(absent, patchOf('/a', 'one'), 'any')

    expect(outcome).toMatchObject({ kind: 'not-found', hint: 'Make it with: hooks-sync secrets init' })
    expect(await readdir(vault.directory)).toEqual(['key.txt', 'secrets.age'])
  })
})

describe('whom a vault is readable for', () => {
  test('stays the same when it is written', async () => {
    const other = await generateX25519Identity()
    const vault = await aVault({}, { recipients: [await identityToRecipient(other)] })
    const recipients = [await identityToRecipient(other)]

    await storeOf(vault, { recipients }).write(vault.file, patchOf('/a', 'one'), 'any')
    // The second write knows the other recipient from the vault alone.
    await storeOf(vault).write(vault.file, patchOf('/b', 'two'), 'any')

    expect(await decryptJson(vault.file, other)).toMatchObject({ a: 'one', b: 'two' })
  })

  test('is not narrowed unnoticed: with an unknown recipient nothing is written', async () => {
    const vault = await aVault({}, { recipients: [await identityToRecipient(await generateX25519Identity())] })
    const store = storeOf(vault)

    const outcome = await store.write(vault.file, patchOf('/a', 'one'), 'any')

    expect(outcome).toMatchObject({
      kind: 'read-only',
      message: `${vault.file} is encrypted to 2 recipients, but only 1 of them are known here.`,
    })
    expect(await store.proveWritable(vault.file)).toEqual(outcome)
  })

  test.each([
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA', 'SSH keys are not supported; make an age key with age-keygen.'],
    ['age1mistyped', 'A recipient is what "age-keygen -y" prints: age1…'],
  ])('cannot be %s', async (recipient, hint) => {
    const vault = await aVault()

    const outcome = await storeOf(vault, { recipients: [recipient] }).write(vault.file, patchOf('/a', 'one'), 'any')

    expect(outcome).toMatchObject({ kind: 'read-only', hint })
  })

  test('can be one whose random part begins as another kind is called', async () => {
    const vault = await aVault()
    const recipients = ['age1pq6rha6kswsujxvmkrlclq6ckyvjvnlgwca5pxpepmdlzcxg64sqkpejhu']

    const outcome = await storeOf(vault, { recipients }).write(vault.file, patchOf('/a', 'one'), 'any')

    expect(outcome).toMatchObject({ kind: 'written' })
  })

  test('cannot mix post-quantum and classic recipients', async () => {
    const vault = await aVault()
    const recipients = [await identityToRecipient(await generateHybridIdentity())]

    const outcome = await storeOf(vault, { recipients }).write(vault.file, patchOf('/a', 'one'), 'any')

    expect(outcome).toMatchObject({ kind: 'read-only', hint: 'Only X25519 recipients are supported.' })
  })
})

describe('an identity', () => {
  test('is found in each of its places', async () => {
    const vault = await aVault({ a: 'one' })
    const home = await temporaryDirectory()
    await mkdir(join(home, '.config/hooks-sync'), { recursive: true })
    await writeFile(join(home, '.config/hooks-sync/key.txt'), vault.identity, { mode: 0o600 })

    expect(await selectWith(vault, { identity: vault.identityFile })).toMatchObject({ kind: 'found' })
    expect(await selectWith(vault, { env: { HOOKS_SYNC_AGE_KEY: vault.identity } })).toMatchObject({ kind: 'found' })
    expect(await selectWith(vault, { env: { HOOKS_SYNC_AGE_KEY_FILE: vault.identityFile } })).toMatchObject({
      kind: 'found',
    })
    expect(await selectWith(vault, { env: { SOPS_AGE_KEY: vault.identity } })).toMatchObject({ kind: 'found' })
    expect(await selectWith(vault, { env: { SOPS_AGE_KEY_FILE: vault.identityFile } })).toMatchObject({ kind: 'found' })
    expect(await selectWith(vault, { homeDir: home })).toMatchObject({ kind: 'found' })
  })

  test('that does not fit lets the next place have its turn', async () => {
    const vault = await aVault({ a: 'one' })
    const other = await generateX25519Identity()

    expect(await selectWith(vault, { env: { HOOKS_SYNC_AGE_KEY: other, SOPS_AGE_KEY: vault.identity } })).toMatchObject(
      {
        kind: 'found',
      },
    )
  })

  test('that nobody has is told with every place that was tried', async () => {
    const vault = await aVault({ a: 'one' })
    const other = await generateX25519Identity()

    const fault = await selectWith(vault, { env: { SOPS_AGE_KEY: other } })

    expect(fault).toEqual({
      kind: 'unauthenticated',
      message: `No identity at hand opens ${vault.file}.`,
      hint:
        'Tried: the variable SOPS_AGE_KEY (does not fit); /nonexistent/.config/hooks-sync/key.txt (not there). ' +
        'Set HOOKS_SYNC_AGE_KEY_FILE, or HOOKS_SYNC_AGE_KEY in CI.',
    })
  })

  test('in a file that others can read is refused with the command that repairs it', async () => {
    const vault = await aVault({ a: 'one' })
    await chmod(vault.identityFile, 0o640)

    expect(await selectWith(vault, { identity: vault.identityFile })).toEqual({
      kind: 'unauthenticated',
      message: `The identity file ${vault.identityFile} can be accessed by others (mode 0640).`,
      hint: `Run: chmod 600 ${vault.identityFile}`,
    })
  })

  test('in a file that is named but not there is told', async () => {
    const vault = await aVault({ a: 'one' })

    expect(await selectWith(vault, { env: { HOOKS_SYNC_AGE_KEY_FILE: '/nonexistent/key' } })).toMatchObject({
      kind: 'unauthenticated',
      message: 'The identity file /nonexistent/key does not exist.',
    })
  })

  test.each([
    ['canary', 'The variable HOOKS_SYNC_AGE_KEY holds a line that is no age identity.'],
    ['AGE-SECRET-KEY-1CANARY', 'The variable HOOKS_SYNC_AGE_KEY holds an age identity that is cut off or mistyped.'],
    ['AGE-SECRET-KEY-PQ-1CANARY', 'The variable HOOKS_SYNC_AGE_KEY holds a post-quantum identity.'],
    ['# nothing\n', 'The variable HOOKS_SYNC_AGE_KEY holds no age identity.'],
  ])('such as %j is refused without being quoted', async (key, message) => {
    const vault = await aVault({ a: 'one' })

    const fault = await selectWith(vault, { env: { HOOKS_SYNC_AGE_KEY: key } })

    expect(fault).toMatchObject({ kind: 'unauthenticated', message })
    expect(JSON.stringify(fault)).not.toMatch(/canary/i)
  })

  test('file is made for its owner only and never overwritten', async () => {
    const directory = await temporaryDirectory()
    const file = join(directory, 'new/key.txt')

    const made = await createIdentityFile(file, new Date(0))
    const text = await readFile(file, 'utf8')

    expect(made).toEqual({ recipient: expect.stringMatching(/^age1/) })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(text).toContain(`# public key: ${'recipient' in made ? made.recipient : ''}`)
    expect(await createIdentityFile(file, new Date(0))).toMatchObject({ kind: 'conflict' })
    expect(await readFile(file, 'utf8')).toBe(text)
  })
})

describe('a damaged vault', () => {
  test('is told wherever a bit is flipped, and nothing of it is shown', async () => {
    const vault = await aVault({ a: 'canary-in-the-vault' })
    const binary = Buffer.from(armor.decode(await readFile(vault.file, 'utf8')))
    const store = storeOf(vault)
    const places = [0, 10, 30, 60, 90, 120, 150, binary.length - 30, binary.length - 1]

    for (const place of places) {
      const flipped = Buffer.from(binary)
      flipped[place] = (flipped[place] ?? 0) ^ 1
      await writeFile(vault.file, armor.encode(flipped))

      const fault = await select(store, vault.file, '/a')
      expect(['malformed', 'unauthenticated'], `byte ${place}`).toContain(fault.kind)
      expect(JSON.stringify(fault)).not.toContain('canary')
    }
  })

  test('is told when its end is missing', async () => {
    const vault = await aVault({ a: 'one' })
    const text = await readFile(vault.file, 'utf8')
    await writeFile(vault.file, text.slice(0, -40))

    expect(await select(storeOf(vault), vault.file, '/a')).toMatchObject({
      kind: 'malformed',
      message: `${vault.file} is not an age file, or is cut off.`,
    })
  })

  test.each([
    ['', 'does not hold a JSON object'],
    ['canary', 'does not hold a JSON object'],
    ['["canary"]', 'does not hold a JSON object'],
    ['{"$vault":{"v":2}}', 'was written by a newer version of hooks-sync'],
    ['{"$vault":"canary"}', 'has something else under "$vault", which hooks-sync keeps for itself'],
  ])('that holds %j is told', async (plaintext, message) => {
    const vault = await aVault()
    await writeFile(vault.file, await encrypt(plaintext, [vault.recipient]))

    const fault = await select(storeOf(vault), vault.file, '/a')

    expect(fault).toMatchObject({ kind: 'malformed', message: `${vault.file} ${message}.` })
    expect(JSON.stringify(fault)).not.toContain('canary')
  })

  test('is not taken for one when it is locked with a passphrase', async () => {
    const vault = await aVault()
    const encrypter = new Encrypter()
    encrypter.setPassphrase('a passphrase')
    encrypter.setScryptWorkFactor(2)
    await writeFile(vault.file, armor.encode(await encrypter.encrypt('{}')))

    expect(await select(storeOf(vault), vault.file, '/a')).toMatchObject({
      message: `${vault.file} is locked with a passphrase, and hooks-sync cannot ask for one.`,
    })
  })

  test('may also be a directory', async () => {
    const vault = await aVault()

    expect(await select(storeOf(vault), vault.directory, '/a')).toMatchObject({ kind: 'malformed' })
  })
})

describe('several writers', () => {
  test('lose nothing of each other', async () => {
    const vault = await aVault()
    const names = Array.from({ length: 12 }, (_, index) => `field-${index}`)

    const outcomes = await Promise.all(
      names.map((name) => storeOf(vault).write(vault.file, patchOf(`/${name}`, `value of ${name}`), 'absent')),
    )

    expect(outcomes.map(({ kind }) => kind)).toEqual(names.map(() => 'written'))
    const { $vault, ...fields } = await decryptJson(vault.file, vault.identity)
    expect(fields).toEqual(Object.fromEntries(names.map((name) => [name, `value of ${name}`])))
    expect($vault).toMatchObject({ rev: names.length })
  })

  test('of one absent field: exactly one wins', async () => {
    const vault = await aVault()

    const outcomes = await Promise.all(
      ['one', 'two', 'three'].map((value) => storeOf(vault).write(vault.file, patchOf('/a', value), 'absent')),
    )

    expect(outcomes.filter(({ kind }) => kind === 'written')).toHaveLength(1)
    expect(outcomes.filter(({ kind }) => kind === 'conflict')).toHaveLength(2)
  })

  test('lose nothing to one who does not know the lock', async () => {
    const vault = await aVault({ theirs: 'old' })
    const foreign = await encrypt(JSON.stringify({ theirs: 'new' }), [vault.recipient])
    let isFirst = true
    const source = identitySources({ identity: vault.identityFile, ...anyone })[0]
    const store = makeAgeStore({
      // Writes behind the store's back after it has read the file and before it replaces it.
      sources: [
        {
          label: 'key',
          load: async () => {
            if (isFirst) await writeFile(vault.file, foreign)
            isFirst = false
            return source?.load()
          },
        },
      ],
      recipients: [],
      label: (path) => path,
    })

    const outcome = await store.write(vault.file, patchOf('/ours', 'one'), 'any')

    expect(outcome.kind).toBe('written')
    expect(await decryptJson(vault.file, vault.identity)).toMatchObject({ theirs: 'new', ours: 'one' })
  })

  test('wait for each other, and say whom they waited for', async () => {
    const vault = await aVault()
    await writeFile(`${vault.file}.lock`, JSON.stringify({ token: 'x', pid: process.pid, host: hostname() }))

    const outcome = await storeOf(vault, { lockTimeoutMs: 60 }).write(vault.file, patchOf('/a', 'one'), 'any')

    expect(outcome).toMatchObject({
      kind: 'conflict',
      message: `${vault.file} is being written by process ${process.pid} on ${hostname()}.`,
    })
  })

  test('take over the lock of one that died', async () => {
    const vault = await aVault()
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    await writeFile(`${vault.file}.lock`, JSON.stringify({ token: 'x', pid: child.pid, host: hostname() }))

    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map((name) => storeOf(vault).write(vault.file, patchOf(`/${name}`, 'one'), 'any')),
    )

    expect(outcomes.map(({ kind }) => kind)).toEqual(['written', 'written', 'written'])
    expect(await readdir(vault.directory)).toEqual(['key.txt', 'secrets.age'])
  })

  test('take over a lock that is too old to be held', async () => {
    const vault = await aVault()
    await writeFile(`${vault.file}.lock`, JSON.stringify({ token: 'x', pid: 1, host: 'elsewhere' }))
    await utimes(`${vault.file}.lock`, new Date(0), new Date(0))

    expect(await storeOf(vault).write(vault.file, patchOf('/a', 'one'), 'any')).toMatchObject({ kind: 'written' })
  })

  test('that are killed at any moment leave a vault that opens and can be written', async () => {
    const vault = await aVault({ kept: 'one' })
    const program = join(import.meta.dirname, 'write-forever.ts')
    for (const delay of [0, 7, 19]) {
      const child = spawn(process.execPath, ['--import', 'tsx', program, vault.file, vault.identityFile], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(child.stdout, 'data')
      await sleep(delay)
      child.kill('SIGKILL')
      await once(child, 'exit')

      const store = storeOf(vault)
      expect(await valueOf(store, vault.file, '/kept')).toBe('one')
      expect(await store.write(vault.file, patchOf('/after', `${delay}`), 'any')).toMatchObject({ kind: 'written' })
      expect(await readdir(vault.directory)).toEqual(['key.txt', 'secrets.age'])
    }
  })
})

test('proving that a vault can be written changes nothing', async () => {
  const vault = await aVault({ a: 'one' })
  const before = await readFile(vault.file)

  expect(await storeOf(vault).proveWritable(vault.file)).toBeUndefined()
  expect(await readFile(vault.file)).toEqual(before)
  expect(await readdir(vault.directory)).toEqual(['key.txt', 'secrets.age'])
})

const hasAge = await run('age', ['--version']).then(
  () => true,
  () => false,
)

describe.skipIf(!hasAge && process.env['CI'] !== 'true')('the age command', () => {
  test('opens what hooks-sync wrote', async () => {
    const vault = await aVault()
    await storeOf(vault).write(vault.file, patchOf('/casey/api_key', 'straße 🔑'), 'any')

    const { stdout } = await run('age', ['-d', '-i', vault.identityFile, vault.file])

    expect(JSON.parse(stdout)).toMatchObject({ casey: { api_key: 'straße 🔑' } })
  })

  test.each([['-a'], []])('makes files that hooks-sync reads and writes (%s)', async (...flags) => {
    const directory = await temporaryDirectory()
    const identityFile = join(directory, 'key.txt')
    await run('age-keygen', ['-o', identityFile])
    const recipient = (await run('age-keygen', ['-y', identityFile])).stdout.trim()
    const file = join(directory, 'secrets.age')
    await writeFile(join(directory, 'plain.json'), '{"casey": {"api_key": "straße 🔑"}}')
    await run('age', [...flags, '-r', recipient, '-o', file, join(directory, 'plain.json')])
    const store = storeOf({ identityFile })

    expect(await valueOf(store, file, '/casey/api_key')).toBe('straße 🔑')
    expect(await store.write(file, patchOf('/b', 'two'), 'any')).toMatchObject({ kind: 'written' })
    const { stdout } = await run('age', ['-d', '-i', identityFile, file])
    expect(JSON.parse(stdout)).toMatchObject({ casey: { api_key: 'straße 🔑' }, b: 'two' })
  })
})

test('a secret of a vault does not show when it is inspected', async () => {
  const vault = await aVault({ a: 'canary-in-the-vault' })
  const [document] = await storeOf(vault).read([{ path: vault.file }])
  const { inspect } = await import('node:util')

  const value: Secret | undefined =
    document?.kind === 'document'
      ? ((s) => (s.kind === 'found' ? s.value : undefined))(document.document.select(['a']))
      : undefined

  expect(value?.reveal()).toBe('canary-in-the-vault')
  for (const options of [{}, { depth: Infinity, showHidden: true }, { customInspect: false, showHidden: true }]) {
    expect(inspect([document, value], options)).not.toContain('canary')
  }
  expect(JSON.stringify([document, value])).not.toContain('canary')
})
