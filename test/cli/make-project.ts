import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { DiagnosticError } from '../../src/core/diagnostic.ts'
import { Secret } from '../../src/core/secret.ts'
import { makeOptions } from '../../src/run/options.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { initVault } from '../../src/secrets/init-vault.ts'
import { makeResolver } from '../../src/secrets/resolver.ts'
import { apply } from '../../src/sync.ts'
import { type Ran, type Running, runProgram, startProgram } from './run-program.ts'

/** A directory with a `webhooks.yaml` for two vendors, and a sandbox of both. */
export interface Project {
  readonly directory: string
  readonly sandbox: Sandbox
  readonly env: Readonly<Record<string, string>>
  /** Runs a command in it. */
  run(...args: readonly string[]): Promise<Ran>
  runWith(stdin: string, ...args: readonly string[]): Promise<Ran>
  start(...args: readonly string[]): Running
  write(name: string, text: string): Promise<void>
  read(name: string): Promise<string>
}

export interface ProjectOptions {
  /** Text of `webhooks.yaml`; both accounts with a webhook each when absent. */
  readonly config?: (sandbox: Sandbox) => string
  readonly env?: Readonly<Record<string, string>>
}

/** Makes a project in a directory of its own; both are gone when the test is finished. */
export async function makeProject(options: ProjectOptions = {}): Promise<Project> {
  const sandbox = await startSandbox({ vendors: ['sinch', 'tellcasey'] })
  const root = await mkdtemp(join(tmpdir(), 'hooks-sync-'))
  const directory = join(root, 'project')
  await mkdir(directory)
  await mkdir(join(root, 'home'))
  onTestFinished(async () => {
    await sandbox.close()
    await rm(root, { recursive: true })
  })
  const env = { HOME: join(root, 'home'), ...credentials(sandbox), ...options.env }
  const write = (name: string, text: string): Promise<void> => writeFile(join(directory, name), text)
  await write('webhooks.yaml', (options.config ?? bothVendors)(sandbox))
  return {
    directory,
    sandbox,
    env,
    run: (...args) => runProgram(args, { cwd: directory, env }),
    runWith: (stdin, ...args) => runProgram(args, { cwd: directory, env, stdin }),
    start: (...args) => startProgram(args, { cwd: directory, env }),
    write,
    read: (name) => readFile(join(directory, name), 'utf8'),
  }
}

/** An age vault with the secrets of `bothVendors`. */
export async function fillVault({ directory, env }: Project): Promise<void> {
  const key = { ref: 'ref+age://secrets.age#/hooks-sync/fingerprint_key', baseDir: directory }
  const options = { stores: [], env, homeDir: env['HOME'] ?? '', cwd: directory, fingerprintKey: key }
  const { diagnostics } = await initVault({ ...options, now: () => new Date() })
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics)
  const resolver = makeResolver(options)
  const target = { ref: 'ref+age://secrets.age#/sinch/inbound', baseDir: directory }
  const stored = await resolver.write(target, new Secret(canary), 'any')
  await resolver.close()
  if (stored.kind !== 'written') throw new DiagnosticError([stored.diagnostic])
}

/** Makes the accounts what the files say, for tests of what comes after; much quicker than the program is. */
export async function applyAll({ directory, env }: Pick<Project, 'directory' | 'env'>): Promise<void> {
  const options = makeOptions({ cwd: directory, homeDir: env['HOME'] ?? '', env, emit: () => undefined })
  const { summary } = await apply(options, (plan) => Promise.resolve(plan))
  if (summary === undefined || summary.failed + summary.skipped > 0) throw new Error('The set-up could not be applied.')
}

/** A secret that must never be seen outside the vault and the vendor. */
export const canary = 'canary-5f2c9a71e0b84d36'

/** Declares a webhook at each vendor; secrets lie in an age vault. */
export function bothVendors(sandbox: Sandbox): string {
  return `version: 1
fingerprint_key: ref+age://secrets.age#/hooks-sync/fingerprint_key
providers:
${sinchAccount(sandbox)}
    webhooks:
      inbound:
        app_id: ${firstApp(sandbox)}
        url: https://hooks.example.com/sinch
        events: [MESSAGE_INBOUND, MESSAGE_DELIVERY]
        signing_secret: ref+age://secrets.age#/sinch/inbound
${tellcaseyAccount(sandbox)}
    webhooks:
      conversations:
        url: https://hooks.example.com/casey
        events: [conversation.completed]
        signing_secret: { capture: "ref+age://secrets.age#/casey/signing_secret" }
`
}

/** The lines of a Sinch account, up to its webhooks. */
export function sinchAccount({ vendors: { sinch } }: Sandbox, name = 'chat'): string {
  return `  ${name}:
    type: sinch
    region: eu
    project_id: ${sinch.credentials['project_id']}
    base_url: ${sinch.baseUrl}
    auth_url: ${sinch.baseUrl}
    auth: { key_id: "ref+env://SINCH_KEY_ID", key_secret: "ref+env://SINCH_KEY_SECRET" }`
}

/** The lines of a tellcasey account, up to its webhooks. */
export function tellcaseyAccount({ vendors: { tellcasey } }: Sandbox, name = 'casey'): string {
  return `  ${name}:
    type: tellcasey
    base_url: ${tellcasey.baseUrl}
    auth: { api_key: "ref+env://TELLCASEY_API_KEY" }`
}

/** Puts a webhook into the first Sinch app, as somebody does in the dashboard. */
export function putByHand(sandbox: Sandbox): void {
  sandbox.vendors.sinch.webhooks.put({
    id: '01HANDMADE0000000000000001',
    app_id: firstApp(sandbox),
    target: 'https://elsewhere.example.com/',
    target_type: 'HTTP',
    triggers: ['MESSAGE_INBOUND'],
    client_credentials: null,
  })
}

/** The id of the first app of the Sinch stand-in. */
export function firstApp({ vendors: { sinch } }: Sandbox): string {
  const [id] = Object.keys(sinch.settings.apps)
  if (id === undefined) throw new Error('The Sinch stand-in has no app.')
  return id
}

function credentials({ vendors: { sinch, tellcasey } }: Sandbox): Readonly<Record<string, string>> {
  return {
    SINCH_KEY_ID: sinch.credentials['key_id'] ?? '',
    SINCH_KEY_SECRET: sinch.credentials['key_secret'] ?? '',
    TELLCASEY_API_KEY: tellcasey.credentials['api_key'] ?? '',
  }
}
