import type { Diagnostic } from '../core/diagnostic.ts'
import type { Plan } from '../core/plan.ts'
import { canonicalJson } from '../report/canonical-json.ts'
import { comparableAction } from '../report/plan-checksum.ts'
import { type ActionDocument, isListed, toPlanDocument } from '../report/plan-document.ts'
import { otherAccount } from './account-identities.ts'
import type { SavedPlan } from './plan-file.ts'
import type { Narrow } from './plan-project.ts'
import { type PlannedDeclaration, plannedDeclarations } from './planned-declarations.ts'
import { version } from './version.ts'

/** What is left of a fresh plan once it is held against a saved one. */
export interface CheckedPlan {
  /** What is carried out, where nothing is stale; else what would be left, for guards to judge. */
  readonly plan: Plan
  /** Why the saved plan is stale; empty when each of its actions came out the same. */
  readonly stale: readonly Diagnostic[]
  /** What has to be done by now and is not in the file: reported, not done. Secrets that changed since: written. */
  readonly extra: readonly Diagnostic[]
}

/**
 * Holds a plan made just now against a saved one, action by action. What is carried out is always of the fresh plan, so
 * the file itself is never trusted.
 */
export function checkSavedPlan(plan: Plan, saved: SavedPlan, narrow: Narrow): CheckedPlan {
  const wanted = groupById(saved.actions)
  const fresh = groupById(toPlanDocument(plan).actions)
  const now = plannedDeclarations(plan)
  const others = new Map(
    plan.accounts.map(({ account }) => [account.name, otherAccount(saved.extra.accounts, account)]),
  )
  const compared = [...wanted].map(([id, actions]): Compared => {
    const [declaration, current] = [saved.extra.declared[id], now.get(id)]
    const other = others.get(actions[0]?.provider ?? '')
    return {
      id,
      saved: actions,
      fresh: fresh.get(id) ?? [],
      ...(declaration === undefined ? {} : { before: declaration }),
      ...(current === undefined ? {} : { now: current }),
      ...(other === undefined ? {} : { other }),
    }
  })
  const quiet = new Set(
    plan.accounts.flatMap(({ actions }) => actions.filter((one) => !isListed(one)).map(({ id }) => id)),
  )
  const reasons = new Map(compared.map((one) => [one.id, staleReason(one, saved.extra.tool_version)] as const))
  // What came out otherwise is not what was asked for, so no guard is asked about it.
  const isSame = (id: string): boolean => reasons.get(id)?.length === 0
  return {
    plan: narrow((id) => isSame(id) || quiet.has(id)),
    stale: [...edited(saved), ...[...reasons.values()].flat()],
    extra: [
      ...[...fresh].flatMap(([id, actions]) => (wanted.has(id) ? [] : actions.map((action) => notInFile(id, action)))),
      ...compared.flatMap(tellRotated),
    ],
  }
}

/** One `provider/key`, then and now. */
interface Compared {
  readonly id: string
  readonly saved: readonly ActionDocument[]
  readonly fresh: readonly ActionDocument[]
  /** What the files declared then. */
  readonly before?: PlannedDeclaration
  readonly now?: PlannedDeclaration
  /** In what its account is another one now. */
  readonly other?: string
}

/** Of one key there may be two actions, where it is declared in one file and goes in another. */
function groupById(actions: readonly ActionDocument[]): ReadonlyMap<string, readonly ActionDocument[]> {
  const groups = new Map<string, ActionDocument[]>()
  for (const action of actions) {
    const id = `${action.provider}/${action.key}`
    groups.set(id, [...(groups.get(id) ?? []), action])
  }
  return groups
}

function edited({ isEdited }: SavedPlan): readonly Diagnostic[] {
  if (!isEdited) return []
  const message = 'The plan file was edited since it was made.'
  return [{ code: 'HS3017', severity: 'error', message, hint }]
}

const hint = 'Make a new plan and look at it before you apply it.'

function staleReason(compared: Compared, madeBy: string): readonly Diagnostic[] {
  const { id, saved, fresh } = compared
  const [first] = saved
  if (first === undefined) return []
  if (compared.other === undefined && render(saved) === render(fresh) && !isDeclaredOtherwise(compared)) return []
  const other = madeBy === version ? '' : `; it was made by hooks-sync ${madeBy}, this is ${version}`
  return [
    {
      code: 'HS3017',
      severity: 'error',
      message: `${id}: the saved plan is stale: ${whatChanged(compared)}${other}.`,
      hint,
      provider: first.provider,
      key: first.key,
    },
  ]
}

function render(actions: readonly ActionDocument[]): string {
  return actions.map(comparableAction).toSorted().join('\n')
}

function isDeclaredOtherwise({ before, now }: Compared): boolean {
  return before?.hash !== now?.hash
}

function whatChanged(compared: Compared): string {
  const { before, now, other } = compared
  if (other !== undefined) return other
  const [saved, fresh] = [compared.saved[0], compared.fresh[0]]
  if (before !== undefined && now === undefined) return 'no file declares it any more'
  if (before === undefined && now !== undefined) return 'the files declare it again'
  if (isDeclaredOtherwise(compared)) return 'the files declare it otherwise by now'
  if (fresh === undefined || saved === undefined) return 'nothing is to be done any more; it was applied already'
  if (fresh.kind !== saved.kind)
    return `the live state changed; it said ${saved.kind}, and now it would be ${fresh.kind}`
  if (JSON.stringify(fresh.ids) !== JSON.stringify(saved.ids)) return 'it is about other live webhooks now'
  if (canonicalJson(fresh.changes) !== canonicalJson(saved.changes)) return 'the live webhook changed'
  return 'its order, or what it costs on the way, changed with the webhooks beside it'
}

/** A secret rotated in the vault meanwhile is not stale: the new value is written, and that is told. */
function tellRotated({ id, saved, fresh, before, now }: Compared): readonly Diagnostic[] {
  const [action] = fresh
  if (action === undefined || before === undefined || now === undefined || saved.length === 0) return []
  const isWritten = (path: string): boolean =>
    action.kind === 'create' ||
    action.kind === 'replace' ||
    action.changes.some((change) => 'secret' in change && change.secret !== 'same' && isWithin(path, change.path))
  const rotated = Object.entries(now.fingerprints).flatMap(([path, print]) => {
    const former = before.fingerprints[path]
    return former !== undefined && former !== print && isWritten(path) ? [path] : []
  })
  if (rotated.length === 0) return []
  const message = `${id}: ${rotated.join(', ')} changed in the vault since the plan was made; the value of now is written.`
  return [{ code: 'HS3017', severity: 'warning', message, provider: action.provider, key: action.key }]
}

function isWithin(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`)
}

function notInFile(id: string, { kind, provider, key }: ActionDocument): Diagnostic {
  return {
    code: 'HS3017',
    severity: 'warning',
    message: `${id}: ${kind} is needed by now and is not in the saved plan; it is not done.`,
    provider,
    key,
  }
}
