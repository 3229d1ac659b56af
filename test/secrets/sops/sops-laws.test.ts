import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SecretDocument } from '../../../src/secrets/document.ts'
import { openDocument } from '../../../src/secrets/sops/open-document.ts'
import { readJson, readYaml } from '../../../src/secrets/sops/read-yaml.ts'
import { readMetadata } from '../../../src/secrets/sops/sops-metadata.ts'
import { fieldOf } from '../../../src/secrets/sops/sops-node.ts'
import {
  type Encrypted,
  encryptDocument,
  mapOf,
  type Plain,
  type PlainMap,
  renderFile,
  type SopsRules,
  type Written,
  type WrittenMap,
} from './a-sops-file.ts'

const key = randomBytes(32)

/** What a reference could get out of a document, or why it gets nothing. */
type Readable = ReadonlyMap<string, string> | string

function readBack(encrypted: Encrypted, format: 'yaml' | 'json'): Readable {
  const text = renderFile(encrypted, format)
  const tree = (format === 'yaml' ? readYaml : readJson)(text)
  if (typeof tree === 'string') return tree
  const notes = fieldOf(tree, 'sops')
  if (notes === undefined) return 'is not encrypted'
  const metadata = readMetadata(notes)
  if (typeof metadata === 'string') return metadata
  const entries = tree.entries.filter(([name]) => name !== 'sops')
  const opened = openDocument({ kind: 'fields', entries }, metadata, key)
  return opened.kind === 'opened' ? readableOf(SecretDocument.ofFields(opened.fields)) : opened.message
}

function readableOf(document: SecretDocument): ReadonlyMap<string, string> {
  return new Map(
    document.pointers().flatMap((pointer) => {
      const selection = document.select(pointer)
      return selection.kind === 'found' ? [[JSON.stringify(pointer), selection.value.reveal()] as const] : []
    }),
  )
}

/** The encrypted texts of a document that a reference can name: not empty, and not within a list. */
function textsOf(map: PlainMap): ReadonlyMap<string, string> {
  return new Map(leavesOf(map, []).flatMap(([place, value]) => (typeof value === 'string' ? [[place, value]] : [])))
}

/** The same with numbers and truth values as they are spelled: SOPS does not protect the type of a value. */
function spellingsOf(map: PlainMap): ReadonlyMap<string, string> {
  const spell = (value: Plain): string => (typeof value === 'boolean' ? (value ? 'True' : 'False') : textOf(value))
  return new Map(leavesOf(map, []).map(([place, value]) => [place, spell(value)]))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function leavesOf(map: PlainMap, path: readonly string[]): readonly (readonly [string, Plain])[] {
  return Array.from(map).flatMap(([name, value]): readonly (readonly [string, Plain])[] => {
    const place = [...path, name]
    if (value instanceof Map) return leavesOf(value as PlainMap, place)
    const isReadable = value !== null && value !== '' && !Array.isArray(value)
    return isReadable && !place.some((part) => part.endsWith('_unencrypted')) ? [[JSON.stringify(place), value]] : []
  })
}

// SOPS joins names with ":" where it binds a value to its place, so that a/b and a:b are the same place to it.
const name = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).map((text) => text.replaceAll(':', '')),
  fc.constantFrom('1', '10', '2', '__proto__', 'constructor', 'port_unencrypted', '', 'y', 'null', '<<', '#', 'a b'),
)
const leaf: fc.Arbitrary<Plain> = fc.oneof(
  { arbitrary: fc.string({ unit: 'binary', maxLength: 12 }), weight: 4 },
  fc.constantFrom<Plain>('a', 'aa', 'true', '1', '-----BEGIN', 'x\ny\n', null, true, false),
  fc.integer(),
  fc.constantFrom(0.5, -12.25, 1234.56789),
)
const { map: fields } = fc.letrec<{ value: Plain; map: PlainMap }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie('map'), fc.array(tie('value'), { maxLength: 3 })),
  map: fc
    .uniqueArray(fc.tuple(name, tie('value')), { selector: ([own]) => own, maxLength: 4 })
    .map((entries) => new Map(entries)),
}))
const anyDocument = fields.filter((map) => !map.has('sops'))
const anyRules: fc.Arbitrary<SopsRules> = fc.record({ macOnlyEncrypted: fc.boolean() })
const anyFormat = fc.constantFrom('yaml' as const, 'json' as const)

