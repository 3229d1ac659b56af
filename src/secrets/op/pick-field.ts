import { isFields } from '../document.ts'
import type { StoreFault } from '../store.ts'
import { isId, isNamed, type OpPath } from './op-path.ts'

type Json = Readonly<Record<string, unknown>>

/** The value of a field; held as text only until it becomes part of a document. */
export interface PickedValue {
  readonly kind: 'picked'
  readonly value: string
}

const namesShown = 20

/** Finds the field of an item that a path names; two that could be meant are a fault, because the wrong one would be sent. */
export function pickField(item: Json, path: OpPath): PickedValue | StoreFault {
  const sections = listOf(item['sections'])
  const fields = listOf(item['fields'])
  const wanted = path.section
  const ids = wanted === undefined ? undefined : sections.filter((section) => isMeant(section, wanted)).map(idOf)
  if (ids?.length === 0) return noSection(path, sections)
  const inSection = fields.filter((field) => ids === undefined || ids.includes(sectionOf(field)))
  const meant = inSection.filter((field) => isMeant(field, path.field))
  // An ID is one field's alone, whatever other fields are called.
  const [field, ...others] = isId(path.field) ? preferId(meant, path.field) : meant
  if (field === undefined) return noField(path, inSection)
  if (others.length > 0) return severalFields(path, [field, ...others], sections)
  const { value } = field
  if (typeof value === 'string' && value !== '') return { kind: 'picked', value }
  return { kind: 'empty', message: `The field ${quote(path.field)} of ${renderItem(path)} is empty.` }
}

/** Names an item the way a reference does. */
export function renderItem({ vault, item }: OpPath): string {
  return `op://${vault}/${item}`
}

/** Lists the objects of a JSON list. */
export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isFields) : []
}

function isMeant({ id, label }: Json, wanted: string): boolean {
  return isNamed(label, wanted) || isNamed(id, wanted)
}

function preferId(fields: readonly Json[], id: string): readonly Json[] {
  const exact = fields.filter((field) => field['id'] === id)
  return exact.length > 0 ? exact : fields
}

function idOf({ id }: Json): unknown {
  return id
}

function sectionOf({ section }: Json): unknown {
  return isFields(section) ? section['id'] : undefined
}

function noSection(path: OpPath, sections: readonly Json[]): StoreFault {
  const message = `${renderItem(path)} has no section ${quote(path.section ?? '')}.`
  return { kind: 'not-found', message, hint: renderNames('sections', sections) }
}

function noField(path: OpPath, fields: readonly Json[]): StoreFault {
  const where = path.section === undefined ? '' : ` in its section ${quote(path.section)}`
  const message = `${renderItem(path)} has no field ${quote(path.field)}${where}.`
  return { kind: 'not-found', message, hint: renderNames('fields', fields) }
}

function severalFields(path: OpPath, fields: readonly Json[], sections: readonly Json[]): StoreFault {
  const places = fields.map((field) => sections.find(({ id }) => id === sectionOf(field))?.['label'])
  const named = places.map((label) => (typeof label === 'string' && label !== '' ? quote(label) : 'no section'))
  return {
    kind: 'malformed',
    message: `${renderItem(path)} has ${fields.length} fields that may be meant by ${quote(path.field)}.`,
    hint: `They stand in ${named.join(', ')}: name the section, op://<vault>/<item>/<section>/<field>, or the ID of the field.`,
  }
}

function renderNames(what: string, all: readonly Json[]): string {
  const names = all.flatMap(({ label, id }) =>
    [label, id].filter((name) => typeof name === 'string' && name !== '').slice(0, 1),
  )
  if (names.length === 0) return `There are no ${what}.`
  const rest = names.length - namesShown
  return `The ${what} there are ${names.slice(0, namesShown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`
}

function quote(name: string): string {
  return JSON.stringify(name)
}
