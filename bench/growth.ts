import { makePlan } from '../src/core/make-plan.ts'
import { measureCli } from './child.ts'
import { makePlanInput } from './plan-input.ts'
import { inProject, sinchEnv, sinchYaml } from './project.ts'
import { atMost, type Measured, median, type Row, shown } from './row.ts'

const sizes = [100, 1_000, 10_000, 100_000] as const

/** Runs at most this often, and stops earlier where one run is long. */
const runsOf = { 100: 7, 1_000: 5, 10_000: 3, 100_000: 1 } as const

/** From here on the cost of code that is not compiled yet no longer shows. */
const settled = 10_000

/** How the cost of one webhook grows with their number. */
export const growth: Row = {
  name: 'growth',
  title: 'Growth from 100 to 100,000 webhooks',
  measure: async () => [...(await measureValidate()), ...measurePlanning()],
}

async function measureValidate(): Promise<readonly Measured[]> {
  const empty = await cpuOfValidate(0, 7)
  const costs = new Map<number, number>()
  for (const size of sizes) costs.set(size, ((await cpuOfValidate(size, runsOf[size])) - empty) / size)
  return linear('validate', costs)
}

function cpuOfValidate(size: number, runs: number): Promise<number> {
  const yaml = size === 0 ? sinchYaml(0).replace(/webhooks:\n/u, 'webhooks: {}\n') : sinchYaml(size)
  return inProject({ 'webhooks.yaml': yaml }, async (cwd) => {
    const times: number[] = []
    for (let run = 0; run < runs; run += 1) {
      times.push((await measureCli(['validate'], { cwd, env: sinchEnv })).cpuMs)
    }
    return median(times)
  })
}

/** Plans one change in each hundred webhooks, in this process. */
function measurePlanning(): readonly Measured[] {
  const costs = new Map<number, number>()
  planOnce(settled)
  for (const size of sizes) {
    const times = Array.from({ length: runsOf[size] }, () => planOnce(size))
    costs.set(size, median(times) / size)
  }
  return linear('planning', costs)
}

function planOnce(size: number): number {
  const input = makePlanInput(size)
  const start = process.cpuUsage()
  const plan = makePlan(input)
  const { user, system } = process.cpuUsage(start)
  const updates = plan.accounts.flatMap(({ actions }) => actions).filter(({ kind }) => kind === 'update').length
  if (updates !== size / 100) throw new Error(`The plan of ${size} webhooks has ${updates} updates.`)
  return (user + system) / 1_000
}

/** Linear means: a webhook among 100,000 costs about what it costs among 10,000. */
function linear(what: string, costs: ReadonlyMap<number, number>): readonly Measured[] {
  const cost = (size: number): number => costs.get(size) ?? Number.NaN
  const largest = sizes[sizes.length - 1] ?? settled
  return [
    ...sizes.map((size) =>
      shown(`${what}, CPU per webhook among ${size.toLocaleString('en')}`, cost(size) * 1_000, 'µs'),
    ),
    atMost(`${what}, per webhook, 100,000 ÷ 10,000`, cost(largest) / cost(settled), 1.5, '×'),
  ]
}
