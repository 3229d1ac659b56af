import { afterEach, describe, expect, test } from 'vitest'
import { doings, type World } from '../sync/open-world.ts'
import { fast } from '../sync/vendor-stories.ts'
import { results, rotateIn, told } from './rotating.ts'
import { heldIn, openStory, stories } from './rotation-stories.ts'

let world: World

afterEach(() => world.close())

describe.each(stories)('a rotation of $name', (story) => {
  test('ends with a new secret at the vendor and in the vault, the former one beside it', async () => {
    world = await openStory(story)
    const before = await heldIn(world, story)

    const rotated = await rotateIn(world, [story.id], { overlap: 60_000 })

    expect(told(rotated.findings).filter((line) => !/^HS30(18|22)/u.test(line))).toEqual([])
    expect(world.events.filter(({ type }) => type.endsWith('failed'))).toEqual([])
    expect(results(rotated)).toEqual([`${story.id} rotated`])
    const held = await heldIn(world, story)
    expect(held.current).not.toBe(before.current)
    expect(held.pending).toBeUndefined()
    expect(held.previous).toBe(before.current)
    expect(new Set(story.signs(world))).toContain(held.current)
    expect(doings(await world.plan({ pace: fast }))).toEqual([])
    expect((await world.drift({ pace: fast })).findings).toEqual([])
  })

  test('is over once the former secret is removed', async () => {
    world = await openStory(story)

    await rotateIn(world, [story.id], { overlap: 1 })
    const resumed = await rotateIn(world, [], { resume: true })
    const again = await rotateIn(world, [], { resume: true })

    expect(results(resumed)).toEqual([`${story.id} retired`])
    expect(again.rotations.rotations).toEqual([])
    const held = await heldIn(world, story)
    expect(held).toEqual({ current: held.current, pending: undefined, previous: undefined })
    expect(new Set(story.signs(world))).toEqual(new Set([held.current]))
    expect(await world.read('.hooks-sync/ledger.json')).not.toContain('"rotation"')
    expect(doings(await world.plan({ pace: fast }))).toEqual([])
  })
})
