import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import { DiagnosticError } from '../../src/core/diagnostic.ts'
import type { Plan } from '../../src/core/plan.ts'
import { systemClock } from '../../src/http/clock.ts'
import { makeOptions, type SyncOptions } from '../../src/run/options.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { type Applied, apply, plan } from '../../src/sync.ts'

/** Credentials of the accounts; none may reach anybody but its vendor. */
export const canary = 'canary-c0ffee5eed1e5541'

/** Waits for nothing between two attempts of a call. */
const hasty = { ...systemClock, after: (_: number, task: () => void) => systemClock.after(0, task) }

/** A working copy with the operator's own directory beside it, a sandbox, and somebody who listens. */
export interface World {
  /** Where the files lie; the top of a git working copy. */
  readonly directory: string
  /** Where the operator keeps what no pull request can edit. */
  readonly outside: string
  readonly sandbox: Sandbox
  readonly evil: Evil
  readonly env: Readonly<Record<string, string>>
  /** Writes a file, by its path from the working copy, and the directories above it. */
  readonly write: (name: string, text: string) => Promise<void>
  plan(options?: Partial<SyncOptions>): Promise<Plan>
  /** Applies what is planned, if nothing refuses it. */
  apply(options?: Partial<SyncOptions>): Promise<Applied>
  /** How many requests reached any vendor. */
  readonly calls: () => number
}

/** Somebody who listens where the allowed hosts are not, and keeps what arrives. */
export interface Evil {
  readonly port: number
  /** An address that leads here and is not the loopback that is always allowed. */
  readonly origin: string
  /** What was sent, connection by connection. */
  readonly received: readonly string[]
}

/** Opens a world; all of it is gone when the test is finished. */
export async function openWorld(env: Readonly<Record<string, string>> = {}): Promise<World> {
  const sandbox = await startSandbox({ vendors: ['sinch', 'smallest', 'tellcasey'] })
  const root = await realpath(await mkdtemp(join(tmpdir(), 'hooks-sync-')))
  const directory = join(root, 'project')
  const outside = join(root, 'operator')
  await mkdir(join(directory, '.git'), { recursive: true })
  await mkdir(outside)
  const evil = await startEvil()
  onTestFinished(async () => {
    await sandbox.close()
    await rm(root, { recursive: true })
  })
  const { sinch, smallest, tellcasey } = sandbox.vendors
  const all = {
    HOME: join(root, 'home'),
    SINCH_KEY_ID: sinch.credentials['key_id'] ?? '',
    SINCH_KEY_SECRET: sinch.credentials['key_secret'] ?? '',
    SMALLEST_API_KEY: smallest.credentials['api_key'] ?? '',
    TELLCASEY_API_KEY: tellcasey.credentials['api_key'] ?? '',
    HEADER_SECRET: canary,
    ...env,
  }
  const complete = ({ env: more, ...rest }: Partial<SyncOptions> = {}): SyncOptions =>
    makeOptions({
      cwd: directory,
      homeDir: join(root, 'home'),
      env: { ...all, ...more },
      pace: { callClock: hasty },
      ...rest,
    })
  return {
    directory,
    outside,
    sandbox,
    evil,
    env: all,
    write: async (name, text) => {
      const path = join(directory, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
    },
    plan: (options) => planOrExplain(complete(options)),
    apply: (options) => apply(complete(options), (made) => Promise.resolve(made)),
    calls: () => [sinch, smallest, tellcasey].reduce((sum, vendor) => sum + vendor.log.length, 0),
  }
}

/** What stops a whole run is thrown; for a test it is one more list of findings. */
async function planOrExplain(options: SyncOptions): Promise<Plan> {
  try {
    return await plan(options)
  } catch (error) {
    if (error instanceof DiagnosticError) return { accounts: [], diagnostics: error.diagnostics, calls: 0 }
    throw error
  }
}

/** Starts somebody who listens; 0.0.0.0 is this machine, and not one of its loopback names. */
async function startEvil(): Promise<Evil> {
  const received: string[] = []
  const server = createServer((socket) => keep(socket, received))
  await listen(server)
  const { port } = server.address() as AddressInfo
  return { port, origin: `https://0.0.0.0:${port}`, received }
}

function keep(socket: Socket, received: string[]): void {
  const index = received.push('') - 1
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    received[index] += chunk.toString('latin1')
    // As a proxy it lets everything through, to itself.
    if (chunk.toString('latin1').startsWith('CONNECT')) socket.write('HTTP/1.1 200 OK\r\n\r\n')
    else socket.end()
  })
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.listen(0, '0.0.0.0', resolve)
  })
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
}

/** All findings of a plan. */
export function findingsOf({ diagnostics, accounts }: Plan): readonly Diagnostic[] {
  return [...diagnostics, ...accounts.flatMap((account) => account.diagnostics)]
}

/** Codes of the errors of a plan, each once. */
export function errorsOf(plan: Plan): readonly string[] {
  const errors = findingsOf(plan).filter(({ severity }) => severity === 'error')
  return [...new Set(errors.map(({ code }) => code))]
}

/** The lines of a tellcasey account up to its webhooks. */
export function casey({ sandbox }: Pick<World, 'sandbox'>, changes: Readonly<Record<string, string>> = {}): string {
  return account('casey', {
    type: 'tellcasey',
    base_url: sandbox.vendors.tellcasey.baseUrl,
    auth: '{ api_key: "ref+env://TELLCASEY_API_KEY" }',
    ...changes,
  })
}

/** The lines of a smallest.ai account up to its webhooks. */
export function voice({ sandbox }: Pick<World, 'sandbox'>, changes: Readonly<Record<string, string>> = {}): string {
  return account('voice', {
    type: 'smallest',
    base_url: sandbox.vendors.smallest.baseUrl,
    auth: '{ api_key: "ref+env://SMALLEST_API_KEY" }',
    ...changes,
  })
}

/** The lines of a Sinch account up to its webhooks. */
export function chat({ sandbox }: Pick<World, 'sandbox'>, changes: Readonly<Record<string, string>> = {}): string {
  const { sinch } = sandbox.vendors
  return account('chat', {
    type: 'sinch',
    region: 'eu',
    project_id: sinch.credentials['project_id'] ?? '',
    base_url: sinch.baseUrl,
    auth_url: sinch.baseUrl,
    auth: '{ key_id: "ref+env://SINCH_KEY_ID", key_secret: "ref+env://SINCH_KEY_SECRET" }',
    ...changes,
  })
}

function account(name: string, settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([key, value]) => `    ${key}: ${value}\n`)
  return `  ${name}:\n${lines.join('')}`
}

/** A webhook of any vendor without special fields. */
export function webhook(key: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `        ${name}: ${value}\n`)
  return `      ${key}:\n${lines.join('')}`
}

/** A file with a webhook at tellcasey. */
export function caseyFile(
  world: Pick<World, 'sandbox'>,
  changes: Readonly<Record<string, string>> = {},
  fields: Readonly<Record<string, string>> = {},
): string {
  const hook = webhook('hook', {
    url: 'https://hooks.example.com/casey',
    events: '[conversation.completed]',
    ...fields,
  })
  return `version: 1\nproviders:\n${casey(world, changes)}    webhooks:\n${hook}`
}
