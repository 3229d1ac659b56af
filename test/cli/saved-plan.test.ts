import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bothVendors, canary, fillVault, makeProject, type Project } from './make-project.ts'
import { readLines } from './run-program.ts'

test('a saved plan is done as it was shown, and a second time it is stale', async () => {
  const project = await makeProject()
  await fillVault(project)

  const planned = await project.run('plan', '--out', 'plan.json')
  const applied = await project.run('apply', 'plan.json', '--auto-approve')
  clearLogs(project)
  const again = await project.run('apply', 'plan.json', '--auto-approve', '--json')

  expect([planned.code, applied.code, again.code]).toEqual([0, 0, 4])
  expect(planned.stderr).toContain('hooks-sync apply plan.json')
  expect(applied.stdout).toContain('Applied: 2 created')
  expect(again.stderr).toContain('it was applied already')
  expect(readLines(again.stdout).map(({ type, code }) => [type, code])).toEqual([
    ['plan', undefined],
    ['diagnostic', 'HS3017'],
    ['diagnostic', 'HS3017'],
    ['summary', undefined],
  ])
  expect(readLines(again.stdout).at(-1)).toMatchObject({ writes: 0, exit_code: 4 })
  expect(writes(project)).toEqual([])
})

test('a plan file is readable by its owner alone, and holds references but no secret', async () => {
  const project = await makeProject()
  await fillVault(project)

  await project.run('plan', '--out', 'plan.json')

  expect((await stat(join(project.directory, 'plan.json'))).mode & 0o777).toBe(0o600)
  const text = await project.read('plan.json')
  expect(text).not.toContain(canary)
  expect(JSON.parse(text)).toMatchObject({ format_version: '1.0', command: 'plan', summary: { create: 2 } })
})

test('a plan whose files changed since is stale, and nothing is written', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('plan', '--out', 'plan.json')
  await project.write('webhooks.yaml', bothVendors(project.sandbox).replace('example.com/sinch', 'example.com/new'))

  const { code, stderr } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(4)
  expect(stderr).toContain('chat/inbound: the saved plan is stale')
  expect(stderr).toContain('the files or the live webhook changed')
  expect(writes(project)).toEqual([])
})

test('a plan whose live webhook changed since is stale', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  await project.write('webhooks.yaml', bothVendors(project.sandbox).replace('MESSAGE_INBOUND, ', ''))
  await project.run('plan', '--out', 'plan.json')
  const { sinch } = project.sandbox.vendors
  sinch.webhooks.edit(sinch.webhooks.all()[0]?.id ?? '', { triggers: ['OPT_IN'] })

  const { code } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(4)
  expect(sinch.webhooks.all()).toMatchObject([{ triggers: ['OPT_IN'] }])
})

test('what came up since and is not in the file is told and not done', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('plan', '--target', 'chat', '--out', 'plan.json')
  await project.write(
    'plan.json',
    (await project.read('plan.json')).replace('"targets": [\n        "chat"\n      ]', '"targets": []'),
  )

  const { code, stderr } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(0)
  expect(stderr).toContain('casey/conversations: create is needed by now and is not in the saved plan; it is not done.')
  expect(project.sandbox.vendors.sinch.webhooks.all()).toHaveLength(1)
  expect(project.sandbox.vendors.tellcasey.webhooks.all()).toHaveLength(0)
})

test('the flags a plan was made with hold when it is applied', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  const text = bothVendors(project.sandbox)
  await project.write(
    'webhooks.yaml',
    `${text.slice(0, text.indexOf('    webhooks:\n      conversations'))}    webhooks: {}\n`,
  )

  const planned = await project.run('plan', '--allow-empty', '--target', 'casey', '--out', 'plan.json')
  const applied = await project.run('apply', 'plan.json', '--auto-approve')

  expect([planned.code, applied.code]).toEqual([0, 0])
  expect(applied.stderr).not.toContain('HS3017')
  expect(project.sandbox.vendors.tellcasey.webhooks.all()).toEqual([])
})

test('a secret that was rotated in the vault meanwhile is written anew and does not make a plan stale', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('plan', '--out', 'plan.json')
  await project.runWith('rotated-83c1f6d2a94b7e05', 'secrets', 'set', 'ref+age://secrets.age#/sinch/inbound')

  const { code } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(0)
  expect(project.sandbox.vendors.sinch.webhooks.all()).toMatchObject([{ secret: 'rotated-83c1f6d2a94b7e05' }])
})

test('a plan that was made of stdin is made of stdin again', async () => {
  const project = await makeProject()
  await fillVault(project)
  const text = await project.read('webhooks.yaml')
  await project.runWith(text, 'plan', '-f', '-', '--out', 'plan.json')

  const { code } = await project.runWith(text, 'apply', 'plan.json', '--auto-approve')

  expect(code).toBe(0)
  expect(project.sandbox.vendors.sinch.webhooks.all()).toHaveLength(1)
})

test('an account that cannot be read does not make the plan of another stale', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('plan', '--out', 'plan.json')
  project.sandbox.vendors.tellcasey.fault({ kind: 'status', status: 401, times: 99 })

  const { code } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(3)
  expect(project.sandbox.vendors.sinch.webhooks.all()).toHaveLength(1)
})

test.each([
  ['text that is no JSON', '{"format_version": "1.0"'],
  ['JSON that is no plan', '{"hello": "world"}'],
  ['a plan of a later format', '{"format_version": "2.0", "actions": [], "extra": {}}'],
  ['an action that is none', '{"format_version": "1.0", "actions": [{"kind": "create"}], "extra": {}}'],
])('refuses %s', async (_, text) => {
  const project = await makeProject()
  await project.write('plan.json', text)

  const { code, stderr } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(1)
  expect(stderr).toContain('HS3021')
})

function clearLogs({ sandbox }: Project): void {
  for (const vendor of Object.values(sandbox.vendors)) vendor.clearLog()
}

function writes({ sandbox }: Project): readonly string[] {
  return Object.values(sandbox.vendors)
    .flatMap(({ log }) => log)
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/oauth2/token'))
    .map(({ method, path }) => `${method} ${path}`)
}
