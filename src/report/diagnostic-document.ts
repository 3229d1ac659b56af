import type { Diagnostic, Position, Severity } from '../core/diagnostic.ts'

/** A finding as JSON output shows it. */
export interface DiagnosticDocument {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly hint?: string
  readonly at?: Position
  readonly provider?: string
  readonly key?: string
}

/** Shapes a finding for JSON output. */
export function toDiagnosticDocument(found: Diagnostic): DiagnosticDocument {
  return {
    code: found.code,
    severity: found.severity,
    message: found.message,
    ...(found.hint === undefined ? {} : { hint: found.hint }),
    ...(found.at === undefined ? {} : { at: { file: found.at.file, line: found.at.line, column: found.at.column } }),
    ...(found.provider === undefined ? {} : { provider: found.provider }),
    ...(found.key === undefined ? {} : { key: found.key }),
  }
}
