import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { importWebhooks } from '../../src/import/import-webhooks.ts'
import { makeOptions, type SyncOptions } from '../../src/run/options.ts'
import { rotate } from '../../src/run/rotate/rotate-project.ts'
import { apply, drift, plan } from '../../src/sync.ts'
import { type CanaryWorld, openCanaryWorld } from './canary-world.ts'
import { vendors } from './config-text.ts'
import { faults } from './faults.ts'
import type { Arrived } from './front.ts'
import { inHaste } from './run-here.ts'

const anything = (): boolean => true
const writes = ({ method, path }: Arrived): boolean => method !== 'GET' && !path.includes('oauth2')
const reads = ({ method, path }: Arrived): boolean => method === 'GET' && path.startsWith('/v1/kv/')

type Step = (options: SyncOptions) => Promise<unknown>

/** What a program that uses the library is told when something fails. */
const steps: readonly (readonly [string, Step, (arrived: Arrived) => boolean])[] = [
  ['plan', async (options) => (await plan(options)).diagnostics, anything],
  ['drift', async (options) => (await drift(options)).plan.diagnostics, anything],
  ['apply', async (options) => (await apply(options, (made) => Promise.resolve(made))).summary, writes],
  [
    'import',
    async (options) => (await importWebhooks({ ...options, accounts: [], adopt: false })).diagnostics,
    anything,
  ],
  [
    'rotate',
    async (options) => {
      const wish = { globs: ['*/*'], excludes: [], resume: false, dryRun: false }
      const { findings, outcomes } = await rotate(options, wish, () => Promise.resolve(true))
      return { findings, outcomes }
    },
    writes,
  ],
]

/** Those that are worded each in its own way. */
const worded = faults.filter(({ name }) => /^(?:401|429|.*reset|.*cut off)$/u.test(name))

let world: CanaryWorld
let done = 0

beforeAll(async () => {
  world = await openCanaryWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.close())

describe.each(steps)('what %s tells a program holds no secret', (_name, step, hits) => {
  test.each(worded.map((fault, number) => [fault.name, fault, number] as const))(
    'when vendors answer with %s',
    async (_fault, fault, number) => {
      await world.cause({ at: vendors, fault, hits, firstPair: number })

      expect(await world.findLeaks({ told: await tell(step) })).toEqual([])
      expect(world.struck()).toBeGreaterThan(0)
      done += 1
    },
  )

  test.each(worded.map((fault, number) => [fault.name, fault, number] as const))(
    'when the vault answers with %s',
    async (_fault, fault, number) => {
      await world.cause({ at: ['vault'], fault, hits: number % 2 === 0 ? anything : reads, firstPair: number })

      expect(await world.findLeaks({ told: await tell(step) })).toEqual([])
      expect(world.struck()).toBeGreaterThan(0)
      done += 1
    },
  )
})

test('no cell was left out', () => {
  expect(done).toBe(5 * 2 * 4)
})

/** Does one step and returns all that it rejects with or resolves to, down to what is hidden. */
async function tell(step: Step): Promise<string> {
  const { directory, env } = world.ground
  const events: unknown[] = []
  const emit: SyncOptions['emit'] = (event) => {
    if (event.type === 'action_failed' || event.type === 'action_skipped') events.push(event.failure)
  }
  const options = makeOptions({ cwd: directory, homeDir: env['HOME'] ?? '', env, emit })
  const said = await inHaste(() => step(options)).catch((error: unknown) => error)
  return inspect([said, events], { depth: Number.POSITIVE_INFINITY, showHidden: true })
}
