import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { readZip } from '../read-zip.ts'
import type { Engine } from '../set-up.ts'
import { describeEngines, Workspace } from '../workspace.ts'
import { untilGone } from './until-gone.ts'

const secret = 'canary-Zk3pQ9xW1vB7'
const pin = 'canary-7hT2mN5cR8yL'

/** What a run is that did what was asked; a failed one shows why. */
const done = { code: 0, stderr: '' }

/** A thing with every kind of attribute; what is given stands instead of, or beside, what it has. */
function thing(more: Readonly<Record<string, string>> = {}): string {
  const attributes = {
    name: '"a"',
    size: '9007199254740993',
    list: '["x", "y"]',
    set: '["q", "p"]',
    map: '{ k = "v" }',
    object: '{ a = "s", b = [1, 2.5] }',
    one: '{ x = 1, pin_wo = var.pin }',
    several: '[{ x = 1 }, { x = 2, note = "n" }]',
    many: '[{ x = 3 }, { x = 4 }]',
    named: '{ first = { x = 0.1, pin_wo = var.pin } }',
    token: '"sensitive-token"',
    secret_wo: 'var.secret',
    secret_wo_version: '1',
    ...more,
  }
  const lines = Object.entries(attributes).map(([name, value]) => `  ${name} = ${value}`)
  return `resource "hooks_thing" "a" {\n${lines.join('\n')}\n}\n`
}

function start(engine: Engine, main: string, env: Readonly<Record<string, string>> = {}): Workspace {
  const workspace = new Workspace(engine, inject('fakeProvider'), { TF_VAR_secret: secret, TF_VAR_pin: pin, ...env })
  workspace.write('provider.tf', `provider "hooks" {\n  directory = "${workspace.path('remote')}"\n}\n`)
  // The configuration is kept in a plan, so that a literal would be, too.
  for (const name of ['secret', 'pin']) workspace.write(`${name}.tf`, `variable "${name}" { ephemeral = true }\n`)
  workspace.write('main.tf', main)
  return workspace
}

