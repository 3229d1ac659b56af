import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../src/secrets/backends.ts'
import {
  isReferenceFault,
  isReferenceText,
  parsePathReference,
  parseReference,
  type ReferenceFault,
  renderReference,
  type SecretReference,
} from '../../src/secrets/reference.ts'

function faultOf(text: string): ReferenceFault & { readonly marked: string } {
  const parsed = parseReference(text)
  if (!isReferenceFault(parsed)) throw new Error(`${text} was accepted`)
  return { ...parsed, marked: text.slice(parsed.offset, parsed.offset + parsed.length) }
}

describe('a reference', () => {
  test.each<[string, Omit<SecretReference, 'text'>]>([
    ['ref+env://SINCH_KEY_ID', { backend: 'env', path: 'SINCH_KEY_ID', pointer: [] }],
    ['secretref+env://A', { backend: 'env', path: 'A', pointer: [] }],
    ['ref+file:///run/secrets/casey', { backend: 'file', path: '/run/secrets/casey', pointer: [] }],
    [
      'ref+file://keys/all.json#/casey/api_key',
      { backend: 'file', path: 'keys/all.json', pointer: ['casey', 'api_key'] },
    ],
    ['ref+age://secrets.age#/casey/api_key', { backend: 'age', path: 'secrets.age', pointer: ['casey', 'api_key'] }],
    ['ref+age://~/v.age?store=local#/a', { backend: 'age', path: '~/v.age', store: 'local', pointer: ['a'] }],
    ['ref+vault://kv/hooks/sinch#/key_secret', { backend: 'vault', path: 'kv/hooks/sinch', pointer: ['key_secret'] }],
    [
      'ref+vault://kv/a?version=3&store=eu#/b',
      { backend: 'vault', path: 'kv/a', version: '3', store: 'eu', pointer: ['b'] },
    ],
    ['ref+openbao://kv/a#/b', { backend: 'vault', path: 'kv/a', pointer: ['b'] }],
    ['ref+awsssm:///prod/hooks/key', { backend: 'awsssm', path: '/prod/hooks/key', pointer: [] }],
    ['ref+age://a%20b%2Bc.age#/x%2Fy/%25', { backend: 'age', path: 'a b+c.age', pointer: ['x/y', '%'] }],
    ['ref+age://a%252Fb.age#/x', { backend: 'age', path: 'a%2Fb.age', pointer: ['x'] }],
    ['op://Team Vault/tellcasey/api key', { backend: 'op', path: 'Team Vault/tellcasey/api key', pointer: [] }],
    ['ref+op://v/i/s/f', { backend: 'op', path: 'v/i/s/f', pointer: [] }],
  ])('%s is read', (text, expected) => {
    expect(parseReference(text)).toEqual({ text, ...expected })
  })

  test.each<[string, string, string]>([
    ['hunter2hunter2', 'A secret reference starts with "ref+".', 'hunter2hunter2'],
    ['ref+env:/A', 'A secret reference needs "://" after its backend.', 'env'],
    ['ref+envv://A', 'This backend of a secret reference is not known.', 'envv'],
    ['ref+ENV://A', 'This backend of a secret reference is not known.', 'ENV'],
    ['ref+env://', 'A secret reference needs a path after "://".', ''],
    ['ref+env://1A', 'This is no name of an environment variable.', '1A'],
    ['ref+env://A B', 'The character " " cannot stand in a reference.', ' '],
    ['ref+env://A,b', 'The character "," cannot stand in a reference.', ','],
    ['ref+env://A+', 'The character "+" cannot stand in a reference.', '+'],
    ['ref+file://ä', 'The character "ä" cannot stand in a reference.', 'ä'],
    ['ref+file://a#/b#/c', 'The character "#" cannot stand in a reference.', '#'],
    ['ref+file://a\n', 'A reference holds a control character.', '\n'],
    ['ref+file://a%00b', 'A reference holds a control character.', 'a%00b'],
    ['ref+file://a%zz', 'A "%" in a reference stands before two hex digits.', '%'],
    ['ref+file://a%ff', 'A percent-encoding in this reference is not UTF-8.', 'a%ff'],
    ['ref+age://a.age', 'A reference to age names a field.', 'ref+age://a.age'],
    ['ref+age://a.age#b', 'A field in a reference starts with "/".', 'b'],
    ['ref+age://a.age#/b//c', 'A field name in a reference is empty.', '/'],
    ['ref+env://A#/b', 'A reference to env has no field.', '#/b'],
    ['ref+age://a.age?version=3#/b', 'The backend age keeps no versions.', 'version=3'],
    ['ref+vault://a?store=x&store=y#/b', 'A parameter of this reference is given twice.', 'store=y'],
    ['ref+vault://a?store=#/b', 'The parameter "store" has no value.', 'store='],
    ['ref+vault://a?colour=red#/b', 'This parameter of a reference is not known.', 'colour=red'],
    ['op://vault/item', 'A 1Password reference names vault, item and field.', 'vault/item'],
    ['ref+vault://u:p@vault.example.com/kv#/a', 'A login is not allowed in a reference.', 'u:p@'],
    ['ref+file://x/ref+vault://kv/a#/b', 'A reference cannot hold another reference.', 'ref+vault://kv/a#/b'],
  ])('%j is refused: %s', (text, message, marked) => {
    const fault = faultOf(text)

    expect(fault).toMatchObject({ message })
    expect(fault.marked).toBe(marked)
    expect(fault.hint).not.toBe('')
  })

  test.each(['address', 'token', 'token_env', 'token_file', 'role_id', 'secret_id', 'proto', 'namespace', 'region'])(
    'refuses the connection setting %s without quoting its value',
    (name) => {
      const fault = faultOf(`ref+vault://kv/a?${name}=hvs.canary#/b`)

      expect(fault.message).toBe(`The connection setting "${name}" is not allowed in a reference.`)
      expect(fault.hint).toContain('stores:')
      expect(JSON.stringify([fault.message, fault.hint])).not.toContain('canary')
    },
  )

  test('may leave out the field where a whole path is named', () => {
    expect(parsePathReference('ref+age://a.age')).toMatchObject({ path: 'a.age', pointer: [] })
  })

  test.each([
    ['ref+env://A', true],
    ['secretref+nonsense', true],
    ['op://v/i/f', true],
    ['reference', false],
    ['https://example.com/?x=ref+env://A', false],
    [' ref+env://A', false],
  ])('%j is meant as one: %s', (text, expected) => {
    expect(isReferenceText(text)).toBe(expected)
  })
})

