import { DiagnosticError, hasErrors } from '../src/core/diagnostic.ts'
import type { RunEvent } from '../src/core/outcome.ts'
import { allowNothing } from '../src/core/plan.ts'
import { importWebhooks } from '../src/import/import-webhooks.ts'
import { makeOptions, type Pace } from '../src/run/options.ts'
import type { Fault, LogEntry, VendorSandbox } from '../src/sandbox/index.ts'
import { doings } from '../test/sync/open-world.ts'
import { fast, faultsOf, impatient, stories, type VendorStory } from '../test/sync/vendor-stories.ts'
import { faultCases } from './fault-kinds.ts'
import { type Budget, inTurns, type Outcome, type Part, workOff } from './part.ts'
import { type Stage, setStage } from './stage.ts'

/** Lets every kind of fault hit every vendor in every command. */
export const faults: Part = {
  name: 'faults',
  title: 'every kind of fault, at every vendor, in every command',
  share: 1.2,
  run: async (budget) => {
    const outcomes = await Promise.all(stories.slice(0, budget.most).map((story) => tryStory(story, budget)))
    return {
      figures: outcomes.flatMap(({ figures }) => figures),
      failures: outcomes.flatMap(({ failures }) => failures),
    }
  },
}

/** One run in which one fault hits one request. */
interface Trial {
  readonly command: Command
  readonly what: string
  readonly fault: Fault
  /** Whether the built program runs, for its exit code, and not its parts in this process. */
  readonly isReal: boolean
}

/** One of so many applies is one of the built program. */
const realEvery = 23

type Command = keyof typeof reads | 'apply'

const allow = { ...allowNothing, gap: true, recreate: true }

/** Commands that only read, each telling what it found; nothing where it says that it could not. */
const reads = {
  plan: async ({ world }: Stage, pace: Pace): Promise<string | undefined> => {
    const plan = await world.plan({ pace })
    return hasErrors(plan.diagnostics) ? undefined : doings(plan).join()
  },
  drift: async ({ world }: Stage, pace: Pace): Promise<string | undefined> => {
    const { plan, findings } = await world.drift({ pace })
    return hasErrors(plan.diagnostics) ? undefined : JSON.stringify(findings)
  },
  import: async ({ world: { directory } }: Stage, pace: Pace): Promise<string | undefined> => {
    const options = makeOptions({ cwd: directory, homeDir: directory, env: {}, pace })
    const { text, diagnostics } = await importWebhooks({ ...options, accounts: [], adopt: false })
    return hasErrors(diagnostics) ? undefined : text
  },
} as const

async function tryStory(story: VendorStory, budget: Budget): Promise<Outcome> {
  const stage = await setStage(story)
  const stand = stage.world.sandbox.vendors[story.vendor]
  try {
    const said = await askAll(stage)
    const trials = await listTrials(stage, stand)
    const tried = await workOff(trials, { ...budget, workers: 1 }, async ({ command, fault, isReal }) => {
      await stage.reset()
      stand.clearFaults()
      stand.clearLog()
      stand.fault(fault)
      const pace = fault.kind === 'timeout' ? impatient : fast
      if (command !== 'apply') return tryRead(stage, stand, command, pace, said[command])
      return isReal ? tryProgram(stage, stand) : tryApply(stage, stand, pace)
    })
    const real = tried.filter(({ item }) => item.isReal).length
    const wrong = tried.filter(({ came }) => came.length > 0)
    return {
      figures: [
        `${story.vendor}: ${tried.length} of ${trials.length} faults tried, ${tried.length - wrong.length} correct; ${real} by the built program`,
      ],
      failures: wrong.map(({ item, came }) => `${story.vendor}, ${item.command}, ${item.what}: ${came.join('; ')}`),
    }
  } finally {
    await stage.close()
  }
}

/** What each reading command says without a fault. */
async function askAll(stage: Stage): Promise<Readonly<Record<keyof typeof reads, string | undefined>>> {
  await stage.reset()
  return {
    plan: await reads.plan(stage, fast),
    drift: await reads.drift(stage, fast),
    import: await reads.import(stage, fast),
  }
}

