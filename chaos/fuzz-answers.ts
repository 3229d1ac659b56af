import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { renderApplySummary } from '../src/report/apply-text.ts'
import { renderDiagnostics } from '../src/report/diagnostic-text.ts'
import { renderJson } from '../src/report/json-text.ts'
import { toPlanDocument } from '../src/report/plan-document.ts'
import { renderPlanMarkdown } from '../src/report/plan-markdown.ts'
import { renderPlanText } from '../src/report/plan-text.ts'
import type { World } from '../test/sync/open-world.ts'
import { fast, stories, storyFile, type VendorStory } from '../test/sync/vendor-stories.ts'
import { describeThrown } from './describe-thrown.ts'
import { type Fuzzed, type FuzzWork, memoryLimit } from './fuzz-files.ts'
import { makeRandom, mutateJson, mutateText, pick, type Random } from './mutate.ts'
import { openStory } from './open-story.ts'

const look = { color: true, width: 100, unicode: true } as const
// What nobody holds any more is not what hostile answers take.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const answersPerVendor = 1_500
/** How many applies go through such answers, too. */
const appliesPerVendor = 20

/** Plans and applies against vendors whose every answer was tampered with on its way; all side by side. */
export async function fuzzAnswers({ seed, deadline }: FuzzWork): Promise<Fuzzed> {
  const before = process.memoryUsage().rss
  const tallies = await Promise.all(stories.map((story, at) => fuzzVendor(story, makeRandom(seed + at), deadline)))
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0)
  const grown = Math.max(0, ...tallies.map(({ most }) => most - before))
  const tried = sum((tally) => tally.tried)
  return {
    figures: [
      `${tried} answers of ${tallies.length} vendors, ${sum(({ planned }) => planned)} plans made or refused in a sentence and ${sum(({ applied }) => applied)} applies that told what became of them, in ${Math.round(grown / 1e6)} MB more`,
    ],
    failures: [
      ...tallies.flatMap(({ failures }) => failures),
      ...(grown > memoryLimit ? [`answers of vendors: memory grew by ${Math.round(grown / 1e6)} MB`] : []),
    ],
    tried,
  }
}

interface Tally {
  readonly failures: readonly string[]
  readonly tried: number
  readonly planned: number
  readonly applied: number
  /** The most memory that was in use, in bytes. */
  readonly most: number
}

async function fuzzVendor(story: VendorStory, random: Random, deadline: number): Promise<Tally> {
  const world = await openStory(story)
  const liar = await startLiar(world.sandbox.url, random)
  const failures: string[] = []
  const counts = { applied: 0, planned: 0, most: 0 }
  const isTime = (): boolean => Date.now() < deadline
  try {
    const file = storyFile(world, story.vendor, story.after)
    await world.write('webhooks.yaml', file.replaceAll(world.sandbox.url, liar.url))
    for (; counts.applied < appliesPerVendor && isTime(); counts.applied += 1) {
      failures.push(...(await applyOnce(world)).map((found) => `${story.vendor}: ${found} while applying`))
    }
    const vendor = world.sandbox.vendors[story.vendor]
    vendor.clearLog()
    for (; liar.told < answersPerVendor && isTime(); counts.planned += 1) {
      failures.push(
        ...(await planOnce(world)).map((found) => `${story.vendor}: ${found} on ${liar.latest.slice(0, 300)}`),
      )
      if (counts.planned % 100 === 0) collectGarbage()
      counts.most = Math.max(counts.most, process.memoryUsage().rss)
    }
    const writes = vendor.log.filter(({ method, path }) => method !== 'GET' && !path.includes('/oauth2/token'))
    if (writes.length > 0) failures.push(`${story.vendor}: ${writes.length} writes while planning`)
    return { ...counts, failures, tried: liar.told }
  } finally {
    await liar.close()
    await world.close()
  }
}

/** Makes one plan and shows it in every form; tells what was thrown. */
async function planOnce(world: World): Promise<readonly string[]> {
  try {
    const plan = await world.plan({ pace: { ...fast, timeoutMs: 2_000 }, allow: { ...allowRepoint } })
    renderDiagnostics(plan.diagnostics, look)
    for (const { diagnostics } of plan.accounts) renderDiagnostics(diagnostics, look)
    renderPlanText(plan, look)
    renderPlanMarkdown(plan)
    renderJson(toPlanDocument(plan))
    return []
  } catch (error) {
    return [describeThrown(error)]
  }
}

/** Applies once; what fails has to be told, and whatever answers came the ledger can be read. */
async function applyOnce(world: World): Promise<readonly string[]> {
  try {
    const { plan, summary } = await world.apply({ pace: { ...fast, timeoutMs: 2_000 }, allow: { ...allowRepoint } })
    renderDiagnostics(plan.diagnostics, look)
    if (summary !== undefined) renderApplySummary(summary, look, world.events)
    world.forgetEvents()
    return []
  } catch (error) {
    return [describeThrown(error)]
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
