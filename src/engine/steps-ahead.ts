import type { Step } from '../core/step.ts'

/** Finds the steps that must be through before something is made or changed, such as deletes that free its place. */
export function stepsAhead(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.flatMap((step) => (step.does === 'delete' || step.does === 'retire' ? [] : step.after)))
}
