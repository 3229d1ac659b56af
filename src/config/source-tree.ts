import { isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type Pair, type YAMLMap } from 'yaml'
import type { PlainValue } from '../core/value.ts'
import type { SourceFile } from './source-file.ts'
import type { TextFault } from './yaml-document.ts'

/** Steps from the root of a file to a value. */
export type Path = readonly (string | number)[]

/** Which part of an entry is meant: the value, or the key it stands under. */
export type Part = 'value' | 'key'

/** A stretch of the text. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The data of one file, and for every value in it the place where it is written. */
export interface SourceTree {
  readonly file: SourceFile
  readonly root: PlainValue | undefined
  readonly rootNode: Node | null
  readonly lines: LineCounter
  readonly faults: readonly TextFault[]
  /** What each alias stands for. */
  readonly aliases: ReadonlyMap<Node, Node>
  /** Names that `ref+env://` references read. */
  readonly envNames: readonly string[]
}

type Index = ReadonlyMap<string, Pair>

/** Maps are indexed when first searched, so that finding a place takes the same time in files of any size. */
const indexes = new WeakMap<YAMLMap, Index>()

/** Finds where a value or key is written; of an entry that is not there, the key of the map it is missing in. */
export function findSpan(tree: SourceTree, path: Path, part: Part = 'value'): Span {
  let node: unknown = tree.rootNode
  let span = nodeSpan(node) ?? { start: 0, end: 1 }
  let around: Span | undefined
  for (const [index, step] of path.entries()) {
    const entry = findEntry(resolveAlias(tree, node), step)
    if (entry === undefined) return around ?? { start: span.start, end: span.start + 1 }
    const isLast = index === path.length - 1
    const wanted = isLast && part === 'key' ? entry.key : (nodeSpan(entry.value) ?? entry.key)
    span = nonEmpty(wanted) ?? entry.key ?? span
    around = entry.key ?? span
    node = entry.value
  }
  return span
}

/** Tells whether nothing at all stands after a key, as when the list below it is commented out. */
export function isLeftEmpty(tree: SourceTree, path: Path): boolean {
  let node: unknown = tree.rootNode
  for (const step of path) node = findEntry(resolveAlias(tree, node), step)?.value
  return !isScalar(node) || node.source === '' || node.source === undefined
}

interface Entry {
  readonly key: Span | undefined
  readonly value: unknown
}

function findEntry(node: unknown, step: string | number): Entry | undefined {
  if (isMap(node)) {
    const pair = indexOf(node).get(String(step))
    return pair === undefined ? undefined : { key: nodeSpan(pair.key), value: pair.value }
  }
  if (!isSeq(node) || typeof step !== 'number' || step >= node.items.length) return undefined
  return { key: undefined, value: node.items[step] }
}

function indexOf(map: YAMLMap): Index {
  const known = indexes.get(map)
  if (known !== undefined) return known
  const index = new Map(map.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : '', pair]))
  indexes.set(map, index)
  return index
}

function resolveAlias(tree: SourceTree, node: unknown): unknown {
  return isAlias(node) ? tree.aliases.get(node) : node
}

/** Tells where a node is written, without what follows it on its line. */
export function nodeSpan(node: unknown): Span | undefined {
  if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return undefined
  return node.range === undefined || node.range === null ? undefined : { start: node.range[0], end: node.range[1] }
}

function nonEmpty(span: Span | undefined): Span | undefined {
  return span === undefined || span.end <= span.start ? undefined : span
}
