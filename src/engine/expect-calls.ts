import type { Action } from '../core/action.ts'
import type { AccountPlan } from '../core/plan.ts'
import type { ProviderApi } from '../core/provider.ts'
import { Secret } from '../core/secret.ts'
import { listSlots, mapSlots } from '../core/secret-paths.ts'
import type { Step } from '../core/step.ts'
import type { DesiredValues } from '../core/value.ts'
import type { LiveAccount } from '../core/webhook.ts'
import { compileSteps } from './compile-steps.ts'

/** Counts the vendor calls that carrying out a plan takes when nothing goes wrong: its steps, and looking at what they left. */
export function expectCalls(
  { account, definition, actions }: AccountPlan,
  { live, api, gapAllowed }: { readonly live: LiveAccount; readonly api: ProviderApi; readonly gapAllowed: boolean },
): number {
  const work = { account, actions: actions.filter(({ kind }) => kind !== 'keep').map(withSecrets), live }
  if (work.actions.length === 0) return 0
  const steps = compileSteps(definition, work, gapAllowed)
  const counts = steps.map((step) => (definition.callsOf?.(step, live) ?? callsOf(step)) + looksAfter(step, api))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Puts something in the place of secrets that are made before anything is sent. */
function withSecrets(action: Action): Action {
  const isFull = (fields: DesiredValues) => listSlots(fields).every(([, { finding }]) => finding.value !== undefined)
  const fill = (fields: DesiredValues) =>
    isFull(fields)
      ? fields
      : mapSlots(fields, (_, slot) => (slot.finding.value === undefined ? slot.resolved({ value: unmade }) : slot))
  return {
    ...action,
    ...(action.shared === undefined ? {} : { shared: { ...action.shared, fields: fill(action.shared.fields) } }),
    objects: action.objects.map((change) =>
      'object' in change ? { ...change, object: { ...change.object, fields: fill(change.object.fields) } } : change,
    ),
  }
}

const unmade = new Secret('')

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
