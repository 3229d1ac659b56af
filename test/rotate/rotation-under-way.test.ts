import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { Plan } from '../../src/core/plan.ts'
import { doings, type World } from '../sync/open-world.ts'
import { fast } from '../sync/vendor-stories.ts'
import { rotateUntil } from './killed-rotations.ts'
import { results, rotateIn } from './rotating.ts'
import { heldIn, oldSecret, openStory, type RotationStory, stories, storyNamed } from './rotation-stories.ts'

let world: World

afterEach(() => world.close())

describe.each(stories.filter(({ kind }) => kind === 'chosen'))('a rotation of $name that is under way', (story) => {
  test('is left alone by plan, drift and apply, and finished by rotate', async () => {
    world = await openStory(story)
    const whole = await effectsOf(story)
    await rotateUntil(world, whole.lastIndexOf('ledger put-entry'), [story.id], {})
    const { pending } = await heldIn(world, story)
    expect(new Set(story.signs(world))).toEqual(new Set([pending]))

    const planned = await world.plan({ pace: fast })
    const drifted = await world.drift({ pace: fast })
    const applied = await world.apply({ pace: fast })

    expect(doings(planned)).toEqual([])
    expect(advice(planned)).toEqual([`HS3024 Go on with: hooks-sync rotate --resume '${story.id}'`])
    expect(drifted.findings).toEqual([])
    expect(applied.summary).toMatchObject({ writes: 0, failed: 0 })
    expect(new Set(story.signs(world))).toEqual(new Set([pending]))
    expect(await heldIn(world, story)).toMatchObject({ pending })
    expect(results(await rotateIn(world, [], { resume: true }))).toEqual([`${story.id} rotated`])
    expect(await heldIn(world, story)).toMatchObject({ current: pending, pending: undefined })
    expect(advice(await world.plan({ pace: fast }))).toEqual([])
  })
})

test('another change is applied while a secret is being rotated, and does not touch it', async () => {
  const story = storyNamed('Sinch')
  world = await openStory(story)
  const whole = await effectsOf(story)
  await rotateUntil(world, whole.lastIndexOf('ledger put-entry'), [story.id], {})
  const { pending } = await heldIn(world, story)
  await world.write('webhooks.yaml', (await world.read('webhooks.yaml')).replace('MESSAGE_INBOUND', 'MESSAGE_DELIVERY'))

  const { summary } = await world.apply({ pace: fast })

  expect(summary).toMatchObject({ failed: 0, done: { update: 1 } })
  expect(story.signs(world)).toEqual([pending])
  expect(results(await rotateIn(world, [story.id]))).toEqual([`${story.id} rotated`])
  expect(doings(await world.plan({ pace: fast }))).toEqual([])
})

test.each(['Sinch', 'Bird', 'Sendblue'])('a %s rotation goes on without the ledger it began with', async (name) => {
  const story = storyNamed(name)
  world = await openStory(story)
  const whole = await effectsOf(story)
  await rotateUntil(world, whole.lastIndexOf('vault edit'), [story.id], {})
  const { pending } = await heldIn(world, story)
  await rm(join(world.directory, '.hooks-sync'), { recursive: true })

  const rotated = await rotateIn(world, [story.id])

  expect(pending).toBeDefined()
  expect(results(rotated)).toEqual([`${story.id} rotated`])
  expect(await heldIn(world, story)).toMatchObject({ current: pending, pending: undefined })
  expect(new Set(story.signs(world))).toEqual(new Set([pending]))
})

test.each(['Sinch', 'Bird', 'Sendblue', 'the account-wide secret of Sendblue'])(
  'a rotation of %s is left alone by an apply without the ledger it began with',
  async (name) => {
    const story = storyNamed(name)
    world = await openStory(story)
    const whole = await effectsOf(story)
    await rotateUntil(world, whole.lastIndexOf('ledger put-entry'), [story.id], {})
    const { current, pending } = await heldIn(world, story)
    await rm(join(world.directory, '.hooks-sync'), { recursive: true })

    const { plan, summary } = await world.apply({ pace: fast })

    expect(advice(plan)).toEqual([`HS3024 Go on with: hooks-sync rotate --resume '${story.id}'`])
    expect(summary).toMatchObject({ writes: 0, failed: 0 })
    expect(new Set(story.signs(world))).toEqual(new Set([pending]))
    expect(results(await rotateIn(world, [], { resume: true }))).toEqual([`${story.id} rotated`])
    expect(await heldIn(world, story)).toMatchObject({ current: pending, pending: undefined, previous: current })
    expect(advice(await world.plan({ pace: fast }))).toEqual([])
  },
)

test('what lies beside a secret and is that of another webhook is no value to come', async () => {
  const story = storyNamed('Sinch')
  world = await openStory(story)
  await world.setSecret('keys/ours_pending', 'canary-other-0123456789')
  const file = (await world.read('webhooks.yaml')).replace(
    'events: [OPT_IN]',
    'events: [OPT_IN], signing_secret: "ref+age://./secrets.age#/keys/ours_pending"',
  )
  await world.write('webhooks.yaml', file)
  await world.setSecret('keys/ours', 'canary-changed-0123456789')

  const { plan } = await world.apply({ pace: fast })

  expect(advice(plan)).toEqual([])
  expect(story.signs(world).toSorted()).toEqual(['canary-changed-0123456789', 'canary-other-0123456789'])
})

