import { referencePattern } from '../schema/patterns.ts'
import type { FieldNames } from './field-names.ts'
import { secretShape } from './show-name.ts'
import type { SourceNode, SourceTree, Span } from './source-tree.ts'
import { closest } from './suggest.ts'

const mask = '[masked]'
const longestLine = 10_000
const reference = new RegExp(`^(?:${referencePattern})$`, 'u')
const secretWords =
  /secret|token|passw|passphrase|credential|api[-_]?key|access[-_]?key|private|[-_]key$|key[-_]id$|^auth$|^headers$|^url_params$/iu
/** A word that may name what follows it; it starts where no word is before it, or long ones would be read again and again. */
const namingWord = /(?<![\w-])([\w-]+)["']?[ \t]*[:=]/giu
const secretWord = /secret|token|passw|passphrase|credential|key|private/iu
/** What gives nothing away: a reference, something that goes on below, or nothing at all. */
const openValue = /^[ \t]*(?:["']?(?:(?:secret)?ref\+|op:\/\/)|[[{&*|>]|$)/iu

/** A source line to show, and how much of it the caret marks. */
export interface Excerpt {
  readonly text?: string
  readonly length: number
}

/** Shows source lines without the secrets that someone may have pasted into them. */
export class ExcerptMaker {
  readonly #tree: SourceTree
  readonly #names: FieldNames
  #masked: readonly Span[] | undefined

  constructor(tree: SourceTree, names: FieldNames) {
    this.#tree = tree
    this.#names = names
  }

  /** Cuts out the line where a span starts. */
  make(span: Span): Excerpt {
    const { text } = this.#tree.file
    const start = text.lastIndexOf('\n', span.start - 1) + 1
    const lineEnd = text.indexOf('\n', span.start)
    const end = lineEnd < 0 ? text.length : lineEnd
    const length = Math.max(1, Math.min(span.end, end) - span.start)
    if (span.start - start > longestLine) return { length }
    const stop = Math.min(end, span.start + longestLine)
    return this.#maskLine({ start, end: stop }, span, length)
  }

  #maskLine(line: Span, span: Span, length: number): Excerpt {
    const raw = this.#tree.file.text.slice(line.start, line.end).replace(/\r$/u, '')
    const spans = [...this.#spansWithin(line), ...this.#shapes(raw)].toSorted((a, b) => a.start - b.start)
    const caret = span.start - line.start
    // A mask has another width than what it hides; left of the caret it would move the mark.
    if (spans.some((hidden) => hidden.start < caret)) return { length: 1 }
    const [first] = spans
    if (first === undefined) return { text: raw, length }
    const text = hide(raw, spans)
    const isMarked = first.start < caret + length
    return { text, length: isMarked ? Math.max(first.start - caret, 0) + mask.length : length }
  }

  #shapes(line: string): readonly Span[] {
    return this.#tree.faults.length === 0 ? looks(line) : [...looks(line), ...namedValues(line)]
  }

  #spansWithin(line: Span): readonly Span[] {
    this.#masked ??= findSecrets(this.#tree, this.#names)
    const from = firstAfter(this.#masked, line.start)
    const until = firstAfter(this.#masked, line.end)
    return this.#masked
      .slice(from, until + 1)
      .filter((span) => span.start < line.end)
      .map((span) => ({ start: Math.max(0, span.start - line.start), end: Math.min(span.end, line.end) - line.start }))
  }
}

/** Searches the first span that ends after an offset; spans follow each other in the text. */
function firstAfter(spans: readonly Span[], offset: number): number {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle]?.end ?? 0) > offset) high = middle
    else low = middle + 1
  }
  return low
}

function hide(line: string, spans: readonly Span[]): string {
  let shown = ''
  let from = 0
  for (const span of spans) {
    if (span.end <= from) continue
    if (span.start >= from) shown += `${line.slice(from, span.start)}${mask}`
    from = span.end
  }
  return shown + line.slice(from)
}

function looks(line: string): readonly Span[] {
  return [...line.matchAll(secretShape)].map((found) => ({ start: found.index, end: found.index + found[0].length }))
}

/** What a line gives away by the names in it: needed where the YAML is broken and its structure is not known. */
function namedValues(line: string): readonly Span[] {
  for (const { 0: naming, 1: word = '', index } of line.matchAll(namingWord)) {
    const start = index + naming.length
    const value = line.slice(start)
    if (!secretWord.test(word) || openValue.test(value)) continue
    const isHarmless = /^[ \t]*(?:#|\d{1,3}$|true\b|false\b|null\b|~)/u.test(value)
    return isHarmless ? [] : [{ start, end: line.length }]
  }
  return []
}

function findSecrets(tree: SourceTree, names: FieldNames): readonly Span[] {
  const spans: Span[] = []
  const visit = (node: SourceNode, isSecret: boolean): void => {
    if (node.kind === 'list') for (const item of node.items) visit(item, isSecret)
    if (node.kind === 'map') {
      for (const { name, value } of node.entries) visit(value, isSecret || isSecretName(name, names))
    }
    if (node.kind === 'scalar' && isSecret && isHidden(node.value)) spans.push(node)
  }
  if (tree.rootNode !== undefined) visit(tree.rootNode, false)
  return spans
}

function isHidden(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && !reference.test(value))
}

function isSecretName(name: string, names: FieldNames): boolean {
  if (names.plain.has(name)) return false
  return secretWords.test(name) || closest(name, names.secret, 2) !== undefined
}
