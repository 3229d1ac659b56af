import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { camelCase } from '../../src/cdktf/names.ts'
import { definitions } from '../../src/providers/registry.ts'
import { terraformSchema } from '../../src/schema/terraform-schema.ts'
import type { TerraformAttribute, TerraformAttributes, TerraformType } from '../../src/schema/terraform-type.ts'
import { type Bindings, flavors, loadFlavor, makeStack, synthesize } from './frameworks.ts'

const root = join(import.meta.dirname, '..', '..')
const schema = terraformSchema(definitions)
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }

type Config = Readonly<Record<string, unknown>>
type Make = new (scope: unknown, id: string, config: object) => unknown

/** A value for every attribute that can be set: once as programs name it, once as the engine does. */
function fill(attributes: TerraformAttributes, name: (attribute: string) => string): Config {
  const written = Object.entries(attributes).filter(([, { presence }]) => presence !== 'computed')
  return Object.fromEntries(written.map(([key, attribute]) => [name(key), valueOf(attribute, name)]))
}

function valueOf(attribute: TerraformAttribute, name: (attribute: string) => string): unknown {
  if ('type' in attribute) return valueOfType(attribute.type)
  const { nesting, attributes } = attribute.nested
  const value = fill(attributes, name)
  return nesting === 'single' ? value : [value]
}

function valueOfType(type: TerraformType): unknown {
  if (typeof type === 'string') return { string: 'text', bool: true, number: 7 }[type]
  const [kind, of] = type
  if (kind === 'object') throw new Error('The schema nests attributes instead.')
  return kind === 'map' ? { 'a-Key_x': valueOfType(of) } : [valueOfType(of)]
}

function classOf(bindings: Bindings, resource: string): Make {
  const name = camelCase(resource.replace('hooks_', ''))
  return bindings[`${name.charAt(0).toUpperCase()}${name.slice(1)}`] as Make
}

describe.each(flavors)('the bindings for %s', (flavor) => {
  const { framework, bindings } = loadFlavor(flavor)

  // Fails too when the schema has changed and the bindings were not built again.
  test.each(Object.entries(schema.resources))('pass on every attribute of %s', (resource, { attributes }) => {
    const stack = makeStack(framework)

    const Resource = classOf(bindings, resource)
    const made = new Resource(stack, 'it', fill(attributes, camelCase))

    expect(made).toBeDefined()
    expect(synthesize(framework, stack).resource?.[resource]?.['it']).toEqual(fill(attributes, (name) => name))
  })

  test('pass on every setting of the accounts', () => {
    const stack = makeStack(framework)

    const provider = new bindings.HooksProvider(stack, 'hooks', fill(schema.provider.attributes, camelCase))

    expect(provider).toBeDefined()
    expect(synthesize(framework, stack).provider?.['hooks']).toEqual([fill(schema.provider.attributes, (name) => name)])
  })

  test('ask for a provider that is compatible with them', () => {
    const stack = makeStack(framework)
    const provider = new bindings.HooksProvider(stack, 'hooks', {})

    expect(provider.fqn).toBe('hooks')
    expect(synthesize(framework, stack).terraform.required_providers.hooks.version).toBe(`~> ${version}`)
  })

  test('can be imported as a whole and one by one, by the names of prebuilt providers', () => {
    const names = Object.keys(schema.resources).map((name) => name.replace('hooks_', '').replaceAll('_', '-'))
    const paths = [...names, 'provider', 'webhooks-from-yaml']
    // A process of its own, because the one that runs tests transforms modules.
    const program = `
      import * as whole from 'hooks-sync/${flavor}'
      for (const path of ${JSON.stringify(paths)}) {
        const one = await import('hooks-sync/${flavor}/' + path)
        const name = Object.keys(one).find((key) => /^[A-Z]\\w+(?:Webhook|Account|Provider|Yaml)$/.test(key))
        const space = path.replace(/-(.)/g, (found, letter) => letter.toUpperCase())
        console.log(path, name, whole[name] === one[name], whole[space][name] === one[name])
      }`

    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: root,
      encoding: 'utf8',
    })

    const classNames = paths.map((path) => camelCase(`_${path.replaceAll('-', '_')}`))
    const expected = paths.map(
      (path, index) => `${path} ${classNames[index]?.replace(/^Provider$/u, 'HooksProvider')} true true`,
    )
    expect(printed.trim().split('\n')).toEqual(expected)
  })

  test('work with the matchers of the framework', () => {
    const { Testing } = framework
    const stack = makeStack(framework)
    const Resource = classOf(bindings, 'hooks_tellcasey_webhook')

    const made = new Resource(stack, 'it', { url: 'https://hooks.example.com/casey', events: ['conversation.started'] })

    const text = Testing.synth(stack)
    expect(made).toBeDefined()
    expect(
      Testing.toHaveResourceWithProperties(text, 'hooks_tellcasey_webhook', { events: ['conversation.started'] }),
    ).toBe(true)
    expect(Testing.toHaveResourceWithProperties(text, 'hooks_tellcasey_webhook', { events: ['no.such'] })).toBe(false)
    expect(Testing.toHaveProvider(text, 'hooks')).toBe(false)
  })
})

test('CDK Terrain gets the secrets that vendors made as ephemeral resources', () => {
  const { bindings } = loadFlavor('cdktn')

  expect(Object.keys(schema.ephemeralResources).map((name) => `Ephemeral${camelCase(`_${name}`)}`)).toEqual(
    Object.keys(bindings).filter((name) => /^Ephemeral\w+Secret$/u.test(name)),
  )
})
