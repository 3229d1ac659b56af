import { measureCli, type Usage } from './child.ts'
import { inProject } from './project.ts'
import { median } from './row.ts'
import { type SandboxOrder, startSandboxProcess } from './sandbox-process.ts'

const latencyMs = 50
const runs = 3

/** An account in line with its file. */
export interface SettledAccount {
  readonly vendor: string
  readonly order: SandboxOrder
  readonly env: Readonly<Record<string, string>>
  /** Its file, given where the sandbox runs. */
  readonly yaml: (url: string) => string
}

/** Medians of several plans without changes, and the calls of the last one. */
export interface NoOpPlans extends Omit<Usage, 'stdout'> {
  readonly calls: number
}

/** Adopts everything that is live, then plans several times against a vendor that takes its time. */
export async function measureNoOpPlans({ vendor, order, env, yaml }: SettledAccount): Promise<NoOpPlans> {
  const sandbox = await startSandboxProcess(order)
  try {
    return await inProject({ 'webhooks.yaml': yaml(sandbox.url) }, async (cwd) => {
      await measureCli(['apply', '--auto-approve'], { cwd, env })
      await sandbox.control(`${vendor}/switches`, { method: 'PUT', body: JSON.stringify({ latency_ms: latencyMs }) })
      const plans: Usage[] = []
      for (let run = 0; run < runs; run += 1) {
        await sandbox.control(`${vendor}/log`, { method: 'DELETE' })
        const plan = await measureCli(['plan'], { cwd, env })
        if (!plan.stdout.includes('No changes.')) throw new Error(`The plan is not empty:\n${plan.stdout.slice(-500)}`)
        plans.push(plan)
      }
      const log = (await sandbox.control(`${vendor}/log`)) as readonly unknown[]
      return {
        calls: log.length,
        wallMs: median(plans.map((plan) => plan.wallMs)),
        cpuMs: median(plans.map((plan) => plan.cpuMs)),
        rssMb: median(plans.map((plan) => plan.rssMb)),
      }
    })
  } finally {
    await sandbox.stop()
  }
}

/** How long the vendor alone would take for so many calls, so many at once. */
export function idealMs(calls: number, atOnce: number): number {
  return (calls / atOnce) * latencyMs
}
