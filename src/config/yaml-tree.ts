import type { Alias, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { Code } from '../core/codes.ts'
import type { PlainValue } from '../core/value.ts'
import { envNameOf } from './env-name.ts'
import { LineIndex } from './line-index.ts'
import { showName } from './show-name.ts'
import type { SourceFile } from './source-file.ts'
import type { SourceEntry, SourceNode, SourceTree, Span, TextFault } from './source-tree.ts'
import { loadYaml, parseYaml, type Yaml } from './yaml-document.ts'

const maxDepth = 64
const maxAliases = 50
/** Values that all aliases of one file may stand for together; keeps nested aliases from growing without bound. */
const maxExpanded = 1_000_000
const knownTags: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
)

/** A node and the data it stands for. */
interface Read {
  readonly node: SourceNode
  readonly data: PlainValue
}

/** Parses any YAML into data and remembers where each value is written. */
export function readYamlTree(file: SourceFile): SourceTree {
  const yaml = loadYaml()
  const { contents, faults } = parseYaml(file, yaml)
  const walk = new TreeWalk(file.text, yaml)
  const read = contents === null ? undefined : walk.read(contents, 1)
  return {
    file,
    root: faults.length > 0 ? undefined : read?.data,
    rootNode: read?.node,
    // Of broken YAML only the syntax is told; what else seems wrong with it may be an echo.
    faults: faults.length > 0 ? faults : walk.faults,
    envNames: walk.envNames,
  }
}

class TreeWalk {
  readonly faults: TextFault[] = []
  readonly envNames: string[] = []
  readonly #yaml: Yaml
  readonly #lines: LineIndex
  readonly #anchors = new Map<string, Read & { readonly size: number }>()
  #aliasCount = 0
  #size = 0
  #expanded = 0
  #isStopped = false

  constructor(text: string, yaml: Yaml) {
    this.#yaml = yaml
    this.#lines = new LineIndex(text)
  }

  read(node: unknown, depth: number): Read {
    this.#size += 1
    if (this.#isStopped) return nothing(node)
    if (this.#yaml.isScalar(node)) return this.#anchored(node, () => this.#scalar(node))
    if (this.#yaml.isAlias(node)) return this.#alias(node)
    if (depth > maxDepth) return this.#stop(node, 'The YAML is nested too deeply.', 'At most 64 levels are read.')
    if (this.#yaml.isMap(node)) return this.#anchored(node, () => this.#map(node, depth))
    return this.#yaml.isSeq(node) ? this.#anchored(node, () => this.#list(node, depth)) : nothing(node)
  }

  #anchored(node: Scalar | YAMLMap | YAMLSeq, read: () => Read): Read {
    if (node.tag !== undefined && !knownTags.has(node.tag)) {
      this.#fault('HS1002', spanOf(node), 'Tags are not supported.', 'Remove the tag that starts with !.')
    }
    if (node.anchor === undefined) return read()
    const before = this.#size
    const value = read()
    this.#anchors.set(node.anchor, { ...value, size: this.#size - before + 1 })
    return value
  }

  #scalar(node: Scalar): Read {
    const { value } = node
    const data = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
    const name = typeof data === 'string' ? envNameOf(data) : undefined
    if (name !== undefined) this.envNames.push(name)
    const isEmpty = data === null && (node.source ?? '') === ''
    return { node: { kind: 'scalar', value: data, isEmpty, ...(isEmpty ? nowhere : spanOf(node)) }, data }
  }

  #list(node: YAMLSeq, depth: number): Read {
    const items = node.items.map((item) => this.read(item, depth + 1))
    const nodes = items.map((item) => item.node)
    return {
      node: { kind: 'list', items: nodes, ...collectionSpan(node, nodes.slice(-1)) },
      data: items.map((item) => item.data),
    }
  }

  #map(node: YAMLMap, depth: number): Read {
    const data: Record<string, PlainValue> = {}
    const entries: SourceEntry[] = []
    const first = new Map<string, Span>()
    for (const pair of node.items) {
      const name = this.#name(pair, first)
      const value = this.read(pair.value, depth + 1)
      if (name === undefined) continue
      const span = spanOf(pair.key)
      if (!first.has(name)) first.set(name, span)
      entries.push({ name, value: value.node, ...span })
      data[name] = value.data
    }
    const nodes = entries.map((entry) => entry.value)
    return { node: { kind: 'map', entries, ...collectionSpan(node, [...entries.slice(-1), ...nodes.slice(-1)]) }, data }
  }

