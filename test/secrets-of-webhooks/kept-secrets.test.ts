import { afterEach, beforeEach, expect, test } from 'vitest'
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
