import { isFields, parseJson } from '../document.ts'
import { type Fields, findBlocker, removeFields, setField, valueAt } from '../fields.ts'
import { renderPointer } from '../reference.ts'
import type { FieldEdit, FieldPatch, StoreFault, WriteExpectation } from '../store.ts'

export type EditedText =
  | { readonly kind: 'changed'; readonly text: string }
  | { readonly kind: 'unchanged' }
  /** Nothing is to be left, not even an empty text. */
  | { readonly kind: 'emptied' }
  | StoreFault

/**
 * Changes a text, or fields of the JSON object it holds, and keeps all others; the empty pointer means the whole text.
 * A version is for the store to compare.
 */
export function editText(
  text: string | undefined,
  change: FieldEdit,
  expectation: WriteExpectation,
  label: string,
): EditedText {
  const { set, removed } = change
  const whole = set.find(({ pointer }) => pointer.length === 0)
  if (whole !== undefined) return setWhole(text, whole, expectation, label)
  if (removed.some((pointer) => pointer.length === 0))
    return text === undefined ? nothingAt(label) : { kind: 'emptied' }
  const fields = readFields(text, label)
  if ('fields' in fields) return editFields(fields.fields, change, expectation, { label, indent: indentOf(text) })
  return fields
}

function setWhole(
  text: string | undefined,
  { value }: FieldPatch,
  expectation: WriteExpectation,
  label: string,
): EditedText {
  if (expectation === 'absent' && text !== undefined && text !== '') {
    return { kind: 'conflict', message: `${label} has a value already.` }
  }
  const wanted = value.reveal()
  return text === wanted ? { kind: 'unchanged' } : { kind: 'changed', text: wanted }
}

function editFields(
  fields: Fields,
  { set, removed }: FieldEdit,
  expectation: WriteExpectation,
  { label, indent }: { readonly label: string; readonly indent: number },
): EditedText {
  const pointers = set.map(({ pointer }) => pointer)
  const taken = pointers.find((pointer) => hasValue(fields, pointer))
  if (expectation === 'absent' && taken !== undefined) {
    return { kind: 'conflict', message: `${label} has a value at ${renderPointer(taken)} already.` }
  }
  const missing = removed.find((pointer) => valueAt(fields, pointer) === undefined)
  if (missing !== undefined) return nothingAt(`${label} at ${renderPointer(missing)}`)
  const blocker = pointers.map((pointer) => findBlocker(fields, pointer)).find((pointer) => pointer !== undefined)
  if (blocker !== undefined) {
    const message = `${label} has a value at ${renderPointer(blocker)}, so nothing can be stored below it.`
    return { kind: 'malformed', message, hint: 'Choose another name, or remove that value first.' }
  }
  const isSet = set.every(({ pointer, value }) => valueAt(fields, pointer) === value.reveal())
  if (isSet && removed.length === 0) return { kind: 'unchanged' }
  const edited = set.reduce((all, { pointer, value }) => setField(all, pointer, value.reveal()), fields)
  return { kind: 'changed', text: JSON.stringify(removeFields(edited, removed), undefined, indent) }
}

function hasValue(fields: Fields, pointer: readonly string[]): boolean {
  const value = valueAt(fields, pointer)
  return value !== undefined && value !== ''
}

function readFields(text: string | undefined, label: string): { readonly fields: Fields } | StoreFault {
  if (text === undefined || text === '') return { fields: {} }
  const json = parseJson(text)
  if (!isFields(json)) {
    const hint = 'Leave out the "#…" to replace the whole value, or name another secret.'
    return { kind: 'malformed', message: `${label} is no JSON object, so it has no fields.`, hint }
  }
  if (!holdsLongNumber(text)) return { fields: json }
  const message = `${label} has a number with more digits than can be kept when the rest is changed.`
  return { kind: 'malformed', message, hint: 'Write that number as text, in quotes.' }
}

/** JSON numbers become doubles when they are read; one with more than 15 digits would be written back as another. */
function holdsLongNumber(json: string): boolean {
  const withoutTexts = json.replaceAll(/"(?:\\.|[^"\\])*"/gs, '')
  return /\d(?:\.?\d){15}/.test(withoutTexts)
}

function indentOf(text: string | undefined): number {
  return /^\{\r?\n( +)"/.exec(text ?? '')?.[1]?.length ?? 0
}

function nothingAt(label: string): StoreFault {
  return { kind: 'not-found', message: `There is nothing in ${label}.` }
}
