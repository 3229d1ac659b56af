import type { Ledger } from '../../../core/ledger.ts'
import { changeDraft, type LedgerChange, type LedgerDraft, makeDraft } from '../ledger-change.ts'
import { lockLost } from '../ledger-errors.ts'
import type { OpenLedger } from '../ledger-store.ts'
import { readBack } from '../parse-change.ts'
import { foldLedger } from './fold-documents.ts'
import type { HeldHead } from './held-head.ts'
import { JournalSegments } from './journal-segments.ts'
import { ForeignWrite } from './owned-document.ts'
import type { SharedDocuments } from './shared-documents.ts'

export interface OpenSharedOptions {
  readonly documents: SharedDocuments
  readonly held: HeldHead
  readonly base: Ledger
  /** How long an outcome may wait for another change to be stored together with. */
  readonly flushMs: number
  /** How long the journal grows at least before it is folded in the middle of a run. */
  readonly journalBytes: number
}

/**
 * A shared ledger under our lock. Changes go to a journal, all that came while one write was under way in the next; an
 * intent waits for it, an outcome at the latest until the next vendor write is confirmed.
 */
export class OpenSharedLedger implements OpenLedger {
  readonly #options: OpenSharedOptions
  readonly #draft: LedgerDraft
  #journal: JournalSegments
  #journalBytes: number
  #pending: LedgerChange[] = []
  #hasRecorded = false
  #failure: unknown
  #last: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #closing: Promise<void> | undefined

  constructor(options: OpenSharedOptions) {
    this.#options = options
    this.#draft = makeDraft(options.base)
    this.#journal = this.#makeJournal()
    this.#journalBytes = options.journalBytes
  }

  get ledger(): Ledger {
    return this.#draft
  }

  async record(change: LedgerChange): Promise<void> {
    if (this.#closing !== undefined) throw new Error('The ledger is closed.')
    this.#assertUsable()
    const readable = readBack(change, this.#options.documents.place)
    changeDraft(this.#draft, readable)
    this.#hasRecorded = true
    this.#pending.push(readable)
    if (change.kind === 'put-intent') await this.#flush()
    else this.#flushSoon()
  }

  async confirm(): Promise<void> {
    this.#assertUsable()
    await (this.#pending.length > 0 ? this.#flush() : this.#last)
    await this.#options.held.confirm()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #assertUsable(): void {
    if (this.#failure !== undefined) throw this.#failure
    this.#options.held.assertNotLost()
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      // Whoever records or confirms next is told.
      this.#flush().catch(() => undefined)
    }, this.#options.flushMs).unref()
  }

  #flush(): Promise<void> {
    this.#next ??= this.#last = this.#last.then(() => this.#commit())
    return this.#next
  }

  async #commit(): Promise<void> {
    this.#next = undefined
    const changes = this.#pending
    this.#pending = []
    if (changes.length === 0) return
    try {
      if (this.#journal.bytes < this.#journalBytes) await this.#journal.append(changes)
      else await this.#fold('hold')
    } catch (error) {
      this.#failure = this.#explain(error)
      throw this.#failure
    }
  }

  async #fold(end: 'hold' | 'release'): Promise<void> {
    const { documents, held, journalBytes } = this.#options
    const ledgerBytes = await foldLedger(documents, held, this.#draft, end)
    // Folding costs as much as the ledger is long, so it waits until the journal has grown to that length.
    this.#journalBytes = Math.max(journalBytes, ledgerBytes)
    this.#journal = this.#makeJournal()
  }

  async #close(): Promise<void> {
    const { held, documents } = this.#options
    clearTimeout(this.#timer)
    try {
      await this.#last.catch(() => undefined)
      this.#assertUsable()
      if (this.#hasRecorded) await this.#fold('release')
      else await held.release((head) => ({ ...head, open: false }))
    } catch (error) {
      // What was stored is found by the next run, which need not wait for the lock to expire.
      await held.release((head) => head).catch(() => undefined)
      throw this.#explain(error)
    } finally {
      held.abandon()
      await documents.close()
    }
  }

  #makeJournal(): JournalSegments {
    const { documents, held } = this.#options
    return new JournalSegments(documents, held.head, held.token)
  }

  #explain(error: unknown): unknown {
    if (!(error instanceof ForeignWrite)) return error
    return lockLost(this.#options.documents.place, 'another run has written to the ledger')
  }
}
