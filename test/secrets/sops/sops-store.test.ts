import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { beforeAll, describe, expect, test } from 'vitest'
import { observeSecrets } from '../../../src/core/secret.ts'
import { sopsIdentityFile } from '../../../src/secrets/age/age-identity.ts'
import { makeResolver, type ResolverOptions, type Want } from '../../../src/secrets/resolver.ts'
import { readYaml } from '../../../src/secrets/sops/read-yaml.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import {
  addRecipients,
  type Encrypted,
  encryptDocument,
  type Format,
  mapOf,
  type PlainMap,
  renderFile,
  type SopsRules,
  type Written,
} from './a-sops-file.ts'

const run = promisify(execFile)

interface SopsOnDisk {
  readonly directory: string
  readonly identity: string
  readonly name: string
}

interface Recipe {
  readonly format?: Format
  readonly document?: PlainMap
  readonly rules?: SopsRules
  readonly recipients?: readonly string[]
  readonly change?: (encrypted: Encrypted) => Encrypted
}

const usual = mapOf({ api: mapOf({ key: 'canary-one', port: 8443 }), signing_secret: 'canary-two' })

async function aSopsFile(recipe: Recipe = {}): Promise<SopsOnDisk> {
  const { format = 'yaml', document = usual, rules, recipients, change = (same) => same } = recipe
  const directory = await temporaryDirectory()
  const identity = await generateX25519Identity()
  const key = randomBytes(32)
  const to = recipients ?? [await identityToRecipient(identity)]
  const encrypted = await addRecipients(encryptDocument(document, key, rules), key, to)
  const name = `secrets.enc.${format}`
  await writeFile(join(directory, name), renderFile(change(encrypted), format))
  return { directory, identity, name }
}

type Told = { readonly value: string } | { readonly code: string; readonly message: string; readonly hint?: string }

async function resolve(ref: string, directory: string, options: Partial<ResolverOptions> = {}): Promise<Told> {
  const resolver = makeResolver({ stores: [], env: {}, homeDir: '/nonexistent', cwd: directory, ...options })
  const want: Want = { ref, baseDir: directory, at: { file: 'webhooks.yaml', line: 1, column: 1 } }
  const { values, diagnostics } = await resolver.resolve([want])
  await resolver.close()
  const [diagnostic] = diagnostics
  const value = values.get(want)
  if (value !== undefined) return { value: value.reveal() }
  if (diagnostic === undefined) throw new Error('neither a value nor a finding')
  return diagnostic
}

function resolveOwn(file: SopsOnDisk, pointer: string, options: Partial<ResolverOptions> = {}): Promise<Told> {
  return resolve(`ref+sops://${file.name}${pointer}`, file.directory, {
    env: { SOPS_AGE_KEY: file.identity },
    ...options,
  })
}

function withNotes(change: (notes: Map<string, Written>) => void): Recipe {
  return {
    change: ({ document, notes }) => {
      const changed = new Map(notes)
      change(changed)
      return { document, notes: changed }
    },
  }
}

