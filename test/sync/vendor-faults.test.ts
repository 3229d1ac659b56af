import { afterEach, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/core/outcome.ts'
import { allowNothing } from '../../src/core/plan.ts'
import type { Fault } from '../../src/sandbox/index.ts'
import { openWorld, type World } from './open-world.ts'
import { fast, faultsOf, fillStories, stories, storyFile, type VendorStory } from './vendor-stories.ts'

const allow = { ...allowNothing, gap: true }

/** What hits the run, and after how many requests of the method. */
const faults: readonly (readonly [string, Fault])[] = [
  ['loses the answer to a POST', { kind: 'reset-after', match: { method: 'POST' }, after: 1 }],
  ['does a POST and answers 500', { kind: 'status', status: 500, commit: true, match: { method: 'POST' }, after: 1 }],
  ['does a POST and answers rubbish', { kind: 'garbage', commit: true, match: { method: 'POST' }, after: 1 }],
  ['forbids every POST', { kind: 'status', status: 403, match: { method: 'POST' }, after: 1, times: 100 }],
  ['wants a pause', { kind: 'rate-limit', retryAfter: 'seconds', seconds: 20, times: 4, after: 2 }],
  ['breaks down after the third request', { kind: 'reset-before', after: 3, times: 100 }],
  ['shows the page of a proxy for every DELETE', { kind: 'html', match: { method: 'DELETE' }, times: 100 }],
  ['does every PATCH and cuts the answer off', { kind: 'truncated', match: { method: 'PATCH' }, times: 100 }],
  ['forgets for a moment what it has', { kind: 'status', status: 404, after: 3 }],
]

let world: World

afterEach(() => world.close())

describe.each(stories)('a run while $vendor', (story) => {
  test.each(faults)('%s tells the truth, and the next one does the rest', async (_, fault) => {
    await openStory(story)
    world.sandbox.vendors[story.vendor].fault(fault)

    const { plan, summary } = await world.apply({ pace: fast, allow })
    const codes = failureCodes(world.events)
    world.sandbox.vendors[story.vendor].clearFaults()

    const unread = plan.diagnostics.filter(({ severity }) => severity === 'error')
    const claimsAll = unread.length === 0 && summary?.failed === 0 && summary.skipped === 0
    if (!claimsAll) await world.apply({ pace: fast, allow })
    expect(await faultsOf(world, story)).toEqual([])
    expect(codes.filter((code) => !code.startsWith('HS4'))).toEqual([])
    expect(unread.map(({ code }) => code).filter((code) => !code.startsWith('HS4'))).toEqual([])
  })
})

async function openStory({ vendor, before, after }: VendorStory): Promise<void> {
  world = await openWorld()
  await fillStories(world)
  await world.write('webhooks.yaml', storyFile(world, vendor, before))
  await world.apply({ pace: fast })
  await world.write('webhooks.yaml', storyFile(world, vendor, after))
  world.forgetEvents()
}

function failureCodes(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'action_failed' ? [event.failure.code] : []))
}
