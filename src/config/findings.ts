import type { Code } from '../core/codes.ts'
import type { Diagnostic, Position, Severity } from '../core/diagnostic.ts'
import { ExcerptMaker } from './excerpt.ts'
import type { FieldNames } from './field-names.ts'
import { LineIndex } from './line-index.ts'
import { findSpan, type Part, type Path, type SourceTree, type Span } from './source-tree.ts'

/** Where a value stands in a file, with the line it stands in. */
export interface Place {
  readonly at: Position
  readonly excerpt?: string
  readonly length: number
  /** Directory that relative paths in this file start at. */
  readonly baseDir: string
}

/** What a finding says beside its code, place and message. */
export interface FindingOptions {
  readonly hint?: string | undefined
  readonly severity?: Severity
  readonly part?: Part
  /** The stretch of the value that is meant, as written. */
  readonly within?: string
}

/** Collects what is found in one file. */
export class Findings {
  readonly tree: SourceTree
  readonly diagnostics: Diagnostic[] = []
  readonly #faulted = new Set<string>()
  readonly #touched = new Set<string>()
  readonly #excerpts: ExcerptMaker
  readonly #lines: LineIndex

  constructor(tree: SourceTree, names: FieldNames) {
    this.tree = tree
    this.#lines = new LineIndex(tree.file.text)
    this.#excerpts = new ExcerptMaker(tree, names)
    for (const { code, message, hint, ...span } of tree.faults) {
      this.diagnostics.push({ code, severity: 'error', message, hint, ...this.#seen(span) })
    }
  }

  /** Notes a finding about the value at a path, or about its key. */
  report(code: Code, path: Path, message: string, options: FindingOptions = {}): void {
    const { severity = 'error', hint } = options
    if (severity === 'error') this.#markFaulted(path)
    const seen = this.#seen(this.#span(path, options))
    this.diagnostics.push({
      code,
      severity,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...seen,
      ...subjectOf(path),
    })
  }

  /** Tells whether an error was found at this path or above it. */
  isFaulted(path: Path): boolean {
    return this.#faulted.size > 0 && prefixes(path).some((pointer) => this.#faulted.has(pointer))
  }

  /** Tells whether an error was found at this path or below it. */
  hasFaultWithin(path: Path): boolean {
    return this.#touched.size > 0 && this.#touched.has(pointerOf(path))
  }

  #markFaulted(path: Path): void {
    this.#faulted.add(pointerOf(path))
    for (const pointer of prefixes(path)) this.#touched.add(pointer)
  }

  /** Tells where a value stands. */
  place(path: Path, part: Part = 'value'): Place {
    const { at, excerpt, length } = this.#seen(findSpan(this.tree, path, part))
    return { at, length, baseDir: this.tree.file.baseDir, ...(excerpt === undefined ? {} : { excerpt }) }
  }

  /** Tells where a value stands, without its line. */
  position(path: Path, part: Part = 'value'): Position {
    return this.#position(findSpan(this.tree, path, part))
  }

  #span(path: Path, { part = 'value', within }: FindingOptions): Span {
    const span = findSpan(this.tree, path, part)
    const start = within === undefined ? -1 : this.tree.file.text.indexOf(within, span.start)
    return start < 0 || within === undefined || start >= span.end ? span : { start, end: start + within.length }
  }

  #position(span: Span): Position {
    return { file: this.tree.file.name, ...this.#lines.find(span.start) }
  }

  #seen(span: Span): { readonly at: Position; readonly length: number; readonly excerpt?: string } {
    const { text, length } = this.#excerpts.make(span)
    return { at: this.#position(span), length, ...(text === undefined ? {} : { excerpt: text }) }
  }
}

/** Renders a path as a JSON pointer. */
function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function prefixes(path: Path): readonly string[] {
  return Array.from({ length: path.length + 1 }, (_, length) => pointerOf(path.slice(0, length)))
}

function subjectOf(path: Path): Pick<Diagnostic, 'provider' | 'key'> {
  const [top, provider, section, key] = path
  if (top !== 'providers' || provider === undefined) return {}
  const isWebhook = section === 'webhooks' && key !== undefined
  return { provider: String(provider), ...(isWebhook ? { key: String(key) } : {}) }
}