const anyName = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((name) => name.isWellFormed() && !Array.from(name).some((unit) => unit < ' ' || unit === '\u007F'))

const anyReference: fc.Arbitrary<Omit<SecretReference, 'text'>> = fc
  .record(
    {
      backend: fc.constantFrom(
        ...(Object.keys(backends) as Backend[]).filter((name) => name !== 'env' && name !== 'op'),
      ),
      path: anyName.filter((path) => !/^[^/]*:[^/]*@/.test(path)),
      pointer: fc.array(anyName, { minLength: 1, maxLength: 4 }),
      store: anyName,
      version: anyName,
    },
    { requiredKeys: ['backend', 'path', 'pointer'] },
  )
  .map(({ version, ...reference }) =>
    version !== undefined && backends[reference.backend].hasVersions ? { ...reference, version } : reference,
  )

test('what is written as a reference reads back as the same place', () => {
  fc.assert(
    fc.property(anyReference, (reference) => {
      const text = renderReference(reference)

      expect(parseReference(text)).toEqual({ text, ...reference })
    }),
  )
})

test('reading never throws, and a fault marks a part of the text', () => {
  const nearReference = fc
    .array(
      fc.constantFrom('ref+', 'secretref+', 'age', '://', 'op://', '?', '#', '/', '%', '%41', 'store=', '&', 'a', '@'),
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearReference), (text) => {
      const parsed = parseReference(text)

      if (!isReferenceFault(parsed)) return
      expect(parsed.offset).toBeGreaterThanOrEqual(0)
      expect(parsed.offset).toBeLessThanOrEqual(text.length)
      expect(parsed.length).toBeGreaterThan(0)
    }),
  )
})
