import type { Field, FieldKind, Fields, ItemKind } from '../../core/field.ts'
import type { ProviderDefinition } from '../../core/provider.ts'
import { definitions } from '../../providers/registry.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { findDefinition } from '../find-definition.ts'
import { renderColumns } from '../render-columns.ts'

/** Runs `hooks-sync providers [type]`. */
export async function run(context: Context): Promise<number> {
  const [type] = context.operands
  const asked = type === undefined ? definitions : [findDefinition(type)]
  const isEvents = context.flags.isOn('events')
  if (context.isJson) context.output.result(renderDocument(context.command, { providers: asked.map(toDocument) }))
  else if (isEvents) context.output.result(renderEvents(asked))
  else context.output.result(type === undefined ? renderList(asked) : asked.map(renderProvider).join(''))
  return exitCode([])
}

/** Lists the known events of a vendor, in the order of its declaration. */
function eventsOf({ fields }: ProviderDefinition): readonly string[] {
  return Object.values(fields).flatMap(eventsIn)
}

function eventsIn(kind: FieldKind | ItemKind): readonly string[] {
  if (kind.kind === 'event') return kind.known
  if (kind.kind === 'set' || kind.kind === 'bag') return eventsIn(kind.of)
  return kind.kind === 'object' ? Object.values(kind.fields).flatMap(eventsIn) : []
}

function toDocument(definition: ProviderDefinition): object {
  const { type, title, doc, docsUrl, baseUrl, settings, auth, fields, accountFields = {} } = definition
  return {
    type,
    title,
    doc,
    docs_url: docsUrl,
    base_url: baseUrl,
    settings: Object.entries({ ...settings, ...accountFields }).map(toFieldDocument),
    auth: Object.entries(auth).map(toFieldDocument),
    fields: Object.entries(fields).map(toFieldDocument),
    events: eventsOf(definition),
  }
}

function toFieldDocument([name, field]: readonly [string, Field]): object {
  const { kind, presence, change, doc } = field
  return { name, kind, presence, change, identity: field.identity === true, doc }
}

function renderList(asked: readonly ProviderDefinition[]): string {
  return renderColumns(asked.map(({ type, title, doc }) => [type, title, doc]))
}

function renderEvents(asked: readonly ProviderDefinition[]): string {
  if (asked.length === 1)
    return asked.flatMap((definition) => eventsOf(definition).map((event) => `${event}\n`)).join('')
  return renderColumns(asked.flatMap((definition) => eventsOf(definition).map((event) => [definition.type, event])))
}

function renderProvider(definition: ProviderDefinition): string {
  const { title, doc, docsUrl, settings, accountFields = {}, auth, fields, type } = definition
  return [
    `${title}: ${doc}.\nDocumentation: ${docsUrl}\n`,
    renderFields('Account settings', { ...settings, ...accountFields }),
    renderFields('auth', auth),
    renderFields('Webhook fields', fields),
    `Events: hooks-sync providers ${type} --events\n`,
  ]
    .filter((section) => section !== '')
    .join('\n')
}

function renderFields(heading: string, fields: Fields): string {
  const rows = Object.entries(fields).map(([name, field]) => [`  ${name}`, field.presence, field.kind, field.doc])
  return rows.length === 0 ? '' : `${heading}:\n${renderColumns(rows)}`
}
