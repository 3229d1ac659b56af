/** A value as a SOPS file holds it; fields in the order of the file, because its MAC depends on it. */
export type SopsNode =
  | SopsFields
  | { readonly kind: 'list'; readonly items: readonly SopsNode[] }
  | { readonly kind: 'text'; readonly text: string }
  /** A number or truth value in clear, spelled as SOPS spells it for the MAC. */
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'null' }

export interface SopsFields {
  readonly kind: 'fields'
  readonly entries: readonly SopsEntry[]
}

export type SopsEntry = readonly [name: string, node: SopsNode]

/** Makes a group of fields; answers with what is wrong where two have the same name. */
export function makeFields(entries: readonly SopsEntry[]): SopsFields | string {
  const names = new Set(entries.map(([name]) => name))
  return names.size === entries.length ? { kind: 'fields', entries } : 'has a field twice'
}

/** Returns the field of a name. */
export function fieldOf(fields: SopsFields, name: string): SopsNode | undefined {
  return fields.entries.find(([known]) => known === name)?.[1]
}
