import { afterEach, expect, test } from 'vitest'
import { openWorld, type World } from './open-world.ts'
import { fast, faultsOf, fillStories, impatient, storyFile, storyOf } from './vendor-stories.ts'

const story = storyOf('tellcasey')

let world: World

afterEach(() => world.close())

test('a stop ends the wait for a vendor that wants a long pause', async () => {
  await openStory()
  const stop = new AbortController()
  const { tellcasey } = world.sandbox.vendors
  tellcasey.fault({ kind: 'rate-limit', retryAfter: 'seconds', seconds: 90, times: 10, match: { method: 'POST' } })

  const running = world.apply({ stop: stop.signal, pace: { graceMs: 10 } })
  await until(() => tellcasey.log.some(({ status }) => status === 429))
  stop.abort()
  const { summary } = await running

  tellcasey.clearFaults()
  expect(summary).toMatchObject({ interrupted: true, writes: 0, done: { create: 0 } })
  expect(failures()).toEqual(['made HS6005', 'changed HS6005'].toSorted())
  await expectNextRunFinishes()
})

test('a stop while a webhook is being made still puts its secret into the vault', async () => {
  await openStory()
  const stop = new AbortController()
  const { tellcasey } = world.sandbox.vendors
  tellcasey.setSwitch('latency_ms', 50)

  const running = world.apply({ stop: stop.signal, pace: fast })
  await until(() => world.events.some((event) => event.type === 'action_start'))
  stop.abort()
  const { summary } = await running

  expect(summary).toMatchObject({ interrupted: true, failed: 0, done: { create: 1, replace: 0, delete: 0 } })
  const made = tellcasey.webhooks.all().find(({ url }) => url.endsWith('/made'))
  expect(await world.secret('captured/made')).toBe(made?.secret)
  expect(skipped()).toEqual([
    'changed The run was interrupted when this was done in part; that part is recorded.',
    'gone The run was interrupted before this was begun.',
  ])
  await expectNextRunFinishes()
})

test('a create whose answer is lost is not sent again after a stop', async () => {
  await openStory()
  const stop = new AbortController()
  const { tellcasey } = world.sandbox.vendors
  tellcasey.fault({ kind: 'timeout', times: 10, match: { method: 'POST' } })
  tellcasey.clearLog()

  const running = world.apply({ stop: stop.signal, pace: impatient })
  await until(() => tellcasey.log.some(({ method }) => method === 'POST'))
  stop.abort()
  await running
  const posts = tellcasey.log.filter(({ method }) => method === 'POST')
  tellcasey.clearFaults()

  expect(posts.length).toBeLessThanOrEqual(2)
  await expectNextRunFinishes()
})

async function openStory(): Promise<void> {
  world = await openWorld()
  await fillStories(world)
  await world.write('webhooks.yaml', storyFile(world, story.vendor, story.before))
  await world.apply({ pace: fast })
  await world.write('webhooks.yaml', storyFile(world, story.vendor, story.after))
  world.forgetEvents()
}

async function expectNextRunFinishes(): Promise<void> {
  const { summary } = await world.apply({ pace: fast })
  expect(summary).toMatchObject({ interrupted: false, failed: 0, skipped: 0 })
  expect(await faultsOf(world, story)).toEqual([])
}

function failures(): readonly string[] {
  return world.events
    .flatMap((event) => (event.type === 'action_failed' ? [`${event.key} ${event.failure.code}`] : []))
    .toSorted()
}

function skipped(): readonly string[] {
  return world.events
    .flatMap((event) => (event.type === 'action_skipped' ? [`${event.key} ${event.failure.message}`] : []))
    .toSorted()
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
