import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { styleText } from 'node:util'

const root = new URL('../..', import.meta.url).pathname
const tools = join(root, 'test/cdktf-engine/tools')

export type Flavor = 'cdktf' | 'cdktn'

/** Where the commands of a framework run. */
export interface InfrastructureRepo {
  readonly directory: string
  readonly flavor: Flavor
  readonly env: Readonly<Record<string, string>>
}

/** Installs the command lines of the frameworks beside the project, where they are not yet. */
export function installTools(): void {
  const [installed, wanted] = [join(tools, 'node_modules/.package-lock.json'), join(tools, 'package-lock.json')]
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return
  console.log('$ npm ci   # the command lines of both frameworks, which takes a minute')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: tools,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('The command lines of the frameworks cannot be installed.')
}

/** Makes a repository out of the example of a framework; it is its own home, so that nobody's plugins change. */
export function makeRepo(directory: string, flavor: Flavor, env: Readonly<Record<string, string>>): InfrastructureRepo {
  cpSync(join(root, 'examples', flavor), directory, { recursive: true })
  for (const name of [flavor, 'constructs', 'tsx', 'typescript', '@types/node']) link(directory, name, name)
  link(directory, '.', 'hooks-sync')
  writeFileSync(join(mkdir(directory, 'node_modules/.bin'), 'tsx'), '#!/bin/sh\nexec node "$0.mjs" "$@"\n')
  symlinkSync(join(root, 'node_modules/tsx/dist/cli.mjs'), join(directory, 'node_modules/.bin/tsx.mjs'))
  chmodSync(join(directory, 'node_modules/.bin/tsx'), 0o755)
  const nodePath = join(tools, 'node_modules/node/bin')
  return {
    directory,
    flavor,
    env: {
      ...env,
      PATH: `${nodePath}:${process.env['PATH']}`,
      HOME: directory,
      CI: '1',
      CHECKPOINT_DISABLE: '1',
      ...(process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: '0' }),
      // Until the provider is in a registry: the frameworks lock its checksum by what the registry says otherwise.
      TF_CLI_ARGS_providers_lock: `-fs-mirror=${join(directory, '.terraform.d/plugins')}`,
    },
  }
}

/** Prints a command of the framework and runs it with its output as it is. */
export async function performFramework(
  { directory, flavor, env }: InfrastructureRepo,
  args: readonly string[],
): Promise<void> {
  console.log(styleText('bold', `$ ${flavor} ${args.join(' ')}`, { stream: process.stdout }))
  const [node, program] = ['node/bin/node', `${flavor}-cli/bundle/bin/${flavor}.js`].map((path) =>
    join(tools, 'node_modules', path),
  )
  const child = spawn(node ?? '', [program ?? '', ...args], {
    cwd: directory,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`"${flavor} ${args.join(' ')}" ended with exit code ${String(code)}.`)
}

function link(directory: string, from: string, to: string): void {
  const path = join(directory, 'node_modules', to)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(from === '.' ? root : join(root, 'node_modules', from), path)
}

function mkdir(directory: string, path: string): string {
  const made = join(directory, path)
  mkdirSync(made, { recursive: true })
  return made
}
