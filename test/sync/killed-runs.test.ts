import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { caseyAccount, doings, fileHead, openWorld, sinchAccount, sinchHook, type World } from './open-world.ts'
import { fast } from './vendor-stories.ts'

const program = new URL('../../dist/cli/main.js', import.meta.url).pathname

let world: World

afterEach(() => world.close())

const before = (): string =>
  fileHead() +
  'providers:\n' +
  sinchAccount(world, sinchHook('changed', 'changed') + sinchHook('gone', 'gone')) +
  caseyAccount(world, casey('conversation.completed'))

const after = (): string =>
  fileHead() +
  'providers:\n' +
  sinchAccount(world, sinchHook('changed', 'moved') + sinchHook('made', 'made')) +
  caseyAccount(world, casey('conversation.completed, conversation.started'))

const casey = (events: string): string => `      conversations:
        url: https://hooks.example.com/casey
        events: [${events}]
        signing_secret: { capture: "ref+age://secrets.age#/casey/signing" }
`

describe.each([
  ['sinch', 'PATCH'],
  ['sinch', 'POST'],
  ['sinch', 'DELETE'],
  ['tellcasey', 'POST'],
  ['tellcasey', 'GET'],
  ['tellcasey', 'DELETE'],
] as const)('a run that is killed while %s has a %s', (vendor, method) => {
  test.each([
    ['before the vendor acts', false],
    ['after the vendor has acted', true],
  ])('is finished by the next one: %s', async (_, commit) => {
    world = await openWorld()
    const stand = world.sandbox.vendors[vendor]
    await world.write('webhooks.yaml', before())
    await world.apply()
    await world.write('webhooks.yaml', after())
    stand.clearLog()
    // The first GET lists before anything is written; the next one comes in the middle of a replace.
    stand.fault({
      kind: 'timeout',
      match: { method, pathIncludes: 'webhooks' },
      after: method === 'GET' ? 1 : 0,
      commit,
    })

    const wasKilled = await runUntilStuck(stand)
    stand.clearFaults()
    const { summary } = await world.apply({ pace: fast })

    expect(wasKilled).toBe(true)
    expect(summary).toMatchObject({ failed: 0, skipped: 0, interrupted: false })
    await expectConverged()
  })
})

/** Starts a run and kills it once the vendor has swallowed a request; false when it came to its end first. */
async function runUntilStuck(stand: { readonly log: readonly { readonly status: number }[] }): Promise<boolean> {
  const child = spawn(process.execPath, [program, 'apply', '--auto-approve', '--quiet'], {
    cwd: world.directory,
    env: { ...process.env, HOME: world.directory, CI: 'true' },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  while (isRunning(child)) {
    if (stand.log.some(({ status }) => status === 0)) {
      child.kill('SIGKILL')
      await ended
      return true
    }
    await wait(5)
  }
  return false
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

async function expectConverged(): Promise<void> {
  expect(doings(await world.plan())).toEqual([])
  const targets = world.sandbox.vendors.sinch.webhooks.all().map(({ target }) => target)
  expect(targets.toSorted()).toEqual(['https://hooks.example.com/made', 'https://hooks.example.com/moved'])
  const live = world.sandbox.vendors.tellcasey.webhooks.all()
  expect(live).toHaveLength(1)
  expect(await world.secret('casey/signing')).toBe(live[0]?.secret)
  expect(Object.values(JSON.parse(await world.read('.hooks-sync/ledger.json')).accounts)).toMatchObject([
    { intents: {} },
    { intents: {} },
  ])
}
