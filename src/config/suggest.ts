/** Finds the candidate closest to a word, when it is close enough to be meant: case and punctuation hardly count. */
export function closest(
  word: string,
  candidates: readonly string[],
  reach: number = reachOf(word),
): string | undefined {
  const folded = fold(word)
  let best: string | undefined
  let least = reach + 1
  for (const candidate of candidates) {
    const distance = editDistance(folded, fold(candidate), least)
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** Renders the question of a hint. */
export function didYouMean(word: string | undefined): string | undefined {
  return word === undefined ? undefined : `Did you mean "${word}"?`
}

function reachOf(word: string): number {
  if (word.length < 4) return 1
  return word.length < 9 ? 2 : 3
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll(/[-_. ]/gu, '')
}

/** Counts insertions, deletions, replacements and swaps of neighbors between two words; stops at a limit. */
function editDistance(a: string, b: string, limit: number = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1]
      const swap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    beforeLast = last
    last = current
  }
  return Math.min(last[b.length] ?? limit, limit)
}
