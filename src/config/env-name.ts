/** Finds the environment variable that a text reads, if it is a reference to one. */
export function envNameOf(text: string): string | undefined {
  if (text.startsWith('ref+env://')) return text.slice(10)
  return text.startsWith('secretref+env://') ? text.slice(16) : undefined
}
