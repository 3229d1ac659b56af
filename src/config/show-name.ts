/** Shapes of text that are secrets by their look: what vendors prefix their keys with, and logins in a URL. */
export const secretShape: RegExp =
  /\b(?:sk|rk|pk|whsec|ghp|gho|ghs|glpat|xox[abps]|hvs|AGE-SECRET-KEY)[_.-][\w-]{6,}|(?<=:\/\/)[^\s/@]+(?=@)/giu

/** Quotes a name from a file; what looks like a secret in the wrong place is not repeated. */
export function showName(name: string): string {
  if (name.length > 80 || name.search(secretShape) >= 0) return '"…"'
  return `"${name}"`
}
