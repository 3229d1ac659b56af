import type { Action, ObjectChange } from '../../core/action.ts'
import { ownedIds } from '../../core/ownership.ts'
import type { Hazard, PlannedWork } from '../../core/provider.ts'
import { clearedFingerprint } from '../../core/secret-verdict.ts'
import { readText } from '../desired-fields.ts'
import type { SendblueDocument } from './document.ts'
import { changesAccount, documentOf } from './steps.ts'

/** Finds what would need a write of the whole document while what it holds cannot be read back safely. */
export function findDocumentHazards(work: PlannedWork): readonly Hazard[] {
  const document = documentOf(work.live)
  const writing = work.actions.filter((action) => needsDocument(action, document))
  if (document.isMasked) return writing.map(maskHazard)
  if (document.showsSecrets || !hasForeign(work, document)) return []
  return writing.filter((action) => hadSecret(work, action)).map(silenceHazard)
}

function maskHazard({ id }: Action): Hazard {
  return {
    guard: 'impossible',
    action: id,
    message: `${id}: Sendblue shows secrets behind a mask, and this needs its whole document written back.`,
    hint: 'A mask written back would replace the real secrets: make this change in the dashboard.',
  }
}

function silenceHazard({ id }: Action): Hazard {
  return {
    guard: 'impossible',
    action: id,
    message: `${id}: Sendblue shows no secret at all, though one was written here: it may hide those of others, and writing its document back would clear them.`,
    hint: 'If somebody took the secret away, delete the webhook in the dashboard; the next apply makes it anew.',
  }
}

function needsDocument(action: Action, document: SendblueDocument): boolean {
  return changesAccount(action) || action.objects.some((change) => needsWrite(change, document))
}

/** Entries that share a URL are told apart by nothing but a write of the whole. */
function needsWrite(change: ObjectChange, document: SendblueDocument): boolean {
  if (change.op === 'update') return true
  if (change.op === 'keep' || change.op === 'adopt') return false
  const made =
    'object' in change ? document.sharing(change.object.part, readText(change.object.fields, 'url') ?? '') : []
  const entry = 'live' in change ? document.find(change.live.id) : undefined
  const twins = entry === undefined ? [] : document.sharing(entry.type, entry.url, entry)
  return made.length + twins.length > 0
}

function hasForeign({ actions, ledger }: PlannedWork, document: SendblueDocument): boolean {
  const ours = new Set([
    ...(ledger === undefined ? [] : ownedIds(ledger)),
    ...actions.flatMap((action) => action.objects.flatMap((change) => ('live' in change ? [change.live.id] : []))),
  ])
  return document.entries.some(({ id }) => !ours.has(id))
}

/** Whether the ledger knows of a secret that was written for a webhook and now does not show. */
function hadSecret({ ledger }: PlannedWork, action: Action): boolean {
  const isMissing = action.changes.some((change) => 'secret' in change && change.secret === 'write')
  const prints = action.entries.map((id) => ledger?.webhooks[id]?.fingerprints['signing_secret'])
  return isMissing && prints.some((print) => print !== undefined && print !== clearedFingerprint)
}
