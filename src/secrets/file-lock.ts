import { randomBytes } from 'node:crypto'
import { open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { errnoOf } from './file-fault.ts'

/** Age from which a lock is taken over whoever made it; a write holds it for far less than a second. */
const staleAfterMs = 60_000
/** The same for a lock that names no holder: its maker was killed before it could write its name. */
const namelessAfterMs = 5_000
const pollMs = 25

interface LockOwner {
  readonly token: string
  readonly pid: number
  readonly host: string
}

/** A lock this process holds. */
export interface FileLock {
  /** Tells whether the lock is still ours; a run that was suspended for long may have lost it. */
  isHeld(): Promise<boolean>
  release(): Promise<void>
}

/** Someone else held the lock for as long as we were ready to wait. */
export interface FileLockBusy {
  readonly kind: 'busy'
  readonly holder: string
}

/** Takes the lock file at `path`, waiting for its holder; the lock of a process that died is taken over. */
export async function acquireFileLock(path: string, timeoutMs: number): Promise<FileLock | FileLockBusy> {
  const owner: LockOwner = { token: randomBytes(12).toString('hex'), pid: process.pid, host: hostname() }
  const deadline = Date.now() + timeoutMs
  while (!(await createLock(path, owner))) {
    if (await removeStaleLock(path)) continue
    if (Date.now() >= deadline) return { kind: 'busy', holder: renderHolder(await readOwner(path)) }
    await sleep(pollMs + Math.random() * pollMs)
  }
  const isHeld = async (): Promise<boolean> => (await readOwner(path))?.token === owner.token
  return {
    isHeld,
    release: async () => {
      if (await isHeld()) await unlinkIfThere(path)
    },
  }
}

async function createLock(path: string, owner: LockOwner): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600)
    try {
      await handle.writeFile(JSON.stringify(owner))
    } finally {
      await handle.close()
    }
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

/**
 * Moves a stale lock away instead of deleting it: of two processes that find it stale, the second would otherwise
 * delete the fresh lock of the first.
 */
async function removeStaleLock(path: string): Promise<boolean> {
  const seen = await readOwner(path)
  if (!(await isStale(path, seen))) return false
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true
    throw error
  }
  const moved = await readOwner(aside)
  if (moved?.token === seen?.token) await unlinkIfThere(aside)
  else await rename(aside, path)
  return true
}

async function isStale(path: string, owner: LockOwner | undefined): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > (owner === undefined ? namelessAfterMs : staleAfterMs)) return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
  return owner !== undefined && owner.host === hostname() && !isAlive(owner.pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}

/** Absent also while the holder has made the file but not yet written into it. */
async function readOwner(path: string): Promise<LockOwner | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isOwner(owner) ? owner : undefined
  } catch {
    return undefined
  }
}

function isOwner(value: unknown): value is LockOwner {
  if (typeof value !== 'object' || value === null) return false
  return 'token' in value && 'host' in value && 'pid' in value && typeof value.pid === 'number'
}

function renderHolder(owner: LockOwner | undefined): string {
  return owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}
