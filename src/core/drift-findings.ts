import type { Action, Change } from './action.ts'
import type { Code } from './codes.ts'
import type { DriftClass, DriftFinding } from './drift.ts'
import type { LedgerAccount, LedgerEntry } from './ledger.ts'
import { entryId } from './ledger.ts'
import type { AccountPlan, Plan } from './plan.ts'
import type { LiveObject } from './webhook.ts'

/** Findings about what an apply would bring about; a report of what is has no use for them. */
const aboutApplying: ReadonlySet<Code> = new Set<Code>(['HS3015', 'HS3018', 'HS3022'])

/** Returns a plan without what it says of applying it. */
export function withoutAdvice(plan: Plan): Plan {
  const accounts = plan.accounts.map((account) => ({
    ...account,
    diagnostics: account.diagnostics.filter((diagnostic) => !aboutApplying.has(diagnostic.code)),
  }))
  return { ...plan, accounts }
}

/** Reads out of a plan in which ways the account differs from what the files say. */
export function findDrift(plan: AccountPlan, ledger: LedgerAccount | undefined): readonly DriftFinding[] {
  const about = { provider: plan.account.name, type: plan.definition.type, changes: [] }
  return [
    ...plan.actions.flatMap((action) => driftOf(action, ledger)),
    ...plan.duplicates.flatMap(({ key, twins }) =>
      twins.map((live) => ({
        ...about,
        class: 'duplicate' as const,
        ...(key === undefined ? {} : { key }),
        ...seen(live),
      })),
    ),
    ...plan.orphaned.map((key) => ({ ...about, class: 'orphaned' as const, key })),
    ...plan.unmanaged.map((live) => ({ ...about, class: 'unmanaged' as const, ...seen(live) })),
  ]
}

function seen(live: LiveObject): { readonly id: string; readonly url?: string; readonly since?: string } {
  const url = live.fields['url']
  const since = live.updatedAt ?? live.createdAt
  return {
    id: live.id,
    ...(typeof url === 'string' ? { url } : {}),
    ...(since === undefined ? {} : { since }),
  }
}

function driftOf(action: Action, ledger: LedgerAccount | undefined): readonly DriftFinding[] {
  const entry = entryOf(action, ledger)
  const found = classify(action, entry, ledger !== undefined)
  if (found === undefined) return []
  const live = action.objects.flatMap((change) => (change.op === 'create' ? [] : [change.live]))[0]
  const since = live?.updatedAt ?? entry?.applied_at
  return [
    {
      class: found,
      provider: action.provider,
      type: action.type,
      key: action.key,
      changes: action.changes,
      ...(live === undefined ? {} : { id: live.id }),
      ...urlOf(action, live),
      ...(live?.statusReason === undefined ? {} : { reason: live.statusReason }),
      ...(since === undefined ? {} : { since }),
    },
  ]
}

function urlOf(action: Action, live: LiveObject | undefined): { readonly url?: string } {
  const url = action.desired?.fields['url'] ?? live?.fields['url']
  return typeof url === 'string' ? { url } : {}
}

function entryOf(action: Action, ledger: LedgerAccount | undefined): LedgerEntry | undefined {
  const { desired } = action
  const own = desired === undefined ? undefined : ledger?.webhooks[entryId(desired.file, desired.key)]
  return own ?? action.entries.map((id) => ledger?.webhooks[id]).find((entry) => entry !== undefined)
}

/** Tells what an edit of the file explains (`pending`) from what happened at the vendor. */
function classify(action: Action, entry: LedgerEntry | undefined, hasLedger: boolean): DriftClass | undefined {
  switch (action.kind) {
    case 'keep':
      return action.changes.some(isUnknown) ? 'unknown' : undefined
    case 'adopt':
    case 'delete':
      return hasLedger ? 'pending' : undefined
    case 'create':
      if (!hasLedger) return 'missing'
      return entry === undefined || entry.objects.length === 0 ? 'pending' : 'missing'
    case 'update':
    case 'replace':
      return hasLedger && isEdited(action, entry) ? 'pending' : classifyChange(action.changes)
  }
}

function isEdited(action: Action, entry: LedgerEntry | undefined): boolean {
  if (entry === undefined) return false
  return entry.hash === undefined || entry.hash !== action.desired?.hash
}

function isUnknown(change: Change): boolean {
  return 'secret' in change && change.secret === 'unknown'
}

function classifyChange(changes: readonly Change[]): DriftClass {
  const plain = changes.filter((change) => !('secret' in change))
  if (plain.length === 0 && changes.length > 0) return 'secret'
  const isSwitchedOff = plain.some(
    (change) => change.path === 'enabled' && 'before' in change && change.before === false,
  )
  return isSwitchedOff && plain.length === 1 ? 'disabled' : 'changed'
}
