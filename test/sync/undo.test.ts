import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Plan } from '../../src/core/plan.ts'
import { allowNothing } from '../../src/core/plan.ts'
import type { SyncOptions } from '../../src/run/options.ts'
import { checkUndo } from '../../src/run/undo/check-undo.ts'
import { parseUndo, type Undo, type UndoDocument } from '../../src/run/undo/undo-file.ts'
import { openWorld, type World } from './open-world.ts'
import { fast, fillStories, stories, storyFile, storyOf, type VendorName } from './vendor-stories.ts'

const everything = { ...allowNothing, gap: true, takeover: true, recreate: true, maxDeletes: { percent: 100 } }
// The sandbox counts ids of agents among its credentials, which a real vendor does not.
const scrub = (text: string): string => text
const keeping: Partial<SyncOptions> = { pace: fast, keepsUndo: true, allow: everything, scrub }

async function open(): Promise<World> {
  const world = await openWorld()
  onTestFinished(() => world.close())
  await fillStories(world)
  return world
}

async function applyFile(world: World, vendor: VendorName, webhooks: string): Promise<void> {
  await world.write('webhooks.yaml', storyFile(world, vendor, webhooks))
  const { summary } = await world.apply(keeping)
  expect(summary).toMatchObject({ failed: 0, skipped: 0 })
  expect(world.events.filter(({ type }) => type === 'diagnostic')).toEqual([])
}

async function undoNames({ directory }: World): Promise<readonly string[]> {
  return (await readdir(join(directory, '.hooks-sync/undo'))).toSorted()
}

async function lastUndo(world: World): Promise<UndoDocument> {
  const names = await undoNames(world)
  return JSON.parse(await world.read(`.hooks-sync/undo/${names.at(-1)}`))
}

function read(document: unknown): Undo {
  const undo = parseUndo(JSON.stringify(document), 'undo.json')
  if ('code' in undo) throw new Error(undo.message)
  return undo
}

/** Undoes with a file; answers with what the plan of it was. */
async function undo(world: World, document: unknown, more: Partial<SyncOptions> = {}): Promise<Plan> {
  const { plan, summary } = await world.apply({ ...keeping, undo: read(document), ...more })
  const faults = [...plan.diagnostics, ...plan.accounts.flatMap(({ diagnostics }) => diagnostics)]
  expect(faults.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(plan.accounts.flatMap(({ refusals }) => refusals)).toEqual([])
  expect(summary).toMatchObject({ failed: 0, skipped: 0 })
  return plan
}

/** All that a vendor holds, but for what an undo cannot bring back: ids, times and secrets. */
function holdings(world: World, vendor: VendorName): readonly string[] {
  const fleeting = /^(?:_?id|secret.*|.*[sS]ecret|signingKey|headers|created.*|updated.*|last.*|etag|fail.*)$/u
  return world.sandbox.vendors[vendor].webhooks
    .all()
    .map((webhook) => JSON.stringify(webhook, (name, value: unknown) => (fleeting.test(name) ? undefined : value)))
    .toSorted()
}

describe.each(stories)('at $vendor', ({ vendor, before, after }) => {
  test('what an apply did is undone, and undone once more done again', async () => {
    const world = await open()
    await applyFile(world, vendor, before)
    const first = holdings(world, vendor)
    await applyFile(world, vendor, after)
    const second = holdings(world, vendor)
    const taken = await lastUndo(world)

    const plan = await undo(world, taken)

    expect(holdings(world, vendor)).toEqual(first)
    expect(checkUndo(plan, read(taken)).stale).toEqual([])
    const repeated = await world.plan({ ...keeping, undo: read(taken) })
    expect(repeated.accounts.flatMap(({ actions }) => actions.filter(({ kind }) => kind !== 'keep'))).toEqual([])
    const back = await lastUndo(world)
    const again = await undo(world, back)
    expect(checkUndo(again, read(back)).stale).toEqual([])
    expect(holdings(world, vendor)).toEqual(second)
  })
})
