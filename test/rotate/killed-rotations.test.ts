import { afterEach, describe, expect, test } from 'vitest'
import { doings, type World } from '../sync/open-world.ts'
import { fast } from '../sync/vendor-stories.ts'
import { rotateUntil } from './killed-rotations.ts'
import { results, rotateIn } from './rotating.ts'
import { heldIn, openStory, type RotationStory, stories, storyNamed } from './rotation-stories.ts'

let world: World

afterEach(() => world.close())

/** More than any rotation has. */
const never = 1000

describe.each([
  ...stories.map((story) => ({ name: story.name, story, overlap: 0 })),
  { name: 'tellcasey with an overlap', story: storyNamed('tellcasey'), overlap: 1 },
])('a rotation of $name that is killed', ({ story, overlap }) => {
  test('before any of its effects is finished by the next run', async () => {
    world = await openStory(story)
    const vault = await watchVault(story)
    const whole = await rotateUntil(world, never, [story.id], { overlap }, vault.check)
    await retire(story)
    expect(whole.done.length).toBeGreaterThan(5)

    for (let kill = 1; kill <= whole.done.length; kill += 1) {
      const next = whole.done[kill - 1] ?? ''
      const before = await heldIn(world, story)
      const killed = await rotateUntil(world, kill, [story.id], { overlap }, vault.check)
      const waiting = await heldIn(world, story)

      const finished = await rotateUntil(world, never, [story.id], { overlap }, vault.check)
      await retire(story)

      expect(killed.wasKilled, next).toBe(true)
      expect(finished.rotated && results(finished.rotated), next).toEqual([expect.stringContaining(story.id)])
      const held = await heldIn(world, story)
      expect(held, next).toEqual({ current: held.current, pending: undefined, previous: undefined })
      expect(held.current, next).not.toBe(before.current)
      if (waiting.pending !== undefined) expect(held.current, next).toBe(waiting.pending)
      expect(new Set(story.signs(world)), next).toEqual(new Set([held.current]))
      expect(doings(await world.plan({ pace: fast })), next).toEqual([])
    }
  })
})

async function retire(story: RotationStory): Promise<void> {
  if ((await heldIn(world, story)).previous !== undefined) await rotateIn(world, [], { resume: true })
}

/**
 * Watches that the vault holds whatever the vendor signs with. What the vendor itself has just made cannot be there at
 * once; what was there must stay for as long as the vendor signs with it.
 */
async function watchVault(story: RotationStory): Promise<{ readonly check: () => Promise<void> }> {
  const known = new Set(Object.values(await heldIn(world, story)))
  return {
    check: async () => {
      const held = new Set(Object.values(await heldIn(world, story)))
      for (const value of held) known.add(value)
      const lacking = story.signs(world).filter((secret) => !held.has(secret))
      expect(story.kind === 'made' ? lacking.filter((secret) => known.has(secret)) : lacking).toEqual([])
    },
  }
}
