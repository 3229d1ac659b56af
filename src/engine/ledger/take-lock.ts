import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FileSystem, OpenFile } from './file-system.ts'
import { lockHeld } from './ledger-errors.ts'
import type { LockInfo, OpenOptions } from './ledger-store.ts'
import { identifyProcess, isDead } from './process-identity.ts'

/** A lock just taken: what its file says, and the file itself, which stays ours also when its name is taken over. */
export interface TakenLock {
  readonly kind: 'taken'
  readonly info: LockInfo
  readonly file: OpenFile
}

type Attempt =
  | TakenLock
  | { readonly kind: 'held'; readonly by: LockInfo }
  | { readonly kind: 'torn' }
  | { readonly kind: 'changed' }

/** When each lock file was first seen without its whole text. */
type TornSince = Map<string, number>

export interface LockRequest extends OpenOptions {
  readonly fs: FileSystem
  readonly path: string
  /** The ledger, for messages. */
  readonly place: string
  readonly expiryMs: number
}

const pollMs = 100
// A lock is written in the turn that creates it, so one that is still cut off after this has no writer any more.
const tornAfterMs = 1000

/** Takes a lock, waiting as long as was asked; throws HS5002 when it is still held then. */
export async function takeLock(request: LockRequest): Promise<TakenLock> {
  const deadline = performance.now() + request.waitMs
  const torn: TornSince = new Map()
  for (;;) {
    request.signal?.throwIfAborted()
    const attempt = await tryLock(request, request.path, torn)
    if (attempt.kind === 'taken') return attempt
    if (attempt.kind === 'held' && performance.now() >= deadline) throw lockHeld(request.place, attempt.by)
    if (attempt.kind !== 'changed') await sleep(pollMs, undefined, { signal: request.signal })
  }
}

/** Reads who holds a lock; undefined where there is none or it is cut off. */
function parseLock(text: string): LockInfo | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isLockInfo(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Prints a lock; renewing it changes digits only, so the length stays. */
export function printLock(info: LockInfo): string {
  return `${JSON.stringify(info)}\n`
}

/** Reads a lock file. */
export async function readLock(fs: FileSystem, path: string): Promise<LockInfo | 'torn' | undefined> {
  const bytes = await fs.read(path)
  return bytes === undefined ? undefined : (parseLock(new TextDecoder().decode(bytes)) ?? 'torn')
}

async function tryLock(request: LockRequest, path: string, torn: TornSince): Promise<Attempt> {
  const info = makeLockInfo(request)
  const file = await request.fs.create(path, printLock(info))
  if (file !== undefined) return { kind: 'taken', info, file }
  const current = await readLock(request.fs, path)
  if (current === undefined) return { kind: 'changed' }
  if (current === 'torn') return isTornForGood(torn, path) ? takeOver(request, path, current, torn) : { kind: 'torn' }
  torn.delete(path)
  return isStale(request, current) ? takeOver(request, path, current, torn) : { kind: 'held', by: current }
}

function isTornForGood(torn: TornSince, path: string): boolean {
  const since = torn.get(path) ?? performance.now()
  torn.set(path, since)
  return performance.now() - since >= tornAfterMs
}

/**
 * Replaces a stale lock. Two runs may find the same one, so the right to replace it is itself a lock, named by the stale
 * lock's token; its file then becomes the new lock by being renamed over it, in one step.
 */
async function takeOver(
  request: LockRequest,
  path: string,
  stale: LockInfo | 'torn',
  torn: TornSince,
): Promise<Attempt> {
  const token = tokenOf(stale)
  const claimPath = `${path}.${token}`
  const claim = await tryLock(request, claimPath, torn)
  if (claim.kind !== 'taken') return claim
  try {
    const current = await readLock(request.fs, path)
    if (current !== undefined && tokenOf(current) === token) {
      await request.fs.rename(claimPath, path)
      return claim
    }
  } catch (error) {
    await dropClaim(request.fs, claimPath, claim)
    throw error
  }
  await dropClaim(request.fs, claimPath, claim)
  return { kind: 'changed' }
}

async function dropClaim(fs: FileSystem, path: string, claim: TakenLock): Promise<void> {
  await claim.file.close()
  await fs.remove(path)
}

function tokenOf(lock: LockInfo | 'torn'): string {
  return lock === 'torn' ? lock : lock.token
}

function makeLockInfo(request: LockRequest): LockInfo {
  const now = request.now()
  return {
    owner: request.owner,
    ...identifyProcess(),
    startedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + request.expiryMs).toISOString(),
    token: randomUUID(),
  }
}

function isStale(request: LockRequest, lock: LockInfo): boolean {
  return Date.parse(lock.expiresAt) <= request.now() || isDead(lock)
}

function isLockInfo(value: unknown): value is LockInfo {
  if (typeof value !== 'object' || value === null) return false
  const lock: { readonly [K in keyof LockInfo]?: unknown } = value
  return (
    typeof lock.owner === 'string' &&
    typeof lock.host === 'string' &&
    Number.isSafeInteger(lock.pid) &&
    typeof lock.startedAt === 'string' &&
    typeof lock.expiresAt === 'string' &&
    !Number.isNaN(Date.parse(lock.expiresAt)) &&
    typeof lock.token === 'string' &&
    // It becomes part of a file name.
    /^[\w-]+$/.test(lock.token)
  )
}
