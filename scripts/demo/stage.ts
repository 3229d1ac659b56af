import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { styleText } from 'node:util'

const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname

/** Where the commands of the demo run. */
export interface Stage {
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
}

/** A command that did not end as it should. */
class UnexpectedExit extends Error {
  constructor(command: string, code: number, expected: number) {
    super(`"${command}" ended with exit code ${code}; the demo expected ${expected}.`)
  }
}

/** Tells what happens next. */
export function say(text: string): void {
  console.log(`\n${style('bold', style('cyan', `# ${text}`))}`)
}

/** Prints a command, runs it with its output as it is, and expects an exit code. */
export async function perform(
  stage: Stage,
  args: readonly string[],
  { exit = 0, input }: { readonly exit?: number; readonly input?: string } = {},
): Promise<void> {
  const command = `hooks-sync ${args.map(quoted).join(' ')}${input === undefined ? '' : ` < ${input}`}`
  console.log(style('bold', `$ ${command}`))
  const { code } = await run(stage, args, input, 'inherit')
  if (code !== exit) throw new UnexpectedExit(command, code, exit)
  if (exit !== 0) console.log(style('dim', `(exit code ${code})`))
}

/** Runs a command that has to succeed and returns what it says on standard output. */
export async function capture(
  stage: Stage,
  args: readonly string[],
  { input }: { readonly input?: string } = {},
): Promise<string> {
  const { code, stdout } = await run(stage, args, input, 'pipe')
  if (code !== 0) throw new UnexpectedExit(`hooks-sync ${args.join(' ')}`, code, 0)
  return stdout
}

interface Ended {
  readonly code: number
  /** Empty where the output went to the terminal. */
  readonly stdout: string
}

async function run(
  { directory, env }: Stage,
  args: readonly string[],
  input: string | undefined,
  output: 'inherit' | 'pipe',
): Promise<Ended> {
  const stdin = input === undefined ? 'ignore' : openSync(join(directory, input), 'r')
  try {
    const child = spawn(process.execPath, [cli, ...args], { cwd: directory, env, stdio: [stdin, output, 'inherit'] })
    const parts: Buffer[] = []
    child.stdout?.on('data', (part: Buffer) => parts.push(part))
    return await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve({ code: code ?? 1, stdout: Buffer.concat(parts).toString('utf8') }))
    })
  } finally {
    if (typeof stdin === 'number') closeSync(stdin)
  }
}

// One format at a time: given several, Node 20 does not ask whether the stream takes colors.
function style(format: 'bold' | 'cyan' | 'dim', text: string): string {
  return styleText(format, text, { stream: process.stdout })
}

function quoted(arg: string): string {
  return /^[\w./:@=+#-]+$/u.test(arg) ? arg : `'${arg}'`
}
