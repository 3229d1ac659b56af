import { expect, onTestFinished, test } from 'vitest'
import { openWorld, type World } from './open-world.ts'
import { fast, fillStories, stories, storyFile, type VendorStory } from './vendor-stories.ts'

/** Plans and applies; answers with the calls that were expected, and those that the vendor saw. */
async function expectedAndSeen(world: World, { vendor }: VendorStory): Promise<readonly (number | undefined)[]> {
  const { expectedCalls } = await world.plan({ pace: fast })
  world.sandbox.vendors[vendor].clearLog()
  const { plan } = await world.apply({ pace: fast })
  return [expectedCalls, plan.expectedCalls, world.sandbox.vendors[vendor].log.length]
}

test.each(stories)('a plan tells how many calls applying it makes at $vendor', async (story) => {
  const world = await openWorld()
  onTestFinished(() => world.close())
  await fillStories(world)

  const told = []
  for (const webhooks of [story.before, story.after, story.after]) {
    await world.write('webhooks.yaml', storyFile(world, story.vendor, webhooks))
    told.push(await expectedAndSeen(world, story))
  }

  const [made, changed, kept] = told.map(([, , seen]) => seen)
  expect(told).toEqual([made, changed, kept].map((seen) => [seen, seen, seen]))
  expect(changed).toBeGreaterThan(kept ?? 0)
})

test('what is refused or cannot be read is not counted', async () => {
  const world = await openWorld()
  onTestFinished(() => world.close())
  await fillStories(world)
  const [sinch] = stories
  await world.write(
    'webhooks.yaml',
    storyFile(world, 'sinch', sinch?.before.replace('https://hooks', 'http://hooks') ?? ''),
  )

  const plan = await world.plan({ pace: fast })

  expect(plan.accounts.flatMap(({ refusals }) => refusals)).not.toEqual([])
  expect(plan.expectedCalls).toBeUndefined()
})
