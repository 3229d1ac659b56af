import type { Field, Fields } from '../core/field.ts'
import type { ProviderDefinition } from '../core/provider.ts'

/** What is declared to hold secrets, and what is declared not to. */
export interface FieldNames {
  readonly secret: readonly string[]
  readonly plain: ReadonlySet<string>
}

/** Sorts the names of all declared fields, also those inside others, by whether their values may be shown. */
export function fieldNames(definitions: readonly ProviderDefinition[]): FieldNames {
  const entries = definitions.flatMap(({ auth, settings, accountFields, fields }) =>
    [auth, settings, accountFields ?? {}, fields].flatMap(namedFields),
  )
  const secret = new Set(entries.filter(([, field]) => isSecret(field)).map(([name]) => name))
  const plain = entries.map(([name]) => name).filter((name) => !secret.has(name))
  return { secret: [...secret], plain: new Set(plain) }
}

function namedFields(fields: Fields): readonly (readonly [string, Field])[] {
  return Object.entries(fields).flatMap(([name, field]) => [[name, field] as const, ...innerFields(field)])
}

function innerFields(field: Field): readonly (readonly [string, Field])[] {
  if (field.kind === 'object') return namedFields(field.fields)
  const isList = field.kind === 'set' || field.kind === 'bag'
  return isList && field.of.kind === 'object' ? namedFields(field.of.fields) : []
}

function isSecret(field: Field): boolean {
  return field.kind === 'secret' || (field.kind === 'map' && field.secrets)
}
