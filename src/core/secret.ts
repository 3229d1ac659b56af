/**
 * Secrets as values that cannot be printed by accident.
 *
 * `reveal()` is called only where a request body, a request header or a vault write is built, and where a keyed
 * fingerprint is computed; a check in `scripts/check.ts` holds the list of those places.
 */

type SecretObserver = (value: string) => void

let observer: SecretObserver | undefined

/**
 * Registers the one listener that hears of every secret value of this process, so that output can be scrubbed of it.
 * Output streams are process-wide, and so is this.
 */
export function observeSecrets(listener: SecretObserver | undefined): void {
  observer = listener
}

/** A secret value. It prints as `[secret]` in every formatter, whatever its depth or options. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    observer?.(value)
  }

  /** Returns the value in clear. */
  reveal(): string {
    return this.#value
  }

  /** Compares without stopping at the first difference. */
  equals(other: Secret): boolean {
    const mine = this.#value
    const theirs = other.#value
    let difference = mine.length ^ theirs.length
    for (let index = 0; index < mine.length; index += 1) {
      difference |= mine.charCodeAt(index) ^ theirs.charCodeAt(index % Math.max(theirs.length, 1))
    }
    return difference === 0
  }

  /** Names what keeps the value out of the head of a request, without showing the value; undefined where nothing does. */
  whatCannotBeSent(): string | undefined {
    if (/[\r\n]/u.test(this.#value)) return 'a line break'
    if (/[^\t\u0020-\u007e\u0080-\u{10ffff}]/u.test(this.#value)) return 'a control character'
    return /[^\t\u0020-\u00ff]/u.test(this.#value) ? 'a character beyond Latin-1' : undefined
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [Symbol.toPrimitive](): string {
    return '[secret]'
  }
}

// The name `node:util` looks for; written as a registered symbol so that core needs no Node built-in.
Object.defineProperty(Secret.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: () => '[secret]' })

/** A secret the vendor holds but does not show: it answers with a mask, or leaves the field out. */
export class HiddenSecret {
  readonly reason: 'masked' | 'unreadable'

  constructor(reason: 'masked' | 'unreadable') {
    this.reason = reason
  }
}

/** How a declared secret comes about; `ref` is the reference text as written, which is not secret. */
export type SecretSource =
  | { readonly form: 'ref'; readonly ref: string }
  | { readonly form: 'generate'; readonly ref: string; readonly bytes: number }
  | { readonly form: 'capture'; readonly ref: string }

/** What was found for a declared secret in this run. */
export interface SecretFinding {
  /** The value in the vault; absent when there is none (yet) or when it was not read. */
  readonly value?: Secret
  /** Whether the vault keeps a value beside it that is to take its place. */
  readonly hasSuccessor?: true
}

/** A declared secret: its source, and, once resolved, its value. */
export class SecretSlot {
  readonly source: SecretSource
  readonly finding: SecretFinding

  constructor(source: SecretSource, finding: SecretFinding = {}) {
    this.source = source
    this.finding = finding
  }

  /** Returns the same declaration with what this run found for it. */
  resolved(finding: SecretFinding): SecretSlot {
    return new SecretSlot(this.source, finding)
  }
}
