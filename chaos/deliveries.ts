import { setTimeout as wait } from 'node:timers/promises'
import { allowNothing, type Plan } from '../src/core/plan.ts'
import { openWorld, refusals, type World } from '../test/sync/open-world.ts'
import { fast, fillStories, storyFile } from '../test/sync/vendor-stories.ts'
import type { Budget, Outcome, Part } from './part.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { exchanging, gapping, type Shift, seamless } from './shifts.ts'

/** How many things happen in all while nothing may be lost. */
const happenings = 12_000
/** With fewer the proof is too thin. */
const fewest = 10_000
/** How many things happen at once. */
const inFlight = 4

/** Counts deliveries while webhooks are replaced and changed again and again. */
export const deliveries: Part = {
  name: 'deliveries',
  title: 'zero gap: what happens while webhooks are replaced reaches a receiver',
  share: 0.4,
  run: async (budget) => {
    const receiver = await startReceiver()
    try {
      const whole = await Promise.all(
        seamless.slice(0, budget.most).map((shift) => trySeamless(shift, receiver, budget)),
      )
      const gaps = await Promise.all([
        ...gapping.slice(0, budget.most).map((shift) => tryGap(shift, receiver)),
        ...exchanging.slice(0, budget.most).map((shift) => tryExchange(shift, receiver)),
      ])
      return summarize(whole, gaps, budget.most === undefined ? fewest : 0)
    } finally {
      await receiver.close()
    }
  },
}

/** What came of the things that happened in one world. */
interface Tally {
  readonly shift: Shift
  readonly applies: number
  readonly emitted: number
  readonly received: number
  readonly doubled: number
  readonly lost: number
  /** Plans that said that something could be lost. */
  readonly announced: number
  readonly faults: readonly string[]
}

async function trySeamless(shift: Shift, receiver: Receiver, { deadline, most = Infinity }: Budget): Promise<Tally> {
  const world = await openShift(shift)
  const emitter = startEmitter(world, shift, receiver)
  const wanted = Math.ceil(happenings / seamless.length)
  const plans: Plan[] = []
  const faults: string[] = []
  while (emitter.emitted() < wanted && plans.length < most && Date.now() < deadline) {
    const { plan, summary } = await declare(world, shift, plans.length + 1)
    plans.push(plan)
    if (summary === undefined || summary.failed + summary.skipped > 0 || summary.writes === 0) {
      faults.push(`apply ${plans.length} came to ${JSON.stringify(summary)} ${refusals(plan).join()}`)
      break
    }
  }
  await emitter.stop()
  const tally = { shift, applies: plans.length, ...emitter.count(), announced: plans.filter(isGapTold).length }
  await world.close()
  if (tally.lost > 0) faults.push(`${tally.lost} of ${tally.emitted} were lost`)
  if (tally.announced > 0) faults.push(`${tally.announced} plans spoke of a gap`)
  return { ...tally, faults }
}

/** Is refused first, with nothing lost; then allowed, and what is lost was told. */
async function tryGap(shift: Shift, receiver: Receiver): Promise<Tally> {
  const world = await openShift(shift)
  const emitter = startEmitter(world, shift, receiver)
  const refused = await declare(world, shift, 1)
  const { lost: early } = emitter.count()
  const allowed = await world.apply({ pace: fast, allow: { ...allowNothing, gap: true } })
  await emitter.stop()
  await world.close()
  const announced = [refused.plan].filter(isGapTold).length
  const { summary } = allowed
  return {
    shift,
    applies: 2,
    ...emitter.count(),
    announced,
    faults: [
      ...(announced === 1 && refused.summary === undefined ? [] : ['the gap was not refused with HS3007']),
      ...(early === 0 ? [] : [`${early} were lost by a plan that was refused`]),
      ...(summary !== undefined && summary.failed + summary.skipped === 0 ? [] : ['--allow-gap did not get through']),
    ],
  }
}

