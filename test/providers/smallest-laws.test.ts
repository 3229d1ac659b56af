import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DesiredValues } from '../../src/core/value.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { SmallestWorld, type StandIn, type Subscribers, subscribe, subscribersOf } from './smallest-world.ts'

/** Accounts of a few webhooks and agents, some of them shared, and an edit of what is declared. */
interface Situation {
  readonly foreign: readonly Subscribers[]
  readonly ours: readonly Subscribers[]
  readonly edits: readonly Edit[]
}

type Edit =
  | { readonly does: 'remove' | 'disable' | 'describe'; readonly at: number }
  | { readonly does: 'change'; readonly at: number; readonly subscribers: Subscribers }
  | { readonly does: 'add'; readonly subscribers: Subscribers; readonly from?: number }
  | { readonly does: 'move'; readonly at: number }

const agents = [1, 2, 3].map((number) => `a6e27${number.toString(16).padStart(19, '0')}`)
const events = ['pre-conversation', 'post-conversation', 'analytics-completed']

const someSubscribers: fc.Arbitrary<Subscribers> = fc.dictionary(
  fc.constantFrom(...agents),
  fc.subarray(events, { minLength: 1 }),
  { maxKeys: 3, noNullPrototype: true },
)
const anIndex = fc.nat(2)
const anEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('remove' as const), at: anIndex }) },
  fc.record({ does: fc.constantFrom('disable' as const, 'describe' as const, 'move' as const), at: anIndex }),
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('change' as const), at: anIndex, subscribers: someSubscribers }),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      { does: fc.constant('add' as const), subscribers: someSubscribers, from: anIndex },
      { requiredKeys: ['does', 'subscribers'] },
    ),
  },
)
const aSituation: fc.Arbitrary<Situation> = fc.record({
  foreign: fc.array(someSubscribers, { maxLength: 2 }),
  ours: fc.array(someSubscribers, { minLength: 1, maxLength: 3 }),
  edits: fc.array(anEdit, { minLength: 1, maxLength: 3 }),
})

let sandbox: Sandbox
let standIn: StandIn

beforeAll(async () => {
  sandbox = await startSandbox({ vendors: ['smallest'] })
  standIn = sandbox.vendors.smallest
})

afterAll(async () => {
  await sandbox.close()
})

const allow = { maxDeletes: { percent: 100 }, empty: true, recreate: true, gap: true } as const

/** Puts the situation into the stand-in and returns what is declared then. */
function begin({ foreign, ours, edits }: Situation): {
  readonly world: SmallestWorld
  readonly declared: Readonly<Record<string, DesiredValues>>
  readonly untouched: readonly string[]
} {
  standIn.webhooks.clear()
  const world = new SmallestWorld(standIn)
  foreign.forEach((subscribers, at) => world.put(foreignUrl(at), subscribers))
  ours.forEach((subscribers, at) => world.put(ourUrl(at), subscribers, { key: `key-${at}` }))
  const entries = ours.map((subscribers, at) => [
    `key-${at}`,
    { url: ourUrl(at), subscriptions: subscribe(subscribers) },
  ])
  const declared: Record<string, DesiredValues> = Object.fromEntries(entries)
  const touched = new Set<string>()
  edits.forEach((edit, number) => {
    for (const key of applyEdit(world, declared, edit, number)) touched.add(key)
  })
  const kept = ours.map((_, at) => at).filter((at) => !touched.has(`key-${at}`))
  return { world, declared, untouched: [...foreign.map((_, at) => foreignUrl(at)), ...kept.map(ourUrl)] }
}

function applyEdit(
  world: SmallestWorld,
  declared: Record<string, DesiredValues>,
  edit: Edit,
  number: number,
): readonly string[] {
  if (edit.does === 'add') {
    const from = edit.from === undefined ? undefined : declared[`key-${edit.from}`]
    // A new webhook at the URL that another one leaves has to wait for it.
    if (edit.from !== undefined && from !== undefined) declared[`key-${edit.from}`] = { ...from, url: movedUrl(number) }
    const url = from?.['url'] ?? `https://new.example.com/${number}`
    declared[`new-${number}`] = { url, subscriptions: subscribe(edit.subscribers) }
    return edit.from === undefined ? [] : [`key-${edit.from}`]
  }
  const key = `key-${edit.at}`
  const before = declared[key]
  if (before === undefined) return []
  if (edit.does === 'remove') delete declared[key]
  else if (edit.does === 'change') declared[key] = { ...before, subscriptions: subscribe(edit.subscribers) }
  else if (edit.does === 'describe') declared[key] = { ...before, description: `number ${number}` }
  else if (edit.does === 'move') declared[key] = { ...before, url: movedUrl(number) }
  else
    for (const { id } of standIn.webhooks.all().filter(({ url }) => url === ourUrl(edit.at)))
      world.standIn.webhooks.edit(id, { status: 'disabled' })
  return [key]
}

function hasSharedAgent({ foreign, ours }: Situation): boolean {
  const live = [...foreign, ...ours].flatMap((subscribers) => Object.keys(subscribers))
  return new Set(live).size < live.length
}

function snapshot(): ReadonlyMap<string, Subscribers> {
  return new Map(standIn.webhooks.all().map((webhook) => [webhook.url, subscribersOf(webhook)]))
}

function foreignUrl(at: number): string {
  return `https://foreign.example.com/${at}`
}

function ourUrl(at: number): string {
  return `https://ours.example.com/${at}`
}

function movedUrl(number: number): string {
  return `https://moved.example.com/${number}`
}

const readings = [
  {},
  { agent_replace: 'refused' },
  { create_for_busy_agent: 'replaces' },
  { create_for_busy_agent: 'refused' },
  { create_for_busy_agent: 'refused', agent_replace: 'refused' },
]

describe.for(readings)('in the reading %o', (reading) => {
  beforeAll(() => {
    const defaults = { agent_replace: 'replaces', create_for_busy_agent: 'adds' }
    for (const [name, value] of Object.entries({ ...defaults, ...reading })) standIn.setSwitch(name, value)
  })

  const isCertain = (reading.create_for_busy_agent ?? 'adds') === 'adds'

  test('whatever changes, the other webhooks keep their agents, or the plan is refused', async () => {
    await fc.assert(
      fc.asyncProperty(aSituation, async (situation) => {
        // Who is on two webhooks proves that a create adds: only a create gets there.
        fc.pre(reading.create_for_busy_agent !== 'replaces' || !hasSharedAgent(situation))
        const { world, declared, untouched } = begin(situation)
        const before = snapshot()

        const { plan, outcome } = await world.attempt(declared, { allow })

        const after = snapshot()
        if (outcome === undefined) {
          expect(after).toEqual(before)
          expect(plan.refusals.map(({ code }) => code)).toEqual(plan.refusals.map(() => 'HS3019'))
          return
        }
        for (const url of untouched) expect(after.get(url), url).toEqual(before.get(url))
        const failures = [...outcome.failed.map(({ failure }) => failure), ...outcome.skipped.map(({ id }) => id)]
        if (isCertain) expect(failures).toEqual([])
        if (failures.length > 0) return
        const kinds = (await world.plan(declared, { allow })).actions.map(({ kind, changes }) => [kind, changes])
        expect(kinds).toEqual(kinds.map(() => ['keep', []]))
      }),
      { numRuns: isCertain ? 150 : 60 },
    )
  }, 600_000)
})
