/** First come, first served. A moving head keeps taking constant however long the queue is. */
export class Queue<T> {
  #items: T[] = []
  #head = 0

  /** The one that is taken next. */
  get first(): T | undefined {
    return this.#items[this.#head]
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** Puts an item in front of the first that meets the condition; at the end where none does. */
  insert(item: T, isLater: (other: T) => boolean): void {
    const at = this.#items.findIndex((other, index) => index >= this.#head && isLater(other))
    this.#items.splice(at === -1 ? this.#items.length : at, 0, item)
  }

  take(): T | undefined {
    if (this.#head >= this.#items.length) return undefined
    const item = this.#items[this.#head++]
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
