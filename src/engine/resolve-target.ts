import type { StepResult } from '../core/provider.ts'
import type { FollowStep, UpdateStep, WriteStep } from '../core/step.ts'

type Made = ReadonlyMap<string, StepResult>

/** Turns a step that follows a create into an update of what the create made. */
export function resolveFollow(step: FollowStep, made: Made): UpdateStep {
  const { of, ...rest } = step
  return { ...rest, does: 'update', target: idOf(step.id, of.step, made) }
}

/** Names the object that a create made where a write needs it. */
export function resolveWrite(step: WriteStep, made: Made): WriteStep {
  const { of, ...rest } = step
  return of === undefined ? step : { ...rest, target: idOf(step.id, of.step, made) }
}

function idOf(step: string, creation: string, made: Made): string {
  const id = made.get(creation)?.id
  if (id === undefined) throw new TypeError(`The step ${step} needs what ${creation} makes, and that made nothing.`)
  return id
}
