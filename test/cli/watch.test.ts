import { expect, test } from 'vitest'
import { findLeaks } from '../canary/leaks.ts'
import { noticePath, startNoticeReceiver } from '../notify/notice-receiver.ts'
import { applyAll, canary, fillVault, makeProject, type Project } from './make-project.ts'
import type { Ran } from './run-program.ts'

/** A line of the log of a service. */
type Line = Readonly<Record<string, unknown>> & { readonly diagnostics?: readonly { readonly message: string }[] }

/** A service that runs; its log is read line by line. */
interface Service {
  /** Waits for the next line that is so. */
  until(isMeant: (line: Line) => boolean): Promise<Line>
  get(path: string): Promise<string>
  /** Ends it as Kubernetes and people do. */
  end(signal?: NodeJS.Signals): Promise<Ran>
}

async function startService(project: Project, ...flags: readonly string[]): Promise<Service> {
  const { child, ended } = project.start('drift', '--watch', '100ms', '--metrics', '0', '--json', ...flags)
  const waiting: { readonly isMeant: (line: Line) => boolean; readonly found: (line: Line) => void }[] = []
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines.map((text) => JSON.parse(text) as Line)) {
      const [next] = waiting
      if (next?.isMeant(line) === true) waiting.shift()?.found(line)
    }
  })
  const until: Service['until'] = (isMeant) => new Promise((found) => waiting.push({ isMeant, found }))
  const listening = await until(({ type }) => type === 'listening')
  return {
    until,
    get: async (path) => (await fetch(`${String(listening['url'])}${path}`)).text(),
    end: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
  }
}

function isRun(outcome: string): (line: Line) => boolean {
  return (line) => line['type'] === 'run' && line['outcome'] === outcome
}

test('a service finds drift as it comes and goes, outlives broken files and vendors, and ends when it is told to', async () => {
  const project = await makeProject()
  await fillVault(project)
  await applyAll(project)
  const receiver = await startNoticeReceiver()
  const { sinch, tellcasey } = project.sandbox.vendors
  const service = await startService(project, '--notify', receiver.url, '--report', 'html=drift.html')

  await service.until(isRun('in_line'))
  expect(await service.get('/healthz')).toBe('alive\n')
  while ((await service.get('/readyz')) !== 'ready\n');
  expect(await service.get('/metrics')).toContain('hooks_sync_drift_findings{class="changed",account="chat"} 0')

  sinch.webhooks.edit(sinch.webhooks.all()[0]?.id ?? '', { triggers: ['MESSAGE_INBOUND'] })
  const found = await service.until(isRun('drift'))
  expect(found).toMatchObject({ new: [{ class: 'changed', provider: 'chat', key: 'inbound' }], totals: { counted: 1 } })
  expect(await service.until(isRun('drift'))).toMatchObject({ new: [], known: 1 })
  const figures = await service.get('/metrics')
  expect(figures).toContain('hooks_sync_drift_findings{class="changed",account="chat"} 1')
  expect(figures).toMatch(/^hooks_sync_vendor_calls_total\{account="casey",status="2xx"\} [1-9]/mu)
  expect(await project.read('drift.html')).toContain('1 changed')

  const config = await project.read('webhooks.yaml')
  await project.write('webhooks.yaml', 'version: [')
  const broken = await service.until(isRun('failed'))
  expect(broken.diagnostics?.[0]?.message).toBeTruthy()
  expect(await service.get('/metrics')).toContain('hooks_sync_drift_findings{class="changed",account="chat"} 1')

  await project.write('webhooks.yaml', config.replace('[MESSAGE_INBOUND, MESSAGE_DELIVERY]', '[MESSAGE_INBOUND]'))
  expect(await service.until(isRun('in_line'))).toMatchObject({ resolved: [{ class: 'changed', key: 'inbound' }] })

  tellcasey.fault({ kind: 'status', status: 403, times: 1000 })
  await service.until(isRun('failed'))
  expect(await service.get('/metrics')).toContain('hooks_sync_account_read{account="casey"} 0')
  tellcasey.clearFaults()
  await service.until(isRun('in_line'))

  const { code, stdout, stderr } = await service.end()
  expect(code).toBe(0)
  expect(stderr).toBe('')
  expect(receiver.taken.map(({ text }) => JSON.parse(text))).toMatchObject([
    { findings: [{ key: 'inbound' }], resolved: [] },
    { findings: [], resolved: [{ key: 'inbound' }] },
  ])
  const canaries = [canary, noticePath].map((value) => ({ name: value, value }))
  expect(findLeaks(`${stdout}${stderr}${figures}`, canaries)).toEqual([])
})

test('a run that is in flight when the service is stopped is not told, and the service ends', async () => {
  const project = await makeProject()
  await fillVault(project)
  const service = await startService(project)
  await service.until(isRun('in_line'))
  const { tellcasey } = project.sandbox.vendors
  tellcasey.fault({ kind: 'timeout', times: 99 })
  tellcasey.clearLog()
  while (tellcasey.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))

  const { code, stdout } = await service.end('SIGINT')

  expect(code).toBe(0)
  expect(stdout).not.toContain('"failed"')
})

test('a service whose audit trail cannot be written any more ends, and has failed', async () => {
  const project = await makeProject()
  await fillVault(project)

  const { code, stderr } = await project.run('drift', '--watch', '1h', '--audit', '/dev/full')

  expect(code).toBe(1)
  expect(stderr).toContain('The audit trail /dev/full cannot be written (ENOSPC).')
})

test('without --json each run is a line, and what is found again and again is told once', async () => {
  const project = await makeProject()
  await fillVault(project)
  project.sandbox.vendors.tellcasey.fault({ kind: 'status', status: 403, times: 1000 })
  const { child, ended } = project.start('drift', '--watch', '100ms')
  let lines = 0
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      lines += chunk.toString('utf8').split('\n').length - 1
      if (lines >= 2) resolve()
    })
  })
  child.kill('SIGTERM')

  const { code, stdout, stderr } = await ended

  expect(code).toBe(0)
  for (const line of stdout.trimEnd().split('\n')) {
    expect(line).toMatch(/^20\d\d-\d\d-\d\dT\S+Z {2}Failed: .+ \(.+\)$/u)
  }
  expect(stderr.match(/error HS/gu)).toHaveLength(1)
})

test.each([
  [['--watch', '10ms'], '--watch takes a time from 100ms to 20d.'],
  [['--watch', 'often'], '--watch takes a time.'],
  [['--watch', '1m', '-f', '-'], '--watch reads the files anew for each run'],
  [['--watch', '1m', '--report', 'json=-'], 'With --watch, stdout has one line for each run.'],
  [['--watch', '1m', '--metrics', 'localhost:http'], '--metrics takes a port or host:port.'],
  [['--watch', '1m', '--metrics', '::1:9464'], '--metrics takes a port or host:port.'],
  [['--watch', '1m', '--metrics', '65536'], '--metrics takes a port or host:port.'],
  [['--watch', '1m', '--metrics', '192.0.2.1:9464'], '--metrics cannot listen there (EADDRNOTAVAIL).'],
  [['--metrics', '9464'], '--metrics goes with --watch.'],
])('%j is refused', async (flags, message) => {
  const project = await makeProject()

  const { code, stderr } = await project.run('drift', ...flags)

  expect(code).toBe(1)
  expect(stderr).toContain(message)
})
