import type { Code } from '../core/codes.ts'
import type { PlainValue } from '../core/value.ts'
import type { SourceFile } from './source-file.ts'

/** Steps from the root of a file to a value. */
export type Path = readonly (string | number)[]

/** Which part of an entry is meant: the value, or the key it stands under. */
export type Part = 'value' | 'key'

/** A stretch of the text. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A fault of the text itself. */
export interface TextFault extends Span {
  readonly code: Code
  readonly message: string
  readonly hint: string
}

/** A value and where it is written. */
export type SourceNode =
  /** `isEmpty`: nothing at all stands there, as when what was below is commented out. */
  | (Span & { readonly kind: 'scalar'; readonly value: PlainValue; readonly isEmpty: boolean })
  | (Span & { readonly kind: 'list'; readonly items: readonly SourceNode[] })
  | (Span & { readonly kind: 'map'; readonly entries: readonly SourceEntry[] })
  /** A use of an anchored value; absent where the anchor is not known. */
  | (Span & { readonly kind: 'alias'; readonly target: SourceNode | undefined })

/** A key, where it is written, and its value. */
export interface SourceEntry extends Span {
  readonly name: string
  readonly value: SourceNode
}

/** The data of one file, and for every value in it the place where it is written. */
export interface SourceTree {
  readonly file: SourceFile
  /** Undefined where the file is empty or its syntax is broken. */
  readonly root: PlainValue | undefined
  readonly rootNode: SourceNode | undefined
  readonly faults: readonly TextFault[]
  /** Names that `ref+env://` references read. */
  readonly envNames: readonly string[]
}

/** Maps are indexed when first searched, so that finding a place takes the same time in files of any size. */
const indexes = new WeakMap<SourceNode, ReadonlyMap<string, SourceEntry>>()

/** Finds where a value or key is written; of an entry that is not there, the key of the map it is missing in. */
export function findSpan(tree: SourceTree, path: Path, part: Part = 'value'): Span {
  let node = tree.rootNode
  let span: Span = node ?? { start: 0, end: 1 }
  let around: Span | undefined
  for (const [index, step] of path.entries()) {
    const entry = findEntry(node, step)
    if (entry === undefined) return around ?? { start: span.start, end: span.start + 1 }
    const isLast = index === path.length - 1
    const wanted = isLast && part === 'key' ? entry.key : entry.value
    span = nonEmpty(wanted) ?? entry.key ?? span
    around = entry.key ?? span
    node = entry.value
  }
  return span
}

/** Tells whether nothing at all stands after a key, as when the list below it is commented out. */
export function isLeftEmpty(tree: SourceTree, path: Path): boolean {
  let node = tree.rootNode
  for (const step of path) node = findEntry(node, step)?.value
  return node === undefined || (node.kind === 'scalar' && node.isEmpty)
}

interface Found {
  readonly key: Span | undefined
  readonly value: SourceNode
}

function findEntry(node: SourceNode | undefined, step: string | number): Found | undefined {
  if (node?.kind === 'alias') return findEntry(node.target, step)
  if (node?.kind === 'map') {
    const entry = indexOf(node, node.entries).get(String(step))
    return entry === undefined ? undefined : { key: entry, value: entry.value }
  }
  const value = node?.kind === 'list' && typeof step === 'number' ? node.items[step] : undefined
  return value === undefined ? undefined : { key: undefined, value }
}

function indexOf(map: SourceNode, entries: readonly SourceEntry[]): ReadonlyMap<string, SourceEntry> {
  const known = indexes.get(map)
  if (known !== undefined) return known
  const index = new Map(entries.map((entry) => [entry.name, entry]))
  indexes.set(map, index)
  return index
}

function nonEmpty(span: Span | undefined): Span | undefined {
  return span === undefined || span.end <= span.start ? undefined : span
}
