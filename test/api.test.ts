import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  apply,
  drift,
  hasChanges,
  type Imported,
  importWebhooks,
  load,
  makeDriftNotice,
  makeOptions,
  mergeDriftReports,
  notify,
  plan,
  type Rotated,
  type RotateWish,
  type RunEvent,
  rotate,
  type SyncOptions,
  toDriftDocument,
  toPlanDocument,
  version,
} from '../src/index.ts'
import { canary, fillVault, makeProject, type Project } from './cli/make-project.ts'
import { startNoticeReceiver } from './notify/notice-receiver.ts'

function optionsFor({ directory: cwd, env }: Project, more: Partial<SyncOptions> = {}): SyncOptions {
  return makeOptions({ cwd, env, homeDir: env['HOME'] ?? '', ...more })
}

const everything: RotateWish = { globs: ['*'], excludes: [], resume: false, dryRun: false }

test('a program loads, plans, applies and finds drift as the command line does', async () => {
  const project = await makeProject()
  await fillVault(project)
  const { directory: cwd, env } = project
  const events: RunEvent[] = []
  const options = makeOptions({ cwd, env, homeDir: env['HOME'] ?? '', emit: (event) => events.push(event) })

  const loaded = await load(options)
  const planned = await plan(options)
  const applied = await apply(options, async (fresh) => fresh)
  const found = await drift(options)

  expect(loaded.project.accounts.map(({ account }) => account.name)).toEqual(['casey', 'chat'])
  expect(toPlanDocument(planned).summary).toMatchObject({ create: 2 })
  expect(applied.summary).toMatchObject({ done: { create: 2 }, failed: 0, skipped: 0 })
  expect(events.filter(({ type }) => type === 'action_done')).toHaveLength(2)
  expect(found.findings).toEqual([])
  expect(hasChanges(found.plan)).toBe(false)
})

test('a program that decides against a plan writes nothing', async () => {
  const project = await makeProject()
  await fillVault(project)
  const { directory: cwd, env } = project

  const applied = await apply(makeOptions({ cwd, env, homeDir: env['HOME'] ?? '' }), async () => undefined)

  expect(applied.summary).toBeUndefined()
  expect(project.sandbox.vendors.sinch.webhooks.all()).toEqual([])
})

test('what a guard refuses is not done, whatever a program decides', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.write(
    'webhooks.yaml',
    (await project.read('webhooks.yaml')).replaceAll('https://hooks', 'http://hooks'),
  )

  const applied = await apply(optionsFor(project), async (fresh) => fresh)

  expect(applied.plan.accounts.flatMap(({ refusals }) => refusals)).not.toEqual([])
  expect(applied.summary).toBeUndefined()
  expect(project.sandbox.vendors.sinch.webhooks.all()).toEqual([])
})

test('a program rotates secrets, once it has seen what is going to happen', async () => {
  const project = await makeProject()
  await fillVault(project)
  await apply(optionsFor(project), async (fresh) => fresh)

  const declined: Rotated = await rotate(optionsFor(project), everything, async () => false)
  const rotated: Rotated = await rotate(
    optionsFor(project),
    everything,
    async ({ rotations }) => rotations.length === 2,
  )

  expect(declined.outcomes).toBeUndefined()
  expect(rotated.findings.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(rotated.outcomes?.map(({ result }) => result)).toEqual(['rotated', 'rotated'])
  expect(project.sandbox.vendors.sinch.webhooks.all().map(({ secret }) => secret)).not.toContain(canary)
})

test('a program that names nothing to rotate rotates nothing', async () => {
  const project = await makeProject()
  await fillVault(project)
  const nothing: RotateWish = { ...everything, globs: [] }

  await expect(rotate(optionsFor(project), nothing, async () => true)).rejects.toThrow('Name what to rotate')
})

test('a program imports what is live and not declared', async () => {
  const project = await makeProject()
  await fillVault(project)
  await apply(optionsFor(project), async (fresh) => fresh)
  const [before] = (await project.read('webhooks.yaml')).split('      conversations:')
  await project.write('webhooks.yaml', `${before}      other: { url: https://hooks.example.com/other }\n`)

  const imported: Imported = await importWebhooks({ ...optionsFor(project), accounts: ['casey'], adopt: false })

  expect(imported.webhooks).toBe(1)
  expect(imported.text).toContain('https://hooks.example.com/casey')
  expect(imported.isWritten).toBe(false)
})

test('a program joins the reports of shards, and tells a place of its own of what they found', async () => {
  const project = await makeProject()
  await fillVault(project)
  const receiver = await startNoticeReceiver()
  const options = optionsFor(project)
  const parts = await Promise.all(
    [1, 2].map(async (index) => {
      const found = await drift({ ...options, shard: { index, count: 2 } })
      const run = { version, at: new Date().toISOString(), shard: { index, count: 2 }, narrowed: false }
      return { name: `shard ${index}`, document: toDriftDocument({ ...found, run, counted: ['pending'] }) }
    }),
  )

  const merged = mergeDriftReports(parts)
  const notice = makeDriftNotice(merged)
  const warnings =
    notice === undefined ? [] : await notify(notice, [{ url: receiver.url }, { url: 'ftp://x' }], options)

  expect(merged.totals).toMatchObject({ accounts: 2, counted: 2 })
  expect(receiver.taken.map(({ text }) => JSON.parse(text))).toMatchObject([{ totals: { counted: 2 } }])
  expect(warnings.map(({ message }) => message)).toEqual([
    'The notification to place 2 was not delivered: it is not https.',
  ])
})

test('a program that imports the library loads nothing of engines', () => {
  const index = join(import.meta.dirname, '../dist/index.js')
  const script = `import Module from 'node:module'
await import(process.argv[1])
console.log(Object.keys(Module._cache).join('\\n'))`

  const loaded = execFileSync(process.execPath, ['--input-type=module', '-e', script, index], { encoding: 'utf8' })

  expect(loaded).toContain('node_modules')
  expect(loaded).not.toMatch(/node_modules\/(?:@grpc|protobufjs|@msgpack|cdktf|cdktn|constructs)\//u)
})
