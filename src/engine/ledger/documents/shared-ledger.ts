import type { Ledger } from '../../../core/ledger.ts'
import { lockLost } from '../ledger-errors.ts'
import type { LedgerStore, LockInfo, OpenLedger, OpenOptions } from '../ledger-store.ts'
import { foldLedger } from './fold-documents.ts'
import { HeldHead, type TakenHead } from './held-head.ts'
import { headName, printHead, readHead, withoutLock } from './ledger-head.ts'
import { OpenSharedLedger } from './open-shared-ledger.ts'
import { ForeignWrite, OwnedDocument } from './owned-document.ts'
import { readLedgerDocuments, readUnderLock } from './read-documents.ts'
import type { SharedDocuments } from './shared-documents.ts'
import { takeHead } from './take-head.ts'

export interface SharedLedgerOptions {
  /** How long a lock holds without being renewed; must be longer than the longest request. */
  readonly expiryMs?: number
  readonly renewMs?: number
  /** How long a look at the lock is believed. */
  readonly lookMs?: number
  /** How long to wait between looks at a lock of somebody else. */
  readonly pollMs?: number
  /** How long an outcome may wait for another change to be stored together with. */
  readonly flushMs?: number
  /** How long the journal grows at least before it is folded in the middle of a run. */
  readonly journalBytes?: number
}

/** Keeps a ledger in a place that several machines share: a head, the accounts it names, and a journal. */
export class SharedLedger implements LedgerStore {
  readonly place: string
  readonly #connect: () => Promise<SharedDocuments>
  readonly #options: Required<SharedLedgerOptions>

  constructor(place: string, connect: () => Promise<SharedDocuments>, options: SharedLedgerOptions = {}) {
    this.place = place
    this.#connect = connect
    this.#options = { ...defaults, ...options }
  }

  read(): Promise<Ledger> {
    return this.#use(readLedgerDocuments)
  }

  async open(options: OpenOptions): Promise<OpenLedger> {
    const documents = await this.#connect()
    try {
      const taken = await takeHead({ ...options, ...this.#options, documents })
      return await this.#openTaken(documents, taken, options)
    } catch (error) {
      await documents.close()
      options.signal?.throwIfAborted()
      throw error
    }
  }

  unlock(): Promise<LockInfo | undefined> {
    return this.#use(unlockHead)
  }

  async #openTaken(documents: SharedDocuments, taken: TakenHead, { now }: OpenOptions): Promise<OpenLedger> {
    const held = new HeldHead(taken, { ...this.#options, documents, now })
    try {
      const base = await recover(documents, held, taken.wasOpen)
      return new OpenSharedLedger({ ...this.#options, documents, held, base })
    } catch (error) {
      await held.release((head) => head).catch(() => undefined)
      throw error instanceof ForeignWrite ? lockLost(this.place, 'another run has written to the ledger') : error
    }
  }

  async #use<T>(run: (documents: SharedDocuments) => Promise<T>): Promise<T> {
    const documents = await this.#connect()
    try {
      return await run(documents)
    } finally {
      await documents.close()
    }
  }
}

const defaults: Required<SharedLedgerOptions> = {
  expiryMs: 120_000,
  renewMs: 30_000,
  lookMs: 1000,
  pollMs: 1000,
  flushMs: 250,
  journalBytes: 1024 * 1024,
}

/** Finishes what a killed run left, so that its journal is over before ours begins. */
async function recover(documents: SharedDocuments, held: HeldHead, wasOpen: boolean): Promise<Ledger> {
  const { ledger, isUnfolded } = await readUnderLock(documents, { ...held.head, open: wasOpen })
  if (isUnfolded) await foldLedger(documents, held, ledger, 'hold')
  else if (wasOpen) await held.replace((head) => ({ ...head, journal: head.journal + 1 }))
  return { ...ledger, serial: held.head.serial }
}

async function unlockHead(documents: SharedDocuments): Promise<LockInfo | undefined> {
  for (;;) {
    const stored = await readHead(documents)
    if (stored?.head.lock === undefined) return undefined
    const document = new OwnedDocument(documents, headName, stored.document.version)
    try {
      await document.write(printHead(withoutLock(stored.head)))
      return stored.head.lock
    } catch (error) {
      // Its holder has just renewed it.
      if (!(error instanceof ForeignWrite)) throw error
    }
  }
}
