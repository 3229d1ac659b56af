import { availableParallelism } from 'node:os'
import { crashPoints } from './crash-points.ts'
import { deliveries } from './deliveries.ts'
import { faults } from './faults.ts'
import { fuzz } from './fuzz.ts'
import { guards } from './guards.ts'
import type { Part } from './part.ts'
import { rivals } from './rivals.ts'
import { throughput } from './throughput.ts'

/** Those that can be cut short come last: they get what the others leave. */
const parts: readonly Part[] = [throughput, deliveries, guards, rivals, faults, fuzz, crashPoints]

/** How long all parts together may take. */
const limitMs = 10 * 60_000

/** Runs the named parts, all when none is named, and prints their figures; what fails or was cut short is told at the end. */
async function main(names: readonly string[]): Promise<void> {
  const chosen = parts.filter(({ name }) => names.length === 0 || names.includes(name))
  if (chosen.length === 0 || names.some((name) => parts.every((part) => part.name !== name))) {
    console.error(`There are the parts: ${parts.map(({ name }) => name).join(', ')}.`)
    process.exitCode = 1
    return
  }
  const failures: string[] = []
  const end = Date.now() + limitMs
  for (const [index, part] of chosen.entries()) {
    const started = Date.now()
    const deadline = started + (end - started) * (part.share / sharesOf(chosen.slice(index)))
    const outcome = await part.run({ workers: availableParallelism(), deadline })
    console.log(`${part.name}: ${part.title}`)
    for (const figure of outcome.figures) console.log(`  ${figure}`)
    console.log(`  ${outcome.failures.length} failures, ${((Date.now() - started) / 1000).toFixed(0)} s`)
    failures.push(...outcome.failures.map((failure) => `${part.name}: ${failure}`))
    if (Date.now() >= deadline)
      failures.push(`${part.name}: was cut short by the time; what it did not try is not shown`)
  }
  for (const failure of failures.slice(0, 50)) console.error(failure)
  if (failures.length > 0) process.exitCode = 1
}

function sharesOf(left: readonly Part[]): number {
  return left.reduce((sum, { share }) => sum + share, 0)
}

await main(process.argv.slice(2))