test('any document is read as it was encrypted', () => {
  fc.assert(
    fc.property(anyDocument, anyRules, anyFormat, (document, rules, format) => {
      expect(readBack(encryptDocument(document, key, rules), format)).toEqual(textsOf(document))
    }),
    { numRuns: 300 },
  )
})

type Step = (entries: readonly (readonly [string, Written])[], at: number, other: number) => [string, Written][]

/** Changes of one map, wherever in the document it is. */
const steps: { readonly [name: string]: Step } = {
  delete: (all, at) => all.filter((_, index) => index !== at).map(([n, v]) => [n, v]),
  rename: (all, at) => all.map(([n, v], index) => [index === at ? `${n}x` : n, v]),
  'inject in clear': (all, at) => all.toSpliced(at, 0, ['injected', 'in clear']).map(([n, v]) => [n, v]),
  duplicate: (all, at) => [...all, ['copied', all[at]?.[1] ?? null] as const].map(([n, v]) => [n, v]),
  'swap values': (all, at, other) =>
    all.map(([n, v], index) => [n, index === at ? (all[other]?.[1] ?? v) : index === other ? (all[at]?.[1] ?? v) : v]),
  reorder: (all, at) => [...all.slice(at), ...all.slice(0, at)].map(([n, v]) => [n, v]),
  'move out of its group': (all, at) => {
    const [, value] = all[at] ?? []
    return (value instanceof Map ? all.toSpliced(at, 1, ...(value as WrittenMap)) : all).map(([n, v]) => [n, v])
  },
  'move into a group': (all, at) => all.map(([n, v], index) => [n, index === at ? new Map([[n, v]]) : v]),
  'put in clear': (all, at) => all.map(([n, v], index) => [n, index === at ? 'in clear' : v]),
  damage: (all, at, other) =>
    all.map(([n, v], index) => [n, index === at && typeof v === 'string' && v !== '' ? flip(v, other) : v]),
  'another type': (all, at) =>
    all.map(([n, v], index) => [n, index === at && typeof v === 'string' ? v.replace(/type:\w+/, 'type:str') : v]),
}

function flip(text: string, position: number): string {
  const at = position % text.length
  const replacement = text[at] === 'A' ? 'B' : 'A'
  return text.slice(0, at) + replacement + text.slice(at + 1)
}

function changeAt(map: WrittenMap, seed: number, step: Step): WrittenMap {
  const below = Array.from(map).filter(([, value]) => value instanceof Map && value.size > 0)
  const chosen = below[seed % (below.length + 1)]
  const rest = Math.floor(seed / (below.length + 1))
  if (chosen !== undefined) {
    const changed = changeAt(chosen[1] as WrittenMap, rest, step)
    return new Map(Array.from(map, ([n, v]) => [n, n === chosen[0] ? changed : v]))
  }
  return new Map(step(Array.from(map), rest % Math.max(map.size, 1), (rest * 7 + 3) % Math.max(map.size, 1)))
}

test.each(Object.keys(steps))('a file that somebody changed (%s) is refused, or reads as before', (stepName) => {
  const step = steps[stepName] ?? (() => [])
  fc.assert(
    fc.property(anyDocument, anyRules, anyFormat, fc.nat(), (document, rules, format, seed) => {
      const { document: written, notes } = encryptDocument(document, key, rules)

      const after = readBack({ document: changeAt(written, seed, step), notes }, format)

      if (typeof after === 'string') return
      expect([...after]).toEqual(expect.arrayContaining([...textsOf(document)]))
      expect([...spellingsOf(document)]).toEqual(expect.arrayContaining([...after]))
    }),
    { numRuns: 150 },
  )
})

