import { spawn, spawnSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { styleText } from 'node:util'
import type { LocalVendors } from './local-vendors.ts'

const example = new URL('../../examples/terraform/sandbox/', import.meta.url).pathname

/** The credentials that the variable of each vendor takes beside its base URL. */
const variables: Readonly<Record<string, readonly string[]>> = {
  sinch: ['project_id', 'app_id', 'key_id', 'key_secret'],
  sendblue: ['api_key', 'api_secret'],
  smallest: ['api_key', 'agent_id'],
  bird: ['workspace_id', 'access_key'],
  tellcasey: ['api_key'],
}

/** Names the engine to run; throws where there is none. */
export function findEngine(): string {
  const found = ['terraform', 'tofu'].find((name) => spawnSync(name, ['version'], { stdio: 'ignore' }).status === 0)
  if (found === undefined) throw new Error('The demo needs terraform or tofu on the PATH, from 1.11 on.')
  return found
}

/** Copies the example, and fills in the variables that lead it to local vendors. */
export async function makeTerraformRepo(directory: string, vendors: LocalVendors): Promise<void> {
  cpSync(example, directory, { recursive: true })
  const accounts = await Promise.all(
    Object.entries(variables).map(async ([vendor, names]) => {
      const { baseUrl, credentials } = await vendors.describe(vendor)
      const told = names.map((name) => [name, credentials[name] ?? ''] as const)
      return [vendor, { base_url: baseUrl, ...Object.fromEntries(told) }] as const
    }),
  )
  const values = { ...Object.fromEntries(accounts), signing_secret: 'a-signing-secret-of-the-demo' }
  writeFileSync(join(directory, 'terraform.tfvars.json'), JSON.stringify(values, undefined, 2), { mode: 0o600 })
}

/** Prints a command of the engine, runs it with its output as it is, and expects an exit code. */
export async function performEngine(
  engine: string,
  args: readonly string[],
  { directory, home, exit = 0 }: { readonly directory: string; readonly home: string; readonly exit?: number },
): Promise<void> {
  const command = `${engine} ${args.join(' ')}`
  console.log(styleText('bold', `$ ${command}`, { stream: process.stdout }))
  const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env
  const child = spawn(engine, [...args, ...(process.stdout.isTTY ? [] : ['-no-color'])], {
    cwd: directory,
    env: { ...inherited, HOME: home, CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== exit) throw new Error(`"${command}" ended with exit code ${String(code)}; the demo expected ${exit}.`)
}
