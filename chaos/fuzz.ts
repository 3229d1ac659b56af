import { readdir, readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadProject } from '../src/config/load-project.ts'
import type { ProjectOptions } from '../src/config/project.ts'
import { DiagnosticError } from '../src/core/diagnostic.ts'
import { parseJournal } from '../src/engine/ledger/journal.ts'
import { parseLedger } from '../src/engine/ledger/parse-ledger.ts'
import { definitions } from '../src/providers/registry.ts'
import { renderDiagnostics } from '../src/report/diagnostic-text.ts'
import { renderJson } from '../src/report/json-text.ts'
import { toPlanDocument } from '../src/report/plan-document.ts'
import { renderPlanMarkdown } from '../src/report/plan-markdown.ts'
import { renderPlanText } from '../src/report/plan-text.ts'
import { parsePlanFile } from '../src/run/plan-file.ts'
import { validators } from '../src/schema/generated/validators.ts'
import { parseReference } from '../src/secrets/reference.ts'
import { openWorld, type World } from '../test/sync/open-world.ts'
import { fast, fillStories, stories, storyFile, type VendorStory } from '../test/sync/vendor-stories.ts'
import { makeRandom, mutateJson, mutateText, pick, type Random } from './mutate.ts'
import type { Budget, Outcome, Part } from './part.ts'

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

const seed = Number(process.env['CHAOS_SEED'] ?? 1)
const memoryLimit = 256 * 1024 * 1024
/** No input of this size may take longer. */
const slowMs = 5_000

/** Feeds broken files and broken answers to the readers; none may crash, hang, or take much memory. */
export const fuzz: Part = {
  name: 'fuzz',
  title: 'hostile files and answers: no uncaught error, no hang, no write',
  share: 2.8,
  run: async (budget) => {
    const files = await fuzzFiles(makeRandom(seed), budget)
    const answers = await fuzzAnswers(makeRandom(seed + 1), budget)
    return {
      figures: [...files.figures, ...answers.figures],
      failures: [...files.failures, ...answers.failures],
    }
  },
}

interface Subject {
  readonly what: string
  readonly count: number
  readonly texts: readonly string[]
  /** Reads a text and shows what it found; what it throws is a failure. */
  readonly read: (text: string) => unknown
}

async function fuzzFiles(random: Random, { deadline }: Budget): Promise<Outcome> {
  const failures: string[] = []
  const figures: string[] = []
  for (const { what, count, texts, read } of await listSubjects()) {
    const before = process.memoryUsage().rss
    let done = 0
    let slowest = 0
    for (; done < count && Date.now() < deadline; done += 1) {
      const text = mutateText(random, pick(random, texts))
      const started = performance.now()
      try {
        read(text)
      } catch (error) {
        failures.push(`${what}: ${describe(error)} on ${JSON.stringify(text.slice(0, 300))}`)
      }
      slowest = Math.max(slowest, performance.now() - started)
    }
    const grown = process.memoryUsage().rss - before
    if (grown > memoryLimit) failures.push(`${what}: memory grew by ${Math.round(grown / 1e6)} MB`)
    if (slowest > slowMs) failures.push(`${what}: one input took ${Math.round(slowest)} ms`)
    figures.push(`${done} of ${count} ${what} read, the slowest in ${slowest.toFixed(0)} ms`)
  }
  return { figures, failures }
}

