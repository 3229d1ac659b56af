import type { Change } from '../../core/action.ts'
import type { PlainValue } from '../../core/value.ts'
import { isList } from '../mask-urls.ts'
import { safeText } from '../safe-text.ts'
import type { SecretWords } from '../secret-text.ts'
import { clipText } from '../text-width.ts'
import { compareLists, renderValue } from '../value-text.ts'
import type { PageChange, PageMember, PageValue } from './page-data.ts'

/** A page of ten thousand rows stays a few megabytes. */
const clipAt = 2_000

/** Turns a difference into what a page shows of it. */
export function toPageChange(change: Change, words: SecretWords): PageChange {
  const path = safeText(change.path)
  if ('secret' in change) return { path, words: words(change).slice(1, -1) }
  const { before, after, effect } = change
  return {
    path,
    before: toSide(before, after),
    after: toSide(after, before),
    ...(effect === 'replace' ? { forces: true } : {}),
  }
}

function toSide(value: PlainValue, other: PlainValue): PageValue {
  if (value === null) return null
  if (!isList(value)) return renderText(value)
  const lacking = compareLists(isList(other) ? other : [], value).added.map((member) => JSON.stringify(member))
  const left = new Map<string, number>()
  for (const text of lacking) left.set(text, (left.get(text) ?? 0) + 1)
  return value.map((member): PageMember => {
    const text = JSON.stringify(member)
    const count = left.get(text) ?? 0
    if (count > 0) left.set(text, count - 1)
    return { text: renderText(member), ...(count > 0 ? { only: true } : {}) }
  })
}

function renderText(value: PlainValue): string {
  // Quotes are for lists on one line; here each value stands alone.
  return clipText(typeof value === 'string' ? safeText(value) : renderValue(value), clipAt)
}
