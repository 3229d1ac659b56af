/** A value that the engine will only know later. What is known of it beside (its refinements) is not kept. */
export class Unknown {
  static readonly value: Unknown = new Unknown()

  private constructor() {}

  toJSON(): string {
    return '(known after apply)'
  }
}

/** A number that neither a double nor a whole number of 64 bits holds; as decimal text. */
export class Decimal {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/**
 * A value of the engine's type system, cty. Lists, sets and tuples are arrays, maps and objects are records; which of
 * them is meant is the type's to say. An object has every attribute of its type, absent ones as null.
 */
export type CtyValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | Decimal
  | Unknown
  | readonly CtyValue[]
  | { readonly [name: string]: CtyValue }

/** The value of a block: all its attributes by name. */
export type CtyObject = Readonly<Record<string, CtyValue>>

/** Tells an array from every other value. */
export function isList(value: CtyValue | undefined): value is readonly CtyValue[] {
  return Array.isArray(value)
}

/** Tells an object or a map from every other value. */
export function isObject(value: CtyValue | undefined): value is CtyObject {
  const isOpaque = value instanceof Unknown || value instanceof Decimal
  return typeof value === 'object' && value !== null && !isOpaque && !isList(value)
}
