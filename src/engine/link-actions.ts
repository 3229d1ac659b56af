import type { Action } from '../core/action.ts'
import type { Step } from '../core/step.ts'
import { stepsAhead } from './steps-ahead.ts'

/** A step to run, or a meeting point: a handover is reached when all before it is done, what has failed never is. */
export interface Node {
  readonly id: string
  readonly after: readonly string[]
  readonly step?: Step
  readonly hasFailed?: true
}

/**
 * Turns what actions say of one another into dependencies of steps. A handover stands between those who fill it and
 * those who wait for it, so that n fillers and m waiters cost n + m edges and not n × m. Actions that have failed before
 * any step are waited for in vain.
 */
export function linkActions(
  actions: readonly Action[],
  steps: readonly Step[],
  failed: readonly Action[] = [],
): readonly Node[] {
  const byId = new Map(actions.map((action) => [action.id, action] as const))
  const served = new Map<string, Step[]>()
  for (const step of steps) {
    for (const action of step.serves) served.set(action, [...(served.get(action) ?? []), step])
  }
  // What has to go before its successor is there can wait for nobody to take over.
  const ahead = stepsAhead(steps)
  const hasFailed = new Set(failed.map((action) => action.id))
  const nodes = steps.map((step): Node => {
    const mine = step.serves.flatMap((id) => byId.get(id) ?? [])
    const own = new Set(step.serves)
    const awaited = mine.flatMap((action) => action.after).filter((id) => !own.has(id))
    const waits = awaited
      .flatMap((id) => (served.get(id) ?? []).filter((other) => isAwaited(other, own)))
      .map((other) => other.id)
      .concat(awaited.filter((id) => hasFailed.has(id)).map(failureId))
    const isHandedOver = step.does === 'delete' && !ahead.has(step.id)
    const handovers = isHandedOver ? mine.flatMap((action) => action.awaits ?? []).map(handoverId) : []
    return { id: step.id, after: [...new Set([...step.after, ...waits, ...handovers])], step }
  })
  const failures = failed.map(({ id }): Node => ({ id: failureId(id), after: [], hasFailed: true }))
  return [...nodes, ...failures, ...handoverNodes(actions, served, failed)]
}

function isAwaited(step: Step, own: ReadonlySet<string>): boolean {
  return step.last !== true && !step.serves.some((action) => own.has(action))
}

function handoverNodes(
  actions: readonly Action[],
  served: ReadonlyMap<string, readonly Step[]>,
  failed: readonly Action[],
): readonly Node[] {
  const awaited = new Set(actions.flatMap((action) => action.awaits ?? []))
  const fillers = new Map<string, string[]>([...awaited].map((name) => [name, []]))
  for (const action of actions) {
    const making = (served.get(action.id) ?? []).filter((step) => step.does !== 'delete' && step.does !== 'retire')
    for (const name of action.fills ?? []) fillers.get(name)?.push(...making.map((step) => step.id))
  }
  for (const action of failed) for (const name of action.fills ?? []) fillers.get(name)?.push(failureId(action.id))
  return [...fillers].map(([name, after]) => ({ id: handoverId(name), after }))
}

function failureId(action: string): string {
  return `failure of ${action}`
}

function handoverId(name: string): string {
  return `handover ${name}`
}
