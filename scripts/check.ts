import { availableParallelism } from 'node:os'
import { styleText } from 'node:util'
import type { Check } from './checks/check.ts'
import { findingsOf, runBinary } from './checks/command.ts'
import { checkLayers } from './checks/layers.ts'
import { checkPackageShape } from './checks/package-shape.ts'
import {
  findLeftovers,
  findLongFiles,
  findMachinePaths,
  findPrinting,
  findReveals,
  findUntoldVersion,
  findVagueNames,
  findVendorNames,
  type SourceRule,
} from './checks/source-rules.ts'
import { readProjectFiles } from './checks/sources.ts'

const shownFindings = 200

const checks: readonly Check[] = [
  command('lint', 'oxlint', '--type-aware'),
  { name: 'package shape', run: checkPackageShape },
  command('types', 'tsc', '-p', 'tsconfig.json', '--noEmit'),
  command('types of pages', 'tsc', '-p', 'src/report/html/browser/tsconfig.json'),
  { name: 'layers', run: checkLayers },
  command('generated files', 'tsx', 'scripts/generate.ts', '--check'),
  command('dead code', 'knip', '--no-progress'),
  { name: 'format', run: checkFormat },
  sources('vendor names', findVendorNames),
  sources('reveal()', findReveals),
  sources('printing', findPrinting),
  sources('file length', findLongFiles),
  sources('leftovers', findLeftovers),
  sources('vague names', findVagueNames),
  sources('machine paths', findMachinePaths),
  sources('change log', findUntoldVersion),
]

function command(name: string, binary: string, ...args: readonly string[]): Check {
  return { name, run: async () => findingsOf(await runBinary(binary, args)) }
}

function sources(name: string, rule: SourceRule): Check {
  return { name, run: async () => rule(await readProjectFiles()) }
}

/** Names the files only; `npm run format` shows and mends the rest. */
async function checkFormat(): Promise<readonly string[]> {
  const findings = findingsOf(await runBinary('biome', ['ci', '--colors=off', '--max-diagnostics=none', '.']))
  const files = findings.flatMap((line) => /^(\S+ \w+) ━/u.exec(line)?.[1] ?? [])
  return files.length === 0 ? findings : [...files, 'run npm run format']
}

/** Runs the named checks, all when none is named, and prints every finding. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => checks.every((check) => check.name !== name))
  if (unknown.length > 0) {
    console.error(
      `There is no check "${unknown.join('", "')}". There are: ${checks.map(({ name }) => name).join(', ')}.`,
    )
    process.exitCode = 1
    return
  }
  const chosen = checks.filter(({ name }) => names.length === 0 || names.includes(name))
  const failed = await runAll(chosen)
  console.log(failed === 0 ? `All ${chosen.length} checks hold.` : `${failed} of ${chosen.length} checks failed.`)
  process.exitCode = failed === 0 ? 0 : 1
}

async function runAll(chosen: readonly Check[]): Promise<number> {
  const waiting = [...chosen]
  let failed = 0
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      if (!(await runOne(check))) failed += 1
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return failed
}

async function runOne({ name, run }: Check): Promise<boolean> {
  const start = performance.now()
  const findings = await run().catch((error: unknown) => [error instanceof Error ? error.message : String(error)])
  const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`
  const isGood = findings.length === 0
  const word = isGood ? styleText('green', 'ok  ') : styleText('red', 'FAIL')
  console.log(`${word}  ${name.padEnd(16)}${seconds.padStart(7)}`)
  for (const finding of findings.slice(0, shownFindings)) console.log(`      ${finding}`)
  if (findings.length > shownFindings) console.log(`      … and ${findings.length - shownFindings} more lines`)
  return isGood
}

await main(process.argv.slice(2))
