import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bothVendors, canary, fillVault, makeProject, type Project } from './make-project.ts'
import { readLines } from './run-program.ts'

async function undos({ directory }: Project): Promise<readonly string[]> {
  const names = await readdir(join(directory, '.hooks-sync/undo'))
  return names.toSorted().map((name) => `.hooks-sync/undo/${name}`)
}

function triggers({ sandbox }: Project): readonly unknown[] {
  return sandbox.vendors.sinch.webhooks.all().map(({ triggers: events }) => [events].flat().toSorted())
}

const changed = (project: Project): string =>
  bothVendors(project.sandbox)
    .replace('MESSAGE_INBOUND, MESSAGE_DELIVERY', 'MESSAGE_DELIVERY')
    .replace('conversation.completed', 'conversation.started')

test('an apply tells how it is undone, and that is done as it says, once', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  await project.write('webhooks.yaml', changed(project))
  const applied = await project.run('apply', '--auto-approve')
  const [, file = ''] = await undos(project)

  const undone = await project.run('apply', file, '--auto-approve')
  const again = await project.run('apply', file, '--auto-approve')
  const redo = await project.run('plan')

  expect(applied.stderr).toContain(`To undo it: hooks-sync apply ${file}`)
  expect([undone.code, again.code]).toEqual([0, 0])
  expect(undone.stdout).toContain('1 updated, 1 replaced')
  expect(undone.stderr).toContain('casey/conversations  warning HS3026  It comes back under a new id')
  expect(undone.stderr).toContain('The files stay as they are')
  expect(again.stdout).toContain('No changes.')
  expect(triggers(project)).toEqual([['MESSAGE_DELIVERY', 'MESSAGE_INBOUND']])
  expect(redo.stdout).toContain('1 to update, 1 to replace')
})

test('an undo of what was changed since ends with exit code 4, and writes nothing', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  await project.write('webhooks.yaml', changed(project))
  await project.run('apply', '--auto-approve')
  const [, file = ''] = await undos(project)
  await project.write('webhooks.yaml', changed(project).replace('MESSAGE_DELIVERY', 'OPT_IN'))
  await project.run('apply', '--auto-approve')

  const { code, stderr } = await project.run('apply', file, '--auto-approve')

  expect(code).toBe(4)
  expect(stderr).toContain('chat/inbound  error HS3017  the undo is stale: events was changed since.')
  expect(triggers(project)).toEqual([['OPT_IN']])
})

test('an undo of what was renamed since ends with exit code 4, and writes nothing', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  await project.write('webhooks.yaml', changed(project))
  await project.run('apply', '--auto-approve')
  await project.write('webhooks.yaml', changed(project).replace('      inbound:', '      messages:'))
  await project.run('apply', '--auto-approve')
  const [created = '', updated = ''] = await undos(project)

  const removal = await project.run('apply', created, '--auto-approve', '--allow-empty')
  const restoral = await project.run('apply', updated, '--auto-approve', '--json')

  expect([removal.code, restoral.code]).toEqual([4, 4])
  expect(removal.stderr).toContain('chat/inbound  error HS3017  the undo is stale: it was renamed to messages since.')
  expect(restoral.stderr).toContain('the undo is stale: it had another name when the apply was done.')
  expect(readLines(restoral.stdout).at(-1)).toMatchObject({ type: 'summary', writes: 0, exit_code: 4 })
  expect(triggers(project)).toEqual([['MESSAGE_DELIVERY']])
})

test('a run that is killed midway has its undo, which holds no secret and is readable by its owner alone', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  await project.write('webhooks.yaml', changed(project))
  const { tellcasey } = project.sandbox.vendors
  tellcasey.fault({ kind: 'timeout', commit: true, match: { method: 'POST' } })
  const { child, ended } = project.start('apply', '--auto-approve')
  await expect.poll(() => tellcasey.webhooks.all().length).toBe(2)
  await expect.poll(() => triggers(project)).toEqual([['MESSAGE_DELIVERY']])
  child.kill('SIGKILL')
  await ended
  const [first = '', second = ''] = await undos(project)

  const undone = await project.run('apply', second, '--auto-approve')

  expect([undone.code, undone.stderr]).toEqual([0, expect.stringContaining('The files stay as they are')])
  expect(triggers(project)).toEqual([['MESSAGE_DELIVERY', 'MESSAGE_INBOUND']])
  expect(tellcasey.webhooks.all().map(({ event_types: events }) => events)).toEqual([['conversation.completed']])
  const made = tellcasey.webhooks.all().map(({ secret }) => secret)
  for (const file of await undos(project)) {
    const text = await readFile(join(project.directory, file), 'utf8')
    for (const secret of [canary, project.env['TELLCASEY_API_KEY'] ?? '', ...made]) expect(text).not.toContain(secret)
  }
  expect(JSON.parse(await project.read(second))).toMatchObject({ command: 'undo', state: 'begun' })
  expect(JSON.parse(await project.read(first))).toMatchObject({ state: 'finished' })
  expect((await stat(join(project.directory, second))).mode & 0o777).toBe(0o600)
})

test('an apply that writes nothing leaves no undo, and an undo needs the ledger', async () => {
  const project = await makeProject()
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  await project.run('apply', '--auto-approve')
  const [file = '', ...others] = await undos(project)

  const { code, stderr } = await project.run('apply', file, '--no-ledger', '--auto-approve')

  expect(others).toEqual([])
  expect([code, stderr]).toEqual([1, expect.stringContaining('An undo needs the ledger')])
})
