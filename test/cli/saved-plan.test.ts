import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderJson } from '../../src/report/json-text.ts'
import { makeOptions, type SyncOptions } from '../../src/run/options.ts'
import { makePlanFile } from '../../src/run/plan-file.ts'
import type { StoredWebhook, WebhookTable } from '../../src/sandbox/index.ts'
import { apply, plan } from '../../src/sync.ts'
import { bothVendors, canary, fillVault, firstApp, makeProject, type Project } from './make-project.ts'
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

/** What may happen between a plan and its apply, and what is told of the webhook at each vendor. */
const meanwhile: readonly (readonly [string, (project: Project) => unknown, sinch: string, tellcasey: string])[] = [
  [
    'the files declare it otherwise',
    (project) => edit(project, [/example.com\/(sinch|casey)$/gm, 'example.com/$1/elsewhere']),
    'the files declare it otherwise by now',
    'the files declare it otherwise by now',
  ],
  [
    'the files have another secret for it',
    (project) =>
      edit(
        project,
        ['ref+age://secrets.age#/sinch/inbound', 'ref+env://OTHER_SECRET'],
        ['#/casey/signing_secret', '#/casey/other'],
      ),
    'the files declare it otherwise by now',
    'the files declare it otherwise by now',
  ],
  [
    'the files no longer declare it',
    (project) =>
      edit(
        project,
        [/ {6}(inbound|conversations):(\n {8}.*)+/g, ''],
        [/webhooks:\n+(?=\S|$| {2}\S)/g, 'webhooks: {}\n'],
      ),
    'no file declares it any more',
    'no file declares it any more',
  ],
  [
    'somebody edits it',
    ({ sandbox: { vendors } }) => {
      editAll(vendors.sinch, { triggers: ['OPT_IN'] })
      editAll(vendors.tellcasey, { event_types: ['conversation.failed'] })
    },
    'the live webhook changed',
    'the live webhook changed',
  ],
  [
    'somebody deletes it',
    ({ sandbox: { vendors } }) => {
      vendors.sinch.webhooks.clear()
      vendors.tellcasey.webhooks.clear()
    },
    'it said update, and now it would be create',
    'it said replace, and now it would be create',
  ],
  [
    'somebody makes it anew',
    ({ sandbox: { vendors } }) => {
      makeAnew(vendors.sinch, 'made-anew')
      makeAnew(vendors.tellcasey, 'made-anew')
    },
    'it is about other live webhooks now',
    'it is about other live webhooks now',
  ],
  ['another run applies the files', applyHere, 'it was applied already', 'it was applied already'],
]

test.each(meanwhile)('where %s, a plan is stale, and nothing is written', async (_, happen, sinch, tellcasey) => {
  const project = await planChange()
  await happen(project)
  clearLogs(project)

  const { code, stderr } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(4)
  expect(stderr).toMatch(`chat/inbound  error HS3017  the saved plan is stale: `)
  expect(lineOf(stderr, 'chat/inbound')).toContain(sinch)
  expect(lineOf(stderr, 'casey/conversations')).toContain(tellcasey)
  expect(writes(project)).toEqual([])
})

test('a plan is for the account that it was made for, also where another one has the same to be done', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.write('plan.json', `${renderJson(makePlanFile(await plan(optionsOf(project)), optionsOf(project)))}\n`)
  await edit(project, [/127\.0\.0\.1(?=:\d+\/tellcasey)/u, 'localhost'])
  clearLogs(project)

  const { code, stderr } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(4)
  expect(lineOf(stderr, 'casey/conversations')).toMatch(/casey is another account now: .*127.*→.*localhost/u)
  expect(lineOf(stderr, 'chat/inbound')).toBe('')
  expect(writes(project)).toEqual([])
})

test('a plan file that was edited is stale, whatever was edited', async () => {
  const project = await planChange()
  const text = await project.read('plan.json')
  await project.write('plan.json', text.replace('"gap": false', '"gap": true'))
  clearLogs(project)

  const { code, stderr } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(4)
  expect(stderr).toContain('The plan file was edited since it was made.')
  expect(writes(project)).toEqual([])
})

test('what changes beside the webhooks of a plan does not keep it from being done, nor is it done along', async () => {
  const project = await planChange(more)
  const { sinch, tellcasey } = project.sandbox.vendors
  const [aside] = sinch.webhooks.all().filter(({ target }) => target.endsWith('/more/1'))
  sinch.webhooks.edit(aside?.id ?? '', { triggers: ['OPT_IN'] })
  // So many deletes are refused, but they are none of the plan.
  await edit(project, [/ {6}more-[234]:(\n {8}.*)+\n/g, ''])

  const { code, stderr } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(0)
  expect(stderr).toContain(
    'chat/more-1  warning HS3017  update is needed by now and is not in the saved plan; it is not done.',
  )
  expect(stderr).toContain(
    'chat/more-2  warning HS3017  delete is needed by now and is not in the saved plan; it is not done.',
  )
  const triggers = sinch.webhooks.all().map(({ target, triggers }) => `${target.slice(26)} ${triggers.join(' ')}`)
  expect(triggers.toSorted()).toEqual([
    'more/1 OPT_IN',
    ...[2, 3, 4].map((at) => `more/${at} MESSAGE_INBOUND`),
    'sinch OPT_OUT',
  ])
  expect(tellcasey.webhooks.all()).toMatchObject([{ event_types: ['conversation.started'] }])
})

