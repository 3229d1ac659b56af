import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  bothVendors,
  fillVault,
  firstApp,
  makeProject,
  type Project,
  putByHand,
  sinchAccount,
  tellcaseyAccount,
} from './make-project.ts'
import { readLines } from './run-program.ts'

test('plans, applies, has nothing more to do, finds drift and mends it', async () => {
  const project = await makeProject()
  await fillVault(project)
  const { sinch } = project.sandbox.vendors

  const planned = await project.run('plan', '--detailed-exitcode')
  const applied = await project.run('apply', '--auto-approve')
  const again = await project.run('plan', '--detailed-exitcode')
  const inLine = await project.run('drift')
  sinch.webhooks.edit(sinch.webhooks.all()[0]?.id ?? '', { triggers: ['MESSAGE_INBOUND'] })
  const drifted = await project.run('drift')
  const mended = await project.run('apply', '--auto-approve')

  expect(lastLine(planned.stdout)).toBe(
    'Plan: 2 to create, 0 to update, 0 to replace, 0 to adopt, 0 to delete. 0 unchanged, 0 unmanaged.',
  )
  expect(lastLine(applied.stdout)).toMatch(
    /^Applied: 2 created, 0 updated, 0 replaced, 0 adopted, 0 deleted in [\d.]+s\.$/u,
  )
  expect(again.stdout).toBe('No changes. 2 webhooks match.\n')
  expect(inLine.stdout).toBe('No drift. 2 webhooks match.\n')
  expect(lastLine(drifted.stdout)).toBe('Drift: 1 changed. 1 in line, 0 unmanaged.')
  expect(lastLine(mended.stdout)).toContain('1 updated')
  expect(codes(planned, applied, again, inLine, drifted, mended)).toEqual([2, 0, 0, 0, 2, 0])
  expect(again.stderr + inLine.stderr).toBe('')
})

test('planning reads only: no call that writes, and not a byte of the ledger', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  await project.write('webhooks.yaml', bothVendors(project.sandbox).replace('MESSAGE_INBOUND, ', ''))
  const ledger = await project.read('.hooks-sync/ledger.json')
  for (const vendor of Object.values(project.sandbox.vendors)) vendor.clearLog()

  const { code } = await project.run('plan', '--detailed-exitcode')

  expect(code).toBe(2)
  expect(writes(project)).toEqual([])
  expect(await project.read('.hooks-sync/ledger.json')).toBe(ledger)
})

test('an apply without anything to do asks nothing, calls nobody to write and leaves the ledger as it is', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  const ledger = await project.read('.hooks-sync/ledger.json')
  for (const vendor of Object.values(project.sandbox.vendors)) vendor.clearLog()

  const { code, stdout } = await project.run('apply')

  expect({ code, stdout }).toEqual({ code: 0, stdout: 'No changes. 2 webhooks match.\n' })
  expect(writes(project)).toEqual([])
  expect(await project.read('.hooks-sync/ledger.json')).toBe(ledger)
})

test('without a terminal and without --auto-approve nothing is written, and the command to use is told', async () => {
  const project = await makeProject()
  await fillVault(project)

  const { code, stderr } = await project.run('apply', '--target', 'chat/*')

  expect(code).toBe(1)
  expect(stderr).toContain('HS6002')
  expect(stderr).toContain("hooks-sync apply --target 'chat/*' --auto-approve")
  expect(writes(project)).toEqual([])
})

test('a refused plan exits 5, is printed, is not saved, and its flag lets it through', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  await project.write('webhooks.yaml', withoutSinch(project))

  const planned = await project.run('plan', '--out', 'plan.json', '--detailed-exitcode')
  const applied = await project.run('apply', '--auto-approve', '--json')
  const allowed = await project.run('apply', '--auto-approve', '--allow-empty')

  expect(codes(planned, applied, allowed)).toEqual([5, 5, 0])
  expect(planned.stdout).toContain('HS3005')
  expect(planned.stdout).toContain('--allow-empty')
  await expect(stat(join(project.directory, 'plan.json'))).rejects.toThrow('ENOENT')
  expect(readLines(applied.stdout)).toMatchObject([
    { type: 'plan', refusals: [{ code: 'HS3005', flag: '--allow-empty' }] },
    { type: 'summary', writes: 0, exit_code: 5 },
  ])
  expect(project.sandbox.vendors.sinch.webhooks.all()).toEqual([])
})

