import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Ran, runProgram } from '../cli/run-program.ts'
import { type CanaryWorld, openCanaryWorld } from './canary-world.ts'

let world: CanaryWorld
let done = 0

beforeAll(async () => {
  world = await openCanaryWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.close())

const apply = ['apply', '--auto-approve', '--verbose', '--report', 'json=a.json']
const rotate = ['rotate', '*/*', '--auto-approve', '--json', '--allow-gap']
const capture = ['import', '--out', 'imported.yaml', '--capture', 'ref+vault://kv/imported', '--verbose']

/** At which request a command crashes: each carries a credential or a secret. */
const moments: readonly (readonly [string, readonly string[], string, string])[] = [
  ['a plan that logs in to the vault', ['plan', '--json'], 'POST', '/login'],
  ['an apply that sends a secret', apply, 'PATCH', '/webhooks/'],
  ['an import that stores secrets', capture, 'POST', 'kv/data/imported'],
  ['a rotation that stages a secret', rotate, 'POST', 'kv/data/'],
]

describe.each(moments)('%s lets no secret out', (_moment, argv, method, path) => {
  test.each(['exception', 'rejection'])('when it crashes by an %s of its own', async (kind) => {
    const ran = await crash(argv, { kind, method, path })

    expect(ran).toMatchObject({ code: 1 })
    expect(ran.stderr).toContain('hooks-sync made a mistake')
    expect(await world.findLeaks(ran)).toEqual([])
    done += 1
  })

  test.each(['SIGKILL', 'SIGTERM'])('when it gets a %s', async (kind) => {
    const ran = await crash(argv, { kind, method, path })

    expect(ran.code ?? ran.signal).not.toBe(0)
    expect(await world.findLeaks(ran)).toEqual([])
    done += 1
  })
})

test('no cell was left out', () => {
  expect(done).toBe(4 * 4)
})

interface Crash {
  readonly kind: string
  readonly method: string
  readonly path: string
}

function crash(argv: readonly string[], how: Crash): Promise<Ran> {
  const preload = `--import=${join(import.meta.dirname, 'crash.mjs')}`
  const env = { ...world.ground.env, NODE_OPTIONS: preload, CANARY_CRASH: JSON.stringify(how) }
  return runProgram(argv, { cwd: world.ground.directory, env })
}