  #name({ key, value }: Pair, first: ReadonlyMap<string, Span>): string | undefined {
    if (!this.#yaml.isScalar(key) || typeof key.value !== 'string') {
      const span = spanOf(key).end > 0 ? spanOf(key) : spanOf(value)
      this.#fault('HS1003', span, 'A key must be text.', 'Put the key in quotes, such as "404".')
      return undefined
    }
    const name = key.value
    if (name === '<<' && key.source === '<<') {
      const hint = 'Repeat the keys, or give a whole value an anchor and use it as an alias.'
      this.#fault('HS1002', spanOf(key), 'Merge keys (<<) are not supported.', hint)
      return undefined
    }
    if (name === '__proto__') {
      this.#fault('HS1005', spanOf(key), 'The name __proto__ cannot be used.', 'Choose another name.')
      return undefined
    }
    const earlier = first.get(name)
    if (earlier !== undefined) this.#repeated(name, spanOf(key), earlier)
    return name
  }

  #repeated(name: string, span: Span, earlier: Span): void {
    const { line } = this.#lines.find(earlier.start)
    const message = `${showName(name)} stands twice in one map, here and in line ${line}.`
    this.#fault('HS1007', span, message, 'Remove one of the two, or rename it.')
  }

  #alias(node: Alias): Read {
    this.#aliasCount += 1
    if (this.#aliasCount > maxAliases) {
      return this.#stop(node, 'The file has more than 50 aliases.', 'Write the values out, or split the file.')
    }
    const anchor = this.#anchors.get(node.source)
    if (anchor === undefined) {
      const hint = 'An anchor such as &name must stand further up and be complete before it is used.'
      this.#fault('HS1002', spanOf(node), `The alias *${node.source} names no anchor before it.`, hint)
    }
    this.#size += anchor?.size ?? 0
    this.#expanded += anchor?.size ?? 0
    if (this.#expanded > maxExpanded) {
      return this.#stop(node, 'The aliases of this file stand for too many values.', 'Write the values out.')
    }
    return { node: { kind: 'alias', target: anchor?.node, ...spanOf(node) }, data: anchor?.data ?? null }
  }

  #stop(node: unknown, message: string, hint: string): Read {
    this.#fault('HS1008', spanOf(node), message, hint)
    this.#isStopped = true
    return nothing(node)
  }

  #fault(code: Code, span: Span, message: string, hint: string): void {
    this.faults.push({ code, message, hint, start: span.start, end: Math.max(span.end, span.start + 1) })
  }
}

const nowhere: Span = { start: 0, end: 0 }

function nothing(node: unknown): Read {
  return {
    node: { kind: 'scalar', value: null, isEmpty: true, ...(node === null ? nowhere : spanOf(node)) },
    data: null,
  }
}

/** Tells where a node is written, without what follows it on its line. */
function spanOf(node: unknown): Span {
  const range = typeof node === 'object' && node !== null && 'range' in node ? (node as Node).range : undefined
  return range === undefined || range === null ? nowhere : { start: range[0], end: range[1] }
}

/** A block ends with the last thing in it; the parser counts the line break and comments after it as well. */
function collectionSpan(node: YAMLMap | YAMLSeq, inner: readonly Span[]): Span {
  const { start, end } = spanOf(node)
  return node.flow === true ? { start, end } : { start, end: Math.max(start, ...inner.map((span) => span.end)) }
}
