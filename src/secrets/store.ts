import type { Position } from '../core/diagnostic.ts'
import type { Secret } from '../core/secret.ts'
import type { SecretDocument } from './document.ts'

/** One entry of `stores:`. */
export interface StoreConfig {
  readonly alias: string
  readonly backend: string
  readonly options: Readonly<Record<string, unknown>>
  readonly at?: Position
  /** Directory of the file that declares it; relative paths in `options` start there. */
  readonly baseDir: string
}

/** A path to read, with the version where one is pinned. */
export interface StorePath {
  readonly path: string
  readonly version?: string
}

/** Why a store could not do what was asked. Never holds a value. */
export interface StoreFault {
  readonly kind: StoreFaultKind
  readonly message: string
  readonly hint?: string
}

export type StoreFaultKind =
  | 'not-found'
  | 'denied'
  | 'unauthenticated'
  | 'sealed'
  | 'throttled'
  | 'unavailable'
  | 'tls'
  | 'conflict'
  | 'malformed'
  | 'empty'
  | 'not-text'
  | 'read-only'
  /** The backend needs a package that is not there. */
  | 'not-installed'
  /** The place holds a credential of the tool or of a store, which must not travel. */
  | 'credential'

/** A document as it stood when it was read. */
export interface StoredDocument {
  readonly kind: 'document'
  readonly document: SecretDocument
  /** Opaque; the store's own version number or a hash of what it holds. */
  readonly version?: string
}

/** A value to be set at a pointer; the empty pointer sets the whole value. */
export interface FieldPatch {
  readonly pointer: readonly string[]
  readonly value: Secret
}

/** Fields to set and fields to take away. */
export interface FieldEdit {
  readonly set: readonly FieldPatch[]
  /** Pointers that have a value now. */
  readonly removed: readonly (readonly string[])[]
}

/** What must hold for a write to happen: none of the patched fields has a value; anything; or the document's version. */
export type WriteExpectation = 'absent' | 'any' | { readonly version: string }

export interface StoreWritten {
  readonly kind: 'written'
  readonly version?: string
}

export interface StoreCapabilities {
  readonly read: boolean
  readonly write: boolean
  /** Whether `write` is atomic against other writers; without it an expectation is only a best effort. */
  readonly compareAndSet: boolean
}

/** Where secrets are kept. Paths are resolved: absolute for backends that name files. */
export interface Store {
  /** What holds for all its paths. */
  readonly capabilities: StoreCapabilities
  /** What holds for one path, where paths differ. */
  capabilitiesAt?(path: string): Promise<StoreCapabilities | StoreFault>
  /** Reads each path once, batched where the backend can; the answer has one entry per path asked, in that order. */
  read(paths: readonly StorePath[]): Promise<readonly (StoredDocument | StoreFault)[]>
  /** Sets fields and leaves all others as they are. */
  write(path: string, patch: readonly FieldPatch[], expectation: WriteExpectation): Promise<StoreWritten | StoreFault>
  /** Does both at once, where the backend can; a reader sees all of it or nothing. */
  edit?(path: string, edit: FieldEdit, expectation: WriteExpectation): Promise<StoreWritten | StoreFault>
  /** Removes fields; removing what is not there is a `not-found`. */
  remove(path: string, pointers: readonly (readonly string[])[]): Promise<StoreWritten | StoreFault>
  /** Shows that `write` would be let through, and changes nothing a reader can see. */
  proveWritable(path: string): Promise<StoreFault | undefined>
  /** Lists the pointers below a path, where the backend can. */
  list?(path: string): Promise<readonly (readonly string[])[] | StoreFault>
  /** Tells whether the store answers with the credentials at hand. */
  check(): Promise<StoreFault | undefined>
  close(): Promise<void>
}

/** Tells a fault from what was asked for. */
export function isStoreFault(answer: { readonly kind: string }): answer is StoreFault {
  return answer.kind !== 'document' && answer.kind !== 'written' && 'message' in answer
}

/** Makes the writing half of a store that cannot be written. */
export function makeReadOnly(name: string): Pick<Store, 'write' | 'remove' | 'proveWritable'> {
  const fault: StoreFault = {
    kind: 'read-only',
    message: `${name} cannot be written by hooks-sync.`,
    hint: 'Keep the secret in a store that can be written, for example ref+age://secrets.age#/name.',
  }
  return {
    write: () => Promise.resolve(fault),
    remove: () => Promise.resolve(fault),
    proveWritable: () => Promise.resolve(fault),
  }
}
