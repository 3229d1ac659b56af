/** One measured value, held against what it must reach. */
export interface Measured {
  readonly what: string
  /** The value as text, with its unit. */
  readonly value: string
  /** What it must reach, as text; absent where the value is only shown. */
  readonly must?: string
  readonly holds?: boolean
}

/** One row of the table of DESIGN §12. */
export interface Row {
  readonly name: string
  readonly title: string
  readonly measure: () => Promise<readonly Measured[]>
}

/** Holds a value against its limit. */
export function atMost(what: string, value: number, limit: number, unit: string): Measured {
  return { what, value: withUnit(value, unit), must: `≤ ${withUnit(limit, unit)}`, holds: value <= limit }
}

/** Holds a count against the one it must be. */
export function exactly(what: string, value: number, wanted: number): Measured {
  return { what, value: String(value), must: `= ${wanted}`, holds: value === wanted }
}

/** Shows a value that nothing is demanded of. */
export function shown(what: string, value: number, unit: string): Measured {
  return { what, value: withUnit(value, unit) }
}

/** Finds the middle of several runs; of an even number, the lower one of the two. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
  if (middle === undefined) throw new Error('There is no median of no runs.')
  return middle
}

function withUnit(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 ? 0 : 2
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`
}
