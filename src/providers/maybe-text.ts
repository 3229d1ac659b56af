/** A text in an answer that vendors leave out, null or empty where there is none. */
export type MaybeText = string | null | undefined

/** Tells a text from the ways in which vendors say that there is none. */
export function isText(value: MaybeText): value is string {
  return value !== undefined && value !== null && value !== ''
}
