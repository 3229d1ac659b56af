import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { faultsOf, stories, type VendorStory } from '../test/sync/vendor-stories.ts'
import { type Budget, inTurns, type Outcome, type Part, workOff } from './part.ts'
import { type Stage, setStage } from './stage.ts'

interface CrashPoint {
  /** Counted from 1. */
  readonly moment: number
  readonly what: string
}

/** Kills a real process at every moment of a run at which the world outside has changed or is about to. */
export const crashPoints: Part = {
  name: 'crash',
  title: 'kill -9 around every request, file write, sync and rename',
  share: 4,
  run: async (budget) => {
    // All vendors side by side: what a vendor is given to settle is waited for, and others work meanwhile.
    const outcomes = await Promise.all(stories.map((story) => tryStory(story, budget)))
    return {
      figures: outcomes.flatMap(({ figures }) => figures),
      failures: outcomes.flatMap(({ failures }) => failures),
    }
  },
}

async function tryStory(story: VendorStory, budget: Budget): Promise<Outcome> {
  const stages = await Promise.all(Array.from({ length: budget.workers }, () => setStage(story)))
  const [first] = stages
  if (first === undefined) return { figures: [], failures: ['nobody works'] }
  try {
    const points = inTurns(await countMoments(first))
    const free = [...stages]
    const tried = await workOff(points, budget, async (point) => {
      const stage = free.pop() ?? first
      const found = await tryPoint(stage, point)
      free.push(stage)
      return found
    })
    const failed = tried.filter(({ came }) => came.length > 0)
    return {
      figures: [
        `${story.vendor}: ${tried.length} of ${points.length} crash points tried, ${tried.length - failed.length} converged, with no twin, no orphan and no lost secret`,
      ],
      failures: failed.map(
        ({ item, came }) => `${story.vendor} killed at ${item.moment}, ${item.what}: ${came.join('; ')}`,
      ),
    }
  } finally {
    await Promise.all(stages.map((stage) => stage.close()))
  }
}

async function countMoments(stage: Stage): Promise<readonly CrashPoint[]> {
  const directory = await mkdtemp(join(tmpdir(), 'hooks-sync-chaos-'))
  try {
    await stage.reset()
    const file = join(directory, 'moments')
    const { code, stderr } = await stage.apply({ CHAOS_LOG: file })
    if (code !== 0) throw new Error(`The run that is to be killed ends with ${code} without it:\n${stderr}`)
    const moments = (await readFile(file, 'utf8')).trim().split('\n')
    return moments.map((what, index) => ({ what, moment: index + 1 }))
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** Says what is not as it must be after a killed run and the one that follows it. */
async function tryPoint(stage: Stage, { moment }: CrashPoint): Promise<readonly string[]> {
  await stage.reset()
  const killed = await stage.apply({ CHAOS_KILL_AT: String(moment) })
  // Moments come in another order now and then: the run may have one less, and is then complete.
  if (killed.signal !== 'SIGKILL' && killed.code !== 0) return [`the run ended with ${killed.code}: ${killed.stderr}`]
  const failed = moment % realEvery === 0 ? await recoverForReal(stage) : await stage.recover()
  return failed.length > 0 ? failed : faultsOf(stage.world, stage.story)
}

/** Starting the program takes longer than what it does here, so only some runs that follow a killed one are its own. */
const realEvery = 10

async function recoverForReal(stage: Stage): Promise<readonly string[]> {
  const { code, stderr } = await stage.apply()
  return code === 0 ? [] : [`the next run ended with ${code}: ${stderr}`]
}
