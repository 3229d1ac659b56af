import type { Step } from '../core/step.ts'

/** Stands where a vendor's own compilation never makes such a step. */
export function unexpectedStep(type: string, step: Step): never {
  throw new TypeError(`The provider ${type} was given a step it never plans: ${step.does}.`)
}
