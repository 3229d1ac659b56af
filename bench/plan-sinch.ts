import { makeSinchApps } from '../src/sandbox/index.ts'
import { measureCli, type Usage } from './child.ts'
import { appId, events, inProject, receiver, sinchEnv, sinchYaml } from './project.ts'
import { atMost, exactly, type Measured, median, type Row, shown } from './row.ts'
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts'

const apps = 2_000
const latencyMs = 50
const connections = 16
const runs = 3

/** A plan without changes of many Sinch apps: one list call for each, and a token. */
export const planSinch: Row = {
  name: 'plan-sinch',
  title: 'Plan without changes, 2,000 Sinch apps × 5 webhooks, 50 ms latency, 16 connections',
  measure: async () => {
    const sandbox = await startSandboxProcess({
      options: { vendors: ['sinch'], settings: { sinch: { apps: makeSinchApps(apps) } } },
      webhooks: { sinch: liveWebhooks() },
    })
    const settings = [`base_url: ${sandbox.url}/sinch`, `auth_url: ${sandbox.url}/sinch`]
    try {
      return await inProject({ 'webhooks.yaml': sinchYaml(apps * 5, settings) }, (cwd) => measurePlans(sandbox, cwd))
    } finally {
      await sandbox.stop()
    }
  },
}

async function measurePlans(sandbox: SandboxProcess, cwd: string): Promise<readonly Measured[]> {
  const options = { cwd, env: sinchEnv }
  await measureCli(['apply', '--auto-approve'], options)
  await sandbox.control('sinch/switches', { method: 'PUT', body: JSON.stringify({ latency_ms: latencyMs }) })
  const plans: Usage[] = []
  let calls = 0
  for (let run = 0; run < runs; run += 1) {
    await sandbox.control('sinch/log', { method: 'DELETE' })
    const plan = await measureCli(['plan'], options)
    if (!plan.stdout.includes('No changes.')) throw new Error(`The plan is not empty:\n${plan.stdout.slice(-500)}`)
    plans.push(plan)
    calls = ((await sandbox.control('sinch/log')) as readonly unknown[]).length
  }
  const ideal = (apps / connections) * latencyMs
  return [
    exactly('calls (one per app and one for the token)', calls, apps + 1),
    atMost('wall time', median(plans.map(({ wallMs }) => wallMs)) / 1_000, (1.15 * ideal + 2_000) / 1_000, 's'),
    shown('wall time ÷ (2,000 ÷ 16 × 50 ms)', median(plans.map(({ wallMs }) => wallMs)) / ideal, '×'),
    atMost('CPU', median(plans.map(({ cpuMs }) => cpuMs)) / 1_000, 4, 's'),
    atMost('peak memory', median(plans.map(({ rssMb }) => rssMb)), 400, 'MB'),
  ]
}

function liveWebhooks(): readonly { readonly id: string }[] {
  return Array.from({ length: apps * 5 }, (_, index) => {
    const app = Math.floor(index / 5) + 1
    return {
      id: `01SANDBOXHOOK${String(index).padStart(13, '0')}`,
      app_id: appId(app),
      target: receiver(app, (index % 5) + 1),
      target_type: 'HTTP',
      triggers: events,
      client_credentials: null,
    }
  })
}
