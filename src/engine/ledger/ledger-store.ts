import type { Ledger } from '../../core/ledger.ts'
import type { LedgerChange } from './ledger-change.ts'

/** Who holds the lock of a ledger, and until when. */
export interface LockInfo {
  readonly owner: string
  readonly host: string
  readonly pid: number
  /** ISO time at which the run took the lock. */
  readonly startedAt: string
  /** ISO time after which anyone may take it over. */
  readonly expiresAt: string
  /** Tells this holder from every other. */
  readonly token: string
  /** Boot and process namespace; a pid says nothing about another one. Absent where there is no /proc. */
  readonly machine?: string
  /** When the process started, as the kernel counts; a pid may be used again. Absent where there is no /proc. */
  readonly processStart?: string
}

export interface OpenOptions {
  /** How long to wait for another run's lock; 0 tries once. */
  readonly waitMs: number
  readonly owner: string
  readonly now: () => number
  readonly signal?: AbortSignal
}

/** A place that keeps a ledger. */
export interface LedgerStore {
  readonly place: string
  /** Reads without a lock and without writing; a journal that was left behind is folded in memory. */
  read(): Promise<Ledger>
  /** Takes the lock and finishes what a killed run left; throws HS5002 while another run holds it. */
  open(options: OpenOptions): Promise<OpenLedger>
  /** Removes a lock by hand and says whose it was; undefined where there was none, or none that can be read. */
  unlock(): Promise<LockInfo | undefined>
}

/** A ledger under our lock. */
export interface OpenLedger {
  /** A live view: each recorded change shows at once. */
  readonly ledger: Ledger
  /**
   * Resolves for an intent when it survives a power cut. In a file any other change survives a kill by then; in a shared
   * place it is stored soon, and at the latest when `confirm` resolves.
   */
  record(change: LedgerChange): Promise<void>
  /** Resolves when all that was recorded is stored; HS5003 when the lock is lost or expired. Called before each vendor write. */
  confirm(): Promise<void>
  /** Writes what changed and releases the lock; a run that changed nothing leaves every byte as it was. */
  close(): Promise<void>
}
