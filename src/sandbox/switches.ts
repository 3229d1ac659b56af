export type SwitchValue = boolean | string | number

/** One unknown of a fact sheet: how the stand-in behaves unless told otherwise. */
export interface SwitchSpec {
  readonly default: SwitchValue
  /** The accepted values; absent for booleans and numbers. */
  readonly values?: readonly SwitchValue[]
  readonly doc: string
}

export type SwitchSpecs = Readonly<Record<string, SwitchSpec>>

/** Switches every stand-in has; a stand-in may state another default under the same name. */
const frameworkSwitches: SwitchSpecs = {
  latency_ms: { default: 0, doc: 'Waits this long before each request is processed.' },
  rate_per_second: {
    default: 0,
    doc: "Answers the vendor's own 429 above this many requests per second; 0 is no limit.",
  },
  retry_after: {
    default: 'none',
    values: ['none', 'seconds', 'date', 'body'],
    doc: 'Where a 429 of `rate_per_second` says how long to wait.',
  },
  list_lag_ms: { default: 0, doc: 'Hides a created webhook from lists for this long.' },
  list_lag_reads: { default: 0, doc: 'Hides a created webhook from this many lists.' },
}

/** The switches of one vendor with their present values. */
export interface Switches {
  readonly specs: SwitchSpecs
  readonly values: Readonly<Record<string, SwitchValue>>
  set(name: string, value: unknown): void
}

/** Makes switches at their defaults. */
export function makeSwitches(vendor: string, own: SwitchSpecs): Switches {
  const specs: SwitchSpecs = { ...frameworkSwitches, ...own }
  const values = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, spec.default]))
  return {
    specs,
    values,
    set(name: string, value: unknown): void {
      values[name] = parseSwitchValue(vendor, specs, name, value)
    },
  }
}

function parseSwitchValue(vendor: string, specs: SwitchSpecs, name: string, value: unknown): SwitchValue {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
  if (spec === undefined) {
    throw new Error(`The ${vendor} stand-in has no switch "${name}". It has: ${Object.keys(specs).join(', ')}.`)
  }
  if (!isSwitchValue(value) || typeof value !== typeof spec.default) {
    throw new Error(`The switch "${name}" of ${vendor} takes a ${typeof spec.default}.`)
  }
  if (spec.values !== undefined && !spec.values.includes(value)) {
    throw new Error(`The switch "${name}" of ${vendor} takes one of: ${spec.values.join(', ')}.`)
  }
  return value
}

function isSwitchValue(value: unknown): value is SwitchValue {
  return typeof value === 'boolean' || typeof value === 'string' || (typeof value === 'number' && value >= 0)
}
