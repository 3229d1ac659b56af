import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { readLines, runProgram, startProgram } from '../test/cli/run-program.ts'
import { openWorld, type World } from '../test/sync/open-world.ts'
import {
  faultsOf,
  fillStories,
  receiversOf,
  stories,
  storyFile,
  type VendorStory,
} from '../test/sync/vendor-stories.ts'
import { intruders } from './intruders.ts'
import { type LedgerPlace, openLedgerPlaces } from './ledger-places.ts'
import { makeRandom } from './mutate.ts'
import { type Budget, inTurns, type Outcome, type Part, workOff } from './part.ts'

/** How often each pair of runs is tried, each time with other starts. */
const times = 2
/** The longest that the second run starts after the first one, in milliseconds. */
const longestOffset = 400

/** Lets two runs, or a run and somebody else, write at the same time. */
export const rivals: Part = {
  name: 'rivals',
  title: 'two applies at once, and somebody else in the middle of one',
  share: 0.9,
  run: async (budget) => {
    const closers: (() => Promise<void>)[] = []
    try {
      const places = await openLedgerPlaces((close) => closers.push(close))
      // The short one first: it must not be left without time.
      const outcomes = [await intruders(budget), await tryPairs(places, budget)]
      return {
        figures: outcomes.flatMap(({ figures }) => figures),
        failures: outcomes.flatMap(({ failures }) => failures),
      }
    } finally {
      for (const close of closers) await close()
    }
  },
}

interface Pair {
  readonly round: number
  readonly story: VendorStory
  readonly place: LedgerPlace
  readonly waits: boolean
  readonly offset: number
}

async function tryPairs(places: readonly LedgerPlace[], budget: Budget): Promise<Outcome> {
  const pairs = listPairs(places)
  const tried = await workOff(pairs, budget, tryPair)
  const wrong = tried.filter(({ came }) => came.faults.length > 0)
  const count = (name: PairResult['second']): number => tried.filter(({ came }) => came.second === name).length
  return {
    figures: [
      `${tried.length} of ${pairs.length} pairs of applies tried, ${tried.length - wrong.length} in which exactly one wrote: the other was refused with the name of the holder ${count('refused')} times, waited or came later and had nothing to do ${count('idle')} times`,
    ],
    failures: wrong.map(
      ({ item, came }) =>
        `${item.story.vendor}, ledger in ${item.place.name}, ${item.offset} ms apart${item.waits ? ', waiting' : ''}: ${came.faults.join('; ')}`,
    ),
  }
}

function listPairs(places: readonly LedgerPlace[]): readonly Pair[] {
  const random = makeRandom(1)
  const kinds = places.flatMap((place) =>
    stories
      // Another checkout has a vault of its own: only what is made nowhere else can be shared so.
      .filter(({ vendor }) => !place.isShared || vendor === 'bird')
      .flatMap((story) => [false, true].map((waits) => ({ place, story, waits }))),
  )
  const pairs = Array.from({ length: times }, () => kinds).flat()
  return inTurns(pairs.map((kind, round) => ({ ...kind, round, offset: Math.floor(random() * longestOffset) })))
}

interface PairResult {
  readonly second: 'refused' | 'idle' | 'other'
  readonly faults: readonly string[]
}

async function tryPair({ round, story, place, waits, offset }: Pair): Promise<PairResult> {
  const { vendor, before, after } = story
  const world = await openWorld({ vendors: [vendor] })
  const other = place.isShared ? await mkdtemp(join(tmpdir(), 'hooks-sync-chaos-')) : world.directory
  const file = (webhooks: string): string =>
    storyFile(world, vendor, webhooks).replace('.hooks-sync/ledger.json', place.address(round))
  try {
    await fillStories(world)
    await world.write('webhooks.yaml', file(before))
    // The program by itself: the SDK of a bucket looks for its settings in the environment of the process.
    const first = await runApply(world.directory, place.env, [], 0)
    if (first.code !== 0) return { second: 'other', faults: [first.told] }
    if (place.isShared) await cp(world.directory, other, { recursive: true })
    for (const directory of [world.directory, other]) await writeFile(join(directory, 'webhooks.yaml'), file(after))
    world.sandbox.vendors[vendor].setSwitch('latency_ms', 15)
    const args = waits ? ['--lock-timeout', '2m'] : []
    const runs = await Promise.all([
      runApply(world.directory, place.env, args, 0),
      runApply(other, place.env, args, offset),
    ])
    world.sandbox.vendors[vendor].setSwitch('latency_ms', 0)
    const result = judge(runs, waits)
    return { ...result, faults: [...result.faults, ...(await faultsAt(world, story, place))] }
  } finally {
    await world.close()
    if (place.isShared) await rm(other, { recursive: true })
  }
}

interface Applied {
  readonly pid: number | undefined
  readonly code: number | null
  readonly writes: number
  readonly told: string
}

async function runApply(
  cwd: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  offset: number,
): Promise<Applied> {
  await wait(offset)
  const { child, ended } = startProgram(
    ['apply', '--auto-approve', '--json', '--allow-gap', '--allow-recreate', ...args],
    { cwd, env: { HOME: cwd, ...env } },
  )
  child.stdin.end()
  const { code, stdout, stderr } = await ended
  const writes = Number(readLines(stdout).at(-1)?.['writes'] ?? 0)
  return { pid: child.pid, code, writes, told: `${stdout}${stderr}` }
}

function judge(runs: readonly Applied[], waits: boolean): PairResult {
  const [writer, ...writers] = runs.filter(({ writes }) => writes > 0)
  const second = runs.find((run) => run !== writer)
  if (writer === undefined || second === undefined || writers.length > 0) {
    return { second: 'other', faults: [`${runs.filter(({ writes }) => writes > 0).length} have written`] }
  }
  const faults = writer.code === 0 ? [] : [`the writer ends with ${writer.code}: ${writer.told}`]
  if (second.code === 0) return { second: 'idle', faults }
  const isNamed = second.told.includes('HS5002') && second.told.includes(`on ${hostname()} (pid ${writer.pid})`)
  if (second.code === 1 && isNamed && !waits) return { second: 'refused', faults }
  return { second: 'other', faults: [...faults, `the other ends with ${second.code}: ${second.told}`] }
}

async function faultsAt(world: World, story: VendorStory, place: LedgerPlace): Promise<readonly string[]> {
  if (!place.isShared) return faultsOf(world, story)
  const { code, stdout } = await runProgram(['plan', '--detailed-exitcode'], {
    cwd: world.directory,
    env: { HOME: world.directory, ...place.env },
  })
  const live = receiversOf(world.sandbox.vendors[story.vendor]).join()
  return [
    ...(code === 0 ? [] : [`not converged: ${stdout}`]),
    ...(live === story.receivers.join() ? [] : [`live: ${live}`]),
  ]
}
