import type { Ledger } from '../../core/ledger.ts'
import type { HeldLock } from './held-lock.ts'
import { JournalWriter } from './journal-writer.ts'
import { changeDraft, type LedgerChange, type LedgerDraft, makeDraft } from './ledger-change.ts'
import { writeFailure } from './ledger-errors.ts'
import { hasSameContent, type LedgerFiles, nextLedger, replaceLedger } from './ledger-files.ts'
import type { OpenLedger } from './ledger-store.ts'
import { readBack } from './parse-change.ts'
import { hashLedger } from './print-ledger.ts'

/** A local ledger under our lock: changes go to the journal, and closing folds them into the file. */
export class OpenLocalLedger implements OpenLedger {
  readonly #files: LedgerFiles
  readonly #lock: HeldLock
  readonly #base: Ledger
  readonly #draft: LedgerDraft
  readonly #journal: JournalWriter
  #hasRecorded = false
  #closing: Promise<void> | undefined

  constructor(files: LedgerFiles, lock: HeldLock, base: Ledger) {
    this.#files = files
    this.#lock = lock
    this.#base = base
    this.#draft = makeDraft(base)
    this.#journal = new JournalWriter(files.fs, files.journal, base)
  }

  get ledger(): Ledger {
    return this.#draft
  }

  async record(change: LedgerChange): Promise<void> {
    if (this.#closing !== undefined) throw new Error('The ledger is closed.')
    this.#lock.assertNotLost()
    const readable = readBack(change, this.#files.ledger)
    changeDraft(this.#draft, readable)
    this.#hasRecorded = true
    await this.#attempt(() => this.#journal.append(readable, change.kind === 'put-intent' ? 'on-disk' : 'written'))
  }

  async confirm(): Promise<void> {
    await this.#attempt(() => this.#lock.confirm())
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    try {
      if (this.#hasRecorded) await this.#attempt(() => this.#fold())
    } finally {
      await this.#attempt(() => this.#lock.release())
    }
  }

  async #fold(): Promise<void> {
    const next = nextLedger(this.#draft)
    const isSame = hasSameContent(this.#base, this.#draft)
    try {
      await this.#journal.settle()
      await this.#lock.confirm()
      if (!isSame) await this.#journal.append({ folded: hashLedger(next) }, 'on-disk')
    } finally {
      await this.#journal.close()
    }
    if (isSame) await this.#files.fs.remove(this.#files.journal)
    else await replaceLedger(this.#files, next)
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      throw writeFailure(this.#files.ledger, error)
    }
  }
}
