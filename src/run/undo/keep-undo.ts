import type { ApplySummary, RunEvent } from '../../core/outcome.ts'
import type { Plan } from '../../core/plan.ts'
import { describeUndo, undoId } from '../../core/undo.ts'
import { formatVersion, toPlanDocument } from '../../report/plan-document.ts'
import { accountIdentities } from '../account-identities.ts'
import type { SyncOptions } from '../options.ts'
import { version } from '../version.ts'
import type { UndoDocument } from './undo-file.ts'
import { notKept, openUndoFile, type UndoFile } from './undo-store.ts'

/** What is kept so that an apply can be undone. */
export interface KeptUndo {
  readonly path: string
  /** Follows what becomes of the actions. */
  observe(event: RunEvent): void
  /** Leaves out what was never begun; answers whether a file stays. */
  finish(summary: ApplySummary): Promise<boolean>
}

/**
 * Writes down what would put back what is about to be written, before any vendor is called: a run that is killed has it
 * too. Undefined where nothing is written, or where it cannot be kept, which is told and stops nothing.
 */
export async function keepUndo(plan: Plan, directory: string, options: SyncOptions): Promise<KeptUndo | undefined> {
  const document = makeUndo(plan, options)
  if (document.webhooks.length === 0) return undefined
  try {
    const file = await openUndoFile(directory, Date.now(), options.scrub)
    await file.write(document)
    return follow(file, document, options)
  } catch (error) {
    options.emit({ type: 'diagnostic', diagnostic: notKept(error) })
    return undefined
  }
}

function makeUndo(plan: Plan, { files, allowUnknownEvents, scrub, ledger }: SyncOptions): UndoDocument {
  const isSecret = (text: string): boolean => scrub(text) !== text
  const { actions, checksum } = toPlanDocument(plan, 'apply')
  const described = plan.accounts.flatMap((account) => describeUndo(account, isSecret))
  const webhooks = described.map((one) =>
    ledger === false && one.undo === 'remove'
      ? { ...one, undo: 'nothing' as const, lost: ['It was made without a ledger, so nothing owns it.'] }
      : one,
  )
  return {
    format_version: formatVersion,
    command: 'undo',
    tool_version: version,
    applied_at: new Date().toISOString(),
    state: 'begun',
    checksum,
    actions: withoutSecrets(actions, scrub),
    webhooks,
    accounts: accountIdentities(plan),
    flags: { files, allowUnknownEvents },
  }
}

/** A vendor may repeat a secret in any text that is live. */
function withoutSecrets(actions: UndoDocument['actions'], scrub: SyncOptions['scrub']): UndoDocument['actions'] {
  return JSON.parse(JSON.stringify(actions), (_, value: unknown) => (typeof value === 'string' ? scrub(value) : value))
}

function follow(file: UndoFile, document: UndoDocument, { emit }: SyncOptions): KeptUndo {
  const begun = new Set<string>()
  const done = new Map<string, readonly string[]>()
  return {
    path: file.path,
    observe: (event) => {
      if (event.type === 'action_start') begun.add(undoId(event))
      if (event.type === 'action_done') done.set(undoId(event), event.ids)
    },
    finish: async ({ writes }) => {
      try {
        if (writes === 0) {
          await file.remove()
          return false
        }
        const was = (one: { readonly provider: string; readonly key: string }): boolean => begun.has(undoId(one))
        const { actions, webhooks } = document
        await file.write({
          ...document,
          state: 'finished',
          actions: actions.filter(was),
          webhooks: webhooks.filter(was).map((one) => {
            const ids = done.get(undoId(one))
            return ids === undefined ? one : { ...one, ids }
          }),
        })
      } catch (error) {
        // What was written at first still tells all that was to be done.
        emit({ type: 'diagnostic', diagnostic: notKept(error) })
      }
      return true
    },
  }
}
