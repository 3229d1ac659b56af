import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { expect, test } from 'vitest'
import { messageTable } from '../../src/terraform/protocol/generated/messages.ts'
import { decodeMessage, encodeMessage, type MessageName } from '../../src/terraform/protocol/message-codec.ts'
import type { FieldRow } from '../../src/terraform/protocol/tables.ts'

const directory = join(import.meta.dirname, '../../src/terraform/protocol')
const { root } = protobuf.parse(readFileSync(join(directory, 'tfplugin6.proto'), 'utf8'))
root.resolveAll()

/** The messages of the provider by the names of their types, as the library reads them from the text. */
const types = new Map<string, protobuf.Type>()
collect(root.lookup('tfplugin6') as protobuf.Namespace, '')

function collect(space: protobuf.NamespaceBase, prefix: string): void {
  for (const each of space.nestedArray) {
    if (!(each instanceof protobuf.Type)) continue
    types.set(`${prefix}${each.name}`, each)
    collect(each, `${prefix}${each.name}`)
  }
}

test('every message is read and written as the library does it by reflection', () => {
  const message = fc.constantFrom(...types.keys()).chain((name) => fc.tuple(fc.constant(name), anyMessage(name, 4)))
  fc.assert(
    fc.property(message, ([name, fields]) => {
      const ours = encodeMessage(name as MessageName, fields)
      const type = types.get(name)
      const theirs = type?.encode(type.fromObject(fields)).finish() ?? Buffer.alloc(0)

      expect(inFull(type, ours)).toEqual(inFull(type, theirs))
      expect(decodeMessage(name as MessageName, theirs)).toEqual(decodeMessage(name as MessageName, ours))
      expect(encodeMessage(name as MessageName, decodeMessage(name as MessageName, ours) as object)).toEqual(ours)
    }),
    { numRuns: 300 },
  )
})

test('what a later minor version adds is passed over', () => {
  const later = protobuf.parse(
    'syntax = "proto3"; message M { string type_name = 1; bytes more = 99; M inner = 98; }',
  ).root
  const bytes = later
    .lookupType('M')
    .encode({ typeName: 'hooks_thing', more: Buffer.from('x'), inner: {} })
    .finish()

  expect(decodeMessage('ReadResourceRequest', bytes)).toMatchObject({
    typeName: 'hooks_thing',
    currentState: undefined,
  })
})

test('a message that is cut off is refused', () => {
  const bytes = encodeMessage('DynamicValue', { msgpack: Buffer.from('abcdef') })

  expect(() => decodeMessage('DynamicValue', bytes.subarray(0, 4))).toThrow('index out of range')
})

/** Reads by the library, with what was left out filled in: an empty value may be written or not. */
function inFull(type: protobuf.Type | undefined, bytes: Uint8Array): object | undefined {
  return type?.toObject(type.decode(bytes), { longs: Number, defaults: true })
}

function anyMessage(name: string, depth: number): fc.Arbitrary<object> {
  const rows = (messageTable[name] ?? []).filter(([, , kind]) => depth > 0 || !(kind in messageTable))
  return fc.record(Object.fromEntries(rows.map((row) => [row[1], anyField(row, depth)])), { requiredKeys: [] })
}

function anyField([, , kind, rule]: FieldRow, depth: number): fc.Arbitrary<unknown> {
  const one = scalars[kind] ?? anyMessage(kind, depth - 1)
  if (rule === 'repeated') return fc.array(one, { maxLength: 3 })
  if (rule === 'map')
    return fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      one,
      { maxKeys: 3 },
    )
  return one
}

const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  bytes: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  int32: fc.integer({ min: 0, max: 2 }),
  int64: fc.maxSafeInteger(),
  string: fc.string(),
  uint32: fc.nat(),
}
