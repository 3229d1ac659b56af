import { Pacer, type PacerOptions } from './pacer.ts'

/** What the clients of accounts that share a key share: one rate, whether told or learned, its pauses, and the slots. */
export class Budget {
  #pacer: Pacer | undefined
  #tokens: Budget | undefined

  /** The budget of calls for tokens: they go to another server, and while a call waits for one it holds a slot. */
  get tokens(): Budget {
    this.#tokens ??= new Budget()
    return this.#tokens
  }

  /** Returns the pacer of all who share it; the first who asks decides how it is made. */
  pacer(options: PacerOptions): Pacer {
    this.#pacer ??= new Pacer(options)
    return this.#pacer
  }
}
