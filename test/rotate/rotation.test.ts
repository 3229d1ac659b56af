import { afterEach, describe, expect, test } from 'vitest'
import { allowNothing } from '../../src/core/plan.ts'
import { renderRotationPlan } from '../../src/report/rotation-text.ts'
import { plain } from '../report/build-plan.ts'
import { doings, type World } from '../sync/open-world.ts'
import { fast } from '../sync/vendor-stories.ts'
import { results, rotateIn, told } from './rotating.ts'
import { heldIn, openStory, stories, storyNamed } from './rotation-stories.ts'

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

describe('a rotation right after another one', () => {
  test('gives up the former secret of the one before, where we choose secrets', async () => {
    const story = storyNamed('Sinch')
    world = await openStory(story)
    await rotateIn(world, [story.id])
    const first = await heldIn(world, story)

    const rotated = await rotateIn(world, [story.id])

    expect(rotated.rotations.rotations[0]?.cutsShort).toMatch(/^\d{4}-/u)
    expect(await heldIn(world, story)).toMatchObject({ previous: first.current })
  })

  test('is refused while the old webhook is live, until that is ended by name', async () => {
    const story = storyNamed('tellcasey')
    world = await openStory(story)
    await rotateIn(world, [story.id], { overlap: 60_000 })

    const refused = await rotateIn(world, [story.id])
    const waiting = await rotateIn(world, [], { resume: true })
    const ended = await rotateIn(world, [story.id], { resume: true, overlap: 0 })

    expect(told(refused.findings)[0]).toMatch(/^HS3025 tellcasey\/inbound: the old webhook .* is live until /u)
    expect(waiting.outcomes).toBeUndefined()
    expect(results(ended)).toEqual([`${story.id} retired`])
    const held = await heldIn(world, story)
    expect(held).toEqual({ current: held.current, pending: undefined, previous: undefined })
    expect(story.signs(world)).toEqual([held.current])
    expect(doings(await world.plan({ pace: fast }))).toEqual([])
  })

  test('leaves to apply the deletion of an old webhook, and removes its secret then', async () => {
    const story = storyNamed('tellcasey')
    world = await openStory(story)
    await rotateIn(world, [story.id], { overlap: 1 })

    await world.apply({ pace: fast })
    const between = await heldIn(world, story)
    const retired = await rotateIn(world, [], { resume: true })

    expect(story.signs(world)).toEqual([between.current])
    expect(results(retired)).toEqual([`${story.id} retired`])
    expect(await heldIn(world, story)).toEqual({ ...between, previous: undefined })
  })
})

describe('guards', () => {
  test('refuse a gap that nobody allowed, and nothing is written', async () => {
    const story = storyNamed('smallest.ai')
    const strict = { ...story, webhooks: story.webhooks.replace(/\n *allow_gap: true/u, '') }
    world = await openStory(strict)
    const kept = (): Promise<readonly string[]> =>
      Promise.all(['secrets.age', '.hooks-sync/ledger.json'].map((name) => world.read(name)))
    const before = await kept()

    const refused = await rotateIn(world, [story.id])
    const after = await kept()
    const allowed = await rotateIn(world, [story.id], {}, { allow: { ...allowNothing, gap: true } })

    const codes = refused.rotations.plan.accounts.flatMap(({ refusals }) => refusals.map(({ code }) => code))
    expect(new Set(codes)).toEqual(new Set(['HS3007']))
    expect([refused.outcomes, results(allowed)]).toEqual([undefined, [`${story.id} rotated`]])
    expect(after).toEqual(before)
  })

  test('what goes before its successor is there is told in that order, and no overlap is offered', async () => {
    const story = storyNamed('smallest.ai')
    world = await openStory(story)

    const { rotations, findings } = await rotateIn(
      world,
      [story.id],
      { dryRun: true },
      {},
      undefined,
      async () => false,
    )

    const steps = renderRotationPlan(rotations, plain)
    expect(steps).toContain('2. delete the old webhook, then make a new one;')
    expect(steps).toContain('5. remove the former secret from the vault')
    expect(findings).toMatchObject([{ code: 'HS3018' }])
    expect(findings[0]).not.toHaveProperty('hint')
  })
})
