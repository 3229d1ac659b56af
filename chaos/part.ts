/** What one part of the suite came to. */
export interface Outcome {
  /** Sentences with figures, such as `312 crash points tried, 312 converged`. */
  readonly figures: readonly string[]
  /** What does not hold; empty when all is well. */
  readonly failures: readonly string[]
}

/** One kind of harm, done again and again to the real program. */
export interface Part {
  readonly name: string
  readonly title: string
  /** Minutes it may need; what the suite has is shared out by them, and what is left over goes to the next part. */
  readonly share: number
  readonly run: (budget: Budget) => Promise<Outcome>
}

/** How much a part may do. */
export interface Budget {
  /** Processes at once. */
  readonly workers: number
  /** When a part must come to its end, in milliseconds since the epoch; what it could not try it says. */
  readonly deadline: number
  /** How many of its items a part may try; all when absent. */
  readonly most?: number
}

/** Does the work for all items, a few at a time, until the deadline; answers with what was done. */
export async function workOff<T, R>(
  items: readonly T[],
  { workers, deadline, most }: Budget,
  work: (item: T) => Promise<R>,
): Promise<readonly { readonly item: T; readonly came: R }[]> {
  const done: { item: T; came: R }[] = []
  const waiting = items.slice(0, most)
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && Date.now() < deadline; item = waiting.shift()) {
      done.push({ item, came: await work(item) })
    }
  }
  await Promise.all(Array.from({ length: workers }, worker))
  return done
}

/** The same order with each run, in which a run that is cut short has tried something of everything. */
export function inTurns<T>(items: readonly T[]): readonly T[] {
  const step = 7
  return Array.from({ length: step }, (_, start) => items.filter((_item, index) => index % step === start)).flat()
}
