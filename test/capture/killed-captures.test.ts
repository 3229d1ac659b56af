import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import type { Declared, RunOptions } from '../providers/managed-account.ts'
import { describeActions } from '../providers/managed-account.ts'
import { CaptureWorld, formerPlace, hook, overlap, place, type Vendor } from './capture-world.ts'

/** A run in which a secret is captured, and what came before it. */
interface Story {
  readonly title: string
  readonly vendor: Vendor
  readonly prepare: (world: CaptureWorld) => Promise<void>
  readonly declared: Declared
  readonly options?: RunOptions
  /** Webhooks that are live when all is done. */
  readonly live: number
}

const casey = { hook: hook('tellcasey') }
const changed = { hook: hook('tellcasey', { events: ['conversation.started'] }) }
const again = { hook: hook('tellcasey', { events: ['conversation.abandoned'] }) }
const atoms = { hook: hook('smallest') }
const overlapping: RunOptions = { flags: { hook: { overlap } } }
const recreating: RunOptions = { allow: { recreate: true, gap: true, takeover: true } }

const stories: readonly Story[] = [
  { title: 'creates', vendor: 'tellcasey', prepare: () => Promise.resolve(), declared: casey, live: 1 },
  {
    title: 'replaces',
    vendor: 'tellcasey',
    prepare: async (world) => void (await world.apply(casey)),
    declared: changed,
    live: 1,
  },
  {
    title: 'replaces with an overlap',
    vendor: 'tellcasey',
    prepare: async (world) => void (await world.apply(casey)),
    declared: changed,
    options: overlapping,
    live: 2,
  },
  {
    title: 'ends an overlap',
    vendor: 'tellcasey',
    prepare: async (world) => {
      await world.apply(casey)
      await world.apply(changed, overlapping)
      world.pass(overlap + 1)
    },
    declared: changed,
    options: overlapping,
    live: 1,
  },
  {
    title: 'replaces once more within an overlap',
    vendor: 'tellcasey',
    prepare: async (world) => {
      await world.apply(casey)
      await world.apply(changed, overlapping)
    },
    declared: again,
    options: overlapping,
    live: 2,
  },
  {
    title: 'captures what the vault has lost',
    vendor: 'tellcasey',
    prepare: async (world) => {
      await world.apply(casey)
      world.vault.clear()
    },
    declared: casey,
    live: 1,
  },
  { title: 'creates', vendor: 'smallest', prepare: () => Promise.resolve(), declared: atoms, live: 1 },
  {
    title: 'replaces what was switched off',
    vendor: 'smallest',
    prepare: async (world) => {
      await world.apply(atoms)
      for (const { id } of world.live) world.switchOff(id)
    },
    declared: atoms,
    options: recreating,
    live: 1,
  },
]

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
})

afterAll(() => sandbox.close())

describe.each(stories)('a run on $vendor that $title', (story) => {
  test('can be killed at each of its effects: the next one has the secret that is live in the vault', async () => {
    const found: string[] = []
    const total = await countEffects(story)
    // What dies after one effect dies before the next one.
    for (let at = 0; at <= total; at += 1) {
      found.push(...(await faultsAfter(story, at)).map((fault) => `killed before effect ${at}: ${fault}`))
    }

    expect(total).toBeGreaterThan(3)
    expect(found).toEqual([])
  })
})

async function countEffects(story: Story): Promise<number> {
  const world = await open(story)
  const { effects, faults } = await world.killedRun(story.declared, story.options ?? {}, undefined)
  expect(faults).toEqual([])
  expect(await faultsOf(world, story)).toEqual([])
  return effects
}

async function faultsAfter(story: Story, at: number): Promise<readonly string[]> {
  const world = await open(story)
  const { faults } = await world.killedRun(story.declared, story.options ?? {}, at)
  const mended = await world.killedRun(story.declared, story.options ?? {}, undefined)
  return [...faults, ...mended.faults, ...(await faultsOf(world, story))]
}

async function open({ vendor, prepare }: Story): Promise<CaptureWorld> {
  const world = new CaptureWorld(sandbox, vendor)
  await prepare(world)
  return world
}

/** Says what is not as it has to be once a run has come to its end. */
async function faultsOf(
  world: CaptureWorld,
  { declared, options = {}, live: count }: Story,
): Promise<readonly string[]> {
  const found: string[] = []
  const left = (await world.plan(declared, options)).actions.filter(({ kind }) => kind !== 'keep')
  if (left.length > 0) found.push(`left to do: ${describeActions({ actions: left }).join(', ')}`)
  const { live, vault } = world
  if (live.length !== count) found.push(`${live.length} webhooks are live`)
  if (live.at(-1)?.secret !== vault.get(place)) found.push('the vault lacks the secret of the newest webhook')
  const former = count === 1 ? undefined : live[0]?.secret
  if (vault.get(formerPlace) !== former) found.push('the vault does not keep just the former secret beside it')
  const owned = Object.values(world.account.ledger?.webhooks ?? {}).flatMap(({ objects, retiring = [] }) => [
    ...objects,
    ...retiring,
  ])
  if (owned.length !== count) found.push(`${owned.length} webhooks are owned`)
  if (Object.keys(world.account.ledger?.intents ?? {}).length > 0) found.push('an intent is open')
  return found
}
