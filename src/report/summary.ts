import { type ActionKind, actionKinds } from '../core/action.ts'
import { hasErrors } from '../core/diagnostic.ts'
import { type Duplicate, isRefused, type Plan, type Summary } from '../core/plan.ts'
import type { LiveObject } from '../core/webhook.ts'

/** Counts a plan: actions by key, unmanaged and duplicate webhooks by live object. */
export function summarize(plan: Plan): Summary {
  const counts: Record<ActionKind, number> = { create: 0, update: 0, replace: 0, adopt: 0, delete: 0, keep: 0 }
  for (const action of plan.accounts.flatMap((account) => account.actions)) counts[action.kind] += 1
  return {
    ...counts,
    unmanaged: sum(plan.accounts.map((account) => account.unmanaged.length)),
    duplicates: sum(
      plan.accounts.flatMap((account) => account.duplicates.map((found) => removableTwins(found).length)),
    ),
  }
}

/** Tells whether an apply would do anything: call a vendor, adopt, or move a key. */
export function hasChanges(plan: Plan): boolean {
  return plan.accounts.some((account) =>
    account.actions.some((action) => action.kind !== 'keep' || action.movedFrom !== undefined),
  )
}

/** Words the stable last line of a plan. */
export function renderPlanLine(plan: Plan): string {
  const summary = summarize(plan)
  // The line is read by scripts: it has one form, also for one webhook.
  if (isSettled(plan)) return `No changes. ${summary.keep} webhooks match.`
  const planned = actionKinds.filter((kind) => kind !== 'keep').map((kind) => `${summary[kind]} to ${kind}`)
  return `Plan: ${planned.join(', ')}. ${summary.keep} unchanged, ${summary.unmanaged} unmanaged.`
}

/** Lists the twins other than the one that is kept. */
export function removableTwins(duplicate: Duplicate): readonly LiveObject[] {
  return duplicate.twins.filter((twin) => twin.id !== duplicate.kept)
}

// An account that could not be read has no actions: "No changes." would claim more than is known.
function isSettled(plan: Plan): boolean {
  const findings = [...plan.diagnostics, ...plan.accounts.flatMap((account) => account.diagnostics)]
  return !hasChanges(plan) && !isRefused(plan) && !hasErrors(findings)
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
