import type { Field, Fields, ItemKind } from '../core/field.ts'
import type { Kind } from './kind-of.ts'
import { isChosenSecret, isSecret, secretNames } from './terraform-secrets.ts'
import type { NestedAttributes, TerraformAttribute, TerraformAttributes, TerraformType } from './terraform-type.ts'
import { describeAttribute, describeSetting, describeShown, sentences } from './terraform-words.ts'

/**
 * Whether users write the attributes or only read them. A member of a set cannot be write-only: the engine has no way to
 * tell one member from another.
 */
type Use = 'written' | 'written-in-list' | 'shown'

/** What a kind of value is in Terraform's terms. */
type Shape = { readonly type: TerraformType } | { readonly nested: NestedAttributes }

/** Derives the attributes that configure a webhook. A secret that we choose becomes three, one that the vendor makes none. */
export function writtenAttributes(fields: Fields): TerraformAttributes {
  return attributesOf(fields, 'written')
}

/** Derives the attributes that show a webhook; no secret is among them. */
export function shownAttributes(fields: Fields): TerraformAttributes {
  return attributesOf(fields, 'shown')
}

/** Derives the attributes of an account. All may be left out: the environment stands in, and what is missing shows when it is configured. */
export function settingAttributes(fields: Fields): TerraformAttributes {
  const entries = Object.entries(fields).map(([name, field]): readonly [string, TerraformAttribute] => {
    const facts = { description: describeSetting(field), presence: 'optional' } as const
    if (isSecret(field)) return [name, { ...facts, sensitive: true, type: 'string' }]
    return [name, { ...facts, ...shapeOf(field, 'written') }]
  })
  return Object.fromEntries(entries)
}

function attributesOf(fields: Fields, use: Use): TerraformAttributes {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, field]) => fieldAttributes(name, field, use)))
}

function fieldAttributes(name: string, field: Field, use: Use): readonly (readonly [string, TerraformAttribute])[] {
  if (use === 'shown') {
    const isShown = field.read !== 'never' && !isSecret(field)
    return isShown ? [[name, { description: describeShown(field), presence: 'computed', ...shapeOf(field, use) }]] : []
  }
  if (isChosenSecret(field)) return secretAttributes(name, field, use)
  if (isSecret(field)) return []
  return [[name, { description: describeAttribute(field), presence: presenceOf(field), ...shapeOf(field, use) }]]
}

function secretAttributes(name: string, field: Field, use: Use): readonly (readonly [string, TerraformAttribute])[] {
  const shape = field.kind === 'map' ? shapeOf(field, use) : ({ type: 'string' } as const)
  const { writeOnly, version } = secretNames(name)
  const kept = `What stands here is kept in the state in clear: from Terraform 1.11 on, better use \`${writeOnly}\`.`
  const attribute = { presence: 'optional', sensitive: true, ...shape } as const
  if (use === 'written-in-list') return [[name, { ...attribute, description: describeAttribute(field) }]]
  return [
    [name, { ...attribute, description: sentences(describeAttribute(field), kept) }],
    [
      writeOnly,
      {
        ...attribute,
        writeOnly: true,
        description: `The same as \`${name}\`, kept neither in plan nor in state. Takes Terraform or OpenTofu 1.11; \`${version}\` says when it is new.`,
      },
    ],
    [
      version,
      {
        type: 'number',
        presence: 'optional',
        description: `Version of \`${writeOnly}\`. Raise it to have a new value written.`,
      },
    ],
  ]
}

function presenceOf(field: Field): TerraformAttribute['presence'] {
  if (field.presence !== 'optional') return field.presence === 'required' ? 'required' : 'computed'
  return field.absence?.means === 'none' ? 'optional' : 'optional-computed'
}

function shapeOf(kind: Kind, use: Use): Shape {
  switch (kind.kind) {
    case 'boolean':
      return { type: 'bool' }
    case 'map':
      return { type: ['map', 'string'] }
    case 'object':
      return { nested: { nesting: 'single', attributes: attributesOf(kind.fields, use) } }
    case 'set':
    case 'bag':
      return listShape(kind.kind === 'set' ? 'set' : 'list', kind.of, use)
    case 'text':
    case 'url':
    case 'event':
    case 'choice':
    case 'secret':
      return { type: 'string' }
  }
}

function listShape(nesting: 'set' | 'list', of: ItemKind, use: Use): Shape {
  if (of.kind !== 'object') return { type: [nesting, 'string'] }
  return { nested: { nesting, attributes: attributesOf(of.fields, use === 'shown' ? use : 'written-in-list') } }
}
