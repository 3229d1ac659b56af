import { expect, test } from 'vitest'
import { codes } from '../../src/core/codes.ts'
import type { Fields } from '../../src/core/field.ts'
import { definitions } from '../../src/providers/registry.ts'
import { renderErrorDocs, renderProviderDocs } from '../../src/schema/reference-docs.ts'

function namesOf(fields: Fields): readonly string[] {
  return Object.entries(fields).flatMap(([name, field]) => [
    name,
    ...(field.kind === 'object' ? namesOf(field.fields) : []),
  ])
}

test.each(definitions.map((definition) => [definition.type, definition] as const))(
  'the page of %s has a row for every field',
  (_type, definition) => {
    const page = renderProviderDocs(definition)
    const { settings, auth, fields, accountFields = {} } = definition

    const missing = [settings, auth, fields, accountFields]
      .flatMap(namesOf)
      .filter((name) => !page.includes(`| \`${name}\``))

    expect(missing).toEqual([])
  },
)

test('rows of a table have as many cells as its head', () => {
  const tables = definitions
    .map((definition) => renderProviderDocs(definition))
    .join('\n')
    .split('\n\n')
    .filter((block) => block.startsWith('| '))

  const uneven = tables.filter(
    (table) => new Set(table.split('\n').map((row) => row.replaceAll('\\|', '').split('|').length)).size !== 1,
  )

  expect(tables.length).toBeGreaterThan(10)
  expect(uneven).toEqual([])
})

test('a page links to the page of traps only where there is one', () => {
  const [definition] = definitions
  if (definition === undefined) throw new Error('No vendor is declared.')

  expect(renderProviderDocs(definition, { traps: true })).toContain(`(${definition.type}-traps.md)`)
  expect(renderProviderDocs(definition)).not.toContain('-traps.md')
})

test('the page of errors lists every code once', () => {
  const page = renderErrorDocs(codes)

  expect(Object.keys(codes).filter((code) => page.split(`\`${code}\``).length !== 2)).toEqual([])
})
