import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { caseyYaml, type Flavor, loadFlavor, makeStack } from '../cdktf/frameworks.ts'
import { openWorld, type World } from '../sync/open-world.ts'
import { describeEngines, Workspace } from '../terraform/workspace.ts'

const examples = join(import.meta.dirname, '..', '..', 'examples')
const folders = readdirSync(examples).filter((folder) =>
  readdirSync(join(examples, folder)).some((name) => name === 'webhooks.yaml'),
)

/** What the secrets of the examples are, wherever they lie. */
const secrets = {
  GENERATED: 'generated-0123456789abcdef0123456789abcdef',
  HEADER_TOKEN: 'Bearer header-token-0123456789',
  RECEIVER_TOKEN: 'receiver-token-0123456789',
  SINCH_SIGNING_SECRET: 'signing-secret-0123456789',
  TOKEN_CLIENT_SECRET: 'token-client-secret-0123456789',
}

let world: World
let deployed: Sandbox
let directory: string

beforeEach(async () => {
  world = await openWorld()
  deployed = await startSandbox()
  directory = mkdtempSync(join(tmpdir(), 'hooks-sync-cdktf-'))
})

afterEach(async () => {
  await world.close()
  await deployed.close()
  rmSync(directory, { recursive: true })
})

describeEngines('one model', (engine) => {
  test.for(folders)('makes of examples/%s what the command line makes of it', async (folder) => {
    for (const [name, text] of exampleOf(folder)) {
      await world.write(name, text)
      writeFileSync(join(directory, name), text)
    }
    const { text, variables } = synthesizeFolder('cdktf')
    const workspace = new Workspace(engine, inject('realProvider'), { ...environment(deployed), ...variables })
    workspace.write('cdk.tf.json', text)
    rmSync(workspace.path('versions.tf'))

    const { summary } = await world.apply({ env: environment(world.sandbox), files: [world.directory] })
    await workspace.succeed('apply', '-auto-approve', '-no-color', '-input=false')
    const again = await workspace.plan()

    expect(JSON.parse(synthesizeFolder('cdktn').text)).toEqual(JSON.parse(text))
    expect(summary).toMatchObject({ failed: 0 })
    expect(stateOf(deployed)).toEqual(stateOf(world.sandbox))
    expect(settingsOf(deployed)).toEqual(settingsOf(world.sandbox))
    expect(again.stdout).toContain('No changes.')
    for (const secret of Object.values(secrets)) expect(workspace.filesWith(secret)).toEqual([])

    workspace.write('cdk.tf.json', text.replaceAll('"prevent_destroy": true', '"prevent_destroy": false'))
    await workspace.succeed('destroy', '-auto-approve', '-no-color', '-input=false')
    expect(Object.values(stateOf(deployed)).flat()).toEqual([])
  })
})

describeEngines('a file that changes', (engine) => {
  test('moves and lets go of webhooks without a call that writes', async () => {
    const { tellcasey } = deployed.vendors
    const deploy = async (webhooks: string): Promise<string> => {
      writeFileSync(join(directory, 'webhooks.yaml'), caseyYaml(webhooks, tellcasey.baseUrl))
      const { text, variables } = synthesizeFolder('cdktf')
      workspace = workspace ?? new Workspace(engine, inject('realProvider'), { ...environment(deployed), ...variables })
      workspace.write('cdk.tf.json', text)
      rmSync(workspace.path('versions.tf'), { force: true })
      return await workspace.succeed('apply', '-auto-approve', '-no-color', '-input=false')
    }
    let workspace: Workspace | undefined

    await deploy(`a: { url: "https://hooks.example.com/a" }\nb: { url: "https://hooks.example.com/b" }\n`)
    const before = tellcasey.webhooks.all()
    tellcasey.clearLog()
    const printed = await deploy(
      `one.more: { url: "https://hooks.example.com/a", previously: a }\nb: { url: "https://hooks.example.com/b", abandon: true }\n`,
    )

    expect(before).toHaveLength(2)
    expect(printed).toContain('Apply complete! Resources: 0 added, 0 changed, 0 destroyed.')
    expect(tellcasey.log.filter(({ method }) => method !== 'GET')).toEqual([])
    expect(tellcasey.webhooks.all()).toEqual(before)
  })
})

