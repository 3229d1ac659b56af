import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { measureCli } from './child.ts'
import { inProject } from './project.ts'
import { atMost, exactly, type Measured, median, type Row, shown } from './row.ts'
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts'

/** How many resources, and how often each plan is made; the engine itself takes most of the time of the largest. */
const sizes = [
  { resources: 100, runs: 3 },
  { resources: 1_000, runs: 3 },
  { resources: 5_000, runs: 1 },
] as const
/** The size for which a ratio is demanded. */
const heldSize = 1_000
const perPage = 100
const latencyMs = 50
const workspace = '0b1d0000-0000-4000-8000-000000000001'
const accessKey = 'SandboxAccessKey0123456789abcdef'

const configuration = (url: string): string => `terraform {
  required_providers {
    hooks = { source = "hooks-sync/hooks" }
  }
}

provider "hooks" {
  bird = { base_url = "${url}/bird", workspace_id = "${workspace}", access_key = "${accessKey}" }
}

locals {
  webhooks = jsondecode(file("\${path.module}/webhooks.json"))
}

resource "hooks_bird_webhook" "all" {
  for_each = local.webhooks
  service  = "channels"
  url      = each.value.url
  events   = ["sms.inbound"]
  filters  = [{ key = "channelId", value = each.value.channel }]
}
`

const importOf = ({ key, id }: LiveWebhook): string => `import {
  to = hooks_bird_webhook.all["${key}"]
  id = "${id}"
}
`

/** A plan without changes over the Terraform provider, with a real engine at its default parallelism. */
export const planTerraform: Row = {
  name: 'plan-terraform',
  title: 'terraform plan of unchanged Bird resources, 50 ms latency, default parallelism',
  measure: async () => {
    const engine = ['terraform', 'tofu'].find((name) => spawnSync(name, ['version'], { stdio: 'ignore' }).status === 0)
    if (engine === undefined) return [{ what: 'not measured', value: 'there is no engine on the PATH' }]
    const measured: Measured[] = []
    for (const size of sizes) measured.push(...(await measureSize(engine, size)))
    return measured
  },
}

async function measureSize(engine: string, { resources, runs }: (typeof sizes)[number]): Promise<readonly Measured[]> {
  const webhooks = makeWebhooks(resources)
  const sandbox = await startSandboxProcess({
    options: { vendors: ['bird'] },
    webhooks: { bird: webhooks.map(toSubscription) },
  })
  try {
    return await inProject({ 'main.tf': configuration(sandbox.url) }, async (cwd) => {
      await takeOver(engine, cwd, webhooks)
      await sandbox.control('bird/switches', { method: 'PUT', body: JSON.stringify({ latency_ms: latencyMs }) })
      return measurePlans({ engine, cwd, sandbox, resources, runs })
    })
  } finally {
    await sandbox.stop()
  }
}

/**
 * Makes the state in which everything is managed. The engine imports the first webhook; it would take minutes for all,
 * so what it wrote of the first is written for the others too.
 */
async function takeOver(engine: string, cwd: string, webhooks: readonly LiveWebhook[]): Promise<void> {
  const declare = (some: readonly LiveWebhook[]): void =>
    writeFileSync(join(cwd, 'webhooks.json'), JSON.stringify(Object.fromEntries(some.map((one) => [one.key, one]))))
  const mirror = join(cwd, 'mirror')
  await measureCli(['terraform', 'install', '--dir', mirror], { cwd, env: { HOME: cwd } })
  writeFileSync(
    join(cwd, 'cli.tfrc'),
    `provider_installation {\n  filesystem_mirror { path = ${JSON.stringify(mirror)} }\n}\n`,
  )
  const [first] = webhooks
  if (first === undefined) throw new Error('There is nothing to take over.')
  declare([first])
  writeFileSync(join(cwd, 'import.tf'), importOf(first))
  await runEngine(engine, ['init', '-input=false'], cwd)
  await runEngine(engine, ['apply', '-auto-approve', '-input=false'], cwd)
  rmSync(join(cwd, 'import.tf'))
  declare(webhooks)
  const path = join(cwd, 'terraform.tfstate')
  const state = JSON.parse(readFileSync(path, 'utf8')) as { resources: { instances: object[] }[] }
  const [resource] = state.resources
  const [instance] = resource?.instances ?? []
  if (resource === undefined || instance === undefined) throw new Error('The engine wrote no state.')
  resource.instances = webhooks.map((webhook) => rewrite(instance, first, webhook))
  writeFileSync(path, JSON.stringify(state))
}

