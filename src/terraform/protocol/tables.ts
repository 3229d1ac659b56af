/** A field: its number, its name, a scalar or the name of a message, and how often it may stand. */
export type FieldRow = readonly [
  number: number,
  name: string,
  kind: string,
  rule: 'zero' | 'optional' | 'repeated' | 'map',
]

/**
 * The fields of every message.
 * @public Generated files have them.
 */
export type MessageTable = Readonly<Record<string, readonly FieldRow[]>>

/** A call: its messages, and which side sends any number of them. */
export interface MethodRow<N extends string = string> {
  readonly request: N
  readonly response: N
  readonly streams: readonly [request: boolean, response: boolean]
}

/** A service: its full name, and its calls. */
export interface ServiceTable<M extends string = string, N extends string = string> {
  readonly name: string
  readonly methods: Readonly<Record<M, MethodRow<N>>>
}
