/** Lets one after the other do what must not be done side by side. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  /** Waits until all that came before under the same name is done, then does the work. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve()
    const mine = before.then(work)
    const settled = mine.then(
      () => undefined,
      () => undefined,
    )
    this.#last.set(name, settled)
    return mine
  }
}
