import { afterEach, expect, test } from 'vitest'
import { allowNothing } from '../../src/core/plan.ts'
import type { Fault } from '../../src/sandbox/index.ts'
import { openWorld, type World } from './open-world.ts'
import { fast, faultsOf, fillStories, impatient, stories, storyFile, type VendorStory } from './vendor-stories.ts'

const allow = { ...allowNothing, gap: true, recreate: true, maxDeletes: { percent: 100 } }

interface Loss {
  readonly fault: Fault
  readonly unlistedReads: number
}

/** Ways to lose the answer to a write that was done; the last shows what it made only to the third look. */
const losses: readonly [Loss, ...Loss[]] = [
  { fault: { kind: 'reset-after' }, unlistedReads: 0 },
  { fault: { kind: 'status', status: 503, commit: true }, unlistedReads: 0 },
  { fault: { kind: 'timeout', commit: true }, unlistedReads: 0 },
  { fault: { kind: 'reset-after' }, unlistedReads: 2 },
]

let world: World

afterEach(() => world.close())

test.each(stories)('each write of $vendor may lose its answer', async (story) => {
  world = await openWorld()
  await fillStories(world)
  const stand = world.sandbox.vendors[story.vendor]
  await settle(story, 'before')
  stand.clearLog()
  await settle(story, 'after')
  const writes = writesOf(stand.log)
  const wrong: string[] = []
  for (const [at, { method, before }] of writes.entries()) {
    await settle(story, 'before')
    const { fault, unlistedReads } = losses[at % losses.length] ?? losses[0]
    stand.setSwitch('list_lag_reads', unlistedReads)
    stand.fault({ ...fault, match: { method, pathIncludes: 'webhook' }, after: before })
    await world.write('webhooks.yaml', storyFile(world, story.vendor, story.after))
    const { summary } = await world.apply({ pace: fault.kind === 'timeout' ? impatient : fast, allow })
    const hit = stand.log.some((entry) => entry.fault !== undefined)
    stand.clearFaults()
    stand.clearLog()
    stand.setSwitch('list_lag_reads', 0)
    if (summary === undefined || summary.failed + summary.skipped > 0) await world.apply({ pace: fast, allow })
    const found = await faultsOf(world, story)
    if (!hit || found.length > 0)
      wrong.push(`${method} ${before + 1}, ${fault.kind}: ${hit ? found.join('; ') : 'not hit'}`)
  }

  expect(writes.length).toBeGreaterThan(3)
  expect(wrong).toEqual([])
})

async function settle(story: VendorStory, part: 'before' | 'after'): Promise<void> {
  await world.write('webhooks.yaml', storyFile(world, story.vendor, story[part]))
  const { summary } = await world.apply({ pace: fast, allow })
  if (summary === undefined || summary.failed + summary.skipped > 0) throw new Error(`${part} cannot be settled.`)
}

/** Lists the writes of a run, each with how many of its method came before it. */
function writesOf(log: readonly { readonly method: string; readonly path: string }[]) {
  const counts = new Map<string, number>()
  return log
    .filter(({ method, path }) => method !== 'GET' && path.includes('webhook'))
    .map(({ method }) => {
      const before = counts.get(method) ?? 0
      counts.set(method, before + 1)
      return { method, before }
    })
}
