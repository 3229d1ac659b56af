import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import type { Plan } from '../../src/core/plan.ts'
import { casey, caseyFile, chat, errorsOf, findingsOf, openWorld, voice, type World, webhook } from './world.ts'

/** Writes a policy where the operator keeps it, and plans with it. */
async function planWith(world: World, policy: string, env: Readonly<Record<string, string>> = {}): Promise<Plan> {
  await writeFile(join(world.outside, 'policy.yaml'), policy)
  return world.plan({ policy: '../operator/policy.yaml', env })
}

async function aWorld(text: (world: World) => string = (own) => caseyFile(own)): Promise<World> {
  const world = await openWorld()
  await world.write('webhooks.yaml', text(world))
  return world
}

function inPolicy({ at }: Diagnostic): boolean {
  return at?.file === '../operator/policy.yaml'
}

describe('a policy', () => {
  test('of everything it can say is taken', async () => {
    const world = await aWorld()

    const planned = await planWith(
      world,
      `version: 1
origins: { tellcasey: ["https://stand-in.example.com:8443", "*.example.net"], stores: [vault.example.com] }
receivers: [hooks.example.com, "*.hooks.example.net"]
paths: { casey: [TELLCASEY_API_KEY] }
file_roots: [secrets, /run/secrets]
allow_env: [STAGE_KEY]
proxy: none
`,
    )

    expect(findingsOf(planned)).toEqual([])
    expect(world.calls()).toBeGreaterThan(0)
  })

  test('may be JSON', async () => {
    const world = await aWorld()

    const planned = await planWith(world, '{"version": 1, "receivers": ["elsewhere.example"]}')

    expect(errorsOf(planned)).toEqual(['HS2014'])
  })

  test.each([
    ['receivers: [a.example]', 1, 1, 'version is missing.', 'Write version: 1, without quotes.'],
    ['version: 2', 1, 10, 'version must be 1.', ''],
    ['version: 1\nreciever: []', 2, 1, 'A policy has no key "reciever".', 'Did you mean "receivers"?'],
    ['version: 1\norigins: { telcasey: [] }', 2, 12, 'origins has no key "telcasey".', 'Did you mean "tellcasey"?'],
    ['version: 1\norigins: { stores: ["http://vault"] }', 2, 21, 'An entry of stores', 'Write an origin such as'],
    ['version: 1\norigins: { stores: ["https://v/path"] }', 2, 21, 'An entry of stores', 'Write an origin such as'],
    ['version: 1\norigins: { stores: ["https://a@v"] }', 2, 21, 'An entry of stores', 'Write an origin such as'],
    ['version: 1\norigins: { stores: ["*"] }', 2, 21, 'An entry of stores', 'Write an origin such as'],
    ['version: 1\nreceivers: ["https://a.example/x"]', 2, 13, 'An entry of receivers', 'Write a host such as'],
    ['version: 1\nreceivers:', 2, 1, 'receivers must be a list.', '[] allows none.'],
    ['version: 1\npaths: [kv]', 2, 8, 'paths must be a map.', ''],
    ['version: 1\nproxy: off', 2, 8, 'proxy must be env or none.', ''],
    ['- version: 1', 1, 1, 'A policy must be a map.', 'Its keys are version, origins'],
    ['version: 1\nversion: 1', 2, 1, '"version" stands twice', ''],
  ])('%j is refused at its place', async (text, line, column, message, hint) => {
    const world = await aWorld()

    const planned = await planWith(world, text)

    const [found] = findingsOf(planned).filter(inPolicy)
    expect(found?.at).toEqual({ file: '../operator/policy.yaml', line, column })
    expect(found?.message).toContain(message)
    expect(found?.hint ?? '').toContain(hint)
    expect(world.calls()).toBe(0)
  })

  test('is named by the environment as well', async () => {
    const world = await aWorld()
    const file = join(world.outside, 'policy.yaml')
    await writeFile(file, 'version: 1\nreceivers: []\n')

    const planned = await world.plan({ env: { HOOKS_SYNC_POLICY: file } })

    expect(errorsOf(planned)).toEqual(['HS2014'])
  })

  test('that is not there is an error, and not no policy', async () => {
    const world = await aWorld()

    const planned = await world.plan({ policy: '../operator/none.yaml' })

    expect(errorsOf(planned)).toEqual(['HS2016'])
    expect(world.calls()).toBe(0)
  })
})

