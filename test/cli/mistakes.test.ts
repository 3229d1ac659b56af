import { expect, test } from 'vitest'
import { canary, fillVault, makeProject } from './make-project.ts'
import { readLines } from './run-program.ts'

/** Makes the program throw where nobody catches, once it watches for that; the message holds a secret. */
function thrownLater(message: string): string {
  const code = `process.on('newListener', (name) => {
    if (name !== 'uncaughtException') return
    setTimeout(() => { throw new TypeError(${JSON.stringify(message)}) }, 700)
  })`
  return `--import data:text/javascript,${encodeURIComponent(code)}`
}

test('a mistake of our own is one sentence with what to do, without a trace and without a secret', async () => {
  const project = await makeProject({ env: { NODE_OPTIONS: thrownLater(`lost ${canary}`) } })
  await fillVault(project)
  project.sandbox.vendors.tellcasey.setSwitch('latency_ms', 5000)

  const { code, stdout, stderr } = await project.run('plan', '--json')

  expect(code).toBe(1)
  expect(stderr).toContain('error HS9001  hooks-sync made a mistake: TypeError: lost')
  expect(stderr).not.toMatch(/\n\s+at /u)
  expect(JSON.parse(stdout)).toMatchObject({ command: 'plan', diagnostics: [{ code: 'HS9001' }] })
})

test('--verbose shows where it happened', async () => {
  const project = await makeProject({ env: { NODE_OPTIONS: thrownLater('lost') } })
  await fillVault(project)
  project.sandbox.vendors.tellcasey.setSwitch('latency_ms', 5000)

  const { stderr } = await project.run('plan', '--verbose')

  expect(stderr).toMatch(/HS9001[^]*\n\s+at /u)
})

test('a ledger that cannot be written ends an apply with its summary line', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.write('blocked', 'a file where a directory belongs')

  const { code, stdout, stderr } = await project.run(
    'apply',
    '--auto-approve',
    '--json',
    '--ledger',
    'blocked/ledger.json',
  )

  expect(code).toBe(1)
  expect(stderr).toMatch(/HS500[14]/u)
  expect(readLines(stdout).at(-1)).toMatchObject({ type: 'summary', writes: 0, exit_code: 1 })
})