test('an account that cannot be read: plan prints the rest, exits 1 and saves nothing', async () => {
  const project = await makeProject()
  await fillVault(project)
  project.sandbox.vendors.tellcasey.fault({ kind: 'status', status: 401, times: 9 })

  const { code, stdout, stderr } = await project.run('plan', '--out', 'plan.json')

  expect(code).toBe(1)
  expect(stdout).toContain('+ inbound')
  expect(lastLine(stdout)).toContain('Plan: 1 to create')
  expect(stderr).toContain('casey cannot be read')
  await expect(stat(join(project.directory, 'plan.json'))).rejects.toThrow('ENOENT')
})

test('an account that cannot be read: apply does the rest and exits 3, and 1 when there is nothing else to do', async () => {
  const project = await makeProject()
  await fillVault(project)
  project.sandbox.vendors.tellcasey.fault({ kind: 'status', status: 401, times: 99 })

  const first = await project.run('apply', '--auto-approve', '--json')
  const second = await project.run('apply', '--auto-approve', '--json')

  expect(codes(first, second)).toEqual([3, 1])
  expect(readLines(first.stdout).at(-1)).toMatchObject({ type: 'summary', counts: { create: 1 }, exit_code: 3 })
  expect(readLines(second.stdout).at(-1)).toMatchObject({ type: 'summary', writes: 0, exit_code: 1 })
  expect(project.sandbox.vendors.sinch.webhooks.all()).toHaveLength(1)
})

test('an account that cannot be read: drift tells of the rest and exits 1', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  const { sinch, tellcasey } = project.sandbox.vendors
  sinch.webhooks.edit(sinch.webhooks.all()[0]?.id ?? '', { triggers: ['OPT_IN'] })
  tellcasey.fault({ kind: 'status', status: 401, times: 9 })

  const { code, stdout, stderr } = await project.run('drift', '--json')

  expect(code).toBe(1)
  expect(stderr).toContain('casey cannot be read')
  expect(JSON.parse(stdout)).toMatchObject({ drift: [{ class: 'changed', provider: 'chat' }] })
})

test('a refused apply is reported as its plan, with what refuses it', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  await project.write('webhooks.yaml', withoutSinch(project))

  const { code } = await project.run('apply', '--auto-approve', '--report', 'markdown=refused.md')

  expect(code).toBe(5)
  expect(await project.read('refused.md')).toContain('HS3005')
})

test('an action that fails leaves the others done, exits 3, and a new run does the rest', async () => {
  const project = await makeProject()
  await fillVault(project)
  const { tellcasey } = project.sandbox.vendors
  tellcasey.fault({ kind: 'status', status: 400, match: { method: 'POST' } })

  const first = await project.run('apply', '--auto-approve')
  const second = await project.run('apply', '--auto-approve', '--json')

  expect(codes(first, second)).toEqual([3, 0])
  expect(first.stdout).toContain('Not done:')
  expect(first.stdout).toContain('casey/conversations: create failed')
  expect(lastLine(first.stdout)).toContain('1 created, 0 updated, 0 replaced, 0 adopted, 0 deleted, 1 failed')
  expect(readLines(second.stdout).map(({ type }) => type)).toEqual(['plan', 'action_start', 'action_done', 'summary'])
  expect(tellcasey.webhooks.all()).toHaveLength(1)
})

test('an apply in which every action fails has written nothing and exits 1', async () => {
  const project = await makeProject()
  await fillVault(project)
  project.sandbox.vendors.tellcasey.fault({ kind: 'status', status: 400, match: { method: 'POST' } })

  const { code, stdout } = await project.run('apply', '--auto-approve', '--json', '--target', 'casey')

  expect(code).toBe(1)
  expect(readLines(stdout).map(({ type }) => type)).toEqual(['plan', 'action_start', 'action_failed', 'summary'])
  expect(readLines(stdout)[2]).toMatchObject({ provider: 'casey', key: 'conversations', error: { code: 'HS4004' } })
})

