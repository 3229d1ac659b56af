import type { PlainValue } from './value.ts'

/**
 * Field declarations: the one place where a fact about a field stands. JSON Schema, validation, diff behavior,
 * reference docs and later the Terraform schema are derived from them.
 */

/**
 * What leaving a field out of the configuration means.
 * - `default`: compared with the default.
 * - `none`: part of the identity; absent is a value of its own.
 * - `left-alone`: not compared, not written.
 */
export type Absence =
  | { readonly means: 'default'; readonly value: PlainValue }
  | { readonly means: 'none' | 'left-alone' }

interface Common {
  /** One or two sentences for editors and reference docs. */
  readonly doc: string
  /** `vendor`: users cannot write it; the live value is compared with the default all the same. */
  readonly presence: 'required' | 'optional' | 'vendor'
  /** Stands for optional and vendor fields. */
  readonly absence?: Absence
  /** What a difference leads to. */
  readonly change: 'in-place' | 'replace'
  /** The vendor takes it only in an update: a create starts with its default, and an update follows where it differs. */
  readonly setBy?: 'update'
  /** Whether the vendor shows it: always, sometimes behind a mask, or never. */
  readonly read: 'clear' | 'maybe-masked' | 'never'
  /** What a create is given where it is left out, because the vendor wants something: our key for the webhook. */
  readonly createdAs?: 'key'
  /** Part of what makes two webhooks the same for the vendor. */
  readonly identity?: true
  /** `null` in the configuration clears it at the vendor. */
  readonly clearable?: true
  /** Environment variable in which the vendor's own tools look for it. */
  readonly env?: string
  readonly examples?: readonly PlainValue[]
  /** Where the fact comes from: a vendor's page or a fact sheet section. */
  readonly source?: string
}

export interface TextKind {
  readonly kind: 'text'
  readonly minLength?: number
  readonly maxLength?: number
  /** A regular expression, anchored, without flags. */
  readonly pattern?: string
  /** What `pattern` asks for, in words that complete "… must be …". */
  readonly patternHint?: string
}

export interface UrlKind {
  readonly kind: 'url'
  readonly maxLength?: number
  readonly pattern?: string
  readonly patternHint?: string
  /** Host names the vendor refuses; `*` stands for any run of characters. */
  readonly forbiddenHosts?: readonly string[]
  /** Whether an `http:` URL is a URL the vendor may take. */
  readonly schemes: readonly ('https' | 'http')[]
  /** The vendor's own normalization, applied to both sides before comparing. */
  readonly normalize?: (url: string) => string
}

/** An event name in the vendor's spelling; the list of known ones stays open. */
export interface EventKind {
  readonly kind: 'event'
  readonly known: readonly string[]
  /** Events the vendor documents as not allowed, with the reason. */
  readonly refused?: Readonly<Record<string, string>>
  /** Other spellings that mean a known one. */
  readonly aliases?: Readonly<Record<string, string>>
}

export interface ChoiceKind {
  readonly kind: 'choice'
  readonly values: readonly string[]
}

export interface BooleanKind {
  readonly kind: 'boolean'
}

/** A list whose order means nothing; a `bag` keeps repetitions, a `set` does not. */
export interface ListKind {
  readonly kind: 'set' | 'bag'
  readonly of: ItemKind
  readonly minItems?: number
  readonly maxItems?: number
}

/** Names to texts; with `secrets`, a value may be a secret reference instead. */
export interface MapKind {
  readonly kind: 'map'
  readonly secrets: boolean
  /** A value must be a secret reference; it is never written in clear. */
  readonly secretsOnly?: true
  readonly maxEntries?: number
  readonly maxValueLength?: number
  readonly keyPattern?: string
  readonly keyPatternHint?: string
  /** Names refused by the vendor, in lower case. */
  readonly reservedKeys?: readonly string[]
  /** Names that differ in case only are the same. */
  readonly caseInsensitiveKeys?: true
}

export interface ObjectKind {
  readonly kind: 'object'
  readonly fields: Fields
}

export interface SecretKind {
  readonly kind: 'secret'
  /** `capture` where the vendor makes the secret, the others where we choose it. */
  readonly forms: readonly ('ref' | 'generate' | 'capture')[]
}

export type ItemKind = TextKind | UrlKind | EventKind | ChoiceKind | ObjectKind
export type FieldKind = TextKind | UrlKind | BooleanKind | ChoiceKind | ListKind | MapKind | ObjectKind | SecretKind
export type Field = Common & FieldKind
export type Fields = Readonly<Record<string, Field>>

/** Names the fields that make up the identity, in declaration order. */
export function identityFields(fields: Fields): readonly string[] {
  return Object.keys(fields).filter((name) => fields[name]?.identity === true)
}

/** Returns what a field is compared with when it is left out, or undefined when it is not compared. */
export function absentValue(field: Field): PlainValue | undefined {
  return field.absence?.means === 'default' ? field.absence.value : undefined
}
