import { expect, test } from 'vitest'
import { applyAll, bothVendors, fillVault, makeProject, type Project, putByHand } from './make-project.ts'

/** A saved plan that deletes the last webhook of ours beside one of others, and changes one at another vendor. */
async function planDelete(): Promise<Project> {
  const project = await makeProject()
  await fillVault(project)
  await applyAll(project)
  putByHand(project.sandbox)
  const text = bothVendors(project.sandbox).replace('conversation.completed', 'conversation.started')
  await project.write(
    'webhooks.yaml',
    text.replace(/ {6}inbound:(\n {8}.*)+\n/u, '').replace('webhooks:\n  casey', 'webhooks: {}\n  casey'),
  )
  const { code, stderr } = await project.run('plan', '--out', 'plan.json')
  expect([code, stderr]).toEqual([0, expect.stringContaining('plan.json')])
  return project
}

test('a saved plan of which a guard refuses something by now exits 5, also where something else of it is stale', async () => {
  const project = await planDelete()
  const { sinch, tellcasey } = project.sandbox.vendors
  sinch.webhooks.remove('01HANDMADE0000000000000001')

  const refused = await project.run('apply', 'plan.json', '--auto-approve')
  for (const { id } of tellcasey.webhooks.all()) tellcasey.webhooks.edit(id, { event_types: ['conversation.failed'] })
  const both = await project.run('apply', 'plan.json', '--auto-approve')

  expect([refused.code, both.code]).toEqual([5, 5])
  expect(both.stdout).toContain('HS3005')
  expect(both.stderr).toContain('casey/conversations  error HS3017  the saved plan is stale')
  expect(sinch.webhooks.all()).toHaveLength(1)
})

test('where a guard refuses only what the saved plan does not ask for, it is stale and no more', async () => {
  const project = await makeProject()
  await fillVault(project)
  await applyAll(project)
  const text = bothVendors(project.sandbox).replace('MESSAGE_INBOUND, ', '')
  await project.write('webhooks.yaml', text.replace('conversation.completed', 'conversation.started'))
  await project.run('plan', '--out', 'plan.json')
  await project.write('webhooks.yaml', text.replace(/webhooks:\n {6}conversations:(\n {8}.*)+\n$/u, 'webhooks: {}\n'))

  const { code, stdout, stderr } = await project.run('apply', 'plan.json', '--auto-approve')

  expect(code).toBe(4)
  expect(stdout).toContain('HS3005')
  expect(stderr).toContain('casey/conversations  error HS3017  the saved plan is stale: no file declares it any more')
})