describe('a policy is refused', () => {
  test.each<[string, string, (world: World) => Promise<void>]>([
    ['beside the files', 'envs/policy.yaml', (world) => world.write('envs/policy.yaml', 'version: 1\n')],
    ['above them in the working copy', 'policy.yaml', (world) => world.write('policy.yaml', 'version: 1\n')],
    [
      'by a link that is in the working copy',
      'link.yaml',
      async ({ directory, outside }) => {
        await writeFile(join(outside, 'policy.yaml'), 'version: 1\n')
        await symlink(join(outside, 'policy.yaml'), join(directory, 'link.yaml'))
      },
    ],
    [
      'by a link that leads into the working copy',
      '../operator/link.yaml',
      async ({ directory, outside, write }) => {
        await write('policy.yaml', 'version: 1\n')
        await symlink(join(directory, 'policy.yaml'), join(outside, 'link.yaml'))
      },
    ],
  ])('%s', async (_, name, place) => {
    const world = await openWorld()
    await world.write('envs/webhooks.yaml', caseyFile(world))
    await place(world)

    const planned = await world.plan({ files: ['envs/webhooks.yaml'], policy: name })

    expect(errorsOf(planned)).toEqual(['HS2016'])
    expect(world.calls()).toBe(0)
  })

  test('below files that belong to no working copy', async () => {
    const world = await openWorld()
    await mkdir(join(world.outside, 'files'))
    await writeFile(join(world.outside, 'files/webhooks.yaml'), caseyFile(world))
    await writeFile(join(world.outside, 'files/policy.yaml'), 'version: 1\n')

    const files = ['../operator/files/webhooks.yaml']
    const planned = await world.plan({ files, policy: '../operator/files/policy.yaml' })

    expect(errorsOf(planned)).toEqual(['HS2016'])
  })
})

describe('origins', () => {
  test('let credentials go where no file alone can send them', async () => {
    const world = await openWorld()
    await world.write('webhooks.yaml', caseyFile(world, { base_url: world.evil.origin }))

    const planned = await planWith(world, `version: 1\norigins: { tellcasey: ["${world.evil.origin}"] }\n`)

    expect(errorsOf(planned)).toEqual(['HS4002'])
    expect(world.evil.received.length).toBeGreaterThan(0)
  })

  test.each(['smallest', 'stores'])('of %s are not those of another vendor', async (kind) => {
    const world = await openWorld()
    await world.write('webhooks.yaml', caseyFile(world, { base_url: world.evil.origin }))

    const planned = await planWith(world, `version: 1\norigins: { ${kind}: ["${world.evil.origin}"] }\n`)

    expect(errorsOf(planned)).toEqual(['HS2007'])
    expect(world.evil.received).toEqual([])
  })
})

describe('receivers', () => {
  const policy = 'version: 1\nreceivers: [hooks.example.com, "*.example.net", "hooks.example.org:8443"]\n'

  test.each([
    'https://hooks.example.com/casey',
    'https://HOOKS.example.com/casey',
    'https://a.example.net/casey',
    'https://a.b.example.net/',
    'https://hooks.example.org:8443/',
  ])('list %s', async (url) => {
    const world = await aWorld((own) => caseyFile(own, {}, { url }))

    expect(errorsOf(await planWith(world, policy))).toEqual([])
  })

  test.each([
    'https://evil.example/casey',
    'https://hooks.example.com.evil.example/',
    'https://evilhooks.example.com/',
    'https://hooks.example.com:8443/',
    'https://hooks.example.org/',
    'https://example.net/',
  ])('do not list %s, which is told where it stands', async (url) => {
    const world = await aWorld((own) => caseyFile(own, {}, { url }))

    const planned = await planWith(world, policy)

    expect(findingsOf(planned)).toMatchObject([
      { code: 'HS2014', at: { file: 'webhooks.yaml', line: 9, column: 14 }, provider: 'casey', key: 'hook' },
    ])
    expect(world.calls()).toBe(0)
  })

  test('hold for an endpoint that gets a client secret', async () => {
    const world = await aWorld(
      (own) =>
        `version: 1\nproviders:\n${chat(own)}    webhooks:\n${webhook('hook', {
          app_id: 'app',
          url: 'https://hooks.example.com/',
          events: '[MESSAGE_INBOUND]',
          client_credentials:
            '{ client_id: id, client_secret: "ref+env://HEADER_SECRET", endpoint: "https://evil.example/token" }',
        })}`,
    )

    const planned = await planWith(world, policy)

    expect(findingsOf(planned)).toMatchObject([
      { code: 'HS2014', message: /^client_credentials\.endpoint leads to evil/u },
    ])
  })
})

