import { cli, timeNode } from './child.ts'
import { inProject, sinchEnv, sinchYaml } from './project.ts'
import { atMost, type Measured, median, type Row, shown } from './row.ts'

const warmUps = 3
const runs = 21

/** How long hooks-sync takes to say how `plan` is used, and to check a file. */
export const start: Row = {
  name: 'start',
  title: 'Start, and validate of 1,000 webhooks',
  measure: () => inProject({ 'webhooks.yaml': sinchYaml(1_000) }, measureStart),
}

async function measureStart(cwd: string): Promise<readonly Measured[]> {
  const bare: number[] = []
  const help: number[] = []
  const validate: number[] = []
  // In turns, so that a busy moment of the machine meets all three alike.
  for (let run = -warmUps; run < runs; run += 1) {
    const times = [
      await timeNode(['-e', '0']),
      await timeNode([cli, 'plan', '--help']),
      await timeNode([cli, 'validate'], { cwd, env: sinchEnv }),
    ] as const
    if (run < 0) continue
    bare.push(times[0])
    help.push(times[1])
    validate.push(times[2])
  }
  return [
    shown('`node -e 0`', median(bare), 'ms'),
    atMost('`plan --help` ÷ `node -e 0`', median(help) / median(bare), 2.2, '×'),
    atMost('`validate` of 1,000 webhooks ÷ `node -e 0`', median(validate) / median(bare), 6, '×'),
  ]
}