test('what came up since and is not in the file is told and not done', async () => {
  const project = await makeProject()
  await fillVault(project)
  const text = bothVendors(project.sandbox)
  await project.write('webhooks.yaml', text.slice(0, text.indexOf('    webhooks:\n      conversations')))
  await project.run('plan', '--out', 'plan.json')
  await project.write('webhooks.yaml', text)

  const { code, stderr } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(0)
  expect(stderr).toContain(
    'casey/conversations  warning HS3017  create is needed by now and is not in the saved plan; it is not done.',
  )
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

  const { code, stderr } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(0)
  expect(stderr).toContain('chat/inbound  warning HS3017  signing_secret changed in the vault since the plan was made')
  expect(project.sandbox.vendors.sinch.webhooks.all()).toMatchObject([{ secret: 'rotated-83c1f6d2a94b7e05' }])
})

test('a plan does not make apply read files outside of the directory, unless they are named', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('plan', '--out', 'plan.json')
  const plan = JSON.parse(await project.read('plan.json')) as { extra: { flags: { files: string[] } } }
  plan.extra.flags.files = ['/etc/passwd']
  await project.write('plan.json', JSON.stringify(plan))

  const ran = await project.run('apply', 'plan.json', '--auto-approve')

  expect(ran.code).toBe(1)
  expect(ran.stderr).toContain('plan.json was made of /etc/passwd, which is outside of this directory.')
  expect(ran.stderr).not.toContain('root:')
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

/** Four webhooks that no plan here changes. */
const more = (app: string): string =>
  [1, 2, 3, 4]
    .map(
      (at) =>
        `      more-${at}:\n        app_id: ${app}\n        url: https://hooks.example.com/more/${at}\n        events: [MESSAGE_INBOUND]\n`,
    )
    .join('')

/** Makes a webhook at each vendor, and a plan that updates the one and replaces the other. */
async function planChange(beside: (app: string) => string = () => ''): Promise<Project> {
  const project = await makeProject({ env: { OTHER_SECRET: 'another-8d1e5b72c3f6' } })
  await fillVault(project)
  const text = bothVendors(project.sandbox).replace('  casey:\n', `${beside(firstApp(project.sandbox))}  casey:\n`)
  await project.write('webhooks.yaml', text)
  await applyHere(project)
  const changes = [
    ['[MESSAGE_INBOUND, MESSAGE_DELIVERY]', '[OPT_OUT]'],
    ['conversation.completed', 'conversation.started'],
  ] as const
  await edit(project, ...changes)
  const file = makePlanFile(await plan(optionsOf(project)), optionsOf(project))
  await project.write('plan.json', `${renderJson(file)}\n`)
  return project
}

/** Applies in this process, which is quicker than a program of its own. */
async function applyHere(project: Project): Promise<void> {
  await apply(optionsOf(project), (made) => Promise.resolve(made))
}

function optionsOf({ directory, env }: Project): SyncOptions {
  return makeOptions({ cwd: directory, homeDir: env['HOME'] ?? '', env })
}

async function edit(project: Project, ...edits: readonly (readonly [string | RegExp, string])[]): Promise<void> {
  const text = await project.read('webhooks.yaml')
  await project.write(
    'webhooks.yaml',
    edits.reduce((changed, [from, to]) => changed.replace(from, to), text),
  )
}

function editAll<Webhook extends StoredWebhook>(
  { webhooks }: { webhooks: WebhookTable<Webhook> },
  patch: Partial<Webhook>,
): void {
  for (const { id } of webhooks.all()) webhooks.edit(id, patch)
}

function makeAnew<Webhook extends StoredWebhook>({ webhooks }: { webhooks: WebhookTable<Webhook> }, id: string): void {
  const [old] = webhooks.all()
  if (old === undefined) throw new Error('There is nothing to make anew.')
  webhooks.clear()
  webhooks.put({ ...old, id })
}

function lineOf(text: string, start: string): string {
  return text.split('\n').find((line) => line.includes(`${start}  error HS3017  the saved plan`)) ?? ''
}

function clearLogs({ sandbox }: Project): void {
  for (const vendor of Object.values(sandbox.vendors)) vendor.clearLog()
}

function writes({ sandbox }: Project): readonly string[] {
  return Object.values(sandbox.vendors)
    .flatMap(({ log }) => log)
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/oauth2/token'))
    .map(({ method, path }) => `${method} ${path}`)
}
