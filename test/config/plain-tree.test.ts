import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readPlainTree } from '../../src/config/plain-tree.ts'
import { readYamlTree } from '../../src/config/yaml-tree.ts'
import { aCasey, aFile } from './load-text.ts'

/** Holds both parsers against each other; tells whether the plain one took the text. */
function agree(text: string): boolean {
  const plain = readPlainTree(aFile(text))
  if (plain === undefined) return false
  expect(plain, JSON.stringify(text)).toEqual(readYamlTree(aFile(text)))
  return true
}

const name = fc.oneof(
  { arbitrary: fc.constantFrom('a', 'b', 'url', 'key_id', 'x-y', 'yes', 'constructor'), weight: 30 },
  fc.constantFrom('null', '1', '__proto', 'a b'),
)
const scalar = fc.oneof(
  { arbitrary: fc.constantFrom<unknown>('x', 'https://a.example', true, 7, 'two words', 'ref+env://A'), weight: 20 },
  {
    arbitrary: fc.constantFrom<unknown>(
      'https://hooks.example.com/x?y=1#z',
      'ref+vault://kv/hooks/sinch#/key_secret',
      'ref+env://NAME',
      '01E9DQJFPWGZ3N2VPBQHF1ZWAB',
      '01E9',
      '0x1F',
      '~/.config/key.txt',
      'two words',
      'a: b',
      'a #b',
      "it's",
      'null',
      'true',
      '123',
      '30m',
      '-',
      '',
      null,
      true,
      0,
      42,
      -1,
      1.5,
    ),
    weight: 4,
  },
  fc.string({ maxLength: 10 }),
)
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.dictionary(name, tie('data'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie('data'), { maxLength: 3 }),
  ),
}))

test('what the plain parser takes it reads as the full parser does', () => {
  let taken = 0
  const styles = fc.record({
    collectionStyle: fc.constantFrom('any', 'block', 'flow' as const),
    indent: fc.constantFrom(2, 4),
    indentSeq: fc.boolean(),
    singleQuote: fc.boolean(),
    lineWidth: fc.constantFrom(0, 40),
  })
  fc.assert(
    fc.property(fc.dictionary(name, data, { minKeys: 1, noNullPrototype: true }), styles, (root, style) => {
      if (agree(stringify(root, style))) taken += 1
    }),
    { numRuns: 600 },
  )
  expect(taken).toBeGreaterThan(60)
})

const words = [
  'a',
  'b',
  'key',
  'x y',
  '1',
  'null',
  'true',
  '~',
  'ref+env://A',
  'https://a.example',
  '"q"',
  '"q',
  "'s'",
  "'s''t'",
]
const marks = [
  '[',
  ']',
  '{',
  '}',
  ',',
  ', ',
  ': ',
  ':',
  '- ',
  '-',
  ' #c',
  '#',
  '&a ',
  '*a',
  '!t ',
  '|',
  '>',
  '?',
  '@',
  '%',
  '`',
]
const breaks = [
  '---',
  '...',
  '<<: ',
  '\r\n',
  '\t',
  '\\',
  '\u0000',
  ' ',
  '\n',
  '\n',
  '\n',
  '\n  ',
  '\n  ',
  '\n    ',
  '\n- ',
]
const lines = ['a: ', 'a: b\n', 'b: [x, y]\n', 'c: { d: e }\n', 'e:\n', 'f:\n  ', '- a: 1\n']

test('the plain parser leaves alone what it does not understand', () => {
  let taken = 0
  const piece = fc.constantFrom(...words, ...marks, ...breaks, ...lines)
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (chosen) => {
      if (agree(chosen.join(''))) taken += 1
    }),
    { numRuns: 6000 },
  )
  expect(taken).toBeGreaterThan(50)
})

test.each([
  [
    'the usual file',
    aCasey('      a:\n        url: https://a.example # ours\n        events:\n          - conversation.started\n'),
  ],
  ['lists at the column of their key', 'a:\n- b\n- c: 1\n  d: 2\n- c: 3\ne: f\n'],
  [
    'comments anywhere',
    '# yaml-language-server: $schema=x\n\na: 1 # one\n  # deeper\nb: # two\n# zero\n  c: "d" # three\n',
  ],
  ['Windows line ends', 'a: 1\r\nb:\r\n  c: [d, e]\r\n'],
  ['nothing after keys', 'a:\nb:\n  c:\n  d: ~\n'],
  ['no line end at the end', 'a: { b: [c, "d e", \'f\'], g: {} }'],
])('the plain parser takes %s', (_name, text) => {
  expect(agree(text)).toBe(true)
})

test.each([
  ['anchors', 'a: &x 1\nb: *x\n'],
  ['tags', 'a: !!str 1\n'],
  ['block texts', 'a: |\n  b\n'],
  ['texts over several lines', 'a: b\n  c\n'],
  ['several documents', 'a: 1\n---\nb: 2\n'],
  ['escapes', 'a: "b\\n"\n'],
  ['repeated keys', 'a: 1\na: 2\n'],
  ['merge keys', '<<: { a: 1 }\n'],
  ['numbers as keys', '1: a\n'],
  ['words as keys', 'null: a\n'],
  ['a name of prototypes', '__proto__: a\n'],
  ['tabs', 'a:\tb\n'],
  ['numbers that are not whole', 'a: 1.5\n'],
  ['brackets over several lines', 'a: [b,\n  c]\n'],
  ['broken indentation', 'a:\n    b: 1\n  c: 2\n'],
  ['depth', `a: ${'['.repeat(70)}${']'.repeat(70)}\n`],
  ['an empty file', '# nothing\n'],
])('the plain parser leaves %s to the full one', (_name, text) => {
  expect(readPlainTree(aFile(text))).toBeUndefined()
})
