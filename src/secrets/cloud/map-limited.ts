const atOnce = 8

/** Does the same for all, a few at a time; the answers are in the order of the questions. */
export async function mapLimited<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const answers = new Map<number, R>()
  const waiting = all.entries()
  const worker = async (): Promise<void> => {
    for (const [index, one] of waiting) answers.set(index, await work(one))
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker))
  return Array.from(answers.entries())
    .toSorted(([one], [other]) => one - other)
    .map(([, answer]) => answer)
}
