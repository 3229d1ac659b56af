import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { Code } from '../core/codes.ts'
import type { PlainValue } from '../core/value.ts'
import { showName } from './show-name.ts'
import type { SourceFile } from './source-file.ts'
import { nodeSpan, type SourceTree, type Span } from './source-tree.ts'
import { parseYaml, type TextFault } from './yaml-document.ts'

const maxDepth = 64
const maxAliases = 50
/** Values that all aliases of one file may stand for together; keeps nested aliases from growing without bound. */
const maxExpanded = 1_000_000
const knownTags: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
)

interface Anchor {
  readonly node: Node
  readonly value: PlainValue
  readonly size: number
}

/** Parses one file into data and remembers where each value is written. */
export function readTree(file: SourceFile): SourceTree {
  const { document, lines, faults } = parseYaml(file)
  const walk = new TreeWalk(lines, faults.length > 0)
  const root = faults.length > 0 || document.contents === null ? undefined : walk.read(document.contents, 1)
  return {
    file,
    root,
    rootNode: document.contents,
    lines,
    faults: [...faults, ...walk.faults],
    aliases: walk.aliases,
    envNames: walk.envNames,
  }
}

class TreeWalk {
  readonly faults: TextFault[] = []
  readonly aliases = new Map<Node, Node>()
  readonly envNames: string[] = []
  readonly #anchors = new Map<string, Anchor>()
  readonly #lines: LineCounter
  readonly #firstKeys = new WeakMap<YAMLMap, ReadonlyMap<unknown, Scalar>>()
  #aliasCount = 0
  #size = 0
  #expanded = 0
  #isStopped: boolean

  constructor(lines: LineCounter, isStopped: boolean) {
    this.#lines = lines
    this.#isStopped = isStopped
  }

  read(node: unknown, depth: number): PlainValue {
    if (this.#isStopped) return null
    this.#size += 1
    if (isScalar(node)) return this.#anchored(node, () => this.#scalar(node))
    if (depth > maxDepth) return this.#stop(node, 'The YAML is nested too deeply.', 'At most 64 levels are read.')
    if (isMap(node)) return this.#anchored(node, () => this.#map(node, depth))
    if (isSeq(node)) return this.#anchored(node, () => this.#list(node, depth))
    return isAlias(node) ? this.#alias(node) : null
  }

  #anchored(node: Scalar | YAMLMap | YAMLSeq, read: () => PlainValue): PlainValue {
    if (node.tag !== undefined && !knownTags.has(node.tag)) {
      this.#fault('HS1002', nodeSpan(node), 'Tags are not supported.', 'Remove the tag that starts with !.')
    }
    if (node.anchor === undefined) return read()
    const before = this.#size
    const value = read()
    this.#anchors.set(node.anchor, { node, value, size: this.#size - before + 1 })
    return value
  }

  #scalar(node: Scalar): PlainValue {
    const { value } = node
    if (typeof value === 'string') {
      if (value.startsWith('ref+env://')) this.envNames.push(value.slice(10))
      if (value.startsWith('secretref+env://')) this.envNames.push(value.slice(16))
      return value
    }
    return typeof value === 'number' || typeof value === 'boolean' ? value : null
  }

  #list(node: YAMLSeq, depth: number): PlainValue {
    return node.items.map((item) => this.read(item, depth + 1))
  }

  #map(node: YAMLMap, depth: number): PlainValue {
    const map: Record<string, PlainValue> = {}
    for (const pair of node.items) {
      const name = this.#name(pair, map, node)
      const value = this.read(pair.value, depth + 1)
      if (name !== undefined) map[name] = value
    }
    return map
  }

  #name(pair: Pair, map: object, node: YAMLMap): string | undefined {
    const { key } = pair
    if (!isScalar(key) || typeof key.value !== 'string') {
      const hint = 'Put the key in quotes, such as "404".'
      this.#fault('HS1003', nodeSpan(key) ?? nodeSpan(pair.value), 'A key must be text.', hint)
      return undefined
    }
    const name = key.value
    if (name === '<<' && key.source === '<<') {
      const hint = 'Repeat the keys, or give a whole value an anchor and use it as an alias.'
      this.#fault('HS1002', nodeSpan(key), 'Merge keys (<<) are not supported.', hint)
      return undefined
    }
    if (name === '__proto__') {
      this.#fault('HS1005', nodeSpan(key), 'The name __proto__ cannot be used.', 'Choose another name.')
      return undefined
    }
    if (Object.hasOwn(map, name)) this.#repeated(key, node)
    return name
  }

  #repeated(key: Scalar, node: YAMLMap): void {
    const first = nodeSpan(this.#firstOf(node).get(key.value))
    const place = first === undefined ? '' : `, here and in line ${this.#lines.linePos(first.start).line}`
    const message = `${showName(String(key.value))} stands twice in one map${place}.`
    this.#fault('HS1007', nodeSpan(key), message, 'Remove one of the two, or rename it.')
  }

  #firstOf(node: YAMLMap): ReadonlyMap<unknown, Scalar> {
    const known = this.#firstKeys.get(node)
    if (known !== undefined) return known
    const keys = node.items.flatMap((pair) => (isScalar(pair.key) ? [pair.key] : [])).toReversed()
    const first = new Map(keys.map((key) => [key.value, key]))
    this.#firstKeys.set(node, first)
    return first
  }

  #alias(node: Alias): PlainValue {
    this.#aliasCount += 1
    if (this.#aliasCount > maxAliases) {
      return this.#stop(node, 'The file has more than 50 aliases.', 'Write the values out, or split the file.')
    }
    const anchor = this.#anchors.get(node.source)
    if (anchor === undefined) {
      const hint = 'An anchor such as &name must stand further up and be complete before it is used.'
      this.#fault('HS1002', nodeSpan(node), `The alias *${node.source} names no anchor before it.`, hint)
      return null
    }
    this.#size += anchor.size
    this.#expanded += anchor.size
    if (this.#expanded > maxExpanded) {
      return this.#stop(node, 'The aliases of this file stand for too many values.', 'Write the values out.')
    }
    this.aliases.set(node, anchor.node)
    return anchor.value
  }

  #stop(node: unknown, message: string, hint: string): PlainValue {
    this.#fault('HS1008', nodeSpan(node), message, hint)
    this.#isStopped = true
    return null
  }

  #fault(code: Code, span: Span | undefined, message: string, hint: string): void {
    this.faults.push({ code, message, hint, ...(span ?? { start: 0, end: 1 }) })
  }
}
