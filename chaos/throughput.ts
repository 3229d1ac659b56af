import { inProject } from '../bench/project.ts'
import { type SandboxProcess, startSandboxProcess } from '../bench/sandbox-process.ts'
import { runProgram } from '../test/cli/run-program.ts'
import type { Outcome, Part } from './part.ts'

/** Requests per second that the vendor allows. */
const rate = 50

/** One way in which a client may come to know that rate. */
interface Knowledge {
  readonly name: string
  readonly retryAfter: 'seconds' | 'none'
  readonly setting: string
  readonly webhooks: number
  readonly judge: (log: readonly LoggedRequest[]) => Outcome
}

interface LoggedRequest {
  readonly at: number
  readonly status: number
}

const ways: readonly Knowledge[] = [
  { name: 'configured', retryAfter: 'none', setting: `rate_limit: ${rate}`, webhooks: 400, judge: judgeWhole },
  { name: 'told by Retry-After', retryAfter: 'seconds', setting: '', webhooks: 500, judge: judgeWhole },
  { name: 'untold', retryAfter: 'none', setting: '', webhooks: 650, judge: judgeLater },
]

/** Applies new webhooks at a vendor that answers 429 above a rate. */
export const throughput: Part = {
  name: 'throughput',
  title: `apply at a vendor that allows ${rate} requests/s`,
  share: 0.7,
  run: async () => {
    const outcomes = await Promise.all(ways.map(measure))
    return {
      figures: outcomes.flatMap(({ figures }) => figures),
      failures: outcomes.flatMap(({ failures }) => failures),
    }
  },
}

async function measure(way: Knowledge): Promise<Outcome> {
  const switches = { rate_per_second: rate, retry_after: way.retryAfter }
  const sandbox = await startSandboxProcess({
    options: { vendors: ['tellcasey'], switches: { tellcasey: switches } },
    webhooks: {},
  })
  try {
    return await inProject({ 'webhooks.yaml': projectYaml(sandbox.url, way) }, (cwd) => applyAll(sandbox, cwd, way))
  } finally {
    await sandbox.stop()
  }
}

async function applyAll(sandbox: SandboxProcess, cwd: string, way: Knowledge): Promise<Outcome> {
  const { credentials } = (await sandbox.control('tellcasey')) as { readonly credentials: { readonly api_key: string } }
  const env = { HOME: cwd, CASEY_API_KEY: credentials.api_key }
  const { code, stderr } = await runProgram(['apply', '--auto-approve', '--quiet'], { cwd, env })
  const log = (await sandbox.control('tellcasey/log')) as readonly LoggedRequest[]
  const { live } = (await sandbox.control('tellcasey')) as { readonly live: number }
  const judged = way.judge(log)
  const isWhole = code === 0 && live === way.webhooks
  return {
    figures: judged.figures.map((figure) => `${way.name}: ${live} of ${way.webhooks} webhooks made; ${figure}`),
    failures: [
      ...judged.failures.map((failure) => `${way.name}: ${failure}`),
      ...(isWhole ? [] : [`${way.name}: it ends with ${code}, ${live} of ${way.webhooks} webhooks: ${stderr}`]),
    ],
  }
}

/** From the first request to the last, by the vendor's clock. */
function judgeWhole(log: readonly LoggedRequest[]): Outcome {
  return judge(log, 'in all', { longest: 1.15, refused: 1 })
}

/** What came after the first ten seconds, in which the rate is learned. */
function judgeLater(log: readonly LoggedRequest[]): Outcome {
  const start = (log[0]?.at ?? 0) + 10_000
  return judge(
    log.filter(({ at }) => at >= start),
    'after 10 s',
    { longest: 1.3, refused: 0.05 },
  )
}

function judge(
  log: readonly LoggedRequest[],
  when: string,
  must: { readonly longest: number; readonly refused: number },
): Outcome {
  const seconds = ((log.at(-1)?.at ?? 0) - (log[0]?.at ?? 0)) / 1000
  const refused = log.filter(({ status }) => status === 429).length
  const ratio = seconds / (log.length / rate)
  const share = refused / log.length
  const isMet = log.length > 5 * rate && ratio <= must.longest && share <= must.refused
  const figure = `${when} ${log.length} requests in ${seconds.toFixed(1)} s, ${ratio.toFixed(2)} × requests ÷ ${rate}, ${(share * 100).toFixed(1)} % were 429`
  return { figures: [figure], failures: isMet ? [] : [figure] }
}

function projectYaml(url: string, { setting, webhooks }: Knowledge): string {
  const declared = Array.from(
    { length: webhooks },
    (_, index) => `      receiver-${index}: { url: "https://hooks.example.com/${index}" }`,
  )
  return `version: 1
providers:
  casey:
    type: tellcasey
    base_url: ${url}/tellcasey/v1/backend
    auth: { api_key: ref+env://CASEY_API_KEY }
    ${setting}
    webhooks:
${declared.join('\n')}
`
}
