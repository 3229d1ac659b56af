import { isFields } from './document.ts'

/** Fields that may nest. */
export type Fields = Readonly<Record<string, unknown>>

/** Returns what stands at a pointer. */
export function valueAt(fields: Fields, pointer: readonly string[]): unknown {
  return pointer.reduce<unknown>(
    (node, name) => (isFields(node) && Object.hasOwn(node, name) ? node[name] : undefined),
    fields,
  )
}

/** Finds the pointer of a value that stands where a patch needs a group of fields. */
export function findBlocker(fields: Fields, pointer: readonly string[]): readonly string[] | undefined {
  const groups = pointer.slice(1).map((_, index) => pointer.slice(0, index + 1))
  return groups.find((group) => isValue(valueAt(fields, group)))
}

/** Sets a field and makes the groups on the way. */
export function setField(fields: Fields, [name, ...rest]: readonly string[], value: unknown): Fields {
  if (name === undefined) return fields
  const child = Object.hasOwn(fields, name) ? fields[name] : undefined
  return { ...fields, [name]: rest.length === 0 ? value : setField(isFields(child) ? child : {}, rest, value) }
}

/** Removes fields, and the groups that become empty by it. */
export function removeFields(fields: Fields, pointers: readonly (readonly string[])[]): Fields {
  return pointers.reduce(removeAt, fields)
}

function isValue(node: unknown): boolean {
  return node !== undefined && !isFields(node)
}

function removeAt(fields: Fields, [name, ...rest]: readonly string[]): Fields {
  if (name === undefined || !Object.hasOwn(fields, name)) return fields
  const { [name]: child, ...others } = fields
  if (rest.length === 0) return others
  if (!isFields(child)) return fields
  const remaining = removeAt(child, rest)
  return Object.keys(remaining).length === 0 ? others : { ...fields, [name]: remaining }
}
