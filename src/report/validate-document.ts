import { type Diagnostic, hasErrors, sortDiagnostics } from '../core/diagnostic.ts'
import { type DiagnosticDocument, toDiagnosticDocument } from './diagnostic-document.ts'
import { formatVersion } from './plan-document.ts'

/** What a validation found. */
export interface Validation {
  /** Accounts declared. */
  readonly providers: number
  /** Webhooks declared. */
  readonly webhooks: number
  readonly diagnostics: readonly Diagnostic[]
}

/** The JSON of `validate --json`. */
export interface ValidateDocument {
  readonly format_version: typeof formatVersion
  readonly command: 'validate'
  readonly valid: boolean
  readonly summary: { readonly providers: number; readonly webhooks: number }
  readonly diagnostics: readonly DiagnosticDocument[]
}

/** Shapes a validation for JSON output; warnings leave it valid. */
export function toValidateDocument(validation: Validation): ValidateDocument {
  return {
    format_version: formatVersion,
    command: 'validate',
    valid: !hasErrors(validation.diagnostics),
    summary: { providers: validation.providers, webhooks: validation.webhooks },
    diagnostics: sortDiagnostics(validation.diagnostics).map(toDiagnosticDocument),
  }
}
