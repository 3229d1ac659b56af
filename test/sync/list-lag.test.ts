import { afterEach, describe, expect, test } from 'vitest'
import { doings, openWorld, type World } from './open-world.ts'
import { fast, fillStories, receiversOf, stories, storyFile, type VendorStory } from './vendor-stories.ts'

let world: World

afterEach(() => world.close())

// Sendblue keeps one document for all: what was written to it is confirmed by reading just that.
const lagging = stories.filter(({ vendor }) => vendor !== 'sendblue')

describe.each(lagging)('where $vendor lists a webhook long after it was made', (story) => {
  test('nothing is made a second time', async () => {
    await openStory(story)
    await world.apply({ pace: fast })
    const made = receiversOf(world.sandbox.vendors[story.vendor])

    const plan = await world.plan({ pace: fast })
    const { summary } = await world.apply({ pace: fast })

    expect(doings(plan)).toEqual([])
    expect(summary?.writes).toBe(0)
    expect(receiversOf(world.sandbox.vendors[story.vendor])).toEqual(made)
  })
})

describe.each(lagging)('what somebody deleted at $vendor', ({ vendor, before }) => {
  test('is made again once, and its former id is forgotten', async () => {
    world = await openWorld()
    await fillStories(world)
    await world.write('webhooks.yaml', storyFile(world, vendor, before))
    await world.apply({ pace: fast })
    const made = receiversOf(world.sandbox.vendors[vendor])
    const former = world.sandbox.vendors[vendor].webhooks.all().map(({ id }) => id)
    world.sandbox.vendors[vendor].webhooks.clear()

    await world.apply({ pace: fast })
    const { calls } = await world.plan({ pace: fast })
    const ledger = await world.read('.hooks-sync/ledger.json')

    expect(receiversOf(world.sandbox.vendors[vendor])).toEqual(made)
    expect(former.filter((id) => ledger.includes(id))).toEqual([])
    expect(calls).toBe(vendor === 'sinch' ? 2 : 1)
  })
})

async function openStory({ vendor, before }: VendorStory): Promise<void> {
  world = await openWorld({ switches: { [vendor]: { list_lag_ms: 60_000 } } })
  await fillStories(world)
  await world.write('webhooks.yaml', storyFile(world, vendor, before))
}
