/** How a work stands among those of its name. */
export interface Turn {
  /** Whether it may let those that wait go first: what they do may make room for it. */
  readonly mayYield: boolean
}

/** Answered by a work that lets others go first; it is begun again after them. */
export const yielded: unique symbol = Symbol('yielded')

/** How often one work lets others go first. */
const yieldsAllowed = 3

/** Lets one after the other do what must not be done side by side. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()
  readonly #waiting = new Map<string, number>()

  /** Waits until all that came before under the same name is done, then does the work. */
  take<T>(name: string, work: (turn: Turn) => Promise<T | typeof yielded>): Promise<T> {
    return this.#queue(name, work, yieldsAllowed)
  }

  async #queue<T>(name: string, work: (turn: Turn) => Promise<T | typeof yielded>, yields: number): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve()
    this.#count(name, 1)
    const mine = before.then(() => {
      this.#count(name, -1)
      return work({ mayYield: yields > 0 && (this.#waiting.get(name) ?? 0) > 0 })
    })
    const settled = mine.then(
      () => undefined,
      () => undefined,
    )
    this.#last.set(name, settled)
    const result = await mine
    return result === yielded ? this.#queue(name, work, yields - 1) : result
  }

  #count(name: string, by: number): void {
    this.#waiting.set(name, (this.#waiting.get(name) ?? 0) + by)
  }
}
