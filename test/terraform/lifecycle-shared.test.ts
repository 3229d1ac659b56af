import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { caseOf } from '../terraform-resources/world.ts'
import { describeEngines, Workspace } from './workspace.ts'

const [first, second] = ['canary-shared-first-0123456789', 'canary-shared-second-0123456789']

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
})

afterAll(async () => {
  await sandbox.close()
})

describeEngines('what all webhooks of an account share', (engine) => {
  test('is written, rotated, imported and let go, and stands in no file', async () => {
    const { sendblue } = sandbox.vendors
    const open = (secret: string): Workspace => {
      const workspace = new Workspace(engine, inject('realProvider'), { TF_VAR_shared: secret })
      const account = caseOf('sendblue').account(sendblue)
      workspace.write('provider.tf.json', JSON.stringify({ provider: { hooks: { sendblue: account } } }))
      return workspace
    }
    const declare = (workspace: Workspace, version: number): void =>
      workspace.write(
        'main.tf',
        `variable "shared" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "hooks_sendblue_account" "this" {
  global_signing_secret_wo         = var.shared
  global_signing_secret_wo_version = ${version}
}

resource "hooks_sendblue_webhook" "messages" {
  url    = "https://hooks.example.com/sendblue"
  events = ["receive"]
}
`,
      )
    const workspace = open(first)
    declare(workspace, 1)

    expect(await workspace.apply()).toMatchObject({ code: 0 })
    expect(sendblue.settings.global_secret).toBe(first)
    expect(sendblue.webhooks.all()).toHaveLength(1)
    expect(await workspace.plan()).toMatchObject({ code: 0 })

    const rotated = open(second)
    declare(rotated, 2)
    expect(await rotated.run('import', 'hooks_sendblue_account.this', 'account')).toMatchObject({ code: 0 })
    expect(
      await rotated.run('import', 'hooks_sendblue_webhook.messages', 'receive|https://hooks.example.com/sendblue'),
    ).toMatchObject({ code: 0 })
    expect(await rotated.apply()).toMatchObject({ code: 0 })
    expect(sendblue.settings.global_secret).toBe(second)
    expect(await rotated.plan()).toMatchObject({ code: 0 })
    declare(rotated, 3)
    await rotated.succeed('plan', '-no-color', '-input=false', '-out', 'saved.plan')
    const saved = await rotated.succeed('show', '-json', 'saved.plan')
    expect(saved).toContain('"global_signing_secret_wo_version":3')
    expect(saved).not.toContain('canary-')

    const destroyed = await rotated.destroy()
    expect(destroyed).toMatchObject({ code: 0 })
    expect(destroyed.stdout).toContain('The Sendblue account keeps the global_signing_secret it has.')
    expect(sendblue.settings.global_secret).toBe(second)
    expect(sendblue.webhooks.all()).toEqual([])
    const files = [workspace, rotated].flatMap((one) => [first, second].flatMap((secret) => one.filesWith(secret)))
    expect(files).toEqual([])
  })
})
