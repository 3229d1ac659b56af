import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inject, onTestFinished } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const require = createRequire(import.meta.url)

/** A project of a user, with the packed package and what stands beside it; gone when the test ends. */
export class UserProject {
  readonly directory: string

  constructor(beside: readonly string[]) {
    this.directory = mkdtempSync(join(tmpdir(), 'hooks-consumer-'))
    onTestFinished(() => rmSync(this.directory, { recursive: true, force: true }))
    mkdirSync(join(this.directory, 'node_modules/@types'), { recursive: true })
    cpSync(inject('packed'), join(this.directory, 'node_modules/hooks-sync'), { recursive: true })
    const { dependencies } = JSON.parse(readFileSync(join(inject('packed'), 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>
    }
    for (const name of [...Object.keys(dependencies), ...beside, '@types/node']) this.#link(name)
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  write(name: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), text, { mode })
  }

  /** Takes in the files of a directory. */
  copy(directory: string): void {
    cpSync(directory, this.directory, { recursive: true })
  }

  /** Runs a script with the Node of the tests; throws with what it printed where it fails. */
  node(...args: readonly string[]): string {
    return run(process.execPath, args, this.directory)
  }

  /** Lists what a compiler complains about. */
  complaints(compiler: string): string {
    try {
      return run(process.execPath, [compiler, '-p', 'tsconfig.json'], this.directory)
    } catch (error) {
      return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)
    }
  }

  #link(name: string): void {
    const path = this.path(join('node_modules', name))
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), path)
  }
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Finds the compilers that users have, by their versions. */
export function compilers(): Readonly<Record<string, string>> {
  const tools = inject('tools')
  return {
    '5.9': join(tools, 'typescript-5/bin/tsc'),
    '6.0': join(tools, 'typescript-6/bin/tsc'),
    '7.0': join(dirname(require.resolve('typescript/package.json')), 'bin/tsc'),
  }
}