test('a webhook that is made while a value to come lies ready gets the one in use', async () => {
  const story = storyNamed('Sinch')
  world = await openStory(story)
  await world.setSecret('keys/ours_pending', 'canary-ready-0123456789')
  const { webhooks } = world.sandbox.vendors.sinch
  webhooks.remove(webhooks.all().find(({ secret }) => secret !== undefined)?.id ?? '')

  const { summary } = await world.apply({ pace: fast })

  expect(summary).toMatchObject({ failed: 0, done: { create: 1 } })
  expect(story.signs(world)).toEqual([oldSecret])
})

test('a part that an apply makes anew meanwhile gets the new secret as well, though nobody can see which it has', async () => {
  const story = storyNamed('Bird')
  world = await openStory(story)
  const whole = await effectsOf(story)
  await rotateUntil(world, whole.lastIndexOf('ledger put-entry'), [story.id], {})
  const { webhooks } = world.sandbox.vendors.bird
  webhooks.remove(webhooks.all().find(({ signingKey }) => signingKey !== undefined)?.id ?? '')

  const { summary } = await world.apply({ pace: fast })
  await rotateIn(world, [story.id])

  expect(summary).toMatchObject({ failed: 0 })
  const { current } = await heldIn(world, story)
  expect(story.signs(world)).toEqual([current, current])
})

test('a reference that was changed meanwhile means another secret', async () => {
  const story = storyNamed('Sinch')
  world = await openStory(story)
  await rotateUntil(world, 3, [story.id], {})
  await world.setSecret('keys/other', 'canary-other-0123456789')
  await world.write('webhooks.yaml', (await world.read('webhooks.yaml')).replace('#/keys/ours', '#/keys/other'))

  const { plan, summary } = await world.apply({ pace: fast })

  expect(advice(plan)).toEqual([])
  expect(summary).toMatchObject({ failed: 0, done: { update: 1 } })
  expect(story.signs(world)).toEqual(['canary-other-0123456789'])
})

test('whatever runs die in whatever order, the next one comes to an end with one new secret', async () => {
  const story = storyNamed('Sinch')
  world = await openStory(story)
  const run = fc.oneof(
    fc.record({ does: fc.constant('rotate' as const), kill: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ does: fc.constant('resume' as const), kill: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ does: fc.constant('apply' as const) }),
  )

  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 4 }), async (runs) => {
      const staged = new Set<string>()
      const watch = async (): Promise<void> => {
        const { current, pending, previous } = await heldIn(world, story)
        if (pending !== undefined) staged.add(pending)
        expect([current, pending, previous]).toEqual(expect.arrayContaining([...story.signs(world)]))
      }
      for (const one of runs) {
        if (one.does === 'apply') await world.apply({ pace: fast })
        else await rotateUntil(world, one.kill, [story.id], { resume: one.does === 'resume' }, watch)
      }
      await rotateIn(world, [story.id], { resume: true })

      const held = await heldIn(world, story)
      expect(held.pending).toBeUndefined()
      expect(story.signs(world)).toEqual([held.current])
      expect(doings(await world.plan({ pace: fast }))).toEqual([])
    }),
    { numRuns: 8, endOnFailure: true },
  )
})

test('a secret that a killed run has made is never made twice', async () => {
  const story = storyNamed('Sinch')
  world = await openStory(story)
  await rotateUntil(world, 2, [story.id], {})
  const first = await heldIn(world, story)

  await rotateUntil(world, 4, [story.id], {})
  const second = await heldIn(world, story)

  expect(first).toMatchObject({ current: oldSecret, pending: expect.any(String) })
  expect(second).toEqual(first)
})

test('what is written down holds no secret', async () => {
  const story = storyNamed('Bird')
  world = await openStory(story)
  await rotateIn(world, [story.id])
  const { current = '' } = await heldIn(world, story)

  const ledger = await readFile(join(world.directory, '.hooks-sync/ledger.json'), 'utf8')

  expect(JSON.stringify(world.events) + ledger).not.toContain(oldSecret)
  expect(JSON.stringify(world.events) + ledger).not.toContain(current)
})

/** The effects of a rotation from its beginning to the promoted secret, in a world of its own. */
async function effectsOf(story: RotationStory): Promise<readonly string[]> {
  const other = await openStory(story)
  const { done } = await rotateUntil(other, 1000, [story.id], {})
  await other.close()
  return done
}

function advice(plan: Plan): readonly string[] {
  return plan.accounts
    .flatMap(({ diagnostics }) => diagnostics)
    .filter(({ code }) => code === 'HS3024')
    .map(({ code, hint = '' }) => `${code} ${hint}`)
}