async function listSubjects(): Promise<readonly Subject[]> {
  const yaml = await readExamples()
  const { plan, ledger, journal } = await makeOwnFiles()
  return [
    { what: 'configuration files', count: 30_000, texts: yaml, read: readConfiguration },
    { what: 'plan files', count: 20_000, texts: plan, read: (text) => parsePlanFile(text, 'plan.json') },
    { what: 'ledgers', count: 20_000, texts: ledger, read: (text) => parseLedger(text, 'ledger.json') },
    { what: 'journals', count: 20_000, texts: journal, read: (text) => readJournal(text) },
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
async function makeOwnFiles(): Promise<Readonly<Record<'plan' | 'ledger' | 'journal', readonly string[]>>> {
  const ledgers: string[] = []
  const plans: string[] = []
  const journals: string[] = []
  for (const story of stories) {
    const world = await openStory(story)
    try {
      const made = await world.plan({ pace: fast })
      plans.push(renderJson({ ...toPlanDocument(made), extra: { tool_version: '0', flags: {} } }))
      const ledger = await world.read('.hooks-sync/ledger.json')
      ledgers.push(ledger)
      journals.push(toJournal(ledger))
    } finally {
      await world.close()
    }
  }
  return { plan: plans, ledger: ledgers, journal: journals }
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

async function openStory(story: VendorStory): Promise<World> {
  const world = await openWorld({ vendors: [story.vendor] })
  await fillStories(world)
  await world.write('webhooks.yaml', storyFile(world, story.vendor, story.before))
  await world.apply({ pace: fast })
  return world
}

const answersPerVendor = 2_500

/** Plans against vendors whose every answer was tampered with on its way. */
async function fuzzAnswers(random: Random, { deadline }: Budget): Promise<Outcome> {
  const failures: string[] = []
  let done = 0
  let understood = 0
  for (const story of stories) {
    const world = await openStory(story)
    const liar = await startLiar(world.sandbox.url, random)
    try {
      const file = storyFile(world, story.vendor, story.after)
      await world.write('webhooks.yaml', file.replaceAll(world.sandbox.url, liar.url))
      const vendor = world.sandbox.vendors[story.vendor]
      vendor.clearLog()
      const end = done + answersPerVendor
      while (liar.told < answersPerVendor && Date.now() < deadline) {
        const outcome = await planOnce(world)
        if (outcome !== undefined) failures.push(`${story.vendor}: ${outcome} on ${liar.latest.slice(0, 300)}`)
        else understood += 1
      }
      done += Math.min(liar.told, end)
      const writes = vendor.log.filter(({ method, path }) => method !== 'GET' && !path.includes('/oauth2/token'))
      if (writes.length > 0) failures.push(`${story.vendor}: ${writes.length} writes while planning`)
    } finally {
      await liar.close()
      await world.close()
    }
  }
  return { figures: [`${done} answers of vendors, ${understood} plans made or refused in a sentence`], failures }
}

/** Makes one plan and shows it in every form; undefined when that went as it must. */
async function planOnce(world: World): Promise<string | undefined> {
  try {
    const plan = await world.plan({ pace: { ...fast, timeoutMs: 2_000 }, allow: { ...allowRepoint } })
    renderDiagnostics(plan.diagnostics, look)
    for (const { diagnostics } of plan.accounts) renderDiagnostics(diagnostics, look)
    renderPlanText(plan, look)
    renderPlanMarkdown(plan)
    renderJson(toPlanDocument(plan))
    return undefined
  } catch (error) {
    return describe(error)
  }
}

const allowRepoint = {
  empty: false,
  gap: false,
  takeover: false,
  recreate: false,
  http: false,
  shadow: false,
  repoint: true,
}

interface Liar {
  readonly url: string
  readonly told: number
  readonly latest: string
  close(): Promise<void>
}

/** A proxy before the sandbox that changes each answer but those to logins. */
async function startLiar(target: string, random: Random): Promise<Liar> {
  let told = 0
  let latest = ''
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
      const method = request.method ?? 'GET'
      const honest = await fetch(`${target}${request.url ?? ''}`, {
        method,
        headers: headers as Record<string, string>,
        ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
      })
      const text = await honest.text()
      if (request.url?.includes('/oauth2/token') === true) {
        response.writeHead(honest.status, { 'content-type': 'application/json' }).end(text)
        return
      }
      told += 1
      latest = distort(random, text)
      const status = random() < 0.9 ? honest.status : pick(random, [201, 204, 206, 400, 401, 403, 404, 409, 422])
      response.writeHead(status, { 'content-type': pick(random, ['application/json', 'text/html', 'text/plain']) })
      response.end(status === 204 ? undefined : random() < 0.02 ? Buffer.from([0xff, 0xfe, 0x80]) : latest)
    })().catch(() => response.destroy())
  })
  await listen(server)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get told() {
      return told
    },
    get latest() {
      return latest
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function distort(random: Random, text: string): string {
  if (random() < 0.3) return mutateText(random, text)
  try {
    return JSON.stringify(mutateJson(random, JSON.parse(text))) ?? ''
  } catch {
    return mutateText(random, text)
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error)
}
