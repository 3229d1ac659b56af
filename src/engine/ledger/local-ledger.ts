import { dirname, resolve } from 'node:path'
import type { Ledger } from '../../core/ledger.ts'
import { type FileSystem, nodeFileSystem } from './file-system.ts'
import { HeldLock } from './held-lock.ts'
import { readFailure, writeFailure } from './ledger-errors.ts'
import { type LedgerFiles, locateFiles, readLedgerFiles, recoverLedger } from './ledger-files.ts'
import type { LedgerStore, LockInfo, OpenLedger, OpenOptions } from './ledger-store.ts'
import { OpenLocalLedger } from './open-local-ledger.ts'
import { readLock, takeLock } from './take-lock.ts'

export interface LocalLedgerOptions {
  /** How long a lock holds without being renewed; must be longer than the longest request. */
  readonly expiryMs?: number
  readonly renewMs?: number
  readonly fileSystem?: FileSystem
}

/** Keeps a ledger in a local file, with a journal and a lock beside it. */
export class LocalLedger implements LedgerStore {
  readonly place: string
  readonly #fs: FileSystem
  readonly #expiryMs: number
  readonly #renewMs: number

  constructor(path: string, options: LocalLedgerOptions = {}) {
    this.place = resolve(path)
    this.#fs = options.fileSystem ?? nodeFileSystem
    this.#expiryMs = options.expiryMs ?? 120_000
    this.#renewMs = options.renewMs ?? 30_000
  }

  async read(): Promise<Ledger> {
    return readLedgerFiles(await locateFiles(this.#fs, this.place))
  }

  async open(options: OpenOptions): Promise<OpenLedger> {
    const files = await locateFiles(this.#fs, this.place)
    const lock = await this.#lock(files, options)
    try {
      return new OpenLocalLedger(files, lock, await recoverLedger(files))
    } catch (error) {
      await lock.release().catch(() => undefined)
      throw writeFailure(this.place, error)
    }
  }

  async unlock(): Promise<LockInfo | undefined> {
    const { lock } = await locateFiles(this.#fs, this.place)
    const found = await readLock(this.#fs, lock).catch((error: unknown) => {
      throw readFailure(lock, error)
    })
    if (found === undefined) return undefined
    await this.#fs.remove(lock).catch((error: unknown) => {
      throw writeFailure(this.place, error)
    })
    return found === 'torn' ? undefined : found
  }

  async #lock(files: LedgerFiles, options: OpenOptions): Promise<HeldLock> {
    const shared = { fs: this.#fs, path: files.lock, place: this.place, expiryMs: this.#expiryMs }
    try {
      await this.#fs.makeDirectory(dirname(files.ledger))
      const taken = await takeLock({ ...options, ...shared })
      return new HeldLock(taken, { ...shared, now: options.now, renewMs: this.#renewMs })
    } catch (error) {
      options.signal?.throwIfAborted()
      throw writeFailure(this.place, error)
    }
  }
}
