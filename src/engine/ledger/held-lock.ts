import type { FileSystem } from './file-system.ts'
import { lockLost } from './ledger-errors.ts'
import { printLock, readLock, type TakenLock } from './take-lock.ts'

export interface HeldLockOptions {
  readonly fs: FileSystem
  readonly path: string
  /** The ledger, for messages. */
  readonly place: string
  readonly now: () => number
  readonly expiryMs: number
  readonly renewMs: number
}

/** A lock that renews itself until it is released or lost. */
export class HeldLock {
  readonly #options: HeldLockOptions
  readonly #taken: TakenLock
  readonly #timer: NodeJS.Timeout
  #expiresAt: number
  #lostBecause: string | undefined
  #renewing: Promise<void> = Promise.resolve()

  constructor(taken: TakenLock, options: HeldLockOptions) {
    this.#taken = taken
    this.#options = options
    this.#expiresAt = Date.parse(taken.info.expiresAt)
    this.#timer = setInterval(() => {
      // A failure to renew shows in the next confirmation, at the latest when the lock expires.
      this.#renewing = this.#renew().catch(() => undefined)
    }, options.renewMs)
    this.#timer.unref()
  }

  /** Throws HS5003 when the lock is known to be lost, without looking at the file. */
  assertNotLost(): void {
    const { now, place } = this.#options
    if (this.#expiresAt <= now()) this.#lostBecause ??= 'it expired before it could be renewed'
    if (this.#lostBecause !== undefined) throw lockLost(place, this.#lostBecause)
  }

  /** Throws HS5003 when the lock is lost; renews it when that is due, so that it outlives the request that follows. */
  async confirm(): Promise<void> {
    this.assertNotLost()
    const { now, expiryMs, renewMs } = this.#options
    if (now() >= this.#expiresAt - expiryMs + renewMs) await this.#renew()
    await this.#look()
    this.assertNotLost()
  }

  /** Removes the lock if it is still ours; one that expired is left to whoever takes it over. */
  async release(): Promise<void> {
    clearInterval(this.#timer)
    await this.#renewing
    try {
      await this.confirm().then(
        () => this.#options.fs.remove(this.#options.path),
        () => undefined,
      )
    } finally {
      await this.#taken.file.close()
    }
  }

  // Writes through the open file: when another run has put its own lock in place, this no longer is the file of that name.
  async #renew(): Promise<void> {
    const { now, expiryMs } = this.#options
    this.assertNotLost()
    const expiresAt = now() + expiryMs
    await this.#taken.file.rewrite(printLock({ ...this.#taken.info, expiresAt: new Date(expiresAt).toISOString() }))
    await this.#look()
    if (this.#lostBecause === undefined) this.#expiresAt = expiresAt
  }

  async #look(): Promise<void> {
    const current = await readLock(this.#options.fs, this.#options.path)
    if (current !== undefined && current !== 'torn' && current.token === this.#taken.info.token) return
    this.#lostBecause ??= explainLoss(current)
  }
}

function explainLoss(current: Awaited<ReturnType<typeof readLock>>): string {
  if (current === undefined) return 'its file was removed'
  if (current === 'torn') return 'its file was overwritten'
  return `${current.owner} on ${current.host} (pid ${current.pid}) took it over`
}
