import { afterEach, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/core/outcome.ts'
import { allowNothing } from '../../src/core/plan.ts'
import type { StoredWebhook, VendorSandbox } from '../../src/sandbox/index.ts'
import { doings, openWorld, type World } from './open-world.ts'
import { fast, fillStories, stories, storyFile, type VendorStory } from './vendor-stories.ts'

const allow = { ...allowNothing, gap: true, recreate: true, empty: true, maxDeletes: { percent: 100 } }
/** So late that nothing is waited for any more that was not listed. */
const later = { ...fast, clock: { now: () => Date.now() + 11 * 60_000, wait: () => Promise.resolve() } }

type Row = StoredWebhook & { readonly url?: string; readonly target?: string }
type Act = (row: Row, stand: VendorSandbox) => void

const moveAway: Act = (row, stand) => {
  const url = 'https://elsewhere.example.com/'
  put(stand, 'target' in row ? { ...row, target: url } : { ...row, url })
}
const remove: Act = ({ id }, stand) => void stand.webhooks.remove(id)
const double: Act = (row, stand) => put(stand, { ...row, id: 'theirs' })

/** What somebody does in a dashboard, to which webhook of ours, and at which moment of a run. */
const meddling: readonly (readonly [string, Act, 'changed' | 'made', 'before' | 'after'])[] = [
  ['edits a webhook after it was read', moveAway, 'changed', 'before'],
  ['deletes a webhook after it was read', remove, 'changed', 'before'],
  ['edits a webhook right after it was made', moveAway, 'made', 'after'],
  ['deletes a webhook right after it was made', remove, 'made', 'after'],
  ['makes a twin of a webhook right after it was made', double, 'made', 'after'],
]

let world: World

afterEach(() => world.close())

describe.each(stories)('somebody at $vendor', (story) => {
  test('who meddles in the middle of a run is found out, and what they made is left alone', async () => {
    world = await openWorld()
    await fillStories(world)
    const stand = world.sandbox.vendors[story.vendor]
    const wrong: string[] = []
    for (const [name, act, which, moment] of meddling) {
      stand.webhooks.clear()
      await declare(story, 'before')
      await world.apply({ pace: later, allow })
      await declare(story, 'after')
      const meddled = meddle(stand, act, which, moment)

      const { summary } = await world.apply({ pace: fast, allow, emit: meddled.emit })
      if (!(await meddled.done)) wrong.push(`${name}: nobody meddled`)
      const left = doings(await world.plan({ pace: fast, allow }))
      const theirs = stand.webhooks.get('theirs')
      if (summary?.failed === 0 && summary.skipped === 0 && left.length > 0)
        wrong.push(`${name}: unnoticed, ${left.join(', ')}`)
      if (act === double && theirs === undefined) wrong.push(`${name}: the twin was taken away`)
      stand.webhooks.remove('theirs')
      await world.apply({ pace: later, allow })
      const open = doings(await world.plan({ pace: fast, allow }))
      if (open.length > 0) wrong.push(`${name}: not mended, ${open.join(', ')}`)
    }

    expect(wrong).toEqual([])
  })

  test('who makes a twin while the answer to a create is lost keeps both from being guessed at', async () => {
    world = await openWorld()
    await fillStories(world)
    const stand = world.sandbox.vendors[story.vendor]
    await declare(story, 'after')
    const match = { method: 'POST', pathIncludes: 'webhook' }
    stand.fault({ kind: 'status', status: 503, commit: true, match, times: 1 })
    const failures: string[] = []
    const doubled = meddle(stand, double, 'any', 'after')
    const emit = (event: RunEvent): void => {
      doubled.emit(event)
      if (event.type === 'action_failed') failures.push(event.failure.code)
    }

    await world.apply({ pace: fast, allow, emit })
    await doubled.done
    const plan = await world.plan({ pace: fast, allow })

    expect(failures).toContain('HS4006')
    expect(stand.webhooks.get('theirs')).toBeDefined()
    expect(plan.accounts.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))).toContain('HS4006')
  })
})

function declare({ vendor, ...story }: VendorStory, part: 'before' | 'after'): Promise<void> {
  return world.write('webhooks.yaml', storyFile(world, vendor, story[part]))
}

/** Acts on a webhook as soon as a run begins with it, or as soon as the vendor has it. */
function meddle(stand: VendorSandbox, act: Act, which: string, moment: 'before' | 'after') {
  const find = (): Row | undefined =>
    stand.webhooks.all().find((row: Row) => which === 'any' || (row.target ?? row.url ?? '').endsWith(`/${which}`))
  let hasBegun = false
  let done: Promise<boolean> = Promise.resolve(false)
  const actOnce = async (): Promise<boolean> => {
    let row = find()
    // The vendor is of this process, so this sees what was made before our next request can.
    for (; row === undefined; row = find()) await new Promise((resolve) => setImmediate(resolve))
    act(row, stand)
    return true
  }
  const emit = (event: RunEvent): void => {
    if (event.type !== 'action_start' || hasBegun || (which !== 'any' && event.key !== which)) return
    hasBegun = true
    stand.setSwitch('latency_ms', moment === 'after' ? 10 : 0)
    done = actOnce().finally(() => stand.setSwitch('latency_ms', 0))
  }
  return {
    emit,
    get done() {
      return done
    },
  }
}

function put({ webhooks }: VendorSandbox, row: Row): void {
  webhooks.put(row)
}
