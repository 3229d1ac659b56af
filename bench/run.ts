import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { growth } from './growth.ts'
import { packageSize } from './package-size.ts'
import { planBird } from './plan-bird.ts'
import { planSinch } from './plan-sinch.ts'
import { planTerraform } from './plan-terraform.ts'
import { reportPage } from './report-page.ts'
import type { Measured, Row } from './row.ts'
import { start } from './start.ts'
import { startProvider } from './start-provider.ts'
import { throughput } from './throughput.ts'

const rows: readonly Row[] = [
  start,
  startProvider,
  packageSize,
  planSinch,
  planBird,
  planTerraform,
  throughput,
  growth,
  reportPage,
]
const results = new URL('results.md', import.meta.url)

/** Measures the named rows, all when none is named; only a whole run is written down. */
async function main(names: readonly string[]): Promise<void> {
  const chosen = rows.filter(({ name }) => names.length === 0 || names.includes(name))
  if (chosen.length === 0 || names.some((name) => rows.every((row) => row.name !== name))) {
    console.error(`There are the rows: ${rows.map(({ name }) => name).join(', ')}.`)
    process.exitCode = 1
    return
  }
  const sections: string[] = []
  for (const row of chosen) {
    const section = renderRow(row, await row.measure())
    console.log(section)
    sections.push(section)
  }
  if (names.length === 0) writeFileSync(results, `${head()}\n${sections.join('\n')}`)
}

function renderRow({ title }: Row, measured: readonly Measured[]): string {
  const lines = measured.map(({ what, value, must = '', holds }) => {
    const verdict = holds === undefined ? '' : holds ? 'yes' : '**no**'
    return `| ${what} | ${value} | ${must} | ${verdict} |`
  })
  return `## ${title}\n\n| what | measured | must be | holds |\n|---|---|---|---|\n${lines.join('\n')}\n`
}

function head(): string {
  const model = cpus()[0]?.model.trim() ?? 'an unknown processor'
  return `# Benchmarks

Written by \`npm run bench\`; medians of several runs, most of them as ratios to something measured in the same run.
Node ${process.version} on ${availableParallelism()} cores of ${model}.
`
}

await main(process.argv.slice(2))
