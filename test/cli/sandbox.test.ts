import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { variablesOf } from '../../src/cli/starter-file.ts'
import { definitions } from '../../src/providers/registry.ts'

const cli = join(import.meta.dirname, '../../dist/cli/main.js')

/** Starts the stand-ins, and takes in what they print first. */
async function readLines(): Promise<string> {
  const child = spawn(process.execPath, [cli, 'sandbox'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = new Promise((resolve) => child.on('close', resolve))
  let text = ''
  for await (const part of child.stdout) {
    text += String(part)
    if (text.includes('TELLCASEY_API_KEY') && text.endsWith('\n')) break
  }
  child.kill('SIGTERM')
  await closed
  return text
}

test('the sandbox prints every variable that a first file and the Terraform provider read', async () => {
  const text = await readLines()

  const printed = new Set([...text.matchAll(/^export (\w+)=/gmu)].map(([, name]) => name))
  const read = definitions.flatMap((definition) => [
    ...variablesOf(definition),
    ...Object.values(definition.auth).flatMap(({ env }) => env ?? []),
  ])
  expect(read.length).toBeGreaterThan(8)
  expect(read.filter((name) => !printed.has(name))).toEqual([])
  expect(text).toMatch(/^export SINCH_AUTH_URL=http:\/\/127\.0\.0\.1:\d+\/sinch$/mu)
})
