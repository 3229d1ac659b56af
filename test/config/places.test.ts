import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readTree } from '../../src/config/read-tree.ts'
import { findSpan, type Path } from '../../src/config/source-tree.ts'
import type { PlainValue } from '../../src/core/value.ts'
import { aCasey, aFile, aSinch, loadText, seen } from './load-text.ts'

const broken = aSinch(`      a:
        app_id: A
        url: ftp://a.example
        events:
          - MESSAGE_INBOUNDN
        signing_secret: hunter2`)

test('Windows line ends move no position and do not show in excerpts', () => {
  const unix = loadText(broken).diagnostics
  const windows = loadText(broken.replaceAll('\n', '\r\n')).diagnostics

  expect(windows).toEqual(unix)
  expect(unix).toHaveLength(3)
})

test('a file shows every finding at the line and column an editor shows', () => {
  expect(seen(loadText(broken).diagnostics)).toEqual([
    '10:14 HS1003 url must be an absolute https or http URL.',
    '12:13 HS1004 Sinch has no event "MESSAGE_INBOUNDN".',
    '13:25 HS2001 signing_secret holds a literal; only a secret reference may stand here.',
  ])
})

describe('a value behind an alias', () => {
  test('is found fault with at its own place when it stands inside the anchored map', () => {
    const text = aSinch(`      a:
        app_id: A
        url: https://a.example/1
        events: &all [MESSAGE_INBOUNDN]
      b: { app_id: A, url: https://a.example/2, events: *all }`)

    expect(seen(loadText(text).diagnostics)).toEqual(['11:23 HS1004 Sinch has no event "MESSAGE_INBOUNDN".'])
  })

  test('is found fault with where the alias stands when the whole value is meant', () => {
    const text = aCasey(`      a: { url: https://a.example/1, description: &d x }
      b: { url: *d }`)

    expect(seen(loadText(text).diagnostics)).toEqual(['8:17 HS1003 url must be an absolute https or http URL.'])
  })

  test('works up to fifty times', () => {
    const webhooks = Array.from(
      { length: 50 },
      (_, index) => `      w${index}: { url: https://a.example/${index}, events: *e }`,
    )
    const text = aCasey(
      `      w: { url: https://a.example/w, events: &e [conversation.started] }\n${webhooks.join('\n')}`,
    )

    expect(loadText(text).diagnostics).toEqual([])
    expect(loadText(text).accounts[0]?.desired).toHaveLength(51)
    expect(
      seen(loadText(text.replace(/\n$/u, '\n      x: { url: https://a.example/x, events: *e }\n')).diagnostics),
    ).toEqual(['58:46 HS1008 The file has more than 50 aliases.'])
  })

  test('cannot grow without bound', () => {
    const levels = Array.from(
      { length: 24 },
      (_, index) => `  l${index}: &l${index} [${index === 0 ? 'x' : `*l${index - 1}, *l${index - 1}`}]`,
    )

    const { diagnostics } = loadText(`stores:\n  backend: env\n${levels.join('\n')}\n`)

    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toContain(
      'HS1008 The aliases of this file stand for too many values.',
    )
  })
})

test('the place of any value can be asked for afterwards', () => {
  const project = loadText({
    'b.yaml': aCasey('      a:\n        url: https://a.example'),
    'a.yaml': 'ledger: l.json\n',
  })

  expect(project.place(['providers', 'casey', 'webhooks', 'a', 'url'])).toEqual({
    at: { file: 'b.yaml', line: 8, column: 14 },
    excerpt: '        url: https://a.example',
    length: 17,
    baseDir: '/project',
  })
  expect(project.place(['providers', 'casey', 'auth', 'api_key'])?.at).toEqual({ file: 'b.yaml', line: 5, column: 22 })
  expect(project.place(['ledger'])?.at).toEqual({ file: 'a.yaml', line: 1, column: 9 })
  expect(project.place(['providers', 'nobody'])).toBeUndefined()
})

const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/u)
const scalar = fc.oneof(fc.string({ maxLength: 12 }), fc.integer(), fc.boolean(), fc.constant(null))
const { tree } = fc.letrec<{ tree: PlainValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie('tree'), { maxLength: 3 }),
  ) as fc.Arbitrary<PlainValue>,
}))

function pathsOf(value: PlainValue, path: Path = []): readonly (readonly [Path, PlainValue])[] {
  if (Array.isArray(value)) return [[path, value], ...value.flatMap((item, index) => pathsOf(item, [...path, index]))]
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return [[path, value], ...Object.entries(value).flatMap(([name, item]) => pathsOf(item, [...path, name]))]
}

test('the text at the position of a value is that value', () => {
  fc.assert(
    fc.property(fc.dictionary(key, tree, { minKeys: 1, noNullPrototype: true }), fc.boolean(), (root, flow) => {
      const text = stringify(root, {
        collectionStyle: flow ? 'flow' : 'block',
        defaultStringType: 'QUOTE_DOUBLE',
        defaultKeyType: 'PLAIN',
        lineWidth: 0,
      })
      const source = readTree(aFile(text))

      expect(source.root).toEqual(root)
      for (const [path, value] of pathsOf(root)) {
        const { start, end } = findSpan(source, path)
        if (typeof value === 'object' || typeof value === 'number') continue
        expect(JSON.parse(text.slice(start, end))).toBe(value)
      }
    }),
  )
})
