import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const cli: string = new URL('../dist/cli/main.js', import.meta.url).pathname
const reporter = new URL('report-usage.mjs', import.meta.url).href

/** What a finished process took. */
export interface Usage {
  readonly wallMs: number
  readonly cpuMs: number
  readonly rssMb: number
  readonly stdout: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Times a node process from start to end; nothing is loaded into it. */
export async function timeNode(args: readonly string[], options: RunOptions = {}): Promise<number> {
  const start = performance.now()
  await run(args, options)
  return performance.now() - start
}

/** Runs hooks-sync and measures what it takes. */
export async function measureCli(args: readonly string[], options: RunOptions = {}): Promise<Usage> {
  const directory = mkdtempSync(join(tmpdir(), 'usage-'))
  const file = join(directory, 'usage.json')
  try {
    const start = performance.now()
    const env = { ...options.env, BENCH_USAGE_FILE: file }
    const stdout = await run(['--import', reporter, cli, ...args], { ...options, env })
    const wallMs = performance.now() - start
    const { cpuMs, rssMb } = JSON.parse(readFileSync(file, 'utf8')) as Pick<Usage, 'cpuMs' | 'rssMb'>
    return { wallMs, cpuMs, rssMb, stdout }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function run(args: readonly string[], { cwd, env }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => out.push(part))
    child.stderr.on('data', (part: Buffer) => err.push(part))
    child.on('error', reject)
    child.on('close', (code) => {
      const stdout = Buffer.concat(out).toString('utf8')
      if (code === 0) return resolve(stdout)
      const tail = `${stdout}\n${Buffer.concat(err).toString('utf8')}`.trim().slice(-2_000)
      reject(new Error(`node ${args.slice(-4).join(' ')} ended with exit code ${code}:\n${tail}`))
    })
  })
}
