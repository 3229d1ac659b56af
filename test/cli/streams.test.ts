import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { deadOrigin } from '../http/vendor-server.ts'
import { fillVault, makeProject, type Project } from './make-project.ts'
import { mainFile } from './run-program.ts'

interface Piped {
  readonly code: number
  readonly output: string
  readonly stderr: string
}

/** Runs a command line of the program in bash; the code is that of the program, not of what it is piped to. */
async function pipe(project: Project, line: string): Promise<Piped> {
  const script = `"${process.execPath}" "${mainFile}" ${line}; exit "\${PIPESTATUS[0]}"`
  const shell = spawn('bash', ['-c', script], {
    cwd: project.directory,
    env: { PATH: process.env['PATH'] ?? '', ...project.env },
  })
  shell.stdin.end()
  let output = ''
  let stderr = ''
  shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  shell.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(shell, 'close')) as [number]
  return { code, output, stderr }
}

/** More text than a pipe takes at once. */
function manyWebhooks(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `hook-${index}`)
  const webhooks = names.map((name) => `      ${name}: { url: "https://hooks.example.com/${name}" }`)
  return webhooks.join('\n')
}

async function makeLargeProject(): Promise<Project> {
  const project = await makeProject()
  const { tellcasey } = project.sandbox.vendors
  await project.write(
    'webhooks.yaml',
    `version: 1
providers:
  casey:
    type: tellcasey
    base_url: ${tellcasey.baseUrl}
    auth: { api_key: "ref+env://TELLCASEY_API_KEY" }
    webhooks:
${manyWebhooks(1500)}
`,
  )
  return project
}

test('a large document is complete also when what reads it is slow', async () => {
  const project = await makeLargeProject()

  const { code, output } = await pipe(project, 'plan --json | (sleep 1; cat)')

  expect(code).toBe(0)
  expect(output.length).toBeGreaterThan(300_000)
  expect(JSON.parse(output)).toMatchObject({ summary: { create: 1500 } })
})

test.each([
  ['plan --json --detailed-exitcode | head -c 10', 2],
  ['plan --json | head -c 10', 0],
  ['plan --target nobody --json | head -c 0', 1],
  ['plan | head -n 1', 0],
])('%s ends by outcome, without a trace', async (line, expected) => {
  const project = await makeLargeProject()

  const { code, stderr } = await pipe(project, line)

  expect(code).toBe(expected)
  expect(stderr).not.toContain('EPIPE')
  expect(stderr).not.toMatch(/\n\s+at /u)
})

test('an apply goes on when nobody reads its output any more', async () => {
  const project = await makeProject()
  await fillVault(project)

  const { code, stderr } = await pipe(project, 'apply --auto-approve --json | head -c 1')

  expect(code).toBe(0)
  expect(stderr).not.toMatch(/\n\s+at /u)
  expect(project.sandbox.vendors.sinch.webhooks.all()).toHaveLength(1)
  expect(project.sandbox.vendors.tellcasey.webhooks.all()).toHaveLength(1)
})

test('both streams closed from the start: the exit code still tells', async () => {
  const project = await makeProject()
  await fillVault(project)

  const { code } = await pipe(project, 'plan --detailed-exitcode >&- 2>&-')

  expect(code).toBe(2)
})

test('a full disk behind stdout is an error with one sentence', async () => {
  const project = await makeProject()
  await fillVault(project)

  const { code, stderr } = await pipe(project, 'plan --json > /dev/full')

  expect(code).toBe(1)
  expect(stderr).toContain('Standard output cannot be written (ENOSPC)')
  expect(stderr).not.toMatch(/\n\s+at /u)
})

test.each([
  [{}, [], false],
  [{ FORCE_COLOR: '1' }, [], true],
  [{ FORCE_COLOR: '0' }, [], false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, [], false],
  [{ FORCE_COLOR: '1' }, ['--no-color'], false],
])('with %j and %j text that is piped has colors: %s', async (env, flags, isColored) => {
  const project = await makeProject({ env })
  await fillVault(project)

  const { stdout } = await project.run('plan', ...flags)

  expect(stdout.includes('\u001b[')).toBe(isColored)
})

test('--quiet leaves the last line, and what went wrong', async () => {
  const project = await makeProject()
  await fillVault(project)
  project.sandbox.vendors.tellcasey.fault({ kind: 'status', status: 401, times: 9 })

  const { stdout, stderr } = await project.run('plan', '--quiet')

  expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  expect(stdout).toContain('Plan: 1 to create')
  expect(stderr).toContain('casey cannot be read')
})

test('--quiet tells of a message that did not arrive: nobody else would', async () => {
  const project = await makeProject()
  await fillVault(project)

  const { code, stderr } = await project.run('apply', '--auto-approve', '--quiet', '--notify', await deadOrigin())

  expect(code).toBe(0)
  expect(stderr).toContain('warning HS4014  The notification to URL 1 of --notify was not delivered')
  expect(stderr).not.toContain('To undo it')
})
