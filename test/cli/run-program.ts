import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'

/** The program under test; another build of it, such as the packed one, can be named. */
export const mainFile: string =
  process.env['HOOKS_SYNC_TEST_MAIN'] ?? join(import.meta.dirname, '../../dist/cli/main.js')

/** What a run of the program came to. */
export interface Ran {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Written to stdin; without it stdin is empty. */
  readonly stdin?: string | Uint8Array
}

/** A program that is still running. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Ran>
}

/** Runs the built program and waits for its end. */
export function runProgram(args: readonly string[], options: RunOptions): Promise<Ran> {
  const { child, ended } = startProgram(args, options)
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.stdin ?? '')
  return ended
}

/** Starts the built program; of the environment it sees only what is given, and where to find Node. */
export function startProgram(args: readonly string[], { cwd, env = {} }: RunOptions): Running {
  const child = spawn(process.execPath, [mainFile, ...args], { cwd, env: { PATH: process.env['PATH'] ?? '', ...env } })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({
        code,
        signal,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    )
  })
  return { child, ended }
}

/** Reads the lines of JSON Lines; throws when one is not whole. */
export function readLines(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
