import { openWorld, type World } from '../test/sync/open-world.ts'
import { fast, fillStories, storyFile, type VendorStory } from '../test/sync/vendor-stories.ts'

/** Opens a world in which the first file of a story is applied. */
export async function openStory(story: VendorStory): Promise<World> {
  const world = await openWorld({ vendors: [story.vendor] })
  await fillStories(world)
  await world.write('webhooks.yaml', storyFile(world, story.vendor, story.before))
  await world.apply({ pace: fast })
  return world
}
