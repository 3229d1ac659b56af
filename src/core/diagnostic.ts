import type { Code } from './codes.ts'

/** A place in a configuration file; lines and columns count from 1, columns in UTF-16 units. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

export type Severity = 'error' | 'warning'

/** A finding: what is wrong, where, and what to do. Never holds a secret. */
export interface Diagnostic {
  readonly code: Code
  readonly severity: Severity
  readonly message: string
  readonly hint?: string
  readonly at?: Position
  /** The source line `at` points into, for the caret; masked where a secret field holds a literal. */
  readonly excerpt?: string
  /** How many characters the caret line marks; 1 when absent. */
  readonly length?: number
  /** Name of the account the finding is about. */
  readonly provider?: string
  /** Key of the webhook the finding is about. */
  readonly key?: string
}

/** Orders findings by file, line and column; those without a place come last. */
export function sortDiagnostics<Found extends Pick<Diagnostic, 'at'>>(diagnostics: readonly Found[]): readonly Found[] {
  return diagnostics.toSorted((a, b) => {
    if (a.at === undefined || b.at === undefined) return Number(a.at === undefined) - Number(b.at === undefined)
    return compareText(a.at.file, b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column
  })
}

/** Compares by code unit, so that the order is the same on every machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error')
}

/** An error that is fully told by its diagnostics; thrown where returning them is not possible. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics.map((diagnostic) => diagnostic.message).join(' '), options)
    this.name = 'DiagnosticError'
    this.diagnostics = diagnostics
  }
}
