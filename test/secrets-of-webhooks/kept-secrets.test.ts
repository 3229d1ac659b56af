import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { load } from '../../src/run/load.ts'
import { makeOptions } from '../../src/run/options.ts'
import { fileHead, openWorld, type World } from '../sync/open-world.ts'

let world: World

beforeEach(async () => {
  world = await openWorld({ vendors: ['tellcasey'] })
})

afterEach(() => world.close())

const place = (pointer: string): string => `"ref+age://secrets.age#/${pointer}"`
const capture = (name: string, pointer: string): string =>
  `      ${name}: { url: https://hooks.example.com/${name}, signing_secret: { capture: ${place(pointer)} } }\n`

test.each([
  ['another captured secret', 'casey/key', capture('a', 'one') + capture('b', 'one')],
  [
    'the same under another spelling',
    'casey/key',
    capture('a', 'one') + capture('b', 'on%65').replace('age://', 'age://./'),
  ],
  ['the former one of another captured secret', 'casey/key', capture('a', 'one') + capture('b', 'one_previous')],
  ['the credential of the account', 'one', capture('a', 'one')],
  [
    'a secret that is generated',
    'casey/key',
    `${capture('a', 'one')}      b: { url: https://hooks.example.com/b, url_params: { token: { from: ${place('one')}, generate: { bytes: 32 } } } }\n`,
  ],
])('a captured secret and %s cannot be kept at one place', async (_, credential, webhooks) => {
  const { baseUrl } = world.sandbox.vendors.tellcasey
  await world.write(
    'webhooks.yaml',
    `${fileHead()}providers:\n  casey:\n    type: tellcasey\n    base_url: ${baseUrl}\n    auth: { api_key: ${place(credential)} }\n    webhooks:\n${webhooks}`,
  )

  const { diagnostics } = await world.plan()

  expect(diagnostics.map(({ code, at }) => [code, at?.file])).toContainEqual(['HS2012', 'webhooks.yaml'])
  expect(world.sandbox.vendors.tellcasey.log).toEqual([])
})

test('a captured secret in another directory of files is kept at the same place of a vault', async () => {
  const { baseUrl } = world.sandbox.vendors.tellcasey
  const webhook = (name: string): string =>
    `      ${name}: { url: https://hooks.example.com/${name}, signing_secret: { capture: "ref+vault://kv/hooks#/key" } }\n`
  await mkdir(join(world.directory, 'more'))
  await world.write(
    'webhooks.yaml',
    `${fileHead()}providers:\n  casey:\n    type: tellcasey\n    base_url: ${baseUrl}\n    auth: { api_key: ${place('casey/key')} }\n    webhooks:\n${webhook('a')}`,
  )
  await world.write('more/webhooks.yaml', `version: 1\nproviders:\n  casey:\n    webhooks:\n${webhook('b')}`)

  const { diagnostics } = await world.plan({ files: ['webhooks.yaml', 'more/webhooks.yaml'] })

  expect(diagnostics.map(({ code }) => code)).toContain('HS2012')
})

test('two vaults may each keep a captured secret at one path', async () => {
  const { baseUrl } = world.sandbox.vendors.tellcasey
  const webhook = (name: string): string =>
    `      ${name}: { url: https://hooks.example.com/${name}, signing_secret: { capture: "ref+vault://kv/hooks?store=${name}#/key" } }\n`
  const stores = ['a', 'b'].map((name) => `  ${name}: { backend: vault, address: "http://127.0.0.1:9/${name}" }\n`)
  await world.write(
    'webhooks.yaml',
    `${fileHead()}${stores.join('')}providers:\n  casey:\n    type: tellcasey\n    base_url: ${baseUrl}\n    auth: { api_key: ${place('casey/key')} }\n    webhooks:\n${webhook('a')}${webhook('b')}`,
  )

  const { project, diagnostics } = await load(makeOptions({ cwd: world.directory, homeDir: world.directory, env: {} }))

  expect(diagnostics).toEqual([])
  expect(project.accounts[0]?.desired).toHaveLength(2)
})

test.each([
  ['capture: "ref+vault://kv/hooks?version=2#/key"', 'captured'],
  ['from: "ref+vault://kv/hooks?version=2#/key", generate: { bytes: 32 }', 'generated'],
])('what is stored cannot be kept in a version that is there already: { %s }', async (form, word) => {
  const { baseUrl } = world.sandbox.vendors.tellcasey
  const field = word === 'captured' ? `signing_secret: { ${form} }` : `url_params: { token: { ${form} } }`
  await world.write(
    'webhooks.yaml',
    `${fileHead()}providers:\n  casey:\n    type: tellcasey\n    base_url: ${baseUrl}\n    auth: { api_key: ${place('casey/key')} }\n    webhooks:\n      a: { url: https://hooks.example.com/a, ${field} }\n`,
  )

  const { diagnostics } = await load(makeOptions({ cwd: world.directory, homeDir: world.directory, env: {} }))

  expect(diagnostics).toMatchObject([
    {
      code: 'HS2008',
      message: `Version 2 is a version that stays as it is, so it cannot keep what is ${word}.`,
      at: { file: 'webhooks.yaml', line: expect.any(Number) },
    },
  ])
})