async function listTrials(stage: Stage, stand: VendorSandbox): Promise<readonly Trial[]> {
  await stage.reset()
  stand.clearLog()
  await stage.world.apply({ pace: fast, allow })
  const written = stand.log.findIndex(isWrite)
  const readsBefore = stand.log.slice(0, written).filter(({ method }) => method === 'GET').length
  const writeMethods = [...new Set(stand.log.filter(isWrite).map(({ method }) => method))]
  const aims: readonly (readonly [Command, string, Pick<Fault, 'match' | 'after'>])[] = [
    ...(['plan', 'drift', 'import', 'apply'] as const).map(
      (command) => [command, 'the first list', { match: { method: 'GET' } }] as const,
    ),
    ...writeMethods.map(
      (method) => ['apply', `the first ${method}`, { match: { method, pathIncludes: 'webhook' } }] as const,
    ),
    ['apply', 'the first read after a write', { match: { method: 'GET' }, after: readsBefore }],
  ]
  const trials = aims.flatMap(([command, place, aim]) =>
    faultCases
      .filter(({ isAboutWrites }) => !isAboutWrites || aim.match?.method !== 'GET')
      .map(({ name, fault }) => ({ command, what: `${name} at ${place}`, fault: { ...fault, ...aim } })),
  )
  return inTurns(
    trials.map((trial, index) => ({ ...trial, isReal: trial.command === 'apply' && index % realEvery === 0 })),
  )
}

function isWrite({ method, path }: LogEntry): boolean {
  return method !== 'GET' && !path.includes('/oauth2/token')
}

/** A command that reads says the same as without the fault, or that it could not read; it writes nothing. */
async function tryRead(
  stage: Stage,
  stand: VendorSandbox,
  command: keyof typeof reads,
  pace: Pace,
  due: string | undefined,
): Promise<readonly string[]> {
  const ledger = await stage.world.read('.hooks-sync/ledger.json')
  const found: string[] = []
  try {
    const said = await reads[command](stage, pace)
    if (said !== undefined && said !== due) found.push(`it says ${said.slice(0, 200)}`)
  } catch (error) {
    if (!(error instanceof DiagnosticError)) found.push(String(error))
  }
  if (stand.log.some(isWrite)) found.push('it has written')
  if ((await stage.world.read('.hooks-sync/ledger.json')) !== ledger) found.push('the ledger has changed')
  return found
}

/** A declared app whose list is not found: Sinch says so of a wrong region too, and it is never none. */
const listMissing = 'HS3016'

/** An apply is done and says so, or says what failed and the next one does the rest. */
async function tryApply(stage: Stage, stand: VendorSandbox, pace: Pace): Promise<readonly string[]> {
  const { world, story } = stage
  const found: string[] = []
  world.forgetEvents()
  const { plan, summary } = await world.apply({ pace, allow })
  const unread = plan.diagnostics.filter(({ severity }) => severity === 'error')
  const codes = [...unread.map(({ code }) => code), ...failureCodes(world.events)]
  const foreign = codes.filter((code) => !code.startsWith('HS4') && code !== listMissing)
  if (foreign.length > 0) found.push(`it fails with ${foreign.join()}`)
  const isDone = summary !== undefined && summary.failed + summary.skipped === 0 && unread.length === 0
  if (!isDone && codes.length === 0) found.push('it is not done and does not say why')
  stand.clearFaults()
  if (!isDone) await world.apply({ pace: fast, allow })
  return [...found, ...(await faultsOf(world, story))]
}

/** The exit code says the same as the vendor's log. */
async function tryProgram(stage: Stage, stand: VendorSandbox): Promise<readonly string[]> {
  const { code, stderr } = await stage.apply()
  const written = stand.log.filter((entry) => isWrite(entry) && entry.status >= 200 && entry.status < 300)
  const found: string[] = []
  if (code !== 0 && code !== 1 && code !== 3) found.push(`it ends with ${code}: ${stderr}`)
  if (code === 1 && written.length > 0) found.push('it ends with 1 and has written')
  if (code === 3 && !stand.log.some(isWrite)) found.push('it ends with 3 and has written nothing')
  stand.clearFaults()
  if (code !== 0) await stage.world.apply({ pace: fast, allow })
  return [...found, ...(await faultsOf(stage.world, stage.story))]
}

function failureCodes(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'action_failed' ? [event.failure.code] : []))
}
