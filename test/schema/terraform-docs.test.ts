import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { definitions } from '../../src/providers/registry.ts'
import { renderTerraformDocs } from '../../src/schema/terraform-docs.ts'
import { replacesCreateFirst } from '../../src/schema/terraform-lifecycle.ts'
import { resourceName, terraformSchema } from '../../src/schema/terraform-schema.ts'
import type { TerraformAttributes, TerraformBlock } from '../../src/schema/terraform-type.ts'

const examples = join(import.meta.dirname, '..', '..', 'examples', 'terraform')
const schema = terraformSchema(definitions)
const readExample = (path: string): string | undefined =>
  existsSync(join(examples, path)) ? readFileSync(join(examples, path), 'utf8') : undefined
const pages = renderTerraformDocs(schema, readExample)

const folders = {
  resources: [schema.resources, 'resource.tf'],
  'data-sources': [schema.dataSources, 'data-source.tf'],
  'ephemeral-resources': [schema.ephemeralResources, 'ephemeral-resource.tf'],
  'list-resources': [schema.listResources, 'list-resource.tfquery.hcl'],
} as const

describe.each(Object.entries(folders))('each of the %s', (folder, [blocks, file]) => {
  test('has a page with an example, and a row for every attribute', () => {
    for (const [name, block] of Object.entries(blocks)) {
      const text = pages[`${folder}/${name.replace('hooks_', '')}.md`] ?? ''
      expect(text).toContain(readExample(`${folder}/${name}/${file}`)?.trimEnd() ?? 'no example')
      expect(namesIn(block.attributes).filter((attribute) => !text.includes(`\n- \`${attribute}\` (`))).toEqual([])
    }
  })

  test('is shown by an example of its own, and no other example is left', () => {
    expect(readdirSync(join(examples, folder)).toSorted()).toEqual(Object.keys(blocks).toSorted())
  })
})

test('examples set only attributes that there are', () => {
  const texts = readdirSync(examples, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:tf|tfquery\.hcl)$/u.test(path))
    .map((path) => readFileSync(join(examples, path), 'utf8'))
  const assignments = texts.flatMap(assignmentsIn)

  expect(assignments.length).toBeGreaterThan(80)
  expect(assignments.filter((path) => !isKnown(path)).map((path) => path.join('.'))).toEqual([])
})

test.each(definitions.map((definition) => [definition.type, definition] as const))(
  'the example of %s makes the new webhook first where that can be done',
  (_type, definition) => {
    const text = readExample(`resources/${resourceName(definition)}/resource.tf`) ?? ''

    const resources = text.split(/^resource /gmu).slice(1)
    expect(resources.filter((one) => one.includes('create_before_destroy = true')).length).toBe(
      replacesCreateFirst(definition) ? resources.length : 0,
    )
  },
)

test('a vendor that takes each URL once does not get the new webhook first', () => {
  const names = definitions.filter((definition) => !replacesCreateFirst(definition)).map(({ type }) => type)

  expect(names).toEqual(['smallest'])
})

function namesIn(attributes: TerraformAttributes): readonly string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => [
    name,
    ...('nested' in attribute ? namesIn(attribute.nested.attributes) : []),
  ])
}

/** Lists what a text assigns, each as the path of the blocks and objects it stands in; read line by line. */
function assignmentsIn(text: string): readonly (readonly string[])[] {
  const open: string[] = []
  const found: (readonly string[])[] = []
  for (const line of text.split('\n')) {
    const code = line.replace(/^\s*#.*$/u, '').trim()
    const name = /^(\w+)\s*=[^=]/u.exec(code)?.[1]
    if (name !== undefined) found.push([...open, name])
    for (const [, inner = ''] of code.matchAll(/[{,]\s*(\w+)\s*=[^=]/gu))
      found.push([...open, ...(name === undefined ? [] : [name]), inner])
    const opener = /^(.*?)\s*=?\s*[{[(]+$/u.exec(code)?.[1]
    if (opener !== undefined) open.push(opener.replaceAll('"', ''))
    else if (/^[}\])]+,?$/u.test(code)) open.pop()
  }
  return found
}

const blocksByHead: Readonly<Record<string, Readonly<Record<string, TerraformBlock>>>> = {
  resource: schema.resources,
  data: schema.dataSources,
  ephemeral: schema.ephemeralResources,
  list: schema.listResources,
}

function isKnown([head = '', ...path]: readonly string[]): boolean {
  const [word = '', type = ''] = head.split(' ')
  const block = word === 'provider' ? schema.provider : blocksByHead[word]?.[type]
  // Variables, outputs and other providers' resources are not ours to know.
  if (block === undefined) return !type.startsWith('hooks_')
  const [first = ''] = path
  if (first === 'lifecycle' || (path.length === 1 && ['alias', 'provider'].includes(first))) return true
  return holds(block.attributes, first === 'config' ? path.slice(1) : path.filter((name) => name !== ''))
}

function holds(attributes: TerraformAttributes, [name = '', ...rest]: readonly string[]): boolean {
  const attribute = attributes[name]
  if (attribute === undefined) return false
  if (rest.length === 0 || !('nested' in attribute)) return true
  return holds(attribute.nested.attributes, rest)
}