test('findings of the files are told on stderr with their place, and in the JSON of each command', async () => {
  const project = await makeProject()
  await project.write('webhooks.yaml', bothVendors(project.sandbox).replace('MESSAGE_INBOUND', 'MESSAGE_INBOUNDN'))

  const plan = await project.run('plan', '--json')
  const drift = await project.run('drift', '--json')
  const validate = await project.run('validate', '--json')
  const apply = await project.run('apply', '--auto-approve', '--json')

  expect(codes(plan, drift, validate, apply)).toEqual([1, 1, 1, 1])
  const finding = { code: 'HS1004', severity: 'error', at: { file: 'webhooks.yaml', line: 15 } }
  expect(JSON.parse(plan.stdout)).toMatchObject({ command: 'plan', actions: [], diagnostics: [finding] })
  expect(JSON.parse(drift.stdout)).toMatchObject({ command: 'drift', drift: [], diagnostics: [finding] })
  expect(JSON.parse(validate.stdout)).toMatchObject({ command: 'validate', valid: false, diagnostics: [finding] })
  expect(readLines(apply.stdout)).toMatchObject([
    { type: 'plan', actions: [], diagnostics: [finding] },
    { type: 'summary', exit_code: 1 },
  ])
  expect(plan.stderr).toContain('webhooks.yaml:15:18  error HS1004')
  expect(plan.stderr).toContain('^^^')
  expect(plan.stderr).toContain('Did you mean "MESSAGE_INBOUND"?')
})

test('reads the files from stdin', async () => {
  const project = await makeProject()
  const text = accountOnly(project)

  const { code, stdout } = await project.runWith(text, 'plan', '-f', '-', '--json')

  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ summary: { create: 0, keep: 0 }, calls: 1 })
})

test('offline no socket is opened: new, changed and gone are told by the ledger', async () => {
  const project = await makeProject()
  await fillVault(project)
  const before = await project.run('plan', '--offline', '--json')
  await project.run('apply', '--auto-approve')
  await project.write('webhooks.yaml', bothVendors(project.sandbox).replace('MESSAGE_INBOUND, ', ''))
  for (const vendor of Object.values(project.sandbox.vendors)) vendor.clearLog()

  const after = await project.run('plan', '--offline', '--json')

  expect(codes(before, after)).toEqual([0, 0])
  expect(JSON.parse(before.stdout)).toMatchObject({ calls: 0, summary: { create: 2 } })
  expect(JSON.parse(after.stdout)).toMatchObject({ calls: 0, summary: { update: 1, keep: 1 } })
  expect(Object.values(project.sandbox.vendors).flatMap(({ log }) => log)).toEqual([])
})

test('without a ledger a capture is refused, and what is equal is kept though nothing is owned', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')

  const refused = await project.run('plan', '--no-ledger')
  await project.write('webhooks.yaml', bothVendors(project.sandbox).replace(/^.*capture.*\n/mu, ''))
  const planned = await project.run('plan', '--no-ledger', '--json')

  expect(codes(refused, planned)).toEqual([1, 0])
  expect(refused.stderr).toMatch(/webhooks\.yaml:\d+:\d+ {2}error HS6004/u)
  expect(JSON.parse(planned.stdout)).toMatchObject({ summary: { keep: 2, adopt: 0 } })
})

test('a target narrows what is planned and read; one that matches nothing is an error', async () => {
  const project = await makeProject()
  await fillVault(project)

  const one = await project.run('plan', '--target', 'chat/in*', '--json')
  const mistyped = await project.run('plan', '--target', 'caht/*', '--json')

  expect(codes(one, mistyped)).toEqual([0, 1])
  expect(JSON.parse(one.stdout)).toMatchObject({ actions: [{ provider: 'chat', key: 'inbound' }] })
  expect(project.sandbox.vendors.tellcasey.log).toEqual([])
  expect(JSON.parse(mistyped.stdout)).toMatchObject({ actions: [], diagnostics: [{ code: 'HS1017' }] })
})

test('the shards of a run share out the accounts: each is in exactly one', async () => {
  const project = await makeProject()
  await fillVault(project)

  const shards = await Promise.all(
    ['1/3', '2/3', '3/3'].map((shard) => project.run('plan', '--json', '--shard', shard)),
  )

  const planned = shards.flatMap(({ stdout }) =>
    JSON.parse(stdout).actions.map((action: { key: string }) => action.key),
  )
  expect(new Set(planned)).toEqual(new Set(['conversations', 'inbound']))
  expect(planned).toHaveLength(2)
})