describe('paths', () => {
  const file = (own: World): string =>
    `version: 1\nproviders:\n${casey(own)}    webhooks: {}\n${voice(own)}    webhooks:\n${webhook('hook', {
      url: 'https://hooks.example.com/',
      headers: '{ X-Key: "ref+vault://kv/hooks//voice/x/#/header" }',
    })}`

  test.each([
    ['{ casey: [TELLCASEY_API_KEY], voice: [SMALLEST_API_KEY, "kv/hooks/voice/*"] }', 0],
    ['{ casey: ["env://TELLCASEY*"], voice: ["env://*", "vault://kv/hooks/voice/x#/header"] }', 0],
    ['{ "*": ["*"] }', 0],
    ['{ casey: ["*"], voice: [SMALLEST_API_KEY, "kv/hooks/voice/x#/other"] }', 1],
    ['{ casey: ["vault://*"], voice: ["*"] }', 1],
    ['{ casey: ["*"] }', 2],
    ['{}', 3],
  ])('%s leave out %i secrets', async (paths, count) => {
    const world = await aWorld(file)

    const planned = await planWith(world, `version: 1\npaths: ${paths}\n`)

    expect(findingsOf(planned).filter(({ code }) => code === 'HS2015')).toHaveLength(count)
    if (count > 0) expect(world.calls()).toBe(0)
  })
})

describe('file_roots', () => {
  const file = (own: World): string => caseyFile(own, { auth: '{ api_key: "ref+file://../operator/keys/casey" }' })

  test('open a directory beside the working copy, and close the working copy itself', async () => {
    const world = await aWorld(file)
    await mkdir(join(world.outside, 'keys'))
    await writeFile(join(world.outside, 'keys/casey'), world.env['TELLCASEY_API_KEY'] ?? '')
    await world.write('token', 'x')

    const policy = 'version: 1\nfile_roots: [keys]\n'
    const opened = await planWith(world, policy)
    await world.write('webhooks.yaml', caseyFile(world, { auth: '{ api_key: "ref+file://token" }' }))
    const closed = await planWith(world, policy)

    expect(errorsOf(opened)).toEqual([])
    expect(errorsOf(closed)).toEqual(['HS2004'])
  })

  test('are what the roots of a store may name; the environment opens them too', async () => {
    const world = await aWorld((own) => `stores: { keys: { backend: file, roots: [../operator/keys] } }\n${file(own)}`)
    await mkdir(join(world.outside, 'keys'))
    await writeFile(join(world.outside, 'keys/casey'), world.env['TELLCASEY_API_KEY'] ?? '')

    expect(errorsOf(await world.plan())).toEqual(['HS2007'])
    expect(errorsOf(await world.plan({ env: { HOOKS_SYNC_FILE_ROOTS: world.outside } }))).toEqual([])
  })
})

test('allow_env lets a text read a variable that looks like a credential', async () => {
  const world = await aWorld((own) => caseyFile(own, {}, { description: '"${env:ROUTING_KEY}"' }))

  const without = await world.plan({ env: { ROUTING_KEY: 'blue' } })
  const planned = await planWith(world, 'version: 1\nallow_env: [ROUTING_*]\n', { ROUTING_KEY: 'blue' })

  expect(errorsOf(without)).toEqual(['HS1010'])
  expect(errorsOf(planned)).toEqual([])
})

test('proxy: none goes past the proxy of the environment', async () => {
  const world = await openWorld()
  await world.write('webhooks.yaml', caseyFile(world, { base_url: world.evil.origin }))
  const origins = `origins: { tellcasey: ["${world.evil.origin}"] }`
  const env = { HTTPS_PROXY: `http://127.0.0.1:${world.evil.port}` }

  await planWith(world, `version: 1\n${origins}\nproxy: none\n`, env)

  expect(world.evil.received.length).toBeGreaterThan(0)
  expect(world.evil.received.join('')).not.toContain('CONNECT')
})

describe('credentials may be shared', () => {
  test('by accounts of one vendor, and a signing secret by several webhooks', async () => {
    const world = await openWorld({ SIGNING: 'a-signing-secret' })
    const hooks = (['one', 'two'] as const).map((key) =>
      webhook(key, {
        app_id: 'app',
        url: `https://hooks.example.com/${key}`,
        events: '[MESSAGE_INBOUND]',
        signing_secret: 'ref+env://SIGNING',
      }),
    )
    const second = chat(world, { project_id: 'other' }).replace('chat:', 'chat-too:')
    await world.write(
      'webhooks.yaml',
      `version: 1\nproviders:\n${chat(world)}    webhooks:\n${hooks.join('')}${second}`,
    )

    expect(errorsOf(await world.plan())).not.toContain('HS2015')
  })
})
