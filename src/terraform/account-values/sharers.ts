/**
 * The resources of one run that hold the values of an account, of which there may be one. The engine says no addresses:
 * one that has a state is told from those that are planned anew, each of which is planned once.
 */
export class Sharers {
  #first: string | undefined
  #made = 0

  /** Adds a resource that will exist; tells whether another one is there already. */
  add(isKnown: boolean): boolean {
    this.#made += 1
    const resource = isKnown ? 'known' : `new ${this.#made}`
    this.#first ??= resource
    return this.#first !== resource
  }
}
