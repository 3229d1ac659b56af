import { explainError } from '../../engine/explain.ts'
import type { Explained } from '../../engine/ports.ts'
import { explainHttpError } from '../../http/explain-error.ts'
import { tell } from '../diagnostics.ts'
import type { ProviderDiagnostic } from '../provider.ts'

/** Tells what an error of any layer means for what was being done. */
export function explain(error: unknown): Explained {
  return explainError(error, explainHttpError)
}

/** Words an error for the engine. */
export function tellError(error: unknown): ProviderDiagnostic {
  return tell(explain(error).failure)
}
