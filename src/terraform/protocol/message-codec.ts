import protobuf from 'protobufjs/minimal.js'
import { type Messages, messageTable } from './generated/messages.ts'
import type { FieldRow } from './tables.ts'

const { Reader, Writer } = protobuf
// Where a package for whole numbers of 64 bits is installed, the library would answer with its objects.
Object.assign(protobuf.util, { Long: null })
protobuf.configure()

type Reader = protobuf.Reader
type Writer = protobuf.Writer

type Fields = Readonly<Record<string, unknown>>

/** What may be left out when a message is sent: whatever is as it is by itself. */
export type Sent<T> = T extends Uint8Array
  ? T
  : T extends readonly (infer E)[]
    ? readonly Sent<E>[]
    : T extends object
      ? { readonly [K in keyof T]?: Sent<T[K]> | undefined }
      : T

export type MessageName = keyof Messages

/** Writes a message as the wire has it. */
export function encodeMessage<N extends MessageName>(name: N, message: Sent<Messages[N]>): Buffer {
  const bytes = writeFields(Writer.create(), rowsOf(name), message).finish()
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Reads a message; scalars that were left out are their zero, fields nobody knows are passed over. */
export function decodeMessage<N extends MessageName>(name: N, bytes: Uint8Array): Messages[N] {
  return readFields(Reader.create(bytes), bytes.length, rowsOf(name)) as unknown as Messages[N]
}

interface Scalar {
  readonly zero: unknown
  readonly wireType: number
  readonly read: (reader: Reader) => unknown
  readonly write: (writer: Writer, value: never) => Writer
}

const scalars: Readonly<Record<string, Scalar>> = {
  bool: { zero: false, wireType: 0, read: (from) => from.bool(), write: (to, value: boolean) => to.bool(value) },
  bytes: {
    zero: new Uint8Array(),
    wireType: 2,
    // A copy, so that a small secret does not keep the whole message alive.
    read: (from) => Uint8Array.from(from.bytes()),
    write: (to, value: Uint8Array) => to.bytes(value),
  },
  int32: { zero: 0, wireType: 0, read: (from) => from.int32(), write: (to, value: number) => to.int32(value) },
  int64: {
    zero: 0,
    wireType: 0,
    // Versions, indexes and limits; none of them leaves the range of a double.
    read: (from) => from.int64(),
    write: (to, value: number) => to.int64(value),
  },
  string: { zero: '', wireType: 2, read: (from) => from.string(), write: (to, value: string) => to.string(value) },
  uint32: { zero: 0, wireType: 0, read: (from) => from.uint32(), write: (to, value: number) => to.uint32(value) },
}

function rowsOf(name: string): readonly FieldRow[] {
  const rows = messageTable[name]
  if (rows === undefined) throw new Error(`The protocol has no message ${name}.`)
  return rows
}

function writeFields(writer: Writer, rows: readonly FieldRow[], message: object): Writer {
  const values = message as Fields
  for (const [number, name, kind, rule] of rows) {
    const value = values[name]
    if (value === undefined) continue
    if (rule === 'repeated') for (const each of value as readonly unknown[]) writeField(writer, number, kind, each)
    else if (rule === 'map') writeMap(writer, number, kind, value as Fields)
    else if (rule === 'optional' || !isZero(value)) writeField(writer, number, kind, value)
  }
  return writer
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false || (value instanceof Uint8Array && value.length === 0)
}

function writeField(writer: Writer, number: number, kind: string, value: unknown): void {
  const scalar = scalars[kind]
  writer.uint32((number << 3) | (scalar?.wireType ?? 2))
  if (scalar === undefined) writeFields(writer.fork(), rowsOf(kind), value as object).ldelim()
  else scalar.write(writer, value as never)
}

function writeMap(writer: Writer, number: number, kind: string, values: Fields): void {
  for (const [key, value] of Object.entries(values)) {
    writer.uint32((number << 3) | 2).fork()
    writeField(writer, 1, 'string', key)
    writeField(writer, 2, kind, value)
    writer.ldelim()
  }
}

function readFields(reader: Reader, end: number, rows: readonly FieldRow[]): Fields {
  const found = new Map<string, unknown>()
  const lists = new Map<string, unknown[]>()
  while (reader.pos < end) {
    const tag = reader.uint32()
    const row = rows.find(([number]) => number === tag >>> 3)
    if (row === undefined) {
      reader.skipType(tag & 7)
      continue
    }
    const [, name, kind, rule] = row
    if (rule === 'zero' || rule === 'optional') found.set(name, readField(reader, kind))
    else if (rule === 'map') add(lists, name, readEntry(reader, kind))
    else add(lists, name, readField(reader, kind))
  }
  return Object.fromEntries(rows.map((row) => [row[1], found.get(row[1]) ?? emptyOr(row, lists)]))
}

function emptyOr([, name, kind, rule]: FieldRow, lists: ReadonlyMap<string, readonly unknown[]>): unknown {
  if (rule === 'repeated') return lists.get(name) ?? []
  if (rule === 'map') return Object.fromEntries((lists.get(name) ?? []) as readonly (readonly [string, unknown])[])
  return rule === 'zero' ? scalars[kind]?.zero : undefined
}

function add(lists: Map<string, unknown[]>, name: string, value: unknown): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [value])
  else list.push(value)
}

function readField(reader: Reader, kind: string): unknown {
  const scalar = scalars[kind]
  if (scalar !== undefined) return scalar.read(reader)
  const length = reader.uint32()
  return readFields(reader, reader.pos + length, rowsOf(kind))
}

function readEntry(reader: Reader, kind: string): readonly [string, unknown] {
  const end = reader.uint32() + reader.pos
  const rows: readonly FieldRow[] = [
    [1, 'key', 'string', 'zero'],
    [2, 'value', kind, scalars[kind] === undefined ? 'optional' : 'zero'],
  ]
  const { key, value } = readFields(reader, end, rows)
  return [String(key), value ?? readFields(Reader.create(new Uint8Array()), 0, rowsOf(kind))]
}
