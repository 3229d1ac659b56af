import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadProject } from '../src/config/load-project.ts'
import type { ProjectOptions } from '../src/config/project.ts'
import { DiagnosticError } from '../src/core/diagnostic.ts'
import { parseJournal } from '../src/engine/ledger/journal.ts'
import { parseLedger } from '../src/engine/ledger/parse-ledger.ts'
import { definitions } from '../src/providers/registry.ts'
import { renderDiagnostics } from '../src/report/diagnostic-text.ts'
import { renderJson } from '../src/report/json-text.ts'
import { toPlanDocument } from '../src/report/plan-document.ts'
import { parsePlanFile } from '../src/run/plan-file.ts'
import { parseUndo } from '../src/run/undo/undo-file.ts'
import { validators } from '../src/schema/generated/validators.ts'
import { parseReference } from '../src/secrets/reference.ts'
import type { World } from '../test/sync/open-world.ts'
import { fast, stories, storyFile, type VendorStory } from '../test/sync/vendor-stories.ts'
import { describeThrown } from './describe-thrown.ts'
import { makeRandom, mutateText, pick } from './mutate.ts'
import { openStory } from './open-story.ts'
import type { Outcome } from './part.ts'

const examples = new URL('../examples/', import.meta.url)
const look = { color: true, width: 100, unicode: true } as const
const options: ProjectOptions = {
  definitions,
  validators,
  env: { HOME: '/home/someone' },
  vars: { name: 'value' },
  allowUnknownEvents: false,
  allowedEnv: [],
  checkReference: (text) => {
    const parsed = parseReference(text)
    return 'message' in parsed ? parsed : undefined
  },
}

/** What hostile input may take in memory. */
export const memoryLimit: number = 256 * 1024 * 1024
/** No input of this size may take longer, by the time that this process works and not by that of a busy machine. */
const slowMs = 5_000

/** Where chance begins, and when to end, in milliseconds since the epoch. */
export interface FuzzWork {
  readonly seed: number
  readonly deadline: number
}

export interface Fuzzed extends Outcome {
  /** How many inputs were read. */
  readonly tried: number
}

interface Subject {
  readonly what: string
  readonly count: number
  readonly texts: readonly string[]
  /** Reads a text and shows what it found; what it throws is a failure. */
  readonly read: (text: string) => unknown
}

/** Feeds broken files to the readers. */
export async function fuzzFiles({ seed, deadline }: FuzzWork): Promise<Fuzzed> {
  const random = makeRandom(seed)
  const failures: string[] = []
  const figures: string[] = []
  let tried = 0
  for (const { what, count, texts, read } of await listSubjects()) {
    const before = process.memoryUsage().rss
    let done = 0
    let slowest = 0
    for (; done < count && Date.now() < deadline; done += 1) {
      const text = mutateText(random, pick(random, texts))
      const started = process.cpuUsage()
      try {
        read(text)
      } catch (error) {
        failures.push(`${what}: ${describeThrown(error)} on ${JSON.stringify(text.slice(0, 300))}`)
      }
      slowest = Math.max(slowest, workedSince(started))
    }
    const grown = process.memoryUsage().rss - before
    if (grown > memoryLimit) failures.push(`${what}: memory grew by ${Math.round(grown / 1e6)} MB`)
    if (slowest > slowMs) failures.push(`${what}: one input took ${Math.round(slowest)} ms`)
    tried += done
    figures.push(`${done} of ${count} ${what} read, the slowest in ${slowest.toFixed(0)} ms`)
  }
  return { figures, failures, tried }
}

function workedSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

async function listSubjects(): Promise<readonly Subject[]> {
  const yaml = await readExamples()
  const { plan, undo, ledger, journal } = await makeOwnFiles()
  return [
    { what: 'plan files', count: 30_000, texts: plan, read: (text) => parsePlanFile(text, 'plan.json') },
    { what: 'undo files', count: 15_000, texts: undo, read: (text) => parseUndo(text, 'undo.json') },
    { what: 'ledgers', count: 30_000, texts: ledger, read: (text) => parseLedger(text, 'ledger.json') },
    { what: 'journals', count: 30_000, texts: journal, read: (text) => readJournal(text) },
    // They take longest by far, so they come last: a machine that is busy cuts off no other kind.
    { what: 'configuration files', count: 30_000, texts: yaml, read: readConfiguration },
  ]
}

async function readExamples(): Promise<readonly string[]> {
  const entries = await readdir(examples, { recursive: true })
  return Promise.all(
    entries.filter((name) => name.endsWith('.yaml')).map((name) => readFile(new URL(name, examples), 'utf8')),
  )
}

function readConfiguration(text: string): string {
  const project = loadProject([{ name: 'webhooks.yaml', path: '/x/webhooks.yaml', baseDir: '/x', text }], options)
  return renderDiagnostics(project.diagnostics, look)
}

/** A journal that is no journal ends in a finding of its own. */
function readJournal(text: string): unknown {
  try {
    return parseJournal(text, 'ledger.json.journal')
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics
    throw error
  }
}

/** The files that a run leaves, as honest as they come. */
async function makeOwnFiles(): Promise<Readonly<Record<'plan' | 'undo' | 'ledger' | 'journal', readonly string[]>>> {
  const ledgers: string[] = []
  const plans: string[] = []
  const undos: string[] = []
  const journals: string[] = []
  for (const story of stories) {
    const world = await openStory(story)
    try {
      const made = await world.plan({ pace: fast })
      plans.push(renderJson({ ...toPlanDocument(made), extra: { tool_version: '0', flags: {} } }))
      undos.push(await makeUndo(world, story))
      const ledger = await world.read('.hooks-sync/ledger.json')
      ledgers.push(ledger)
      journals.push(toJournal(ledger))
    } finally {
      await world.close()
    }
  }
  return { plan: plans, undo: undos, ledger: ledgers, journal: journals }
}

/** What an apply leaves to be undone with. */
async function makeUndo(world: World, { vendor, after }: VendorStory): Promise<string> {
  await world.write('webhooks.yaml', storyFile(world, vendor, after))
  await world.apply({ pace: fast, keepsUndo: true })
  const [name = ''] = await readdir(join(world.directory, '.hooks-sync/undo'))
  return world.read(`.hooks-sync/undo/${name}`)
}

/** A journal that would make the entries of a ledger, one line each. */
function toJournal(ledger: string): string {
  const { lineage, serial, accounts } = JSON.parse(ledger) as {
    lineage: string
    serial: number
    accounts: Record<string, { webhooks: Record<string, object> }>
  }
  const lines = Object.entries(accounts).flatMap(([account, { webhooks }]) =>
    Object.entries(webhooks).map(([key, entry]) => ({ kind: 'put-entry', account, key, entry })),
  )
  return [{ format: 1, lineage, serial }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
}
