import type { StoreFault } from '../store.ts'

/** Where a secret stands in 1Password; each part is a name or an ID. */
export interface OpPath {
  readonly vault: string
  readonly item: string
  readonly section?: string
  readonly field: string
}

/** Reads `vault/item/field` or `vault/item/section/field`. */
export function parseOpPath(path: string): OpPath | StoreFault {
  const parts = path.split('/')
  const [vault = '', item = '', ...rest] = parts
  const [section, field] = rest.length === 1 ? [undefined, rest[0]] : rest
  if (parts.includes('') || parts.length > 4 || field === undefined) {
    const message = `op://${path} does not name vault, item and field.`
    const hint = 'The form is op://<vault>/<item>[/<section>]/<field>; where a name holds a "/", write its ID.'
    return { kind: 'malformed', message, hint }
  }
  return { vault, item, field, ...(section === undefined ? {} : { section }) }
}

/** Tells whether a text has the form of an ID, which a name may have too. */
export function isId(text: string): boolean {
  return /^[a-z0-9]{26}$/.test(text)
}

/** Compares names as 1Password does in references: without regard to case. */
export function isNamed(name: unknown, wanted: string): boolean {
  return typeof name === 'string' && name.toLowerCase() === wanted.toLowerCase()
}