describe('a SOPS file', () => {
  test.each<[Format, string, PlainMap]>([
    ['yaml', '#/api/key', usual],
    ['json', '#/api/key', usual],
    ['env', '#/API_KEY', mapOf({ OTHER: 'x', API_KEY: 'canary-one' })],
    ['ini', '#/api/key', mapOf({ api: mapOf({ key: 'canary-one' }) })],
    ['txt', '', mapOf({ data: 'canary-one' })],
    ['txt', '#/inner', mapOf({ data: '{"inner":"canary-one"}' })],
  ])('of format %s gives the value at %j', async (format, pointer, document) => {
    expect(await resolveOwn(await aSopsFile({ format, document }), pointer)).toEqual({ value: 'canary-one' })
  })

  test('keeps the lines of a value, also in a format of lines', async () => {
    const document = mapOf({ KEY: 'one\ntwo\n', EMPTY: '', note_unencrypted: 'a\nb' })

    expect(await resolveOwn(await aSopsFile({ format: 'env', document }), '#/KEY')).toEqual({ value: 'one\ntwo\n' })
  })

  test.each([
    [{ unencryptedSuffix: '_clear' }, mapOf({ region_clear: 'eu', ports_clear: [1, 0.5, true], key: 'canary' })],
    [{ macOnlyEncrypted: true }, mapOf({ region_unencrypted: 'eu', key: 'canary' })],
  ])('may have values in clear beside (%j)', async (rules, document) => {
    expect(await resolveOwn(await aSopsFile({ rules, document }), '#/key')).toEqual({ value: 'canary' })
  })

  test.each([
    ['0', '0'],
    ['-0.5', '-0.5'],
    ['1e21', '1000000000000000000000'],
    ['1.25e-7', '0.000000125'],
    ['9007199254740993', '9007199254740993'],
    ['1234.50', '1234.5'],
    ['true', 'True'],
  ])('has the number %s in its MAC as Go spells it', (written, spelled) => {
    expect(readYaml(`n: ${written}`)).toMatchObject({ entries: [['n', { text: spelled }]] })
  })

  test.each([
    ['#/api/kez', 'HS2003', 'There is no secret in secrets.enc.yaml at /api/kez.', 'The fields there are key, port.'],
    ['#/api/port', 'HS2003', 'There is no text in secrets.enc.yaml at /api/port, but a number.', /in quotes/],
    ['#/note_unencrypted', 'HS2003', /but a value that stands there in clear\.$/, /encrypt it/],
    ['', 'HS2003', /but a group of fields\.$/, 'The fields there are api, empty, note_unencrypted.'],
    ['#/empty', 'HS2009', /is empty/, /./],
  ])('tells why there is no secret at %j', async (pointer, code, message, hint) => {
    const document = mapOf({ api: mapOf({ key: 'x', port: 8443 }), empty: '', note_unencrypted: 'in clear' })

    const told = await resolveOwn(await aSopsFile({ document }), pointer)

    expect(told).toMatchObject({ code })
    expect('message' in told && told.message).toMatch(message)
    expect('message' in told && told.hint).toMatch(hint)
  })

  test('that was changed gives nothing, and none of its values is known to the run', async () => {
    const seen: string[] = []
    const file = await aSopsFile({
      change: ({ document, notes }) => ({ document: new Map([...document, ['injected', 'in clear']]), notes }),
    })
    observeSecrets((value) => seen.push(value))

    const told = await resolveOwn(file, '#/api/key')
    observeSecrets(undefined)

    expect(told).toMatchObject({
      code: 'HS2004',
      message: `${file.name} was changed after it was encrypted: its values do not match its MAC.`,
    })
    expect(seen.join()).not.toContain('canary')
  })

  test.each<[string, Recipe, RegExp]>([
    ['without a MAC', withNotes((notes) => notes.delete('mac')), /has no MAC/],
    ['without a recipient', withNotes((notes) => notes.set('age', [])), /encrypted to nobody/],
    [
      'whose data key is damaged',
      withNotes((notes) => {
        const [stanza] = notes.get('age') as readonly ReadonlyMap<string, Written>[]
        notes.set('age', [new Map([...(stanza ?? []), ['enc', '-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n']])])
      }),
      /data key .* is damaged/,
    ],
  ])('%s is refused', async (_, recipe, message) => {
    expect(await resolveOwn(await aSopsFile(recipe), '#/api/key')).toMatchObject({
      code: 'HS2004',
      message: expect.stringMatching(message),
    })
  })

  test.each([
    ['plain.yaml', 'api:\n  key: canary\n', /is not encrypted with SOPS/],
    ['plain.json', '{"api":{"key":"canary"}}', /is not encrypted with SOPS/],
    ['plain.env', 'KEY=canary\n', /is not encrypted with SOPS/],
    ['plain.ini', '[api]\nkey = canary\n', /is not encrypted with SOPS/],
    ['plain', 'canary', /is not JSON/],
    ['broken.json', '{"api": canary', /is not JSON/],
    ['broken.yaml', 'a: 1\nb: "canary', /cannot be read at line 2/],
    ['two.yaml', 'a: 1\n---\nb: 2\n', /several YAML documents/],
    ['list.yaml', '- canary\n', /does not hold a group of fields/],
    ['twice.yaml', 'canary: 1\ncanary: 2\n', /has a field twice/],
    ['twice.json', '{"canary":1,"canary":2}', /has a field twice/],
    ['alias.yaml', 'a: &canary x\nb: *canary\n', /alias or a tag/],
    ['tag.yaml', 'a: !!binary aGk=\n', /alias or a tag/],
    ['number.yaml', '1: canary\n', /name is no text/],
    ['deep.yaml', '['.repeat(100_000), /nested too deep/],
    ['deep.json', `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`, /nested too deep/],
    ['steps.yaml', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''), /nested too deep/],
    ['own.env', 'sops=canary\nsops_mac=x\n', /keeps for itself/],
    ['notes.yaml', 'sops: canary\n', /something else than a group of fields/],
  ])('%s is no SOPS file, and nothing of it is shown', async (name, text, message) => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, name), text)

    const told = await resolve(`ref+sops://${name}#/api/key`, directory)

    expect(told).toMatchObject({ code: 'HS2004', message: expect.stringMatching(message) })
    expect(JSON.stringify(told)).not.toContain('canary')
  })

  test('does not let a name of JavaScript in', async () => {
    const file = await aSopsFile({ document: new Map([['__proto__', mapOf({ key: 'canary' })]]) })

    expect(await resolveOwn(file, '#/__proto__/key')).toEqual({ value: 'canary' })
    expect(await resolveOwn(file, '#/key')).toMatchObject({ code: 'HS2003' })
    expect(await resolveOwn(file, '#/constructor/name')).toMatchObject({ code: 'HS2003' })
  })
})

