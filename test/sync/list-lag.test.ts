import { afterEach, describe, expect, test } from 'vitest'
import { doings, openWorld, type World } from './open-world.ts'
import { fast, fillStories, receiversOf, stories, storyFile, storyOf, type VendorStory } from './vendor-stories.ts'

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

describe('where Sendblue shows an entry long after it was added', () => {
  const sendblue = storyOf('sendblue')
  const reached = (): readonly string[] => receiversOf(world.sandbox.vendors.sendblue)
  const told = (): readonly string[] =>
    world.events.flatMap((event) => (event.type === 'action_failed' ? [`${event.key} ${event.failure.code}`] : []))

  test('it is waited for and not added a second time, and owned once it shows', async () => {
    await openStory(sendblue)
    await world.apply({ pace: fast })
    const added = reached()
    world.forgetEvents()

    const planned = await world.plan({ pace: fast })
    const again = await world.apply({ pace: fast })

    expect(again.summary).toMatchObject({ writes: 0, done: { create: 0 } })
    expect(told()).toEqual(['changed HS4007', 'gone HS4007'])
    expect(reached()).toEqual(added)
    expect(planned.accounts[0]?.diagnostics.map(({ code, key }) => `${key} ${code}`)).toEqual([
      'changed HS4007',
      'gone HS4007',
    ])

    world.sandbox.vendors.sendblue.setSwitch('list_lag_ms', 0)
    await world.apply({ pace: fast })

    expect(doings(await world.plan({ pace: fast }))).toEqual([])
    expect(reached()).toEqual(added)
    expect(await world.read('.hooks-sync/ledger.json')).not.toContain('accepted')
  })

  test('it is added again once it was waited for long enough', async () => {
    await openStory(sendblue)
    await world.apply({ pace: fast })
    world.sandbox.vendors.sendblue.webhooks.clear()
    world.sandbox.vendors.sendblue.setSwitch('list_lag_ms', 0)
    const later = { ...fast, clock: { now: () => Date.now() + 11 * 60_000, wait: () => Promise.resolve() } }

    const soon = await world.apply({ pace: fast })
    const late = await world.apply({ pace: later })

    expect([soon.summary?.done.create, late.summary?.done.create]).toEqual([0, 2])
    expect(doings(await world.plan({ pace: fast }))).toEqual([])
  })
})

async function openStory({ vendor, before }: VendorStory): Promise<void> {
  world = await openWorld({ switches: { [vendor]: { list_lag_ms: 60_000 } } })
  await fillStories(world)
  await world.write('webhooks.yaml', storyFile(world, vendor, before))
}
