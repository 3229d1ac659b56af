import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { lockHeld } from '../ledger-errors.ts'
import type { OpenOptions } from '../ledger-store.ts'
import { identifyProcess, isDead } from '../process-identity.ts'
import type { TakenHead } from './held-head.ts'
import { type HeadLock, headName, type LedgerHead, printHead, readHead, type StoredHead } from './ledger-head.ts'
import { ForeignWrite, OwnedDocument } from './owned-document.ts'
import type { SharedDocuments } from './shared-documents.ts'

export interface HeadRequest extends OpenOptions {
  readonly documents: SharedDocuments
  readonly expiryMs: number
  readonly pollMs: number
}

/** What a lock looked like, and since when it looks like that. */
interface Watched {
  readonly version: string
  readonly since: number
}

/** Places count in whole seconds, and their machines do not agree to the millisecond. */
const slackMs = 5000
/** How far the clocks of two machines may be apart where the place tells no times. */
const skewMs = 5 * 60_000

/** Takes the lock in the head, waiting as long as was asked; throws HS5002 when it is still held then. */
export async function takeHead(request: HeadRequest): Promise<TakenHead> {
  const { documents, waitMs, signal } = request
  const deadline = performance.now() + waitMs
  let watched: Watched | undefined
  for (;;) {
    signal?.throwIfAborted()
    const stored = await readHead(documents)
    watched = watch(watched, stored)
    const held = stored?.head.lock
    if (stored === undefined || held === undefined || isStale(request, held, stored, watched)) {
      const taken = await tryTake(request, stored)
      if (taken !== undefined) return taken
      continue
    }
    if (performance.now() >= deadline) throw lockHeld(documents.place, held)
    await sleep(request.pollMs, undefined, { signal })
  }
}

async function tryTake(request: HeadRequest, stored: StoredHead | undefined): Promise<TakenHead | undefined> {
  const { documents } = request
  if (stored === undefined) await documents.prove()
  const sentAt = request.now()
  const head = { ...(stored?.head ?? makeHead()), open: true, lock: makeLock(request, sentAt) }
  const document = new OwnedDocument(documents, headName, stored?.document.version)
  try {
    await document.write(printHead(head))
    return { head, document, sentAt, wasOpen: stored?.head.open ?? false }
  } catch (error) {
    if (error instanceof ForeignWrite) return undefined
    throw error
  }
}

/**
 * Tells whether nobody holds a lock any more. Its own expiry was computed by another machine's clock, so the place is
 * asked how old the lock is; where it does not tell, a lock counts as held until no clock can be that wrong, or until
 * we have seen it unchanged for as long as it holds.
 */
function isStale(
  request: HeadRequest,
  lock: HeadLock,
  { document }: StoredHead,
  watched: Watched | undefined,
): boolean {
  if (isDead(lock)) return true
  if (document.ageMs !== undefined) return document.ageMs > lock.ttlMs + slackMs
  const watchedMs = watched === undefined ? 0 : performance.now() - watched.since
  return request.now() > Date.parse(lock.expiresAt) + skewMs || watchedMs > lock.ttlMs + slackMs
}

function watch(watched: Watched | undefined, stored: StoredHead | undefined): Watched | undefined {
  if (stored === undefined) return undefined
  const { version } = stored.document
  return watched?.version === version ? watched : { version, since: performance.now() }
}

function makeHead(): LedgerHead {
  return { format: 1, lineage: randomUUID(), serial: 0, journal: 1, open: false, accounts: {} }
}

function makeLock({ owner, expiryMs }: HeadRequest, sentAt: number): HeadLock {
  return {
    owner,
    ...identifyProcess(),
    startedAt: new Date(sentAt).toISOString(),
    expiresAt: new Date(sentAt + expiryMs).toISOString(),
    token: randomUUID(),
    ttlMs: expiryMs,
  }
}
