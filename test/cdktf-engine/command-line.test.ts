import { execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { type Flavor, flavors } from '../cdktf/frameworks.ts'
import { describeEngines } from '../terraform/workspace.ts'
import { UserProject } from './user-project.ts'

const root = join(import.meta.dirname, '..', '..')
const canaries = { signing: 'canary-signing-0123456789abcdef', inbound: 'canary-inbound-0123456789abcdef' }
const programs = { cdktf: 'cdktf-cli/bundle/bin/cdktf.js', cdktn: 'cdktn-cli/bundle/bin/cdktn.js' }

interface Done {
  readonly code: number | null
  readonly text: string
}

describeEngines('the command line', (engine) => {
  test.for(inject('tools') === '' ? [] : flavors)(
    'of %s deploys the example, repairs drift and destroys',
    async (flavor) => {
      const sandbox = await startSandbox()
      const project = new UserProject([flavor, 'constructs', 'tsx', 'typescript'])
      project.copy(join(root, 'examples', flavor))
      project.write(
        'node_modules/.bin/tsx',
        `#!/bin/sh\nexec node '${project.path('node_modules/tsx/dist/cli.mjs')}' "$@"\n`,
        0o755,
      )
      const env = environmentOf(project, sandbox, engine.name)
      const command = (...args: readonly string[]): Promise<Done> => runCli(flavor, project, env, args)
      const stacks = ['webhooks-from-yaml', 'webhooks-by-classes']

      const deployed = await command('deploy', ...stacks, '--auto-approve')
      const { webhooks } = sandbox.vendors.sinch
      const made = webhooks.all()
      const unchanged = await command('diff', 'webhooks-from-yaml')

      expect(deployed.text).toContain('Apply complete! Resources: 2 added, 0 changed, 0 destroyed.')
      expect(deployed.code).toBe(0)
      expect(new Set(made.map(({ secret }) => secret))).toEqual(new Set(Object.values(canaries)))
      expect(unchanged.text).toContain('No changes.')
      // The README shows what it prints.
      const printed = `${deployed.text}${unchanged.text}`
      expect(shownInReadme().filter((line) => !printed.includes(line))).toEqual([])

      const inbound = made.find(({ target }) => target.endsWith('/inbound'))
      webhooks.edit(inbound?.id ?? '', { triggers: ['OPT_OUT'] })
      const drifted = await command('diff', 'webhooks-from-yaml')
      const plan = execFileSync(engine.name, ['show', '-json', 'plan'], {
        cwd: project.path('cdktf.out/stacks/webhooks-from-yaml'),
        env,
        encoding: 'utf8',
      })
      await command('deploy', 'webhooks-from-yaml', '--auto-approve')

      expect(drifted.text).toContain('"OPT_OUT"')
      expect(plan).toContain('"OPT_OUT"')
      expect(filesWith(project, 'hooks.example.com')).toEqual(
        expect.arrayContaining([
          'cdktf.out/stacks/webhooks-from-yaml/cdk.tf.json',
          'terraform.webhooks-from-yaml.tfstate',
        ]),
      )
      for (const secret of Object.values(canaries)) {
        expect([plan, deployed.text, unchanged.text, drifted.text].join('\n')).not.toContain(secret)
        expect(filesWith(project, secret)).toEqual([])
      }
      expect(webhooks.get(inbound?.id ?? '')?.triggers).toEqual(['MESSAGE_INBOUND'])

      await command('destroy', ...stacks, '--auto-approve')
      expect([...webhooks.all(), ...sandbox.vendors.tellcasey.webhooks.all()]).toEqual([])
      await sandbox.close()
    },
  )
})

/** What the README says that both commands print, without what it leaves out. */
function shownInReadme(): readonly string[] {
  const [, block = ''] = /```console\n(\$ cdktf .*?)```/su.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
  const lines = block.split('\n').map((line) => line.trim())
  const shown = lines.filter((line) => line !== '' && line !== '…' && !line.startsWith('$ '))
  if (shown.length === 0) throw new Error('The README shows no output of cdktf.')
  return shown
}

/** What a person has in the environment who deploys to the sandbox; the provider lies where Terraform looks by itself. */
function environmentOf(project: UserProject, { vendors }: Sandbox, engine: string): Readonly<Record<string, string>> {
  const { sinch, tellcasey } = vendors
  const home = project.path('home')
  const plugins = join(home, '.terraform.d/plugins')
  project.node(project.path('node_modules/hooks-sync/dist/cli/main.js'), 'terraform', 'install', '--dir', plugins)
  return {
    PATH: `${join(inject('tools'), 'node/bin')}:${process.env['PATH']}`,
    HOME: home,
    TMPDIR: tmpdir(),
    CI: '1',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
    CHECKPOINT_DISABLE: '1',
    TERRAFORM_BINARY_NAME: engine,
    // The command lines lock providers by what the registry says, unless they are told of a mirror.
    TF_CLI_ARGS_providers_lock: `-fs-mirror=${plugins}`,
    SINCH_BASE_URL: sinch.baseUrl,
    SINCH_AUTH_URL: sinch.baseUrl,
    SINCH_PROJECT_ID: sinch.credentials['project_id'] ?? '',
    SINCH_APP_ID: sinch.credentials['app_id'] ?? '',
    SINCH_KEY_ID: sinch.credentials['key_id'] ?? '',
    SINCH_KEY_SECRET: sinch.credentials['key_secret'] ?? '',
    TELLCASEY_BASE_URL: tellcasey.baseUrl,
    TELLCASEY_API_KEY: tellcasey.credentials['api_key'] ?? '',
    TF_VAR_signing_secret: canaries.signing,
    TF_VAR_hooks_sinch_eu_inbound_messages_signing_secret: canaries.inbound,
  }
}

function runCli(
  flavor: Flavor,
  project: UserProject,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Done> {
  const node = join(inject('tools'), 'node/bin/node')
  const program = join(inject('tools'), programs[flavor])
  const child = spawn(node, [program, ...args], { cwd: project.directory, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  child.stderr.on('data', (part: Buffer) => parts.push(part))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, text: Buffer.concat(parts).toString('utf8') }))
  })
}

/** Finds files that hold a text, of those that a deployment writes: what is synthesized, plans and states. */
function filesWith(project: UserProject, text: string): readonly string[] {
  const made = readdirSync(project.path('cdktf.out'), { recursive: true, encoding: 'utf8' })
  const names = [...readdirSync(project.directory), ...made.map((name) => join('cdktf.out', name))]
  return names.filter((name) => {
    const path = project.path(name)
    return statSync(path).isFile() && readFileSync(path).includes(text)
  })
}
