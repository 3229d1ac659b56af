import type { PlainValue } from '../core/value.ts'
import { isList } from './mask-urls.ts'
import { safeText } from './safe-text.ts'

/** Renders a value on one line, harmless for a terminal. */
export function renderValue(value: PlainValue): string {
  if (value === null) return '(none)'
  if (typeof value === 'string') return renderString(value)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(renderValue).join(', ')}]`
  return `{${Object.entries(value)
    .map(([name, item]) => `${renderString(name)}: ${renderValue(item)}`)
    .join(', ')}}`
}

/** Members that only one of two lists holds; repetitions count. */
export interface ListDifference {
  readonly added: readonly PlainValue[]
  readonly removed: readonly PlainValue[]
  readonly kept: number
}

/** Compares two lists without regard to order, as vendors read them. */
export function compareLists(before: readonly PlainValue[], after: readonly PlainValue[]): ListDifference {
  const added = without(after, before)
  return { added, removed: without(before, after), kept: after.length - added.length }
}

function without(list: readonly PlainValue[], taken: readonly PlainValue[]): readonly PlainValue[] {
  const counts = new Map<string, number>()
  for (const value of taken) counts.set(JSON.stringify(value), (counts.get(JSON.stringify(value)) ?? 0) + 1)
  return list.filter((value) => {
    const left = counts.get(JSON.stringify(value)) ?? 0
    counts.set(JSON.stringify(value), left - 1)
    return left <= 0
  })
}

const plainText = /^[^\s"',:[{(][^\s"',]*$/u
const otherKind = /^(true|false|null|-?\d+(\.\d+)?)$/

// Quotes only what could be read as something else.
function renderString(text: string): string {
  const isClear = plainText.test(text) && !otherKind.test(text)
  return safeText(isClear ? text : JSON.stringify(text))
}
