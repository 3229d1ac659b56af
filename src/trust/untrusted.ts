import { type Diagnostic, DiagnosticError } from '../core/diagnostic.ts'
import type { Trust } from './trust.ts'

const hint =
  'Run it on a branch of the repository itself; docs/pull-requests-from-forks.md tells more, also of --trusted.'

/** Words that a run goes without secrets and network. */
export function tellUntrusted(doubt: string): Diagnostic {
  return {
    code: 'HS2013',
    severity: 'warning',
    message: `This run is not trusted with secrets, because ${doubt}; it is planned offline.`,
    hint,
  }
}

/** Words that something is refused because it takes secrets or the network. */
function refuseUntrusted(what: string, doubt: string): Diagnostic {
  const message = `${what} is refused: this run is not trusted with secrets, because ${doubt}.`
  return { code: 'HS2013', severity: 'error', message, hint }
}

/** Stops what would open a store or a connection in a run that is not trusted. */
export function requireTrust({ doubt }: Pick<Trust, 'doubt'>, what: string): void {
  if (doubt !== undefined) throw new DiagnosticError([refuseUntrusted(what, doubt)])
}
