import type { Action } from '../../core/action.ts'
import type { Work } from '../../core/provider.ts'
import type { DeleteStep, Step, UpdateStep, WriteStep } from '../../core/step.ts'
import type { LiveAccount } from '../../core/webhook.ts'
import { readSecret } from '../desired-fields.ts'
import { type DocumentChange, SendblueDocument } from './document.ts'
import { type Entry, editEntry } from './entry.ts'

/** What a write of the document needs: its change, and the ids of the entries it changes. */
export interface WriteCall {
  readonly change: DocumentChange
}

/** Takes the document out of what was read. */
export function documentOf({ document }: LiveAccount): SendblueDocument {
  if (document instanceof SendblueDocument) return document
  throw new TypeError('Sendblue was planned without its document.')
}

/**
 * Compiles actions into calls on the one document: all changes of entries become one write, which comes first, so that
 * it does not have to see what this run adds. Additions and removals stay calls of their own.
 */
export function compileDocument(work: Work, plain: readonly Step[]): readonly Step[] {
  const document = documentOf(work.live)
  const updates = plain.filter((step) => step.does === 'update')
  const write = compileWrite(work, document, updates)
  const replaced = new Set(updates.map(({ id }) => id))
  const others = plain.flatMap((step): readonly Step[] => {
    if (step.does === 'update') return []
    const after = step.after.map((id) => (replaced.has(id) && write !== undefined ? write.id : id))
    return [{ ...step, after: [...new Set(after)] }]
  })
  return [...(write === undefined ? [] : [write]), ...numberRemovals(document, others)]
}

function compileWrite(
  { actions }: Work,
  document: SendblueDocument,
  updates: readonly UpdateStep[],
): WriteStep | undefined {
  const shared = actions.filter((action) => changesAccount(action))
  if (updates.length + shared.length === 0) return undefined
  const globalSecret = shared.map((action) => readSecret(action.shared?.fields ?? {}, 'global_signing_secret'))[0]
  const edits = updates.map(({ target, object, paths }) => {
    const before = entryOf(document, target)
    return { before, after: editEntry(before, object, paths) }
  })
  const call: WriteCall = { change: { edits, ...(globalSecret === undefined ? {} : { globalSecret }) } }
  const own = new Set(updates.map(({ id }) => id))
  return {
    does: 'write',
    id: 'the document',
    serves: [...new Set([...updates.flatMap(({ serves }) => serves), ...shared.map(({ id }) => id)])],
    after: [...new Set(updates.flatMap(({ after }) => after))].filter((id) => !own.has(id)),
    call,
    changes: updates.map(({ target, object }) => ({ target, object })),
  }
}

/** Whether an action is about the values that all webhooks of the account share. */
export function changesAccount({ kind, shared }: Action): boolean {
  return kind === 'update' && shared !== undefined
}

function entryOf(document: SendblueDocument, id: string): Entry {
  const entry = document.find(id)
  if (entry === undefined) throw new TypeError(`The document that was planned with has no entry ${id}.`)
  return entry
}

/**
 * Gives each removal the entry it means. Twins are numbered, and those behind a removed one move up: what must be gone
 * is the last number, and removals of the same twins go one after the other.
 */
function numberRemovals(document: SendblueDocument, steps: readonly Step[]): readonly Step[] {
  const left = new Map<string, { readonly ids: string[]; last?: string }>()
  return steps.map((step): Step => {
    if (step.does !== 'delete') return step
    const entry = document.find(step.target)
    if (entry === undefined) return step
    const twins = left.get(entry.identity) ?? { ids: twinIds(document, entry) }
    left.set(entry.identity, twins)
    const gone = twins.ids.pop() ?? step.target
    const after = twins.last === undefined ? step.after : [...step.after, twins.last]
    twins.last = step.id
    return { ...step, gone, after, call: entry }
  })
}

function twinIds(document: SendblueDocument, { identity }: Entry): string[] {
  const count = document.entries.filter((entry) => entry.identity === identity).length
  return Array.from({ length: count }, (_, at) => (at === 0 ? identity : `${identity} #${at + 1}`))
}

/** Reads the entry that a removal means; absent where the engine itself asks for one. */
export function entryToRemove({ call }: DeleteStep): Entry | undefined {
  return call === undefined ? undefined : (call as Entry)
}
