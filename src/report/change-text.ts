import type { Change } from '../core/action.ts'
import type { PlainValue } from '../core/value.ts'
import { type Look, paint } from './look.ts'
import { isList } from './mask-urls.ts'
import { safeText } from './safe-text.ts'
import type { SecretChange, SecretWords } from './secret-text.ts'
import { clipText, textWidth } from './text-width.ts'
import { compareLists, renderValue } from './value-text.ts'

type PlainChange = Exclude<Change, SecretChange>

/** How many characters of a value, and members of a list, are shown before the rest is counted. */
const clipAt = 400
const listed = 40

/** Renders one difference as lines that start with `indent`: on one line where it fits, else one line a side. */
export function renderChange(change: Change, words: SecretWords, look: Look, indent: string): readonly string[] {
  const path = `${safeText(change.path)}:`
  if ('secret' in change) return [`${indent}${path} ${paint(look, 'dim', words(change))}`]
  const forces = change.effect === 'replace' ? ' (forces the replace)' : ''
  const line = `${indent}${path} ${renderSides(change)}${forces}`
  if (textWidth(line) <= look.width) return [line]
  return [`${indent}${path}${forces}`, ...renderApart(change, look, `${indent}  `)]
}

function renderSides(change: PlainChange): string {
  if (change.before === null) return renderValue(change.after)
  if (change.after === null) return `${renderValue(change.before)} → (none)`
  const sides = `${renderValue(change.before)} → ${renderValue(change.after)}`
  return `${sides}${renderMembers(change.before, change.after)}`
}

function renderMembers(before: PlainValue, after: PlainValue): string {
  if (!isList(before) || !isList(after)) return ''
  const { added, removed } = compareLists(before, after)
  const members = [
    ...added.map((member) => `+ ${renderValue(member)}`),
    ...removed.map((member) => `- ${renderValue(member)}`),
  ]
  return members.length === 0 ? '' : ` (${members.join(', ')})`
}

function renderApart(change: PlainChange, look: Look, indent: string): readonly string[] {
  const before = change.before ?? []
  const after = change.after ?? []
  if (isList(before) && isList(after)) return renderListApart(before, after, look, indent)
  const side = (sign: '+' | '-', value: PlainValue): readonly string[] =>
    value === null ? [] : [paintMember(sign, value, look, indent)]
  return [...side('-', change.before), ...side('+', change.after)]
}

function renderListApart(
  before: readonly PlainValue[],
  after: readonly PlainValue[],
  look: Look,
  indent: string,
): readonly string[] {
  const { added, removed, kept } = compareLists(before, after)
  const members = [
    ...added.map((member) => paintMember('+', member, look, indent)),
    ...removed.map((member) => paintMember('-', member, look, indent)),
  ]
  const shown = look.verbose === true ? members : members.slice(0, listed)
  const rest = members.length - shown.length
  return [
    ...shown,
    ...(rest === 0 ? [] : [`${indent}… and ${rest} more (--verbose lists all)`]),
    ...(kept === 0 ? [] : [`${indent}  ${kept} unchanged`]),
  ]
}

function paintMember(sign: '+' | '-', value: PlainValue, look: Look, indent: string): string {
  const text = renderValue(value)
  return `${indent}${paint(look, sign === '+' ? 'green' : 'red', `${sign} ${look.verbose === true ? text : clipText(text, clipAt)}`)}`
}
