import type { TerraformAttributes, TerraformSchema } from '../../../src/schema/terraform-type.ts'

const described = (name: string): { readonly description: string } => ({ description: `The ${name}.` })

const point: TerraformAttributes = {
  x: { ...described('x'), presence: 'required', type: 'number' },
  note: { ...described('note'), presence: 'optional', type: 'string' },
  pin_wo: { ...described('pin'), presence: 'optional', type: 'string', writeOnly: true, sensitive: true },
}

/** Every kind of attribute there is, each under the name of its kind. */
export const thingAttributes: TerraformAttributes = {
  id: { ...described('id'), presence: 'computed', type: 'string' },
  name: { ...described('name'), presence: 'required', type: 'string' },
  zone: { ...described('zone'), presence: 'optional', type: 'string' },
  on: { ...described('switch'), presence: 'optional-computed', type: 'bool' },
  size: { ...described('size'), presence: 'optional', type: 'number' },
  list: { ...described('list'), presence: 'optional', type: ['list', 'string'] },
  set: { ...described('set'), presence: 'optional', type: ['set', 'string'] },
  map: { ...described('map'), presence: 'optional', type: ['map', 'string'] },
  object: { ...described('object'), presence: 'optional', type: ['object', { a: 'string', b: ['list', 'number'] }] },
  one: { ...described('one'), presence: 'optional', nested: { nesting: 'single', attributes: point } },
  several: { ...described('several'), presence: 'optional', nested: { nesting: 'list', attributes: pointWithout() } },
  many: { ...described('many'), presence: 'optional', nested: { nesting: 'set', attributes: pointWithout() } },
  named: { ...described('named'), presence: 'optional', nested: { nesting: 'map', attributes: point } },
  token: { ...described('token'), presence: 'optional', type: 'string', sensitive: true },
  secret_wo: { ...described('secret'), presence: 'optional', type: 'string', writeOnly: true, sensitive: true },
  secret_wo_version: { ...described('version of the secret'), presence: 'optional', type: 'number' },
  updates: { ...described('number of updates'), presence: 'computed', type: 'number' },
  mistake: { ...described('mistake to make'), presence: 'optional', type: 'string' },
}

/** Engines take no write-only values where an element cannot be told from its neighbors. */
function pointWithout(): TerraformAttributes {
  const { pin_wo: _pin, ...rest } = point
  return rest
}

export const fakeSchema: TerraformSchema = {
  provider: {
    version: 0,
    description: 'A provider of tests.',
    attributes: {
      directory: { ...described('directory'), presence: 'required', type: 'string' },
      password: { ...described('password'), presence: 'optional', type: 'string', sensitive: true },
    },
  },
  resources: { hooks_thing: { version: 1, description: 'A thing.', attributes: thingAttributes } },
  identities: {
    hooks_thing: {
      version: 0,
      attributes: { id: { type: 'string', description: 'The id.', importable: 'required' } },
    },
  },
  dataSources: {
    hooks_things: {
      version: 0,
      description: 'All things.',
      attributes: {
        prefix: { ...described('prefix'), presence: 'optional', type: 'string' },
        ids: { ...described('ids'), presence: 'computed', type: ['list', 'string'] },
      },
    },
  },
  ephemeralResources: {
    hooks_ticket: {
      version: 0,
      description: 'A ticket.',
      attributes: {
        thing_id: { ...described('id'), presence: 'required', type: 'string' },
        ticket: { ...described('ticket'), presence: 'computed', type: 'string', sensitive: true },
      },
    },
  },
  listResources: {
    hooks_thing: {
      version: 0,
      description: 'Things.',
      attributes: { prefix: { ...described('prefix'), presence: 'optional', type: 'string' } },
    },
  },
}
