import type { Code } from '../../core/codes.ts'
import { type Diagnostic, DiagnosticError } from '../../core/diagnostic.ts'
import type { LockInfo } from './ledger-store.ts'

const restore = 'Restore the file from version control or a backup, or delete it to start without one.'

const readReasons: Readonly<Record<string, string>> = {
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a directory',
  ENOTDIR: 'lies below something that is not a directory',
  EFBIG: 'is larger than a ledger can be',
  ELOOP: 'is a symbolic link that leads to itself',
  ENAMETOOLONG: 'has a name that is too long',
  ENXIO: 'is not a regular file',
}

const readHints: Readonly<Record<string, string>> = {
  EACCES: 'Give this user read access to it.',
  EPERM: 'Give this user read access to it.',
  EFBIG: restore,
}

/** Makes the finding that a ledger file cannot be understood. */
export function unreadable(place: string, problem: string, hint: string = restore): Diagnostic {
  return { code: 'HS5001', severity: 'error', message: `The ledger file ${place} ${problem}.`, hint }
}

/** Makes the finding that a document of a shared ledger cannot be understood. */
export function damaged(place: string, name: string, problem: string, hint?: string): Diagnostic & { code: 'HS5001' } {
  return {
    code: 'HS5001',
    severity: 'error',
    message: `The document ${name} of the ledger ${place} ${problem}.`,
    hint: hint ?? 'Restore an earlier version of all its documents, or name a new place with `ledger:` or `--ledger`.',
  }
}

/** Makes the error for a file that could not be read. */
export function readFailure(place: string, cause: unknown): DiagnosticError {
  if (cause instanceof DiagnosticError) return cause
  const code = errorCode(cause)
  const problem = readReasons[code] ?? `cannot be read (${code})`
  return fail(unreadable(place, problem, readHints[code] ?? 'Name another path with `ledger:` or `--ledger`.'), cause)
}

/** Makes the error for a file that could not be written. */
export function writeFailure(place: string, cause: unknown): DiagnosticError {
  if (cause instanceof DiagnosticError) return cause
  return fail(
    {
      code: 'HS5004',
      severity: 'error',
      message: `The ledger ${place} cannot be written (${errorCode(cause)}).`,
      hint: 'Check the rights and the free space of its directory, or name another path with `ledger:` or `--ledger`. What was recorded so far is kept in its journal.',
    },
    cause,
  )
}

/** Makes the error for a change that could not be read again. */
export function unwritableChange(place: string, problem: string): DiagnosticError {
  return fail({
    code: 'HS5004',
    severity: 'error',
    message: `The ledger ${place} cannot hold a change: ${problem}.`,
    hint: 'Give the webhook or account another name; if that is not it, report this as a defect.',
  })
}

/** Makes the error for a ledger that another run works on. */
export function lockHeld(place: string, by: LockInfo): DiagnosticError {
  return fail({
    code: 'HS5002',
    severity: 'error',
    message: `${by.owner} on ${by.host} (pid ${by.pid}) holds the lock of ${place} since ${by.startedAt}, until ${by.expiresAt}.`,
    hint: 'Wait with `--lock-timeout 5m`; if that run is gone for good, run `hooks-sync ledger unlock`.',
  })
}

/** Makes the error for a run that may not write any more. */
export function lockLost(place: string, reason: string): DiagnosticError {
  return fail({
    code: 'HS5003',
    severity: 'error',
    message: `The lock of ${place} was lost: ${reason}.`,
    hint: 'Nothing more is written. Run the command again when no other run is at work; it continues where this one stopped.',
  })
}

/** Makes an error of one finding. */
export function fail(diagnostic: Diagnostic & { readonly code: Code }, cause?: unknown): DiagnosticError {
  return new DiagnosticError([diagnostic], cause === undefined ? {} : { cause })
}

/** Names the reason the operating system gave. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'unknown'
}
