import { afterEach, expect, test } from 'vitest'
import { caseyAccount, doings, fileHead, openWorld, sinchAccount, sinchHook, type World } from './open-world.ts'
import { fast } from './vendor-stories.ts'

const casey = '      conversations: { url: https://hooks.example.com/casey }\n'

let world: World

afterEach(() => world.close())

test.each([
  ['a line break', '\n'],
  ['a control character', '\u0000'],
  ['a character beyond Latin-1', '…'],
])(
  'a credential with %s is told by its place before any call, and keeps no other account from being planned',
  async (flaw, end) => {
    world = await openWorld()
    const { tellcasey } = world.sandbox.vendors
    await world.setSecret('tellcasey/api_key', `${tellcasey.credentials['api_key'] ?? ''}${end}`)
    const file =
      fileHead() + 'providers:\n' + sinchAccount(world, sinchHook('inbound', 'a')) + caseyAccount(world, casey)
    await world.write('webhooks.yaml', file)

    const plan = await world.plan({ pace: fast })

    expect(plan.diagnostics).toEqual([
      {
        code: 'HS2017',
        severity: 'error',
        message: `The api_key of casey holds ${flaw}, which no request can carry.`,
        hint: 'Store the value alone at ref+age://secrets.age#/tellcasey/api_key.',
        provider: 'casey',
        at: { file: 'webhooks.yaml', line: expect.any(Number), column: expect.any(Number) },
      },
    ])
    expect(file.split('\n')[(plan.diagnostics[0]?.at?.line ?? 0) - 1]).toContain('tellcasey/api_key')
    expect(doings(plan)).toEqual(['create inbound'])
    expect(tellcasey.log).toEqual([])
  },
)