describeEngines('over the wire', (engine) => {
  test('a resource with every kind of attribute is created, kept, updated, replaced and destroyed', async () => {
    const workspace = start(engine, thing())

    expect(await workspace.apply()).toMatchObject(done)
    expect(await workspace.plan()).toMatchObject(done)
    expect(workspace.attributes('hooks_thing.a')).toMatchObject({
      id: 'thing-a',
      updates: 0,
      on: true,
      secret_wo: null,
    })
    expect(workspace.read('terraform.tfstate')).toContain('9007199254740993')
    expect(workspace.read('remote/thing-a.secret')).toBe(secret)

    workspace.write(
      'main.tf',
      thing({ list: '["y"]', map: '{}', set: 'null', secret_wo: '"next-secret"', size: '-2.5' }),
    )
    expect((await workspace.apply()).stdout).toContain('1 changed')
    expect(await workspace.plan()).toMatchObject(done)
    expect(workspace.attributes('hooks_thing.a')).toMatchObject({
      updates: 1,
      list: ['y'],
      map: {},
      set: null,
      size: -2.5,
    })

    workspace.write('main.tf', thing({ zone: '"eu"' }))
    expect((await workspace.apply()).stdout).toContain('1 added, 0 changed, 1 destroyed')
    expect(await workspace.destroy()).toMatchObject(done)
    expect(existsSync(workspace.path('remote/thing-a.json'))).toBe(false)
  })

  test('a write-only secret stands in no state and no plan, though the provider forgets to take it out', async () => {
    const workspace = start(engine, thing())

    expect(await workspace.plan('-out=plan.bin')).toMatchObject({ code: 2 })
    expect(await workspace.apply()).toMatchObject(done)
    const shown = await workspace.succeed('show', '-json', 'plan.bin')
    const planned = readZip(readFileSync(workspace.path('plan.bin')))

    expect(workspace.filesWith(secret)).toEqual(['remote/thing-a.secret'])
    expect(workspace.filesWith(pin)).toEqual([])
    expect(Object.keys(planned)).toContain('tfplan')
    expect([shown, ...Object.values(planned).map(String)].filter((text) => text.includes('canary'))).toEqual([])
  })

  test('what is edited or deleted elsewhere is shown, and made good', async () => {
    const workspace = start(engine, thing())
    await workspace.apply()
    const path = workspace.path('remote/thing-a.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"s"', '"edited"'))

    expect((await workspace.plan()).stdout).toMatch(/a = "edited" -> "s"/u)
    rmSync(path)
    expect((await workspace.plan('-refresh-only')).stdout).toContain('has been deleted')
    expect((await workspace.apply()).stdout).toContain('1 added')
  })

  test('values that are known later arrive in every kind of attribute', async () => {
    const later = 'terraform_data.later.output'
    const workspace = start(
      engine,
      `resource "terraform_data" "later" { input = "now" }\n${thing({
        name: '"b"',
        list: `["x", ${later}]`,
        set: `[${later}]`,
        map: `{ k = ${later} }`,
        token: `"prefix-\${${later}}"`,
        one: `{ x = 1, note = ${later} }`,
      })}`,
    )

    expect(await workspace.apply()).toMatchObject(done)
    expect(await workspace.plan()).toMatchObject(done)
    expect(workspace.attributes('hooks_thing.a')).toMatchObject({ list: ['x', 'now'], token: 'prefix-now' })
  })

  test('a resource is imported by its id, by command and by block with a configuration made of it', async () => {
    const workspace = start(engine, thing())
    await workspace.apply()
    await workspace.run('state', 'rm', 'hooks_thing.a')

    expect(await workspace.run('import', '-no-color', 'hooks_thing.a', 'thing-a')).toMatchObject(done)
    expect(await workspace.plan()).toMatchObject(done)
    await workspace.run('state', 'rm', 'hooks_thing.a')
    workspace.write('main.tf', 'import {\n  to = hooks_thing.b\n  id = "thing-a"\n}\n')
    const planned = await workspace.plan('-generate-config-out=made.tf')

    expect(planned.stdout).toContain('1 to import, 0 to add')
    expect(workspace.read('made.tf')).toContain('resource "hooks_thing" "b"')
  })

  test('data sources are read, and ephemeral values reach write-only attributes only', async () => {
    const workspace = start(engine, thing())
    await workspace.apply()
    workspace.write(
      'more.tf',
      `data "hooks_things" "all" { depends_on = [hooks_thing.a] }
output "ids" { value = data.hooks_things.all.ids }
ephemeral "hooks_ticket" "a" { thing_id = hooks_thing.a.id }
resource "hooks_thing" "c" {
  name      = "c"
  secret_wo = ephemeral.hooks_ticket.a.ticket
}
`,
    )

    expect(await workspace.apply()).toMatchObject(done)
    expect((await workspace.run('output', '-json', 'ids')).stdout.trim()).toBe('["thing-a"]')
    expect(workspace.read('remote/thing-c.secret')).toBe('ticket-of-thing-a')
    expect(workspace.read('terraform.tfstate')).not.toContain('ticket-of')
  })

  test('findings are told at their attribute', async () => {
    const workspace = start(engine, thing({ name: '"forbidden"' }))
    const refused = await workspace.plan()

    workspace.write('main.tf', thing({ size: '13' }))
    const warned = await workspace.plan()

    expect(refused).toMatchObject({ code: 1 })
    expect(refused.stderr).toMatch(/That name is forbidden\.[^]*name = "forbidden"/u)
    expect(warned.stdout).toMatch(/Warning: That size is unlucky\./u)
  })

  test('what goes wrong half-way is kept in the state, and its text holds no secret', async () => {
    const workspace = start(engine, thing({ mistake: '"fail half-way"' }))

    const half = await workspace.apply()
    const state = workspace.read('terraform.tfstate')
    workspace.write('main.tf', thing({ mistake: '"throw in apply"' }))
    const thrown = await workspace.apply()

    expect(half).toMatchObject({ code: 1 })
    expect(state).toMatch(/"status": "tainted"/u)
    expect(workspace.attributes('hooks_thing.a')).toBeUndefined()
    expect(thrown.stderr).toContain('It says: no luck with [secret]')
    expect(`${thrown.stderr}${thrown.stdout}`).not.toContain('sensitive-token')
  })

  test('the log of the engine has our lines, and nothing that was printed gets in the way', async () => {
    const workspace = start(engine, thing(), { TF_LOG_PROVIDER: 'trace' })

    const planned = await workspace.plan()

    expect(planned).toMatchObject({ code: 2 })
    expect(planned.stderr).toContain('printed before the handshake')
    expect(planned.stderr).toMatch(/\[DEBUG\] provider\S*: The provider is listening\./u)
    expect(planned.stderr).not.toContain(secret)
  })

  test.each([
    ['in clear', { TF_DISABLE_PLUGIN_TLS: '1' }, /network=unix/u],
    ['over a port', { HOOKS_SYNC_PLUGIN_NETWORK: 'tcp' }, /network=tcp/u],
  ])('the engine is served %s, too', async (_how, env, shown) => {
    const workspace = start(engine, thing(), { TF_LOG_PROVIDER: 'debug', ...env })

    const { code, stderr } = await workspace.apply()

    expect(code).toBe(0)
    expect(stderr).toMatch(shown)
  })

  test('Ctrl-C stops a call that hangs, and nobody is left behind', async () => {
    const workspace = start(engine, thing({ mistake: '"hang in apply"' }))
    const running = workspace.start('apply', '-auto-approve', '-no-color')
    const group = -(running.process.pid ?? 0)
    await running.said('Creating...')

    process.kill(group, 'SIGINT')
    const { stderr, code } = await running.done

    expect(code).toBe(1)
    expect(stderr).toContain('The call was stopped.')
    await untilGone(group)
  })
})
