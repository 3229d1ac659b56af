import { Readable } from 'node:stream'
import { openOutput, type TextStream } from '../../src/cli/output.ts'
import { runArguments } from '../../src/cli/run-program.ts'
import { observeSecrets } from '../../src/core/secret.ts'

/** What a command came to. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string
  /** How long an answer may take where none will come, in milliseconds. */
  readonly answerMs?: number
}

/** Runs one command line in this process: on streams of its own, and as if it were elsewhere and in a hurry. */
export async function runHere(argv: readonly string[], surroundings: Surroundings): Promise<Ran> {
  const out = recordStream()
  const err = recordStream()
  const code = await elsewhere(surroundings, () =>
    inHaste(async () => {
      const output = openOutput(out.stream, err.stream)
      const ended = await runArguments(argv, output)
      await output.flush()
      return ended
    }, surroundings.answerMs),
  )
  return { code, stdout: out.text(), stderr: err.text() }
}

/** Does something in another directory, with another environment and other input. */
async function elsewhere<T>({ cwd, env, stdin }: Surroundings, work: () => Promise<T>): Promise<T> {
  const home = process.cwd()
  const before = { ...process.env }
  const input = Object.getOwnPropertyDescriptor(process, 'stdin')
  replaceEnvironment(env)
  process.chdir(cwd)
  Object.defineProperty(process, 'stdin', { configurable: true, get: () => Readable.from([Buffer.from(stdin)]) })
  try {
    return await work()
  } finally {
    process.chdir(home)
    Object.defineProperty(process, 'stdin', input ?? {})
    replaceEnvironment(before)
    observeSecrets(undefined)
  }
}

function replaceEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
}

/** How long an answer may take, in a vault and at a vendor: the only waits that are not for nothing. */
const answerLimits: ReadonlySet<number> = new Set([10_000, 30_000])
/** The clockwork of undici ticks so; faster, it would take connecting for too slow. */
const undiciTick = 499
const speed = 1000

/**
 * Does something while every pause is over at once, and clocks go as if it had been waited for. Only as long as an answer
 * may take is as long as ever, or as it is told: a machine that is busy with other work must not make one late.
 */
export async function inHaste<T>(work: () => Promise<T>, answerMs?: number): Promise<T> {
  const { setTimeout } = globalThis
  const { performance } = globalThis
  const passed = performance.now.bind(performance)
  let skipped = 0
  const now = (): number => passed() + skipped
  const hastened = ((task: (...given: []) => void, ms = 0, ...more: []) => {
    if (ms === undiciTick) return setTimeout(task, ms, ...more)
    const end = now() + ms
    const ring = (...given: []): void => {
      skipped += Math.max(0, end - now())
      task(...given)
    }
    return setTimeout(ring, answerLimits.has(ms) ? (answerMs ?? ms) : ms / speed, ...more)
  }) as typeof setTimeout
  globalThis.setTimeout = Object.assign(hastened, setTimeout)
  performance.now = now
  try {
    return await work()
  } finally {
    globalThis.setTimeout = setTimeout
    Reflect.deleteProperty(performance, 'now')
  }
}

function recordStream(): { readonly stream: TextStream; readonly text: () => string } {
  const chunks: string[] = []
  const write = (text: string, done: () => void): boolean => {
    chunks.push(text)
    done()
    return true
  }
  return { stream: { write, on: () => undefined }, text: () => chunks.join('') }
}