/** Is done at once, and told. */
async function tryExchange(shift: Shift, receiver: Receiver): Promise<Tally> {
  const world = await openShift(shift)
  const emitter = startEmitter(world, shift, receiver)
  const { plan, summary } = await declare(world, shift, 1)
  await emitter.stop()
  await world.close()
  const isTold = plan.accounts.some(({ diagnostics }) => diagnostics.some(({ code }) => code === 'HS3007'))
  const isDone = summary !== undefined && summary.failed + summary.skipped === 0
  return {
    shift,
    applies: 1,
    ...emitter.count(),
    announced: isTold ? 1 : 0,
    faults: [...(isTold ? [] : ['the exchange was not told']), ...(isDone ? [] : ['the exchange was not done'])],
  }
}

async function openShift(shift: Shift): Promise<World> {
  const { vendor, switches = {} } = shift
  const world = await openWorld({ vendors: [vendor], switches: { [vendor]: { latency_ms: 2, ...switches } } })
  await fillStories(world)
  await declare(world, shift, 0)
  return world
}

async function declare(world: World, { vendor, files }: Shift, turn: number): ReturnType<World['apply']> {
  await world.write('webhooks.yaml', storyFile(world, vendor, files[turn % 2 === 0 ? 0 : 1]))
  return world.apply({ pace: fast })
}

function isGapTold(plan: Plan): boolean {
  return refusals(plan).includes('HS3007') || plan.accounts.some(({ actions }) => actions.some(({ gap }) => gap))
}

interface Emitter {
  emitted(): number
  /** Counts what is delivered by now. */
  count(): Pick<Tally, 'emitted' | 'received' | 'doubled' | 'lost'>
  stop(): Promise<void>
}

/** Lets things happen at the vendor without a pause, a few at a time. */
function startEmitter(world: World, { vendor, what, event, facts }: Shift, receiver: Receiver): Emitter {
  const stand = world.sandbox.vendors[vendor]
  const numbers: string[] = []
  const open = new Set<string>()
  const end = new AbortController()
  const emit = async (): Promise<void> => {
    while (!end.signal.aborted) {
      const number = `${vendor} ${what} ${numbers.length}`
      numbers.push(number)
      open.add(number)
      await stand.deliver({ event, facts: { ...facts, number } }, receiver.origin)
      open.delete(number)
      await wait(1)
    }
  }
  const running = Promise.all(Array.from({ length: inFlight }, emit))
  return {
    emitted: () => numbers.length,
    count: () => {
      const delivered = numbers.filter((number) => !open.has(number))
      const counts = delivered.map((number) => receiver.countOf(number))
      return {
        emitted: delivered.length,
        received: counts.reduce((sum, count) => sum + count, 0),
        doubled: counts.filter((count) => count > 1).length,
        lost: counts.filter((count) => count === 0).length,
      }
    },
    stop: async () => {
      end.abort()
      await running
    },
  }
}

function summarize(whole: readonly Tally[], gaps: readonly Tally[], due: number): Outcome {
  const sum = (of: (tally: Tally) => number): number => whole.reduce((total, tally) => total + of(tally), 0)
  const emitted = sum((tally) => tally.emitted)
  const short = emitted < due ? [`only ${emitted} things happened`] : []
  return {
    figures: [
      ...whole.map(describe),
      `in all: ${emitted} emitted, ${sum(({ received }) => received)} received, ${sum(({ doubled }) => doubled)} doubled, ${sum(({ lost }) => lost)} lost in ${sum(({ applies }) => applies)} applies, none of which told of a gap`,
      ...gaps.map((tally) => `${describe(tally)}, told beforehand`),
    ],
    failures: [
      ...[...whole, ...gaps].flatMap(({ shift, faults }) =>
        faults.map((fault) => `${shift.vendor}, ${shift.what}: ${fault}`),
      ),
      ...short,
    ],
  }
}

function describe({ shift, applies, emitted, received, doubled, lost }: Tally): string {
  return `${shift.vendor}, ${shift.what}: ${applies} applies, ${emitted} emitted, ${received} received, ${doubled} doubled, ${lost} lost`
}
