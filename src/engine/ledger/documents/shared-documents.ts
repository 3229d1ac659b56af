/** A document as a shared place keeps it. */
export interface SharedDocument {
  readonly text: string
  /** Opaque; another one after every write. */
  readonly version: string
  /** How long ago it was written, by the clock of the place; absent where the place tells no times. */
  readonly ageMs?: number
}

/**
 * A place that several machines share: small texts by name, each written only by who knows its version. Nothing is ever
 * removed, so that no right to delete is needed. Failures are `DiagnosticError`s with HS5001 or HS5004.
 */
export interface SharedDocuments {
  /** The place as the files name it, for messages. */
  readonly place: string
  /** How long a text may be before it is better kept in several. */
  readonly partBytes: number
  read(name: string): Promise<SharedDocument | undefined>
  /** Writes where the version still is the expected one, and where there must be none for undefined; answers with the new one. */
  write(name: string, text: string, expected: string | undefined): Promise<string | Conflict>
  /** Shows that a write is refused where its expectation does not hold; called once, before a ledger is made. */
  prove(): Promise<void>
  close(): Promise<void>
}

/** Says that a document is not as expected. */
export interface Conflict {
  readonly kind: 'conflict'
}
