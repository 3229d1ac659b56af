import type { Clock } from '../../engine/ports.ts'
import { calmMs } from './calm.ts'

/** How a work stands among those of its name. */
export interface Turn {
  /** Whether it may let others go first: what they do may make room for it. */
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
  /** Told of the next one that comes, by those who let others go first. */
  readonly #expecting = new Map<string, Set<() => void>>()

  /** Waits until all that came before under the same name is done, then does the work. */
  take<T>(name: string, clock: Clock, work: (turn: Turn) => Promise<T | typeof yielded>): Promise<T> {
    return this.#queue(name, clock, work, yieldsAllowed)
  }

  async #queue<T>(
    name: string,
    clock: Clock,
    work: (turn: Turn) => Promise<T | typeof yielded>,
    yields: number,
  ): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve()
    this.#count(name, 1)
    for (const come of this.#expecting.get(name) ?? []) come()
    const mine = before.then(() => {
      this.#count(name, -1)
      return work({ mayYield: yields > 0 })
    })
    const settled = mine.then(
      () => undefined,
      () => undefined,
    )
    this.#last.set(name, settled)
    const result = await mine
    if (result !== yielded) return result
    const hasOthers = await this.#comesAnother(name, clock)
    return this.#queue(name, clock, work, hasOthers ? yields - 1 : 0)
  }

  /** Tells whether somebody waits, or comes before it is calm: the engine may have yet to begin what makes room. */
  async #comesAnother(name: string, clock: Clock): Promise<boolean> {
    if (this.#isAwaited(name)) return true
    const expecting = this.#expecting.get(name) ?? new Set()
    this.#expecting.set(name, expecting)
    let come = (): void => undefined
    const coming = new Promise<void>((resolve) => {
      come = resolve
    })
    expecting.add(come)
    await Promise.race([coming, clock.wait(calmMs)])
    expecting.delete(come)
    return this.#isAwaited(name)
  }

  #isAwaited(name: string): boolean {
    return (this.#waiting.get(name) ?? 0) > 0
  }

  #count(name: string, by: number): void {
    this.#waiting.set(name, (this.#waiting.get(name) ?? 0) + by)
  }
}
