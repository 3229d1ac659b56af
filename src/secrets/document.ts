import { Secret } from '../core/secret.ts'

/** What a document holds at a pointer. Field names are not secret; values are. */
export type Selection =
  | { readonly kind: 'found'; readonly value: Secret }
  | { readonly kind: 'missing'; readonly fields: readonly string[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'not-text'; readonly type: string; readonly fields: readonly string[]; readonly hint?: string }
  | { readonly kind: 'not-fields' }

/** Stands in a document for a value that is there and must not be used as a secret. */
export class UnusableValue {
  /** What it is, after "There is no text in …, but". */
  readonly type: string
  readonly hint: string

  constructor(type: string, hint: string) {
    this.type = type
    this.hint = hint
  }
}

/**
 * What a store holds at one path: a text, or fields that may nest. Only what is selected becomes a `Secret`, so that
 * a large vault does not fill the scrubber with values this run never uses.
 */
export class SecretDocument {
  readonly #content: unknown

  private constructor(content: unknown) {
    this.#content = content
  }

  static ofText(text: string): SecretDocument {
    return new SecretDocument(text)
  }

  static ofFields(fields: Readonly<Record<string, unknown>>): SecretDocument {
    return new SecretDocument(fields)
  }

  /** Finds the value at a pointer; a pointer into a text reads the text as JSON. */
  select(pointer: readonly string[]): Selection {
    const content = pointer.length > 0 && typeof this.#content === 'string' ? parseJson(this.#content) : this.#content
    if (pointer.length > 0 && !isFields(content)) return { kind: 'not-fields' }
    let node = content
    for (const segment of pointer) {
      if (!isFields(node) || !Object.hasOwn(node, segment)) return { kind: 'missing', fields: namesOf(node) }
      node = node[segment]
    }
    if (node === '') return { kind: 'empty' }
    if (node instanceof UnusableValue) return { kind: 'not-text', type: node.type, fields: [], hint: node.hint }
    if (typeof node !== 'string') return { kind: 'not-text', type: typeName(node), fields: namesOf(node) }
    return { kind: 'found', value: new Secret(node) }
  }

  /** Lists the pointers of all values, in order; those into a text read the text as JSON. */
  pointers(): readonly (readonly string[])[] {
    const json = typeof this.#content === 'string' ? parseJson(this.#content) : undefined
    return pointersOf(isFields(json) ? json : this.#content, [])
  }

  toString(): string {
    return '[secret document]'
  }

  toJSON(): string {
    return '[secret document]'
  }

  [Symbol.toPrimitive](): string {
    return '[secret document]'
  }
}

/** Tells whether a JSON value is an object with fields. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof UnusableValue)
}

/** Reads JSON; absent when it is none. The parser's own message is dropped, because it may quote the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function namesOf(node: unknown): readonly string[] {
  return isFields(node) ? Object.keys(node).toSorted() : []
}

function typeName(node: unknown): string {
  if (node === null) return 'null'
  if (Array.isArray(node)) return 'a list'
  return isFields(node) ? 'a group of fields' : `a ${typeof node}`
}

function pointersOf(node: unknown, pointer: readonly string[]): readonly (readonly string[])[] {
  if (!isFields(node)) return [pointer]
  return namesOf(node).flatMap((name) => pointersOf(node[name], [...pointer, name]))
}
