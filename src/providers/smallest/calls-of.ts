import type { Step } from '../../core/step.ts'
import type { AgentCall } from './calls.ts'

/** Tells how many calls a step takes: an agent is looked at before it is moved, and no PATCH takes agents. */
export function callsOf(step: Step): number {
  switch (step.does) {
    case 'update':
    case 'follow':
      return step.paths.every((path) => path === 'subscriptions') ? 0 : 1
    case 'write':
      return agentCalls(step.call as AgentCall)
    case 'create':
    case 'delete':
    case 'capture':
      return 1
    case 'retire':
      return 0
  }
}

function agentCalls({ does }: AgentCall): number {
  if (does === 'refuse') return 0
  return does === 'keep' ? 1 : 2
}
