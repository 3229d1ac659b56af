import type { PlainValue } from '../core/value.ts'
import { envNameOf } from './env-name.ts'
import type { SourceFile } from './source-file.ts'
import type { SourceEntry, SourceNode, SourceTree, Span } from './source-tree.ts'

/**
 * Reads YAML as most people write it: block maps and lists, plain and quoted texts on one line, [ ] and { } on one
 * line, comments. Anything else (anchors, block texts, escapes, faults) it leaves to the full parser, so that it never
 * has to say what is wrong. It is here for its speed: a tenth of the full parser's time, which was half of a `validate`.
 */
export function readPlainTree(file: SourceFile): SourceTree | undefined {
  const { text } = file
  if (text.includes('\t') || text.includes('\ufeff') || /\r(?!\n)/u.test(text)) return undefined
  const reader = new PlainReader(text)
  try {
    const read = reader.readAll()
    return { file, root: read.data, rootNode: read.node, faults: [], envNames: reader.envNames }
  } catch (error) {
    // A text of megabytes on one line is too much for a regular expression.
    if (error instanceof NotPlain || error instanceof RangeError) return undefined
    throw error
  }
}

class NotPlain extends Error {}

interface Read {
  readonly node: SourceNode
  readonly data: PlainValue
}

const maxDepth = 64
const blockKey = /([A-Za-z_][\w.-]*):(?=[ \r\n]|$)/uy
const flowKey = /([A-Za-z_][\w.-]*): +/uy
const doubleQuoted = /"([^"\\\r\n]*)"/uy
const singleQuoted = /'([^'\r\n]*)'(?!')/uy
const blockText = /[A-Za-z0-9_/$~](?:[^\r\n:# ]|:(?=[^ \r\n])|(?<=[^ ])#| +(?=[^ #\r\n]))*/uy
const flowText = /[A-Za-z0-9_/$~](?:[^\r\n:#,[\]{}" ]|:(?=[^ \r\n,[\]{}"])|#)*/uy
const restOfLine = / *(?: #[^\r\n]*)?(?=\r?\n|$)/uy
const spaces = / */uy
const words: ReadonlyMap<string, boolean | null> = new Map([
  ...['~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
])

class PlainReader {
  readonly envNames: string[] = []
  readonly #text: string
  #at = 0
  /** Column of the content at `#at`, or -1 at the end of the text. */
  #indent = -1

  constructor(text: string) {
    this.#text = text
  }

  readAll(): Read {
    this.#nextLine()
    if (!this.#isAt(0)) throw new NotPlain()
    const read = this.#block(0, 1)
    if (!this.#isAt(-1)) throw new NotPlain()
    return read
  }

  #isAt(indent: number): boolean {
    return this.#indent === indent
  }

  /** Moves from a line's start to the content of the next line that has any. */
  #nextLine(): void {
    for (;;) {
      const start = this.#at
      this.#match(spaces)
      const next = this.#text[this.#at]
      if (next === undefined) {
        this.#indent = -1
        return
      }
      this.#indent = this.#at - start
      if (next !== '#' && next !== '\n' && next !== '\r') return
      this.#skipLine()
    }
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end < 0 ? this.#text.length : end + 1
  }

  #block(indent: number, depth: number): Read {
    if (depth > maxDepth) throw new NotPlain()
    return this.#startsItem() ? this.#list(indent, depth) : this.#map(indent, depth)
  }

  #startsItem(): boolean {
    return this.#text.startsWith('- ', this.#at)
  }

  #list(indent: number, depth: number): Read {
    const start = this.#at
    const items: SourceNode[] = []
    const data: PlainValue[] = []
    while (this.#indent === indent && this.#startsItem()) {
      const item = this.#item(indent, depth)
      items.push(item.node)
      data.push(item.data)
    }
    if (this.#indent > indent) throw new NotPlain()
    return { node: { kind: 'list', items, start, end: endOf([items.at(-1)], start) }, data }
  }

  #item(indent: number, depth: number): Read {
    const dash = this.#at
    this.#at += 1
    this.#match(spaces)
    if (!this.#matches(blockKey)) return this.#inline(indent, depth + 1)
    // The first key of a map in a list stands on the line of its dash; the others below it.
    this.#indent = indent + this.#at - dash
    return this.#block(this.#indent, depth + 1)
  }

  #map(indent: number, depth: number): Read {
    const start = this.#at
    const entries: SourceEntry[] = []
    const data: Record<string, PlainValue> = {}
    while (this.#indent === indent && !this.#startsItem()) {
      const { name, ...key } = this.#key(blockKey, data)
      const value = this.#entryValue(indent, depth)
      entries.push({ name, ...key, value: value.node })
      data[name] = value.data
    }
    if (this.#indent > indent) throw new NotPlain()
    const last = entries.at(-1)
    return { node: { kind: 'map', entries, start, end: endOf([last, last?.value], start) }, data }
  }

  #key(pattern: RegExp, data: object): { readonly name: string; readonly start: number; readonly end: number } {
    const start = this.#at
    const name = this.#match(pattern)?.[1]
    if (name === undefined || words.has(name) || name === '__proto__' || Object.hasOwn(data, name)) throw new NotPlain()
    return { name, start, end: start + name.length }
  }

  #entryValue(indent: number, depth: number): Read {
    if (this.#match(restOfLine) === undefined) {
      this.#match(spaces)
      return this.#inline(indent, depth + 1)
    }
    this.#skipLine()
    this.#nextLine()
    const isBelow = this.#indent > indent || (this.#indent === indent && this.#startsItem())
    return isBelow ? this.#block(this.#indent, depth + 1) : empty
  }

  /** Reads a value that ends on its line; what is indented below it would go on with it. */
  #inline(indent: number, depth: number): Read {
    const read = this.#value(blockText, depth)
    if (this.#match(restOfLine) === undefined) throw new NotPlain()
    this.#skipLine()
    this.#nextLine()
    if (this.#indent > indent) throw new NotPlain()
    return read
  }

  #value(plain: RegExp, depth: number): Read {
    const first = this.#text[this.#at]
    if (first === '[' || first === '{') return this.#flow(first, depth)
    const start = this.#at
    const quoted = first === '"' ? this.#match(doubleQuoted) : first === "'" ? this.#match(singleQuoted) : undefined
    const text = quoted?.[1] ?? this.#match(plain)?.[0]
    if (text === undefined) throw new NotPlain()
    const value = quoted === undefined ? plainValue(text) : text
    const name = typeof value === 'string' ? envNameOf(value) : undefined
    if (name !== undefined) this.envNames.push(name)
    return { node: { kind: 'scalar', value, isEmpty: false, start, end: this.#at }, data: value }
  }

  #flow(open: '[' | '{', depth: number): Read {
    if (depth > maxDepth) throw new NotPlain()
    const start = this.#at
    this.#at += 1
    this.#match(spaces)
    return open === '[' ? this.#flowList(start, depth) : this.#flowMap(start, depth)
  }

  #flowList(start: number, depth: number): Read {
    const items: SourceNode[] = []
    const data: PlainValue[] = []
    while (!this.#closes(']', items.length)) {
      const item = this.#value(flowText, depth + 1)
      items.push(item.node)
      data.push(item.data)
    }
    return { node: { kind: 'list', items, start, end: this.#at }, data }
  }

  #flowMap(start: number, depth: number): Read {
    const entries: SourceEntry[] = []
    const data: Record<string, PlainValue> = {}
    while (!this.#closes('}', entries.length)) {
      const { name, ...key } = this.#key(flowKey, data)
      const value = this.#value(flowText, depth + 1)
      entries.push({ name, ...key, value: value.node })
      data[name] = value.data
    }
    return { node: { kind: 'map', entries, start, end: this.#at }, data }
  }

  /** Takes the bracket at the end, or the comma before the next member. */
  #closes(bracket: string, count: number): boolean {
    this.#match(spaces)
    const next = this.#text[this.#at]
    this.#at += next === bracket || (next === ',' && count > 0) ? 1 : 0
    if (next === bracket) return true
    if (count > 0 && next !== ',') throw new NotPlain()
    this.#match(spaces)
    return false
  }

  #matches(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    return pattern.test(this.#text)
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text) ?? undefined
    if (found !== undefined) this.#at = pattern.lastIndex
    return found
  }
}

const empty: Read = { node: { kind: 'scalar', value: null, isEmpty: true, start: 0, end: 0 }, data: null }

function endOf(last: readonly (Span | undefined)[], start: number): number {
  return Math.max(start, ...last.map((span) => span?.end ?? 0))
}

/** Resolves what is not quoted as the core schema of YAML 1.2 does; odd numbers are left to the full parser. */
function plainValue(text: string): PlainValue {
  const word = words.get(text)
  if (word !== undefined) return word
  if (!/^[0-9]/u.test(text)) return text
  if (/^[0-9]{1,15}$/u.test(text)) return Number(text)
  if (/^[0-9._eE+-]+$|^0[ox]/u.test(text)) throw new NotPlain()
  return text
}