/** The files of an example; what is generated in a vault there is the same secret for both here. */
function exampleOf(folder: string): readonly (readonly [name: string, text: string])[] {
  const names = readdirSync(join(examples, folder)).filter((name) => name.endsWith('.yaml'))
  return names.map((name) => {
    const text = readFileSync(join(examples, folder, name), 'utf8')
    return [name, text.replaceAll(/\{ from: "[^"]+", generate: \{ bytes: \d+ \} \}/gu, 'ref+env://GENERATED')] as const
  })
}

interface Deployable {
  readonly text: string
  /** What the engine is given for the secrets. */
  readonly variables: Readonly<Record<string, string>>
}

function synthesizeFolder(flavor: Flavor): Deployable {
  const { framework, bindings } = loadFlavor(flavor)
  const stack = makeStack(framework)
  const variables: Record<string, string> = {}
  const made = new bindings.WebhooksFromYaml(stack, 'webhooks', {
    file: directory,
    env: environment(deployed),
    secrets: ({ reference, variable }: { readonly reference: string; readonly variable: string }) => {
      variables[`TF_VAR_${variable}`] = { ...secrets }[reference.slice('ref+env://'.length)] ?? 'no such secret'
      return undefined
    },
  })
  expect(Object.keys(made.webhooks).length).toBeGreaterThan(0)
  return { text: framework.Testing.synth(stack), variables }
}

/** What a person who tries an example puts into the environment. */
function environment({ vendors }: Sandbox): Readonly<Record<string, string>> {
  const { sinch, sendblue, smallest, bird, tellcasey } = vendors
  const entries = {
    ...secrets,
    SINCH_BASE_URL: sinch.baseUrl,
    SINCH_AUTH_URL: sinch.baseUrl,
    SINCH_PROJECT_ID: sinch.credentials['project_id'],
    SINCH_APP_ID: sinch.credentials['app_id'],
    SINCH_KEY_ID: sinch.credentials['key_id'],
    SINCH_KEY_SECRET: sinch.credentials['key_secret'],
    SENDBLUE_BASE_URL: sendblue.baseUrl,
    SENDBLUE_API_API_KEY: sendblue.credentials['api_key'],
    SENDBLUE_API_API_SECRET: sendblue.credentials['api_secret'],
    SMALLEST_BASE_URL: smallest.baseUrl,
    SMALLEST_API_KEY: smallest.credentials['api_key'],
    SMALLEST_AGENT_ID: smallest.credentials['agent_id'],
    BIRD_BASE_URL: bird.baseUrl,
    BIRD_WORKSPACE_ID: bird.credentials['workspace_id'],
    BIRD_ACCESS_KEY: bird.credentials['access_key'],
    TELLCASEY_BASE_URL: tellcasey.baseUrl,
    TELLCASEY_API_KEY: tellcasey.credentials['api_key'],
  }
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, value ?? '']))
}

/** What the vendors hold, without what they make up themselves. */
function stateOf({ vendors }: Sandbox): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(
    Object.entries(vendors).map(([type, { webhooks }]) => {
      const makesSecrets = type === 'smallest' || type === 'tellcasey'
      const made = new Set([...idsAndTimes, ...(makesSecrets ? ['secret'] : [])])
      const texts = webhooks.all().map((webhook) => JSON.stringify(settled(webhook, made)))
      return [type, texts.toSorted().map((text): unknown => JSON.parse(text))]
    }),
  )
}

/** What all webhooks of an account share, and whatever else the vendors keep for accounts. */
function settingsOf({ vendors }: Sandbox): Readonly<Record<string, unknown>> {
  const made = new Set(idsAndTimes)
  return Object.fromEntries(Object.entries(vendors).map(([type, { settings }]) => [type, settled(settings, made)]))
}

const idsAndTimes = ['id', 'created_at', 'updated_at', 'createdAt', 'updatedAt']

/** Leaves out what vendors make up, and puts in order what has none. */
function settled(value: unknown, made: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) {
    const texts = value.map((item: unknown) => JSON.stringify(settled(item, made)))
    return texts.toSorted().map((text): unknown => JSON.parse(text))
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([name]) => !made.has(name))
  const sorted = entries.toSorted(([a], [b]) => a.localeCompare(b))
  return Object.fromEntries(sorted.map(([name, inner]) => [name, settled(inner, made)]))
}
