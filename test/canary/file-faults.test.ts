import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Encrypter } from 'age-encryption'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CanaryWorld, openCanaryWorld } from './canary-world.ts'
import { identityFile } from './config-text.ts'
import { secretValue } from './ground.ts'

let world: CanaryWorld
let done = 0

beforeAll(async () => {
  world = await openCanaryWorld()
})
beforeEach(async () => {
  await world.reset()
  // Vendors repeat nothing here: a secret that cannot be read cannot be recognized where a vendor shows it.
  const { smallest, tellcasey } = world.ground.sandbox.vendors
  for (const { id } of smallest.webhooks.all()) smallest.webhooks.edit(id, { description: 'Calls' })
  for (const { id } of tellcasey.webhooks.all()) tellcasey.webhooks.edit(id, { description: 'Calls' })
})
afterAll(() => world.close())

const secret = secretValue('sendblue_signing')
const ref = 'ref+age://secrets.age#/sendblue_signing'

const commands: readonly (readonly [string, ...string[]])[] = [
  ['plan', '--verbose', '--report', 'text=a.txt', '--report', 'markdown=a.md'],
  ['apply', '--auto-approve', '--json', '--verbose'],
  ['rotate', '*/*', '--auto-approve', '--verbose'],
  ['secrets', 'check', '--write', '--verbose'],
  ['secrets', 'list', 'ref+age://secrets.age'],
  ['secrets', 'set', ref, '--verbose'],
]

/** What may be wrong with the local vault; each leaves files that hold secrets in another way than they should. */
const faults: readonly (readonly [string, (paths: Paths) => Promise<void>])[] = [
  ['is cut off', async ({ vault }) => writeFile(vault, (await readFile(vault)).subarray(0, 200))],
  ['was changed by hand', ({ vault }) => changeLetter(vault)],
  [
    'holds what is no YAML',
    ({ vault, identity }) => encrypt(vault, identity, `sendblue_signing: "${secret}\n  - [${secret}`),
  ],
  ['holds a text alone', ({ vault, identity }) => encrypt(vault, identity, secret)],
  ['holds a list', ({ vault, identity }) => encrypt(vault, identity, `- "x"\n- ${JSON.stringify(secret)}\n`)],
  [
    'holds the name twice',
    ({ vault, identity }) => {
      const line = `sendblue_signing: ${JSON.stringify(secret)}\n`
      return encrypt(vault, identity, line + line)
    },
  ],
  [
    'has an identity with a letter too many',
    async ({ identity }) => writeFile(identity, `${await readIdentity(identity)}Q\n`),
  ],
  [
    'has two words for an identity',
    async ({ identity }) => writeFile(identity, `key: ${await readIdentity(identity)}\n`),
  ],
  ['has an identity that others may read', ({ identity }) => chmod(identity, 0o644)],
  ['has no identity', ({ identity }) => rm(identity)],
  [
    'is a directory',
    async ({ vault }) => {
      await rm(vault)
      await mkdir(vault)
    },
  ],
]

describe.each(commands.map((argv) => [argv.join(' '), argv] as const))('%s lets no secret out', (_name, argv) => {
  test.each(faults)('when the vault %s', async (_fault, damage) => {
    await damage(pathsOf(world))

    const ran = await world.run(argv, { stdin: secret })

    expect(ran.stdout + ran.stderr).not.toBe('')
    expect(await world.findLeaks(ran)).toEqual([])
    done += 1
  })
})

test('no cell was left out', () => {
  expect(done).toBe(6 * 11)
})

interface Paths {
  readonly vault: string
  readonly identity: string
}

function pathsOf({ ground }: CanaryWorld): Paths {
  return { vault: join(ground.directory, 'secrets.age'), identity: join(ground.env['HOME'] ?? '', identityFile) }
}

async function readIdentity(path: string): Promise<string> {
  return /AGE-SECRET-KEY-\S+/u.exec(await readFile(path, 'utf8'))?.[0] ?? ''
}

async function changeLetter(path: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  const place = Math.floor(text.length * 0.8)
  const other = text[place] === 'A' ? 'B' : 'A'
  await writeFile(path, text.slice(0, place) + other + text.slice(place + 1))
}

async function encrypt(path: string, identity: string, text: string): Promise<void> {
  const { identityToRecipient } = await import('age-encryption')
  const encrypter = new Encrypter()
  encrypter.addRecipient(await identityToRecipient(await readIdentity(identity)))
  await writeFile(path, await encrypter.encrypt(text))
}
