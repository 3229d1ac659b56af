import type { Change } from '../core/action.ts'
import type { PlainValue } from '../core/value.ts'
import { codeMarkdown } from './markdown.ts'
import { isList } from './mask-urls.ts'
import type { SecretWords } from './secret-text.ts'
import { compareLists, renderValue } from './value-text.ts'

/** Renders one difference as an item of a list. */
export function renderChangeMarkdown(change: Change, words: SecretWords): string {
  const path = codeMarkdown(change.path)
  if ('secret' in change) return `  - ${path}: ${words(change)}`
  const forces = change.effect === 'replace' ? ' (forces the replace)' : ''
  return `  - ${path}: ${renderSides(change.before, change.after)}${forces}`
}

function renderSides(before: PlainValue, after: PlainValue): string {
  if (before === null) return codeMarkdown(isList(after) ? after.map(renderValue).join(', ') : renderValue(after))
  if (after === null) return `${codeMarkdown(renderValue(before))} → (none)`
  if (isList(before) && isList(after)) return renderMembers(before, after)
  return `${codeMarkdown(renderValue(before))} → ${codeMarkdown(renderValue(after))}`
}

function renderMembers(before: readonly PlainValue[], after: readonly PlainValue[]): string {
  const { added, removed, kept } = compareLists(before, after)
  const members = [
    ...(added.length === 0 ? [] : [`added ${codeMarkdown(added.map(renderValue).join(', '))}`]),
    ...(removed.length === 0 ? [] : [`removed ${codeMarkdown(removed.map(renderValue).join(', '))}`]),
    ...(kept === 0 ? [] : [`${kept} unchanged`]),
  ]
  return members.length === 0 ? codeMarkdown(renderValue(after)) : members.join(', ')
}
