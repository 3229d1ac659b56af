import { type CtyValue, Decimal, isList, isObject, Unknown } from '../cty/value.ts'

/** Tells whether anything in a value is known only later. */
export function hasUnknown(value: CtyValue | undefined): boolean {
  if (value instanceof Unknown) return true
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return false
  return isList(value) ? value.some(hasUnknown) : Object.values(value).some(hasUnknown)
}

/** Compares two values member by member; in lists and sets the order counts. */
export function isEqualValue(a: CtyValue | undefined, b: CtyValue | undefined): boolean {
  if (a === b) return true
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, at) => isEqualValue(item, b[at]))
  if (isObject(a) && isObject(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    return names.every((name) => isEqualValue(a[name], b[name]))
  }
  if (a instanceof Decimal && b instanceof Decimal) return a.text === b.text
  return isNumber(a) && isNumber(b) && Number(a) === Number(b)
}

function isNumber(value: CtyValue | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** Reads a text; anything else is an empty one. */
export function textOf(value: CtyValue | undefined): string {
  if (typeof value === 'string') return value
  return typeof value === 'boolean' || isNumber(value) ? String(value) : ''
}
