import { DiagnosticError } from '../core/diagnostic.ts'
import type { Explained } from './ports.ts'
import { StepFailure } from './step-failure.ts'

/** Explains whatever a step or a read may throw; `explainCall` knows the errors of the layer that calls vendors. */
export function explainError(error: unknown, explainCall: (error: unknown) => Explained | undefined): Explained {
  const called = explainCall(error)
  if (called !== undefined) return called
  if (error instanceof StepFailure) return { outcome: 'unknown', failure: error.failure }
  if (error instanceof DiagnosticError) {
    const [first] = error.diagnostics
    if (first !== undefined) {
      const { code, message, hint } = first
      return { outcome: outcomeOf(error), failure: { code, message, ...(hint === undefined ? {} : { hint }) } }
    }
  }
  return {
    outcome: 'unknown',
    failure: {
      code: 'HS9001',
      message: error instanceof Error ? `${error.name}: ${error.message}` : 'Something was thrown that is no error.',
      hint: 'This is a mistake in hooks-sync; report it with the output of --verbose.',
    },
  }
}

/** A provider that finds something before it sends anything says so. */
function outcomeOf(error: object): Explained['outcome'] {
  return 'outcome' in error && error.outcome === 'not-sent' ? 'not-sent' : 'unknown'
}
