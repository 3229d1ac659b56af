import type { AccountPlan } from '../core/plan.ts'
import type { ProviderApi } from '../core/provider.ts'
import type { Step } from '../core/step.ts'
import type { LiveAccount } from '../core/webhook.ts'
import { compileSteps } from './compile-steps.ts'

/** Counts the vendor calls that carrying out a plan takes when nothing goes wrong: its steps, and looking at what they left. */
export function expectCalls(
  { account, definition, actions }: AccountPlan,
  { live, api, gapAllowed }: { readonly live: LiveAccount; readonly api: ProviderApi; readonly gapAllowed: boolean },
): number {
  const work = { account, actions: actions.filter(({ kind }) => kind !== 'keep'), live }
  if (work.actions.length === 0) return 0
  const steps = compileSteps(definition, work, gapAllowed)
  const counts = steps.map((step) => (definition.callsOf?.(step, live) ?? callsOf(step)) + looksAfter(step, api))
  return counts.reduce((sum, count) => sum + count, 0)
}

function callsOf({ does }: Step): number {
  return does === 'retire' ? 0 : 1
}

function looksAfter(step: Step, api: ProviderApi): number {
  switch (step.does) {
    case 'create':
    case 'update':
    case 'follow':
    case 'delete':
      return 1
    case 'write': {
      const changed = step.changes?.length ?? 0
      return api.reread === undefined ? Math.min(changed, 1) : changed
    }
    case 'capture':
    case 'retire':
      return 0
  }
}