describe('a file with secrets of its own', () => {
  const document = mapOf({
    api: mapOf({ key: 'one', token: 'two' }),
    region_unencrypted: 'eu',
    list: ['three', 'four'],
    count: 5,
  })
  const untouched = encryptDocument(document, key)

  function changeGroup(group: string, change: (map: Map<string, Written>) => void): Encrypted {
    const map = new Map(untouched.document.get(group) as WrittenMap)
    change(map)
    return { ...untouched, document: new Map(untouched.document).set(group, map) }
  }

  function changeTop(change: (map: Map<string, Written>) => void): Encrypted {
    const map = new Map(untouched.document)
    change(map)
    return { ...untouched, document: map }
  }

  function changeNotes(change: (map: Map<string, Written>) => void): Encrypted {
    const notes = new Map(untouched.notes)
    change(notes)
    return { ...untouched, notes }
  }

  const of = (map: ReadonlyMap<string, Written>, wanted: string): Written => map.get(wanted) ?? null
  const api = untouched.document.get('api') as WrittenMap
  const list = untouched.document.get('list') as readonly Written[]
  const mismatch = 'its values do not match its MAC'
  const elsewhere = /^the value at \S+ is damaged, or was encrypted for another place$/

  test('is read when nobody touched it', () => {
    expect(readBack(untouched, 'yaml')).toEqual(textsOf(document))
  })

  test.each<[string, Encrypted, string | RegExp]>([
    ['a deleted key', changeGroup('api', (map) => map.delete('key')), mismatch],
    ['a deleted group', changeTop((map) => map.delete('api')), mismatch],
    ['a key injected in clear', changeTop((map) => map.set('more', 'x')), mismatch],
    ['a value put in clear', changeGroup('api', (map) => map.set('key', 'x')), mismatch],
    ['an emptied value', changeGroup('api', (map) => map.set('key', '')), mismatch],
    ['a value set to null', changeGroup('api', (map) => map.set('key', null)), mismatch],
    ['a copied value', changeGroup('api', (map) => map.set('more', of(api, 'key'))), elsewhere],
    ['a renamed key', changeGroup('api', (map) => map.delete('key') && map.set('kez', of(api, 'key'))), elsewhere],
    [
      'swapped values',
      changeGroup('api', (map) => map.set('key', of(api, 'token')).set('token', of(api, 'key'))),
      elsewhere,
    ],
    ['reordered keys', changeGroup('api', (map) => map.delete('key') && map.set('key', of(api, 'key'))), mismatch],
    ['reordered groups', changeTop((map) => map.delete('api') && map.set('api', api)), mismatch],
    ['a reordered list', changeTop((map) => map.set('list', list.toReversed())), mismatch],
    ['a repeated item', changeTop((map) => map.set('list', [...list, ...list])), mismatch],
    ['a moved key', changeTop((map) => map.set('api', new Map()).set('key', of(api, 'key'))), elsewhere],
    ['another value in clear', changeTop((map) => map.set('region_unencrypted', 'us')), mismatch],
    ['another number', changeTop((map) => map.set('count', 6)), mismatch],
    ['another date', changeNotes((map) => map.set('lastmodified', '2026-11-20T10:11:13Z')), mismatch],
    ['no date', changeNotes((map) => map.delete('lastmodified')), /last modified/],
    ['no MAC', changeNotes((map) => map.delete('mac')), 'has no MAC, so nobody can tell whether it was changed'],
    ['an empty MAC', changeNotes((map) => map.set('mac', '')), /^has no MAC/],
    ['a MAC in clear', changeNotes((map) => map.set('mac', 'A'.repeat(128))), mismatch],
    ['a MAC of another place', changeNotes((map) => map.set('mac', of(api, 'key'))), mismatch],
    ['a MAC of other values', changeNotes((map) => map.set('mac_only_encrypted', true)), mismatch],
    [
      'the type of a comment',
      changeGroup('api', (map) => map.set('key', textOf(of(api, 'key')).replace('type:str', 'type:comment'))),
      /type that no value has/,
    ],
    [
      'a shortened tag',
      changeGroup('api', (map) => map.set('key', textOf(of(api, 'key')).replace(/tag:.{22}==/, 'tag:AAAA'))),
      elsewhere,
    ],
    ['something after a value', changeGroup('api', (map) => map.set('key', `${textOf(of(api, 'key'))} `)), elsewhere],
  ])('is refused with %s', (_, changed, reason) => {
    expect(renderFile(changed, 'yaml')).not.toBe(renderFile(untouched, 'yaml'))

    for (const format of ['yaml', 'json'] as const) {
      const answer = readBack(changed, format)
      expect(typeof answer).toBe('string')
      expect(answer).toMatch(reason)
    }
  })

  test('is refused with every single character of a value changed', () => {
    const value = textOf(of(api, 'key'))
    for (let at = 0; at < value.length; at += 1) {
      const changed = changeGroup('api', (map) => map.set('key', flip(value, at)))
      expect(readBack(changed, 'yaml')).toEqual(expect.any(String))
    }
  })
})
