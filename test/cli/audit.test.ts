import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canary, fillVault, makeProject, type Project } from './make-project.ts'
import { readLines } from './run-program.ts'

const who = { GITHUB_ACTOR: 'octocat' }

async function trail({ directory }: Project): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return readLines(await readFile(join(directory, 'audit.jsonl'), 'utf8'))
}

test('every call of a run is a line of its own, those for tokens included, and names who ran what for which plan', async () => {
  const project = await makeProject({ env: who })
  await fillVault(project)
  await project.run('plan', '--out', 'plan.json')
  const { sinch, tellcasey } = project.sandbox.vendors
  for (const vendor of [sinch, tellcasey]) vendor.clearLog()

  const { code } = await project.run('apply', 'plan.json', '--auto-approve', '--audit', 'audit.jsonl')

  const lines = await trail(project)
  const served = [...sinch.log, ...tellcasey.log].map(({ method }) => method).toSorted()
  const { checksum } = JSON.parse(await project.read('plan.json'))
  expect(code).toBe(0)
  expect(lines.map(({ method }) => String(method)).toSorted()).toEqual(served)
  expect(lines.find(({ path }) => path === '/oauth2/token')).toMatchObject({ account: 'chat', method: 'POST' })
  expect(lines.find(({ method, account }) => method === 'POST' && account === 'casey')).toEqual({
    time: expect.stringMatching(/^\d{4}-.*Z$/u),
    run: lines[0]?.['run'],
    command: 'apply',
    actor: 'octocat',
    actor_from: 'GITHUB_ACTOR',
    account: 'casey',
    vendor: 'tellcasey',
    method: 'POST',
    path: '/webhooks',
    object: null,
    status: 201,
    error: null,
    attempt: 1,
    request_id: expect.any(String),
    duration_ms: expect.any(Number),
    plan: checksum,
  })
  const [made] = tellcasey.webhooks.all()
  expect(lines.filter(({ object }) => object === made?.id).map(({ path }) => path)).toContain('/webhooks/{id}')
  // What was read before the plan was known belongs to no plan.
  expect(new Set(lines.map(({ plan }) => plan))).toEqual(new Set([null, checksum]))
})

test('each attempt is told, and what went wrong with it; further runs add to the file', async () => {
  const project = await makeProject()
  await fillVault(project)
  const { tellcasey } = project.sandbox.vendors
  tellcasey.fault({ kind: 'status', status: 503, match: { method: 'GET' } })
  tellcasey.fault({ kind: 'reset-before', match: { method: 'GET' } })
  await writeFile(join(project.directory, 'audit.jsonl'), '{"cut":')

  await project.run('plan', '--audit', 'audit.jsonl')
  await project.run('drift', '--audit', 'audit.jsonl')

  const [cut, ...rest] = (await project.read('audit.jsonl')).trimEnd().split('\n')
  const lines = rest.map((line) => JSON.parse(line))
  expect(cut).toBe('{"cut":')
  expect(
    lines
      .filter(({ account, command }) => account === 'casey' && command === 'plan')
      .map(({ status, error, attempt }) => [status, error, attempt]),
  ).toEqual([
    [503, null, 1],
    [null, 'connection', 2],
    [200, null, 3],
  ])
  expect(new Set(lines.map(({ run }) => run)).size).toBe(2)
})

test('a trail that cannot be written is refused before any call, and one that breaks off ends the run', async () => {
  const project = await makeProject()
  await fillVault(project)

  const refused = await project.run('apply', '--auto-approve', '--audit', 'missing/audit.jsonl')
  const calls = project.sandbox.vendors.tellcasey.log.length
  const full = await project.run('apply', '--auto-approve', '--audit', '/dev/full')

  expect([refused.code, calls]).toEqual([1, 0])
  expect(refused.stderr).toContain('The audit trail missing/audit.jsonl cannot be written (ENOENT).')
  expect(full.code).toBe(1)
  expect(full.stderr).toContain('(ENOSPC)')
  expect(project.sandbox.vendors.tellcasey.webhooks.all()).toEqual([])
})

test('a run that is stopped leaves every line of the calls it made', async () => {
  const project = await makeProject()
  await fillVault(project)
  project.sandbox.vendors.tellcasey.fault({ kind: 'timeout', match: { method: 'GET' } })
  const { child, ended } = project.start('plan', '--audit', 'audit.jsonl')
  await expect.poll(() => project.sandbox.vendors.tellcasey.log.length).toBeGreaterThan(0)
  child.kill('SIGINT')

  const { code } = await ended

  expect(code).toBe(130)
  expect((await trail(project)).map(({ account, error }) => [account, error])).toContainEqual(['casey', 'aborted'])
})

test('no secret and no trick of a vendor gets into the trail', async () => {
  const project = await makeProject({ env: { HOOKS_SYNC_AUDIT: 'audit.jsonl', ...who, GITHUB_ACTOR: 'a\u202eb' } })
  await fillVault(project)
  const { sinch, tellcasey } = project.sandbox.vendors
  const key = project.env['TELLCASEY_API_KEY'] ?? ''
  sinch.fault({ kind: 'status', status: 400, body: { error: { message: canary } }, match: { method: 'POST' } })
  tellcasey.fault({
    kind: 'status',
    status: 500,
    headers: { 'x-request-id': `${key}\u0007` },
    match: { method: 'GET' },
  })

  await project.run('apply', '--auto-approve')
  await project.run('rotate', 'casey/*', '--dry-run')
  await project.run('import')

  const text = await project.read('audit.jsonl')
  const made = tellcasey.webhooks.all().map(({ secret }) => secret)
  for (const secret of [canary, key, project.env['SINCH_KEY_SECRET'] ?? '', ...made]) expect(text).not.toContain(secret)
  expect(text).toMatch(/^[\u0020-\u007e\n]+$/u)
  expect(new Set(readLines(text).map(({ command }) => command))).toEqual(new Set(['apply', 'rotate', 'import']))
})
