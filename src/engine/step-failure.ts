import type { Failure } from '../core/outcome.ts'

/** A step that failed for a reason the engine itself found. */
export class StepFailure extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.name = 'StepFailure'
    this.failure = failure
  }
}

export function failWith(failure: Failure): StepFailure {
  return new StepFailure(failure)
}
