import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, inject, onTestFinished, test } from 'vitest'
import type { Engine } from './set-up.ts'

/** What an engine did. */
export interface EngineRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningEngine {
  readonly process: ChildProcess
  readonly done: Promise<EngineRun>
  /** Waits until it has printed a text; rejects where it ends without. */
  said(text: string): Promise<void>
}

/** Describes behavior once for each engine that is installed; without one the tests are skipped by their name. */
export function describeEngines(name: string, body: (engine: Engine) => void): void {
  const engines = inject('engines')
  if (engines.length === 0) test.skipIf(true)(`${name}, which takes an engine`, () => undefined)
  for (const engine of engines) describe(`${name}, ${engine.name} ${engine.version}`, () => body(engine))
}

/** A directory in which an engine works, gone when the test ends. */
export class Workspace {
  readonly directory: string
  readonly #engine: Engine
  readonly #env: Readonly<Record<string, string>>

  constructor(engine: Engine, provider: string, env: Readonly<Record<string, string>> = {}) {
    this.directory = mkdtempSync(join(tmpdir(), 'hooks-workspace-'))
    onTestFinished(() => rmSync(this.directory, { recursive: true, force: true }))
    this.#engine = engine
    this.#env = env
    this.write(
      '.cli.tfrc',
      `provider_installation {\n  dev_overrides { "hooks-sync/hooks" = "${provider}" }\n  direct {}\n}\n`,
    )
    this.write(
      'versions.tf',
      'terraform {\n  required_providers {\n    hooks = { source = "hooks-sync/hooks" }\n  }\n}\n',
    )
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), text)
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  /** Runs the engine to its end. */
  run(...args: readonly string[]): Promise<EngineRun> {
    return this.start(...args).done
  }

  /** Starts the engine in a process group of its own, as a terminal does. */
  start(...args: readonly string[]): RunningEngine {
    const child = spawn(this.#engine.name, [...args], {
      cwd: this.directory,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: this.directory,
        TMPDIR: tmpdir(),
        TF_CLI_CONFIG_FILE: this.path('.cli.tfrc'),
        TF_IN_AUTOMATION: '1',
        CHECKPOINT_DISABLE: '1',
        NO_COLOR: '1',
        ...this.#env,
      },
    })
    return { process: child, ...follow(child) }
  }

  /** Runs the engine, which must succeed. */
  async succeed(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args)
    if (code !== 0) throw new Error(`${this.#engine.name} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`)
    return stdout
  }

  /** Applies what is written, and answers what the engine said. */
  apply(...args: readonly string[]): Promise<EngineRun> {
    return this.run('apply', '-auto-approve', '-no-color', '-input=false', ...args)
  }

  /** Plans; exit code 0 means no change, 2 changes. */
  plan(...args: readonly string[]): Promise<EngineRun> {
    return this.run('plan', '-no-color', '-input=false', '-detailed-exitcode', ...args)
  }

  destroy(): Promise<EngineRun> {
    return this.run('destroy', '-auto-approve', '-no-color', '-input=false')
  }

  /** The attributes of the one instance of a resource as the state has them. */
  attributes(address: string): Readonly<Record<string, unknown>> | undefined {
    if (!existsSync(this.path('terraform.tfstate'))) return undefined
    const state = JSON.parse(this.read('terraform.tfstate')) as StoredState
    return state.resources.find(({ type, name }) => `${type}.${name}` === address)?.instances[0]?.attributes
  }

  /** Finds files that hold a text, such as a secret that no file may hold. */
  filesWith(text: string): readonly string[] {
    return readdirSync(this.directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.endsWith('.tf') && statSync(this.path(name)).isFile())
      .filter((name) => readFileSync(this.path(name)).includes(text))
  }
}

interface StoredState {
  readonly resources: readonly {
    readonly type: string
    readonly name: string
    readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[]
  }[]
}

function follow(child: ChildProcess): Omit<RunningEngine, 'process'> {
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    stdout += part
  })
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    stderr += part
  })
  const done = new Promise<EngineRun>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.includes(text)) resolve()
      }
      child.stdout?.on('data', look)
      child.on('close', () => reject(new Error(`It never said "${text}":\n${stdout}\n${stderr}`)))
      look()
    })
  return { done, said }
}
