import type { Code } from '../../core/codes.ts'
import { DiagnosticError } from '../../core/diagnostic.ts'
import type { Entry } from './entry.ts'

/** Found before anything was sent: the document is not what the plan was made with. */
export class ConflictError extends DiagnosticError {
  readonly outcome: 'not-sent' = 'not-sent' as const

  constructor(code: Code, message: string, hint: string) {
    super([{ code, severity: 'error', message, hint }])
    this.name = 'ConflictError'
  }
}

/** Says that an entry was changed by somebody else since it was read. */
export function entryChanged(id: string): ConflictError {
  const message = `The Sendblue entry "${id}" was changed by somebody else since it was read; it was left alone.`
  return new ConflictError('HS4008', message, 'Plan again and look at the difference.')
}

/** Says that somebody else added what was about to be added. */
export function entryAdded(id: string): ConflictError {
  const message = `The Sendblue entry "${id}" was added by somebody else since the plan was made; it was left alone.`
  return new ConflictError('HS4008', message, 'Plan again: it is adopted if it is as declared.')
}

/** Says that the document does not show what this run has added to it. */
export function additionMissing(id: string): ConflictError {
  const message = `The Sendblue document does not show "${id}", which this run added; writing it back could remove it.`
  return new ConflictError('HS4008', message, 'Run the command again.')
}

/** Says that secrets are masked and cannot be written back. */
export function secretsMasked(): ConflictError {
  const message = 'Sendblue shows secrets behind a mask; its document was not written, because that would replace them.'
  return new ConflictError('HS3019', message, 'Make this change in the dashboard.')
}

/** A write was accepted and is not, as a whole, what stands there now. */
function notKept(message: string, hint: string): DiagnosticError {
  return new DiagnosticError([{ code: 'HS4007', severity: 'error', message, hint }])
}

/** Says that entries which nobody meant to touch are gone after a write. */
export function entriesDropped(entries: readonly Entry[]): DiagnosticError {
  const ids = entries.slice(0, 5).map(({ id }) => `"${id}"`)
  const shown = entries.length > 5 ? `${ids.join(', ')} and ${entries.length - 5} more` : ids.join(', ')
  return notKept(
    `Sendblue accepted its whole document but did not keep ${shown}, which stood in it before.`,
    'The account may no longer be enabled for these events, or somebody removed them at the same moment.',
  )
}

/** Says that the secret for all webhooks is not what was written. */
export function globalSecretDropped(): DiagnosticError {
  const message = 'Sendblue accepted its whole document but did not keep global_signing_secret.'
  return notKept(message, 'Somebody may have changed it at the same moment; run the command again.')
}

/** Says that a write got no answer and shows no effect. */
export function outcomeUnclear(attempts: number): DiagnosticError {
  const message = `Sendblue did not answer ${attempts} writes of its document, and they show no effect.`
  return new DiagnosticError([{ code: 'HS4002', severity: 'error', message, hint: 'Run the command again.' }])
}
