import { lockLost } from '../ledger-errors.ts'
import { type HeadLock, type LedgerHead, parseHead, printHead, readHead, withoutLock } from './ledger-head.ts'
import { ForeignWrite, type OwnedDocument } from './owned-document.ts'
import type { SharedDocument, SharedDocuments } from './shared-documents.ts'

export interface HeldHeadOptions {
  readonly documents: SharedDocuments
  readonly now: () => number
  readonly renewMs: number
  /** How long a look at the lock is believed; before that, only its expiry can have ended it. */
  readonly lookMs: number
}

/** A head with our lock in it. */
export interface TakenHead {
  readonly head: LedgerHead & { readonly lock: HeadLock }
  readonly document: OwnedDocument
  /** When the write that took it was sent, by our clock. */
  readonly sentAt: number
  /** Whether a run before us may have left something in its journal. */
  readonly wasOpen: boolean
}

/** The head document while we hold its lock: every write of it renews the lock, and one that fails tells that it is lost. */
export class HeldHead {
  readonly #options: HeldHeadOptions
  readonly #document: OwnedDocument
  readonly #timer: NodeJS.Timeout
  #head: LedgerHead & { readonly lock: HeadLock }
  #sentAt: number
  #seenAt: number
  #lostBecause: string | undefined
  #last: Promise<unknown> = Promise.resolve()
  #looking: Promise<void> | undefined

  constructor({ head, document, sentAt }: TakenHead, options: HeldHeadOptions) {
    this.#options = options
    this.#document = document
    this.#head = head
    this.#sentAt = sentAt
    this.#seenAt = sentAt
    this.#timer = setInterval(() => {
      // A failure to renew shows in the next confirmation, at the latest when the lock expires.
      this.replace((current) => current).catch(() => undefined)
    }, options.renewMs)
    this.#timer.unref()
  }

  get head(): LedgerHead {
    return this.#head
  }

  /** Tells this run from every other. */
  get token(): string {
    return this.#head.lock.token
  }

  /** Throws HS5003 when the lock is known to be lost, without asking for it. */
  assertNotLost(): void {
    // Counted from when the write was sent, which is before the place can have counted.
    if (this.#sentAt + this.#head.lock.ttlMs <= this.#options.now()) {
      this.#lostBecause ??= 'it expired before it could be renewed'
    }
    if (this.#lostBecause !== undefined) throw lockLost(this.#options.documents.place, this.#lostBecause)
  }

  /** Throws HS5003 when the lock is lost; renews it when that is due, so that it outlives the request that follows. */
  async confirm(): Promise<void> {
    const { now, renewMs, lookMs } = this.#options
    this.assertNotLost()
    if (now() - this.#sentAt >= renewMs) await this.replace((current) => current)
    else if (now() - this.#seenAt >= lookMs) await this.#look()
    this.assertNotLost()
  }

  /** Writes the head as it shall be next, with the lock renewed. */
  replace(change: (head: LedgerHead) => LedgerHead): Promise<void> {
    return this.#inTurn(async () => {
      this.assertNotLost()
      const sentAt = this.#options.now()
      const expiresAt = new Date(sentAt + this.#head.lock.ttlMs).toISOString()
      const head = { ...change(this.#head), lock: { ...this.#head.lock, expiresAt } }
      await this.#write(head)
      this.#head = head
      this.#sentAt = sentAt
      this.#seenAt = sentAt
    })
  }

  /** Writes the head a last time, without the lock. */
  release(change: (head: LedgerHead) => LedgerHead): Promise<void> {
    clearInterval(this.#timer)
    return this.#inTurn(async () => {
      this.assertNotLost()
      await this.#write(withoutLock(change(this.#head)))
      this.#lostBecause = 'it was given back'
    })
  }

  /** Stops renewing and leaves the lock to its expiry. */
  abandon(): void {
    clearInterval(this.#timer)
  }

  async #write(head: LedgerHead): Promise<void> {
    try {
      await this.#document.write(printHead(head))
    } catch (error) {
      if (!(error instanceof ForeignWrite)) throw error
      this.#lostBecause ??= this.#explainLoss(error.stored)
      this.assertNotLost()
    }
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookAnew().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #lookAnew(): Promise<void> {
    const askedAt = this.#options.now()
    const stored = await readHead(this.#options.documents)
    if (stored?.head.lock?.token === this.token) this.#seenAt = askedAt
    else this.#lostBecause ??= this.#explainLoss(stored?.document)
  }

  #explainLoss(stored: SharedDocument | undefined): string {
    if (stored === undefined) return 'its document was removed'
    const { lock } = parseHead(stored.text, this.#options.documents.place)
    if (lock === undefined) return 'it was removed'
    if (lock.token === this.token) return 'its document was overwritten'
    return `${lock.owner} on ${lock.host} (pid ${lock.pid}) took it over`
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(run)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
