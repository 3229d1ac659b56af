import { compareText } from '../core/diagnostic.ts'

/** Nothing of ours is nested as deep as this; a file of strangers may be, and must not exhaust the stack. */
const deepest = 100

/** Renders JSON whatever the order of its keys, so that equal documents are equal texts. */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > deepest) return '…'
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner, depth + 1)}`)
  return `{${members.join(',')}}`
}
