import type { Action, ObjectChange } from './action.ts'
import { type DriftRemedy, type DriftRisk, driftRisks } from './drift.ts'
import type { Refusal } from './plan.ts'
import type { ProviderDefinition } from './provider.ts'

interface Stake {
  readonly risk: DriftRisk
  readonly words: string
}

/** What leaving a webhook alone comes to. */
export const leftAlone: DriftRemedy = { kind: 'none', deletes: 0, risk: 'none', risks: [], refusals: [] }

/** What an apply does about a webhook that is gone and no longer declared: no call, only the ledger changes. */
export const forgotten: DriftRemedy = { ...leftAlone, kind: 'forget' }

/** Tells what an apply would do with a webhook, and how risky that is, from its planned action. */
export function remedyOf(action: Action, definition: ProviderDefinition, refusals: readonly Refusal[]): DriftRemedy {
  const { order, gap, takesOver, reason } = action
  const stakes = stakesOf(action, definition)
  return {
    kind: action.kind === 'keep' ? 'none' : action.kind,
    deletes: deletesOf(action.objects),
    risk: driftRisks[Math.max(...stakes.map(({ risk }) => driftRisks.indexOf(risk)))] ?? 'none',
    risks: stakes.filter(({ words }) => words !== '').map(({ words }) => words),
    refusals: refusals
      .filter(({ provider, key }) => provider === action.provider && (key === undefined || key === action.key))
      .map(({ code, flag }) => ({ code, ...(flag === undefined ? {} : { flag }) })),
    ...(order === undefined ? {} : { order }),
    ...(gap === undefined ? {} : { gap }),
    ...(takesOver === undefined ? {} : { takesOver }),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** Counts the live objects that are gone when all is done; those that others replace are not lost. */
function deletesOf(objects: readonly ObjectChange[]): number {
  return objects.filter(({ op }) => op === 'delete').length
}

function stakesOf(action: Action, definition: ProviderDefinition): readonly Stake[] {
  const deletes = deletesOf(action.objects)
  return [
    { risk: base[action.kind], words: '' },
    ...when(action.gap !== undefined, 'high', `deliveries are lost meanwhile: ${action.gap ?? ''}`),
    ...when(deletes > 0, action.kind === 'delete' ? 'high' : 'medium', `deletes ${count(deletes)}`),
    ...when(action.kind === 'replace', 'medium', 'the vendor gives it a new id'),
    ...when(
      action.order === 'delete-first' && action.gap === undefined,
      'medium',
      'the old one goes before the new one is live',
    ),
    ...when(action.takesOver === true, 'medium', 'takes over a webhook that the ledger does not own'),
    ...when(action.exchanges !== undefined, 'medium', action.exchanges ?? ''),
    ...when(
      makesSecret(action, definition),
      'high',
      'the vendor makes a new secret, which receivers must know at once',
    ),
    ...when(writesSecret(action), 'medium', 'deliveries are signed with another secret from then on'),
  ]
}

const base: Readonly<Record<Action['kind'], DriftRisk>> = {
  create: 'low',
  update: 'low',
  replace: 'medium',
  adopt: 'none',
  delete: 'high',
  keep: 'none',
}

function when(holds: boolean, risk: DriftRisk, words: string): readonly Stake[] {
  return holds ? [{ risk, words }] : []
}

function count(objects: number): string {
  return objects === 1 ? '1 live webhook' : `${objects} live webhooks`
}

/** Whether a new webhook brings a new secret, also one that nobody captures: its receiver checks with the old one. */
function makesSecret({ kind, desired }: Action, { serverSecret }: ProviderDefinition): boolean {
  return kind === 'replace' && serverSecret !== undefined && desired?.overlap === undefined
}

function writesSecret({ kind, changes }: Action): boolean {
  if (kind !== 'update' && kind !== 'replace') return false
  return changes.some(
    (change) =>
      'secret' in change && change.isPlain !== true && (change.secret === 'differs' || change.secret === 'write'),
  )
}