describe('the identity of a SOPS file', () => {
  test.each<[string, (file: SopsOnDisk) => Partial<ResolverOptions>]>([
    ['the variable SOPS_AGE_KEY', ({ identity }) => ({ env: { SOPS_AGE_KEY: identity } })],
    ['one of several keys in it', ({ identity }) => ({ env: { SOPS_AGE_KEY: `${other.identity} ${identity}` } })],
    ['the file in SOPS_AGE_KEY_FILE', ({ directory }) => ({ env: { SOPS_AGE_KEY_FILE: join(directory, 'key.txt') } })],
    ['the variable HOOKS_SYNC_AGE_KEY', ({ identity }) => ({ env: { HOOKS_SYNC_AGE_KEY: identity } })],
    ['the file that SOPS uses by itself', ({ directory }) => ({ homeDir: directory, env: {} })],
    ['the one below XDG_CONFIG_HOME', ({ directory }) => ({ env: { XDG_CONFIG_HOME: join(directory, 'xdg') } })],
    [
      'the setting of its store',
      ({ directory }) => ({
        env: { SOPS_AGE_KEY: other.identity },
        stores: [{ alias: 's', backend: 'sops', baseDir: directory, options: { identity: 'key.txt' } }],
      }),
    ],
  ])('may be in %s', async (_, optionsFor) => {
    const file = await aSopsFile()
    const places = [
      sopsIdentityFile({}, file.directory),
      sopsIdentityFile({ XDG_CONFIG_HOME: join(file.directory, 'xdg') }, ''),
    ]
    for (const place of [join(file.directory, 'key.txt'), ...places]) {
      await mkdir(join(place, '..'), { recursive: true })
      await writeFile(place, `# a comment\n${file.identity}\n`, { mode: 0o600 })
    }

    expect(await resolveOwn(file, '#/api/key', optionsFor(file))).toEqual({ value: 'canary-one' })
  })

  const other = { identity: '' }
  beforeAll(async () => {
    other.identity = await generateX25519Identity()
  })

  test('is told to be missing with every recipient and every place that was looked at', async () => {
    const file = await aSopsFile(withNotes((notes) => notes.set('pgp', [new Map([['fp', 'x']])]).set('kms', [])))

    const told = await resolveOwn(file, '#/api/key', { env: { SOPS_AGE_KEY: other.identity } })

    expect(told).toMatchObject({ code: 'HS2004', message: `No age identity at hand opens ${file.name}.` })
    const hint = 'hint' in told ? (told.hint ?? '') : ''
    expect(hint).toContain(`${await identityToRecipient(file.identity)} (no identity at hand fits)`)
    expect(hint).toContain('PGP (not used by hooks-sync)')
    expect(hint).toContain('the variable SOPS_AGE_KEY (does not fit)')
    expect(hint).toContain('/nonexistent/.config/hooks-sync/key.txt (not there)')
    expect(hint).not.toContain('AGE-SECRET-KEY')
  })

  test.each<[string, readonly [string, readonly Written[]][], RegExp, RegExp]>([
    ['PGP', [['pgp', [new Map([['fp', 'x']])]]], /has no age recipient/, /^Its recipients are PGP\. Run: sops rotate/],
    [
      'keys of clouds',
      [
        ['kms', [new Map([['arn', 'x']]), new Map([['arn', 'y']])]],
        ['gcp_kms', [new Map()]],
        ['azure_kv', [new Map()]],
        ['hc_vault', [new Map()]],
      ],
      /has no age recipient/,
      /AWS KMS \(2\), Google Cloud KMS, Azure Key Vault, HashiCorp Vault\./,
    ],
    ['groups', [['key_groups', [new Map(), new Map()]]], /split between 2 groups/, /without key_groups/],
  ])('is not enough for a file that is encrypted to %s only', async (_, lists, message, hint) => {
    const file = await aSopsFile(
      withNotes((notes) => {
        notes.delete('age')
        for (const [name, list] of lists) notes.set(name, list)
      }),
    )

    expect(await resolveOwn(file, '#/api/key')).toMatchObject({
      code: 'HS2004',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
  })

  test('that others may read is not used', async () => {
    const file = await aSopsFile()
    await writeFile(join(file.directory, 'key.txt'), file.identity, { mode: 0o644 })

    const env = { SOPS_AGE_KEY_FILE: join(file.directory, 'key.txt') }

    expect(await resolveOwn(file, '#/api/key', { env })).toMatchObject({
      hint: expect.stringContaining('can be accessed by others'),
    })
  })
})

describe('the place of a SOPS file', () => {
  test('is below the directory of the configuration, links included, or below a root of the store', async () => {
    const file = await aSopsFile()
    const project = await temporaryDirectory()
    await symlink(file.directory, join(project, 'linked'))
    const env = { SOPS_AGE_KEY: file.identity }
    const stores = [{ alias: 's', backend: 'sops', baseDir: project, options: { roots: [file.directory] } }]

    for (const path of [join(file.directory, file.name), `linked/${file.name}`]) {
      const refused = await resolve(`ref+sops://${path}#/api/key`, project, { env })
      expect(refused).toMatchObject({ code: 'HS2004', hint: expect.stringContaining('a store with backend sops') })
      expect(await resolve(`ref+sops://${path}#/api/key`, project, { env, stores })).toEqual({ value: 'canary-one' })
    }
    expect(await resolve('ref+sops:///proc/self/environ#/a', project, { env })).toMatchObject({ code: 'HS2004' })
  })

  test('is not a file larger than a megabyte', async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'a.yaml'), 'x'.repeat(1024 * 1024 + 1))

    expect(await resolve('ref+sops://a.yaml#/a', directory)).toMatchObject({
      message: 'a.yaml is larger than 1024 KiB.',
    })
  })

  test('is not written', async () => {
    const file = await aSopsFile()
    const resolver = makeResolver({ stores: [], env: {}, homeDir: '/nonexistent', cwd: file.directory })
    const before = await readFile(join(file.directory, file.name))

    const proof = resolver.proveWritable({ ref: `ref+sops://${file.name}#/api/key`, baseDir: file.directory })

    await expect(proof).rejects.toMatchObject({ diagnostics: [{ code: 'HS2008' }] })
    expect(await readFile(join(file.directory, file.name))).toEqual(before)
  })

  test('has no settings but identity and roots', async () => {
    const file = await aSopsFile()
    const stores = [{ alias: 's', backend: 'sops', baseDir: file.directory, options: { key: 'x' } }]

    expect(await resolveOwn(file, '#/api/key', { stores })).toMatchObject({
      code: 'HS2006',
      hint: 'Its settings are identity, roots.',
    })
  })
})

const hasAge = await run('age', ['--version']).then(
  () => true,
  () => false,
)

test.skipIf(!hasAge && process.env['CI'] !== 'true')(
  'a data key that the age command encrypted is opened',
  async () => {
    const directory = await temporaryDirectory()
    await run('age-keygen', ['-o', join(directory, 'key.txt')])
    const { stdout: recipient } = await run('age-keygen', ['-y', join(directory, 'key.txt')])
    const key = randomBytes(32)
    await writeFile(join(directory, 'data-key'), key)
    const { stdout: enc } = await run('age', ['-a', '-r', recipient.trim(), join(directory, 'data-key')])
    const { document, notes } = encryptDocument(usual, key)
    const stanza = new Map([
      ['recipient', recipient.trim()],
      ['enc', enc],
    ])
    const text = renderFile({ document, notes: new Map<string, Written>([...notes, ['age', [stanza]]]) }, 'yaml')
    await writeFile(join(directory, 'a.yaml'), text)

    const env = { SOPS_AGE_KEY_FILE: join(directory, 'key.txt') }

    expect(await resolve('ref+sops://a.yaml#/signing_secret', directory, { env })).toEqual({ value: 'canary-two' })
  },
)
