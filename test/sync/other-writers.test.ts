import { afterEach, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/core/outcome.ts'
import { allowNothing } from '../../src/core/plan.ts'
import { openWorld, type World, whoIsRefused } from './open-world.ts'
import { fast, faultsOf, fillStories, stories, storyFile, type VendorStory } from './vendor-stories.ts'

const allow = { ...allowNothing, gap: true }

let world: World

afterEach(() => world.close())

describe.each(stories)('somebody else at $vendor', (story) => {
  test('who deletes everything in the middle of a run is found out, and the next run makes it again', async () => {
    await openStory(story)
    const stand = world.sandbox.vendors[story.vendor]
    let hasActed = false
    const emit = (event: RunEvent): void => {
      if (event.type !== 'action_start' || hasActed) return
      hasActed = true
      stand.webhooks.clear()
    }

    const { summary } = await world.apply({ pace: fast, allow, emit })
    const left = await world.plan({ pace: fast })
    await world.apply({ pace: fast, allow })

    const isWhole = left.accounts.every((account) => account.actions.every(({ kind }) => kind === 'keep'))
    expect({ isWhole, claimsAll: summary?.failed === 0 }).toEqual({ isWhole, claimsAll: isWhole })
    expect(await faultsOf(world, story)).toEqual([])
  })

  test('who runs an apply at the same moment is told who holds the lock, and writes nothing', async () => {
    await openStory(story)

    const refused = await whoIsRefused((before) => world.apply({ pace: fast, allow }, before))

    expect(refused).toMatch(/holds the lock/u)
    expect(await faultsOf(world, story)).toEqual([])
  })
})

async function openStory({ vendor, before, after }: VendorStory): Promise<void> {
  world = await openWorld()
  await fillStories(world)
  await world.write('webhooks.yaml', storyFile(world, vendor, before))
  await world.apply({ pace: fast })
  await world.write('webhooks.yaml', storyFile(world, vendor, after))
}