/** What the state says of one webhook, said of another one. */
function rewrite(instance: object, from: LiveWebhook, to: LiveWebhook): object {
  const { private: notes = '', ...rest } = instance as { readonly private?: string }
  const renamed = (text: string): string =>
    text
      .replaceAll(from.id, to.id)
      .replaceAll(from.channel, to.channel)
      .replaceAll(`"${from.url}"`, `"${to.url}"`)
      .replaceAll(`"${from.key}"`, `"${to.key}"`)
  const kept = Buffer.from(renamed(Buffer.from(notes, 'base64').toString('utf8'))).toString('base64')
  return { ...(JSON.parse(renamed(JSON.stringify(rest))) as object), private: kept }
}

interface Plans {
  readonly engine: string
  readonly cwd: string
  readonly sandbox: SandboxProcess
  readonly resources: number
  readonly runs: number
}

async function measurePlans({ engine, cwd, sandbox, resources, runs }: Plans): Promise<readonly Measured[]> {
  const plain: number[] = []
  const unread: number[] = []
  let calls = 0
  // In turns, so that a busy moment of the machine meets both alike.
  for (let run = 0; run < runs; run += 1) {
    await sandbox.control('bird/log', { method: 'DELETE' })
    plain.push(await timePlan(engine, cwd, []))
    calls = ((await sandbox.control('bird/log')) as readonly unknown[]).length
    unread.push(await timePlan(engine, cwd, ['-refresh=false']))
  }
  const ratio = median(plain) / median(unread)
  const what = `${resources.toLocaleString('en-US')} resources`
  return [
    exactly(`${what}: calls (one per page)`, calls, Math.ceil(resources / perPage)),
    shown(`${what}: plan`, median(plain) / 1_000, 's'),
    shown(`${what}: plan -refresh=false`, median(unread) / 1_000, 's'),
    resources === heldSize
      ? atMost(`${what}: plan ÷ plan -refresh=false`, ratio, 1.5, '×')
      : shown(`${what}: plan ÷ plan -refresh=false`, ratio, '×'),
  ]
}

async function timePlan(engine: string, cwd: string, args: readonly string[]): Promise<number> {
  const start = performance.now()
  await runEngine(engine, ['plan', '-input=false', '-detailed-exitcode', ...args], cwd)
  return performance.now() - start
}

/** Runs the engine, which must find nothing to do. */
async function runEngine(engine: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(engine, args, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, TF_CLI_CONFIG_FILE: join(cwd, 'cli.tfrc'), CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const parts: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => parts.push(part))
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code === 0) return
  throw new Error(
    `${engine} ${args.join(' ')} ended with ${String(code)}:\n${Buffer.concat(parts).toString().slice(-2_000)}`,
  )
}

interface LiveWebhook {
  readonly key: string
  readonly id: string
  readonly url: string
  readonly channel: string
}

function makeWebhooks(count: number): readonly LiveWebhook[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `channel-${index}`,
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    url: `https://hooks.example.com/bird/${index}`,
    channel: `c4a20000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  }))
}

function toSubscription({
  id,
  url,
  channel,
}: LiveWebhook): { readonly id: string } & Readonly<Record<string, unknown>> {
  return {
    id,
    workspaceId: workspace,
    service: 'channels',
    event: 'sms.inbound',
    eventFilters: [{ key: 'channelId', value: channel }],
    url,
    status: 'active',
    statusReason: '',
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
  }
}
