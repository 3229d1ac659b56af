import type { HttpClient } from '../../http/client.ts'
import { HttpError } from '../../http/http-error.ts'
import { ask } from '../ask.ts'
import { AnswerError } from '../parse-answer.ts'
import type { Receivers } from '../receiver-url.ts'
import {
  additionMissing,
  entriesDropped,
  entryChanged,
  globalSecretDropped,
  outcomeUnclear,
  secretsMasked,
} from './conflict.ts'
import { changeMembers, type DocumentChange, isSameDocument, missingIn, SendblueDocument } from './document.ts'
import { type Entry, isSameSecret } from './entry.ts'
import { readDocument, SendblueAnswer, SendblueDone } from './wire.ts'

export const path = '/api/account/webhooks'

/** An open account, and what this run has added to its document. */
export interface Session {
  readonly client: HttpClient
  readonly receivers: Receivers
  /** Ids of entries that were appended; none of them may be missing when the document is written. */
  readonly added: Set<string>
}

/** What a write of the document brought about. */
export interface Written {
  /** The document as it stands afterwards. */
  readonly document: SendblueDocument
  /** Entries that were not touched and are numbered anew among their twins. */
  readonly renamed: ReadonlyMap<string, string>
}

/** Reads the document as it stands now. */
export async function readNow({ client, receivers }: Session, signal?: AbortSignal): Promise<SendblueDocument> {
  const { webhooks } = await ask(client, SendblueAnswer, { method: 'GET', path, retry: 'idempotent' }, signal)
  return readDocument(webhooks, receivers)
}

/** How often a write is sent whose answer was lost and which shows no effect. */
const tries = 3

/**
 * Writes the whole document with a change in it: read right before, so that what others have put there meanwhile goes
 * along, and read again after, so that nothing is lost unnoticed.
 */
export async function writeDocument(session: Session, change: DocumentChange, signal?: AbortSignal): Promise<Written> {
  const before = await readNow(session, signal)
  assertWritable(session, before)
  const members = changeMembers(before, change)
  if (members === undefined) throw entryChanged(changedId(before, change))
  await put(session, before, members, signal)
  const document = await readNow(session, signal)
  const touched = new Set(change.edits.map(({ before: known }) => before.findSame(known)))
  const untouched = before.entries.filter((entry) => !touched.has(entry))
  assertKept(document, untouched, members)
  return { document, renamed: findRenamed(document, untouched) }
}

function assertWritable({ added }: Session, document: SendblueDocument): void {
  if (document.isMasked) throw secretsMasked()
  const missing = [...added].find((id) => document.find(id) === undefined)
  if (missing !== undefined) throw additionMissing(missing)
}

function changedId(document: SendblueDocument, { edits }: DocumentChange): string {
  return edits.find(({ before }) => document.findSame(before) === undefined)?.before.id ?? ''
}

type Members = Readonly<Record<string, unknown>>

/** Sends the document; a lost answer is settled by looking, and what shows no effect is sent again. */
async function put(session: Session, before: SendblueDocument, members: Members, signal?: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const body = { webhooks: members }
      await ask(session.client, SendblueDone, { method: 'PUT', path, body, retry: 'only-unprocessed' }, signal)
      return
    } catch (error) {
      if (!isUnsure(error)) throw error
      const now = await readNow(session, signal)
      if (!isSameDocument(now, before)) return
      if (attempt >= tries) throw outcomeUnclear(attempt)
    }
  }
}

/** Whether a write may have been done all the same. */
function isUnsure(error: unknown): boolean {
  return (error instanceof HttpError || error instanceof AnswerError) && error.outcome === 'unknown'
}

function assertKept(document: SendblueDocument, untouched: readonly Entry[], members: Members): void {
  const lost = missingIn(document, untouched)
  if (lost.length > 0) throw entriesDropped(lost)
  const wanted = new SendblueDocument(members, []).globalSecret
  if (!document.isMasked && !isSameSecret(wanted, document.globalSecret)) throw globalSecretDropped()
}

function findRenamed(document: SendblueDocument, untouched: readonly Entry[]): ReadonlyMap<string, string> {
  const left = new Set(document.entries)
  const renamed = new Map<string, string>()
  const take = (entry: Entry, now: Entry | undefined): void => {
    if (now === undefined) return
    left.delete(now)
    if (now.id !== entry.id) renamed.set(entry.id, now.id)
  }
  const moved = untouched.filter((entry) => {
    const now = document.find(entry.id)
    const isInPlace = now !== undefined && missingIn(new SendblueDocument({}, [now]), [entry]).length === 0
    if (isInPlace) take(entry, now)
    return !isInPlace
  })
  for (const entry of moved) take(entry, new SendblueDocument({}, [...left]).findSame(entry))
  return renamed
}
