import { DiagnosticError } from '../core/diagnostic.ts'
import type { PlaceFault } from '../secrets/locate.ts'

/** What a place said when it did not do what was asked; its texts are ours. */
export interface LedgerFault {
  readonly message: string
  readonly hint?: string
}

const fallbackHint = 'Run the command again; what was recorded so far is kept.'

/** Makes the error for a ledger that could not be read or written where it lies. */
export function ledgerFailure(place: string, doing: 'read' | 'write', { message, hint }: LedgerFault): DiagnosticError {
  const [code, done] = doing === 'read' ? (['HS5001', 'read'] as const) : (['HS5004', 'written'] as const)
  return new DiagnosticError([
    {
      code,
      severity: 'error',
      message: `The ledger ${place} cannot be ${done}: ${message}`,
      hint: hint ?? fallbackHint,
    },
  ])
}

/** Makes the error for a place that may not be opened, or cannot be. */
export function placeRefusal({ code, message, hint, at }: PlaceFault): DiagnosticError {
  return new DiagnosticError([{ code, severity: 'error', message, hint, ...(at === undefined ? {} : { at }) }])
}
