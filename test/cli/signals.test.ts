import { expect, test } from 'vitest'
import { fillVault, makeProject, type Project } from './make-project.ts'
import { readLines } from './run-program.ts'

/** Waits until a vendor has got a request that matches. */
async function reached(project: Project, vendor: string, method: string): Promise<void> {
  const found = (): boolean => project.sandbox.vendors[vendor]?.log.some((entry) => entry.method === method) === true
  while (!found()) await new Promise((resolve) => setTimeout(resolve, 10))
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'a plan that is interrupted by %s reads no further and exits %i, with its JSON complete',
  async (signal, expected) => {
    const project = await makeProject()
    await fillVault(project)
    project.sandbox.vendors.tellcasey.fault({ kind: 'timeout', times: 99 })

    const { child, ended } = project.start('plan', '--json')
    await reached(project, 'sinch', 'GET')
    await reached(project, 'tellcasey', 'GET')
    child.kill(signal)
    const { code, stdout, stderr } = await ended

    expect(code).toBe(expected)
    expect(JSON.parse(stdout)).toMatchObject({ command: 'plan', actions: [], diagnostics: [{ code: 'HS6005' }] })
    expect(stderr).toContain('The run was interrupted.')
  },
)

test('an apply that is interrupted finishes and records what is in flight, and begins nothing new', async () => {
  const project = await makeProject()
  await fillVault(project)
  const { tellcasey } = project.sandbox.vendors
  tellcasey.fault({ kind: 'delay', ms: 25_000, match: { method: 'POST' } })

  const { child, ended } = project.start('apply', '--auto-approve', '--json', '--target', 'casey/*')
  await untilText(child.stdout, '"action_start"')
  child.kill('SIGINT')
  await untilText(child.stderr, 'Stopping')
  tellcasey.clearFaults()
  const { code, stdout, stderr } = await ended
  const again = await project.run('apply', '--auto-approve', '--json')

  expect(code).toBe(130)
  expect(stderr).toContain('what is in flight is finished and recorded')
  expect(readLines(stdout).at(-1)).toMatchObject({ type: 'summary', interrupted: true, exit_code: 130 })
  expect(tellcasey.webhooks.all()).toHaveLength(1)
  expect(again.code).toBe(0)
})

test('a second signal ends at once, and says what may be half done', async () => {
  const project = await makeProject()
  await fillVault(project)
  project.sandbox.vendors.tellcasey.fault({ kind: 'timeout', times: 99, match: { method: 'POST' } })

  const { child, ended } = project.start('apply', '--auto-approve', '--json')
  await untilText(child.stdout, '"action_start","provider":"casey"')
  child.kill('SIGINT')
  await untilText(child.stderr, 'Stopping')
  child.kill('SIGINT')
  const { code, stderr } = await ended

  expect(code).toBe(130)
  expect(stderr).toContain('A call that was in flight may have been carried out')
})

test('a run that waits for the lock of another can be interrupted', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  const now = new Date()
  const lock = {
    owner: 'somebody',
    host: 'elsewhere',
    pid: 1,
    startedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 600_000).toISOString(),
    token: 'a-token',
  }
  await project.write('.hooks-sync/ledger.json.lock', JSON.stringify(lock))

  const { child, ended } = project.start('apply', '-f', '-', '--auto-approve', '--json', '--lock-timeout', '5m')
  // More than the pipe holds, so that the program is reading when all of it is written.
  const text = `${await project.read('webhooks.yaml')}${'# nothing\n'.repeat(50_000)}`
  await new Promise<void>((resolve) => child.stdin.end(text, () => resolve()))
  child.kill('SIGTERM')
  const { code, stdout } = await ended

  expect(code).toBe(143)
  expect(readLines(stdout).at(-1)).toMatchObject({ type: 'summary', exit_code: 143 })
})

test('the sandbox tells how to reach it, and ends when it is stopped', async () => {
  const project = await makeProject()

  const { child, ended } = project.start('sandbox', '--vendors', 'tellcasey', '--json')
  await untilText(child.stdout, '"diagnostics": []')
  child.kill('SIGINT')
  const { code, stdout } = await ended

  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    command: 'sandbox',
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/u),
    vendors: {
      tellcasey: { base_url: expect.stringContaining('/tellcasey/'), credentials: { api_key: expect.any(String) } },
    },
  })
})

async function untilText(stream: NodeJS.ReadableStream, text: string): Promise<void> {
  let seen = ''
  await new Promise<void>((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      seen += chunk.toString()
      if (seen.includes(text)) resolve()
    })
    stream.on('end', () => reject(new Error(`There is no ${text} in: ${seen}`)))
  })
}
