import { code } from './field-words.ts'
import type { TerraformAttribute, TerraformAttributes, TerraformType } from './terraform-type.ts'

const groups = [
  { title: 'Required', holds: ({ presence }: TerraformAttribute) => presence === 'required' },
  {
    title: 'Optional',
    holds: ({ presence }: TerraformAttribute) => presence === 'optional' || presence === 'optional-computed',
  },
  { title: 'Read-Only', holds: ({ presence }: TerraformAttribute) => presence === 'computed' },
] as const

/** Renders the attributes of a block as registry pages list them: what must be there first, nested ones in sections below. */
export function renderAttributes(attributes: TerraformAttributes): string {
  return [groupLists(attributes, '###'), ...nestedSections('', attributes)].join('\n\n')
}

function groupLists(attributes: TerraformAttributes, level: string, path = ''): string {
  const lists = groups.flatMap(({ title, holds }) => {
    const members = Object.entries(attributes).filter(([, attribute]) => holds(attribute))
    const lines = members.map(([name, attribute]) => attributeLine(path, name, attribute))
    return lines.length === 0 ? [] : [`${level} ${title}\n\n${lines.join('\n')}`]
  })
  return lists.join('\n\n')
}

function attributeLine(path: string, name: string, attribute: TerraformAttribute): string {
  const facts = [
    'nested' in attribute ? nestingWords[attribute.nested.nesting] : typeWords(attribute.type),
    ...(attribute.sensitive === true ? ['Sensitive'] : []),
    ...(attribute.writeOnly === true
      ? ['[Write-only](https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only)']
      : []),
  ]
  const more = 'nested' in attribute ? ` (see [below](#${anchor(path, name)}))` : ''
  return `- ${code(name)} (${facts.join(', ')}) ${attribute.description}${more}`
}

function nestedSections(path: string, attributes: TerraformAttributes): readonly string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    if (!('nested' in attribute)) return []
    const inner = path === '' ? name : `${path}.${name}`
    const { attributes: members } = attribute.nested
    return [
      `<a id="${anchor(path, name)}"></a>\n### Attributes of ${code(inner)}`,
      groupLists(members, '####', inner),
      ...nestedSections(inner, members),
    ]
  })
}

const nestingWords = {
  single: 'Attributes',
  list: 'Attributes List',
  set: 'Attributes Set',
  map: 'Attributes Map',
} as const

function typeWords(type: TerraformType): string {
  if (typeof type === 'string') return { string: 'String', bool: 'Boolean', number: 'Number' }[type]
  const [kind, of] = type
  if (kind === 'object') return 'Object'
  return `${{ list: 'List', set: 'Set', map: 'Map' }[kind]} of ${typeWords(of)}`
}

function anchor(path: string, name: string): string {
  return ['nested', ...(path === '' ? [] : path.split('.')), name].join('-').replaceAll('_', '-')
}
