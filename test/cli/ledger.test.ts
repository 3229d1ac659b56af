import { mkdir, rmdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bothVendors, fillVault, makeProject, type Project } from './make-project.ts'
import { readLines } from './run-program.ts'

async function makeApplied(): Promise<Project> {
  const project = await makeProject()
  await fillVault(project)
  const { code, stderr } = await project.run('apply', '--auto-approve')
  if (code !== 0) throw new Error(stderr)
  return project
}

test('lists what is owned, by its name, with ids and files', async () => {
  const project = await makeApplied()

  const text = await project.run('ledger', 'list')
  const json = await project.run('ledger', 'list', 'chat/*', '--json')

  expect([text.code, json.code]).toEqual([0, 0])
  expect(text.stdout).toMatch(
    /^casey\/conversations {2}.*\nchat\/inbound {2}.*\n2 webhooks owned in .*ledger\.json\.\n$/u,
  )
  const [webhook] = project.sandbox.vendors.sinch.webhooks.all()
  expect(JSON.parse(json.stdout)).toMatchObject({
    command: 'ledger list',
    entries: [{ provider: 'chat', key: 'inbound', file: '../webhooks.yaml', ids: [webhook?.id] }],
  })
})

test('a forgotten webhook stays live, is no longer owned, and is never deleted', async () => {
  const project = await makeApplied()

  const unasked = await project.run('forget', 'casey/*')
  const forgotten = await project.run('forget', 'casey/*', '--auto-approve', '--json')
  const text = bothVendors(project.sandbox)
  const start = text.indexOf('    webhooks:\n      conversations')
  await project.write('webhooks.yaml', `${text.slice(0, start)}    webhooks: {}\n`)
  const planned = await project.run('plan', '--json')

  expect([unasked.code, forgotten.code, planned.code]).toEqual([1, 0, 0])
  expect(unasked.stderr).toContain("hooks-sync forget 'casey/*' --auto-approve")
  expect(JSON.parse(forgotten.stdout)).toMatchObject({ forgotten: ['casey/conversations'] })
  expect(JSON.parse(planned.stdout)).toMatchObject({ summary: { delete: 0, unmanaged: 1 } })
  expect(project.sandbox.vendors.tellcasey.webhooks.all()).toHaveLength(1)
})

test('a name that is not there is an error, and nothing is forgotten', async () => {
  const project = await makeApplied()
  const before = await project.read('.hooks-sync/ledger.json')

  const { code, stderr } = await project.run('forget', 'chat/inbound', 'chat/outbound', '--auto-approve')

  expect(code).toBe(1)
  expect(stderr).toContain('chat/outbound')
  expect(await project.read('.hooks-sync/ledger.json')).toBe(before)
})

test('removes and moves entries', async () => {
  const project = await makeApplied()

  const moved = await project.run('ledger', 'mv', 'chat/inbound', 'chat/messages')
  const taken = await project.run('ledger', 'mv', 'casey/conversations', 'casey/conversations')
  const removed = await project.run('ledger', 'rm', 'casey/*')
  const listed = await project.run('ledger', 'list', '--json')
  await project.write('webhooks.yaml', bothVendors(project.sandbox).replace('      inbound:', '      messages:'))
  const planned = await project.run('plan', '--target', 'chat', '--json')

  expect([moved.code, taken.code, removed.code]).toEqual([0, 1, 0])
  expect(JSON.parse(listed.stdout)).toMatchObject({ entries: [{ provider: 'chat', key: 'messages' }] })
  expect(JSON.parse(planned.stdout)).toMatchObject({ summary: { keep: 1 }, actions: [] })
})

test('a lock stops others, and is removed by hand', async () => {
  const project = await makeApplied()
  const at = new Date()
  const lock = {
    owner: 'somebody else',
    host: `${hostname()}-elsewhere`,
    pid: 1,
    startedAt: at.toISOString(),
    expiresAt: new Date(at.getTime() + 600_000).toISOString(),
    token: 'a-token',
  }
  await project.write('.hooks-sync/ledger.json.lock', `${JSON.stringify(lock)}\n`)

  const stopped = await project.run('apply', '--auto-approve', '--json')
  const unlocked = await project.run('ledger', 'unlock')
  const nobody = await project.run('ledger', 'unlock', '--json')
  const applied = await project.run('apply', '--auto-approve')

  expect([stopped.code, unlocked.code, nobody.code, applied.code]).toEqual([1, 0, 0, 0])
  expect(stopped.stderr).toContain('HS5002')
  expect(
    stopped.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type),
  ).toEqual(['diagnostic', 'summary'])
  expect(unlocked.stdout).toContain('held by somebody else on')
  expect(JSON.parse(nobody.stdout)).toMatchObject({ removed: null })
})

test('what was done is told also when the ledger cannot be written at the end', async () => {
  const project = await makeProject()
  await fillVault(project)
  // The new ledger is written here before it takes the place of the old one.
  await mkdir(join(project.directory, '.hooks-sync/ledger.json.tmp'), { recursive: true })

  const { code, stdout, stderr } = await project.run('apply', '--auto-approve', '--json')
  await rmdir(join(project.directory, '.hooks-sync/ledger.json.tmp'))
  const next = await project.run('plan', '--json')

  expect(code).toBe(3)
  expect(stderr).toContain('HS5004')
  expect(stderr).toContain('To undo it: ')
  expect(readLines(stdout).at(-1)).toMatchObject({ type: 'summary', counts: { create: 2 }, writes: 2, exit_code: 3 })
  expect(JSON.parse(next.stdout)).toMatchObject({ summary: { keep: 2 }, actions: [] })
})

test('a ledger that --ledger names needs no files', async () => {
  const project = await makeApplied()
  await project.write('webhooks.yaml', 'broken: [')

  const broken = await project.run('ledger', 'list')
  const named = await project.run('ledger', 'list', '--ledger', '.hooks-sync/ledger.json')

  expect([broken.code, named.code]).toEqual([1, 0])
  expect(named.stdout).toContain('2 webhooks owned')
})