test('reports go to their files, and the text to stdout stays; one on stdout takes its place', async () => {
  const project = await makeProject()
  await fillVault(project)

  const filed = await project.run('plan', '--report', 'markdown=plan.md', '--report', 'json=report.json')
  const shown = await project.run('apply', '--auto-approve', '--report', 'markdown=-', '--report', 'json=applied.json')
  const drift = await project.run('drift', '--report', 'text=drift.txt', '--json')

  expect(codes(filed, shown, drift)).toEqual([0, 0, 0])
  expect(lastLine(filed.stdout)).toContain('Plan: 2 to create')
  expect(await project.read('plan.md')).toMatch(/^<!-- hooks-sync -->\n/u)
  expect(JSON.parse(await project.read('report.json'))).toMatchObject({ command: 'plan', summary: { create: 2 } })
  expect(shown.stdout).toMatch(/^<!-- hooks-sync -->\n/u)
  expect(shown.stdout).not.toContain('Plan:')
  expect(JSON.parse(await project.read('applied.json'))).toMatchObject({
    command: 'apply',
    outcomes: [{ type: 'action_done' }, { type: 'action_done' }],
    applied: { exit_code: 0, counts: { create: 2 } },
  })
  expect(await project.read('drift.txt')).toBe('No drift. 2 webhooks match.\n')
  expect(JSON.parse(drift.stdout)).toMatchObject({ command: 'drift', drift: [] })
})

test('--fail-on decides what counts as drift', async () => {
  const project = await makeProject()
  await project.write('webhooks.yaml', withUnmanaged(project))
  putByHand(project.sandbox)
  await project.run('apply', '--auto-approve')

  const usual = await project.run('drift')
  const strict = await project.run('drift', '--fail-on', 'missing,unmanaged', '--json')

  expect(codes(usual, strict)).toEqual([0, 2])
  expect(JSON.parse(strict.stdout)).toMatchObject({ drift: [{ class: 'unmanaged', provider: 'chat' }] })
})

test('the environment sets flags too', async () => {
  const project = await makeProject({ env: { HOOKS_SYNC_JSON: '1', HOOKS_SYNC_TARGET: 'chat/*\ncasey/*' } })
  await fillVault(project)

  const { code, stdout } = await project.run('plan')

  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ summary: { create: 2 } })
})

test('values for ${var:…} come from flags and files', async () => {
  const project = await makeProject()
  await project.write('vars.yaml', 'path: from-file\nhost: hooks.example.com\n')
  await project.write(
    'webhooks.yaml',
    withUnmanaged(project).replace('hooks.example.com/sinch', '${var:host}/${var:path}'),
  )

  const { stdout } = await project.run('plan', '--var-file', 'vars.yaml', '--var', 'path=from-flag', '--json')

  expect(stdout).toContain('https://hooks.example.com/from-flag')
})

function withoutSinch({ sandbox }: Project): string {
  const text = bothVendors(sandbox)
  const start = text.indexOf('    webhooks:\n      inbound')
  const end = text.indexOf(tellcaseyAccount(sandbox))
  return `${text.slice(0, start)}    webhooks: {}\n${text.slice(end)}`
}

/** An account that is only read. */
function accountOnly({ sandbox }: Project): string {
  return `version: 1\nproviders:\n${tellcaseyAccount(sandbox)}\n`
}

/** One Sinch webhook without a secret. */
function withUnmanaged({ sandbox }: Project): string {
  return `version: 1
providers:
${sinchAccount(sandbox)}
    webhooks:
      inbound:
        app_id: ${firstApp(sandbox)}
        url: https://hooks.example.com/sinch
        events: [MESSAGE_INBOUND]
`
}

function writes({ sandbox }: Project): readonly string[] {
  return Object.values(sandbox.vendors)
    .flatMap(({ log }) => log)
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/oauth2/token'))
    .map(({ method, path }) => `${method} ${path}`)
}

function codes(...ran: readonly { readonly code: number | null }[]): readonly (number | null)[] {
  return ran.map(({ code }) => code)
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? ''
}
