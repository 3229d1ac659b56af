import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './check.ts'

export interface CommandResult {
  readonly code: number
  /** Standard output and standard error as they came. */
  readonly text: string
}

/** Runs a program that a development dependency installed. */
export async function runBinary(name: string, args: readonly string[], cwd: string = root): Promise<CommandResult> {
  return runCommand(join(root, 'node_modules', '.bin', name), args, cwd)
}

/** Runs a command and keeps what it prints. */
export function runCommand(command: string, args: readonly string[], cwd: string = root): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined } })
    const parts: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.stderr.on('data', (part: Buffer) => parts.push(part))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, text: Buffer.concat(parts).toString('utf8') }))
  })
}

/** Turns the output of a failed command into findings. */
export function findingsOf({ code, text }: CommandResult): readonly string[] {
  if (code === 0) return []
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('npm warn'))
  return lines.length === 0 ? [`ended with exit code ${code} and said nothing`] : lines
}
