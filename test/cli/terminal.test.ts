import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Sandbox } from '../../src/sandbox/index.ts'
import { listenOn } from '../http/vendor-server.ts'
import { applyAll, bothVendors, canary, fillVault, makeProject, type Project } from './make-project.ts'
import { mainFile } from './run-program.ts'

const hasScript = spawnSync('script', ['--version']).status === 0

interface Reaction {
  /** Shown as soon as this text is on the screen. */
  readonly after: string
  /** What is typed then, or what else happens. */
  readonly keys: string | (() => void)
}

interface Session {
  readonly code: number
  readonly screen: string
}

/** Runs a command on a terminal of its own, and types as a person would. */
async function useTerminal(
  project: Project,
  line: string,
  reactions: readonly Reaction[] = [],
  columns = 120,
): Promise<Session> {
  const command = `stty cols ${columns} rows 40; exec "${process.execPath}" "${mainFile}" ${line}`
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: project.directory,
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...project.env },
  })
  let screen = ''
  const waiting = [...reactions]
  terminal.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString()
    const [next] = waiting
    if (next === undefined || !screen.includes(next.after)) return
    waiting.shift()
    if (typeof next.keys === 'string') terminal.stdin.write(next.keys)
    else next.keys()
  })
  const [code] = (await once(terminal, 'close')) as [number]
  return { code, screen }
}

const ctrlC = '\u0003'
const enter = '\r'

test.skipIf(!hasScript)('on a terminal apply asks, and does what was agreed to', async () => {
  const project = await makeProject()
  await fillVault(project)

  const { code, screen } = await useTerminal(project, 'apply', [{ after: 'Carry it out?', keys: 'y' }])

  expect(code).toBe(0)
  expect(screen).toContain('Applied: 2 created')
  expect(project.sandbox.vendors.sinch.webhooks.all()).toHaveLength(1)
})

test.skipIf(!hasScript).each([
  ['no', 'n', 1],
  ['Enter alone', enter, 1],
  ['Ctrl-C', ctrlC, 130],
])('an answer of %s writes nothing', async (_, keys, expected) => {
  const project = await makeProject()
  await fillVault(project)

  const { code, screen } = await useTerminal(project, 'apply', [{ after: 'Carry it out?', keys }])

  expect(code).toBe(expected)
  expect(screen).not.toContain('Applied:')
  expect(project.sandbox.vendors.sinch.webhooks.all()).toHaveLength(0)
})

test.skipIf(!hasScript)('a CI is not asked, whatever its terminal', async () => {
  const project = await makeProject({ env: { CI: 'true' } })
  await fillVault(project)

  const { code, screen } = await useTerminal(project, 'apply')

  expect(code).toBe(1)
  expect(screen).toContain('HS6002')
})

test.skipIf(!hasScript)('a secret is typed without echo', async () => {
  const project = await makeProject()
  await project.run('secrets', 'init')
  const ref = 'ref+age://secrets.age#/sinch/inbound'

  const { code, screen } = await useTerminal(project, `secrets set '${ref}'`, [
    { after: 'The secret for', keys: `${canary}${enter}` },
  ])
  const { stdout } = await project.run('secrets', 'get', ref, '--reveal')

  expect(code).toBe(0)
  expect(screen).not.toContain(canary.slice(0, 6))
  expect(stdout).toBe(`${canary}\n`)
})

test.skipIf(!hasScript)('init asks for vendors and for the place of the ledger', async () => {
  const project = await makeProject()
  const { rm } = await import('node:fs/promises')
  await rm(join(project.directory, 'webhooks.yaml'))

  const { code } = await useTerminal(project, 'init', [
    { after: 'Which vendors?', keys: ` ${enter}` },
    { after: 'ledger', keys: enter },
  ])

  expect(code).toBe(0)
  expect(await project.read('webhooks.yaml')).toContain('\nproviders:\n')
  expect(await project.read('webhooks.yaml')).toContain('ledger: ".hooks-sync/ledger.json"')
})

test.skipIf(!hasScript)(
  'work that takes longer than a second shows how far it is, and leaves no trace of that',
  async () => {
    const gate = await startGate()
    const project = await makeProject({ config: (sandbox) => bothVendors(sandbox).replace(...gate.before(sandbox)) })
    await fillVault(project)

    const { code, screen } = await useTerminal(project, 'plan', [
      { after: 'Reading accounts', keys: () => gate.open() },
    ])

    expect(code).toBe(0)
    const [before, ...after] = screen.split('\r\u001b[2K')
    expect(before).toMatch(/Reading accounts: \d of 2 …$/u)
    expect(after.at(-1)).not.toContain('Reading accounts')
  },
)

/** Stands before tellcasey, and lets nobody pass before it is opened. */
async function startGate(): Promise<{ open(): void; before(sandbox: Sandbox): readonly [string, string] }> {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  let origin = ''
  const server = createServer(({ url, headers }, response) => {
    const sent = request(`${origin}${url}`, { headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers)
      answer.pipe(response)
    })
    void opened.then(() => sent.end())
  })
  const gate = `http://127.0.0.1:${await listenOn(server)}`
  return {
    open,
    before: ({ vendors: { tellcasey } }) => {
      origin = new URL(tellcasey.baseUrl).origin
      return [tellcasey.baseUrl, tellcasey.baseUrl.replace(origin, gate)]
    },
  }
}

test.skipIf(!hasScript)('a plan says how to go on, with the flags it was made with', async () => {
  const project = await makeProject()
  await fillVault(project)

  const { screen } = await useTerminal(project, "plan --detailed-exitcode --target 'chat/*' --no-color")
  const { stderr } = await project.run('plan')

  expect(screen).toContain("To carry it out: hooks-sync apply --target 'chat/*' --no-color\r\n")
  expect(stderr).not.toContain('To carry it out')
})

test.skipIf(!hasScript)('drift says how to set it right, where an apply would', async () => {
  const project = await makeProject()
  await fillVault(project)
  await applyAll(project)
  const { webhooks } = project.sandbox.vendors.sinch
  webhooks.edit(webhooks.all()[0]?.id ?? '', { triggers: ['MESSAGE_INBOUND'] })

  const drifted = await useTerminal(project, 'drift')
  await applyAll(project)
  const settled = await useTerminal(project, 'drift')

  expect(drifted.screen).toContain('To set it right: hooks-sync apply\r\n')
  expect(settled.screen).not.toContain('To set it right')
})

test.skipIf(!hasScript)('no line is wider than the terminal, and no word is broken', async () => {
  const project = await makeProject()
  await fillVault(project)

  const { screen } = await useTerminal(project, 'plan --no-color', [], 60)

  const lines = (screen.split('\r\u001b[2K').at(-1) ?? '').split('\r\n')
  expect(lines.filter((line) => line.length > 60)).toEqual([])
  expect(lines).toContain('Plan: 2 to create, 0 to update, 0 to replace, 0 to adopt,')
  expect(lines).toContain('  0 to delete. 0 unchanged, 0 unmanaged.')
})

test('a run that ends before it writes says so', async () => {
  const project = await makeProject()
  await fillVault(project)
  const text = await project.read('webhooks.yaml')
  await project.write(
    'webhooks.yaml',
    text.replace('https://hooks.example.com/sinch', 'http://hooks.example.com/sinch'),
  )

  const { code, stderr } = await project.run('apply', '--auto-approve')

  expect(code).toBe(5)
  expect(stderr).toMatch(/Nothing was written\.\n$/u)
})
