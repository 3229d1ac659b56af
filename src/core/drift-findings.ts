import type { Action, Change } from './action.ts'
import type { Code } from './codes.ts'
import type { DriftClass, DriftFinding } from './drift.ts'
import { forgotten, leftAlone, remedyOf } from './drift-remedy.ts'
import { type DriftTime, sinceApplied, sinceChanged, sinceMade } from './drift-since.ts'
import type { LedgerAccount, LedgerEntry } from './ledger.ts'
import { entryId, entryKey } from './ledger.ts'
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
    ...plan.actions.flatMap((action) => driftOf(plan, action, ledger)),
    ...plan.duplicates.flatMap(({ key, twins }) =>
      twins.map((live) => ({
        ...about,
        class: 'duplicate' as const,
        remedy: leftAlone,
        ...(key === undefined ? {} : { key, ...declaredAt(plan.actions, key) }),
        ...seen(live),
      })),
    ),
    ...plan.orphaned.map((key) => ({
      ...about,
      class: 'orphaned' as const,
      key,
      remedy: forgotten,
      ...sinceApplied(entryOfKey(key, ledger)),
    })),
    ...plan.unmanaged.map((live) => ({ ...about, class: 'unmanaged' as const, remedy: leftAlone, ...seen(live) })),
  ]
}

function declaredAt(actions: readonly Action[], key: string): Pick<DriftFinding, 'at'> {
  const at = actions.find((action) => action.key === key)?.desired?.at
  return at === undefined ? {} : { at }
}

type Seen = Pick<DriftFinding, 'id' | 'url' | 'scope'> & DriftTime

function seen(live: LiveObject): Seen {
  const url = live.fields['url']
  return {
    id: live.id,
    ...(live.scope === '' ? {} : { scope: live.scope }),
    ...(typeof url === 'string' ? { url } : {}),
    ...sinceMade(live),
  }
}

function driftOf(
  { definition, refusals }: AccountPlan,
  action: Action,
  ledger: LedgerAccount | undefined,
): readonly DriftFinding[] {
  const entry = entryOf(action, ledger)
  const found = classify(action, entry, ledger !== undefined)
  if (found === undefined) return []
  const lives = action.objects.flatMap((change) => (change.op === 'create' ? [] : [change.live]))
  const [live] = lives
  const about = { class: found, provider: action.provider, type: action.type, changes: action.changes }
  const remedy = remedyOf(action, definition, refusals)
  if (found === 'unmanaged' && live !== undefined) return [{ ...about, remedy, ...seen(live) }]
  const at = action.desired?.at
  return [
    {
      ...about,
      key: action.key,
      remedy,
      ...(live === undefined ? {} : { id: live.id }),
      ...(lives.length < 2 ? {} : { ids: lives.map(({ id }) => id) }),
      ...(live === undefined || live.scope === '' ? {} : { scope: live.scope }),
      ...urlOf(action, live),
      ...(live?.statusReason === undefined ? {} : { reason: live.statusReason }),
      ...sinceChanged(found, action.changes, live, entry),
      ...(at === undefined ? {} : { at }),
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

function entryOfKey(key: string, ledger: LedgerAccount | undefined): LedgerEntry | undefined {
  return Object.entries(ledger?.webhooks ?? {}).find(([id, entry]) => entryKey(id, entry) === key)?.[1]
}

/** Tells what an edit of the file explains (`pending`) from what happened at the vendor. */
function classify(action: Action, entry: LedgerEntry | undefined, hasLedger: boolean): DriftClass | undefined {
  switch (action.kind) {
    case 'keep':
      return action.changes.some(isUnknown) ? 'unknown' : undefined
    case 'adopt':
      return hasLedger ? 'pending' : undefined
    case 'delete':
      // Where everything undeclared is pruned, somebody else made it: no edit of the file explains it.
      if (action.entries.length === 0) return 'unmanaged'
      return hasLedger ? 'pending' : undefined
    case 'create':
      if (!hasLedger) return 'missing'
      return entry === undefined || entry.objects.length === 0 ? 'pending' : 'missing'
    case 'update':
    case 'replace':
      // Without a difference, what a former run left is still to be removed.
      if (action.changes.length === 0) return 'pending'
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
  if (plain.length === 0) return 'secret'
  const isSwitchedOff = plain.some(
    (change) => change.path === 'enabled' && 'before' in change && change.before === false,
  )
  return isSwitchedOff && plain.length === 1 ? 'disabled' : 'changed'
}
