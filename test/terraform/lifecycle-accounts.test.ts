import { afterAll, beforeAll, beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest'
import { type Sandbox, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import { type VendorCase, vendorCases } from '../terraform-resources/vendors.ts'
import { holdRequests } from './hold-requests.ts'
import { RealWorld } from './real-world.ts'
import type { Engine } from './set-up.ts'
import { describeEngines, Workspace } from './workspace.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
  sandbox.vendors.sinch.setSwitch('token_rate_per_second', 0)
})

afterAll(async () => {
  await sandbox.close()
})

beforeEach(() => {
  for (const standIn of Object.values(sandbox.vendors)) {
    standIn.webhooks.clear()
    standIn.clearFaults()
    standIn.clearLog()
  }
})

const done = { code: 0, stderr: '' }

function open(
  engine: Engine,
  type: string,
): { readonly world: RealWorld; readonly vendor: VendorCase; readonly standIn: VendorSandbox } {
  const vendor = vendorCases.find((one) => one.type === type)
  const standIn = sandbox.vendors[type]
  if (vendor === undefined || standIn === undefined) throw new Error(`There is no ${type}.`)
  return { world: new RealWorld(engine, vendor, standIn), vendor, standIn }
}

describeEngines('accounts', (engine: Engine) => {
  test('ten webhooks in one document are made at once, and none is lost', async () => {
    const { world, standIn } = open(engine, 'sendblue')
    const ten = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [
        `hook${at}`,
        { url: `https://hooks.example.com/${at}`, events: ['receive', 'outbound'] },
      ]),
    )
    world.declare(ten)

    expect(await world.workspace.apply('-parallelism=10')).toMatchObject(done)

    expect(standIn.webhooks.all()).toHaveLength(20)
    expect(await world.workspace.plan()).toMatchObject(done)
    expect(await world.workspace.destroy()).toMatchObject(done)
    expect(standIn.webhooks.all()).toEqual([])
  })

  test('many webhooks are read with one list', async () => {
    const { world, standIn } = open(engine, 'tellcasey')
    const many = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [`hook${at}`, { url: `https://hooks.example.com/${at}` }]),
    )
    world.declare(many)
    expect(await world.workspace.apply('-parallelism=30')).toMatchObject(done)
    standIn.clearLog()

    expect(await world.workspace.plan()).toMatchObject(done)

    expect(standIn.log.map(({ method }) => method)).toEqual(['GET'])
  })

  test('an interrupted apply finishes what is in flight and keeps it', async () => {
    const { vendor, standIn } = open(engine, 'sinch')
    // What is made is read again by its id; until then it is in flight.
    const door = await holdRequests(standIn.baseUrl, (method, path) => method === 'GET' && path.includes('/webhooks/'))
    const world = new RealWorld(engine, vendor, { credentials: standIn.credentials, baseUrl: door.baseUrl })
    world.declare({ hook: vendor.other })
    const running = world.workspace.start('apply', '-auto-approve', '-no-color', '-input=false')
    await door.held

    process.kill(-(running.process.pid ?? 0), 'SIGINT')
    await running.said('Interrupt received')
    door.open()
    await running.done

    expect(standIn.webhooks.all()).toHaveLength(1)
    expect(world.id('hook')).toBe(standIn.webhooks.all()[0]?.id)
    expect(await world.workspace.plan()).toMatchObject(done)
  })

  test('a webhook without update is replaced while the old one lives', async () => {
    const { world, standIn } = open(engine, 'tellcasey')
    const url = 'https://hooks.example.com/casey'
    const lifecycle = { create_before_destroy: true }
    world.declare({ hook: { url, description: 'one', lifecycle } })
    expect(await world.workspace.apply()).toMatchObject(done)
    const before = world.id('hook')

    world.declare({ hook: { url, description: 'two', lifecycle } })
    expect(await world.workspace.apply()).toMatchObject(done)
    expect((await world.workspace.apply('-replace', 'hooks_tellcasey_webhook.hook')).stderr).toBe('')

    expect(standIn.webhooks.all()).toHaveLength(1)
    expect(world.id('hook')).not.toBe(before)
    expect(await world.workspace.plan()).toMatchObject(done)
  })

  test('a replacement that cannot be made beside the old one fails, and is mended by taking that over', async () => {
    const { world, vendor, standIn } = open(engine, 'sinch')
    const hook = { ...vendor.other, lifecycle: { create_before_destroy: true } }
    world.declare({ hook })
    expect(await world.workspace.apply()).toMatchObject(done)
    const [before] = standIn.webhooks.all()

    const replaced = await world.workspace.apply('-replace', `${world.address}.hook`)
    expect(replaced.stderr).toContain('this would make it a second time')
    world.declare({ hook: { ...hook, adopt_existing: true } })
    expect(await world.workspace.apply()).toMatchObject(done)

    world.declare({ hook })
    expect(await world.workspace.apply()).toMatchObject(done)
    expect(standIn.webhooks.all()).toEqual([before])
    expect(world.id('hook')).toBe(before?.id)
    expect(await world.workspace.plan()).toMatchObject(done)
  })

  test('two accounts of a vendor are two provider blocks', async () => {
    const { vendor, standIn } = open(engine, 'tellcasey')
    const second = await startSandbox()
    onTestFinished(() => second.close())
    const workspace = new Workspace(engine, inject('realProvider'))
    const [one, two] = [standIn, second.vendors.tellcasey].map((account) => ({ tellcasey: vendor.account(account) }))
    workspace.write('provider.tf.json', JSON.stringify({ provider: { hooks: [one, { ...two, alias: 'second' }] } }))
    workspace.write(
      'main.tf',
      `resource "hooks_tellcasey_webhook" "one" {
  url = "https://hooks.example.com/casey"
}

resource "hooks_tellcasey_webhook" "two" {
  provider = hooks.second
  url      = "https://hooks.example.com/casey"
}
`,
    )

    expect(await workspace.apply()).toMatchObject(done)

    expect(standIn.webhooks.all()).toHaveLength(1)
    expect(second.vendors.tellcasey.webhooks.all()).toHaveLength(1)
    expect(await workspace.plan()).toMatchObject(done)
  })

  test.each(vendorCases)(
    'two applies at once change one account of $type, and each keeps what it made',
    async (vendor) => {
      const { type, webhook, other } = vendor
      const { world: first, standIn } = open(engine, type)
      const { world: second } = open(engine, type)
      first.declare({ hook: webhook })
      second.declare({ hook: other })

      const applied = await Promise.all([first, second].map(({ workspace }) => workspace.apply()))

      expect(applied).toMatchObject([done, done])
      for (const { workspace } of [first, second]) expect(await workspace.plan()).toMatchObject(done)
      const destroyed = await Promise.all([first, second].map(({ workspace }) => workspace.destroy()))
      expect(destroyed).toMatchObject([done, done])
      expect(standIn.webhooks.all()).toEqual([])
    },
  )

  test.each(vendorCases)('a webhook of $type that lives already gets no twin', async ({ type, other }) => {
    const { world: theirs, standIn } = open(engine, type)
    theirs.declare({ theirs: other })
    expect(await theirs.workspace.apply()).toMatchObject(done)
    const count = standIn.webhooks.all().length
    const { world } = open(engine, type)

    world.declare({ hook: other })
    const refused = await world.workspace.apply()
    const told = `${refused.stdout}${refused.stderr}`.replaceAll(/\s+/gu, ' ')
    expect(refused.code).toBe(1)
    expect(told).toContain(`terraform import hooks_${type}_webhook.NAME '${theirs.id('theirs')}'`)
    expect(standIn.webhooks.all()).toHaveLength(count)

    world.declare({ hook: { ...other, adopt_existing: true } })
    expect(await world.workspace.apply()).toMatchObject(done)
    expect(standIn.webhooks.all()).toHaveLength(count)
    expect(world.id('hook')).toBe(theirs.id('theirs'))
  })

  test('a failed part is kept and tainted, and the next apply makes it good', async () => {
    const { world, vendor, standIn } = open(engine, 'bird')
    standIn.fault({ kind: 'status', status: 422, match: { method: 'POST' }, after: 1 })
    world.declare({ hook: vendor.webhook })

    const failed = await world.workspace.apply()

    expect(failed.code).toBe(1)
    expect(standIn.webhooks.all()).toHaveLength(1)
    expect((await world.workspace.plan()).stdout).toContain('tainted')
    expect(await world.workspace.apply()).toMatchObject(done)
    expect(standIn.webhooks.all()).toHaveLength(2)
    expect(world.leaks()).toEqual([])
  })

  test('what an account takes may come from another resource', async () => {
    const { vendor, standIn } = open(engine, 'tellcasey')
    const workspace = new Workspace(engine, inject('realProvider'))
    const { api_key, base_url } = vendor.account(standIn) as { readonly api_key: string; readonly base_url: string }
    workspace.write(
      'main.tf',
      `resource "terraform_data" "url" {
  input = "${base_url}"
}

provider "hooks" {
  tellcasey = { api_key = "${api_key}", base_url = terraform_data.url.output }
}

resource "hooks_tellcasey_webhook" "hook" {
  url = "https://hooks.example.com/casey"
}
`,
    )
    expect((await workspace.plan()).stdout).toContain('2 to add')
    expect(await workspace.apply()).toMatchObject(done)
    expect(await workspace.plan()).toMatchObject(done)
    expect(await workspace.destroy()).toMatchObject(done)
  })

  describe('a secret that the vendor makes', () => {
    test('goes to where it is needed without standing in any file', async () => {
      const casey = open(engine, 'tellcasey')
      const sinch = open(engine, 'sinch')
      const workspace = new Workspace(engine, inject('realProvider'))
      const accounts = {
        tellcasey: casey.vendor.account(casey.standIn),
        sinch: sinch.vendor.account(sinch.standIn),
      }
      workspace.write('provider.tf.json', JSON.stringify({ provider: { hooks: accounts } }))
      workspace.write(
        'main.tf',
        `resource "hooks_tellcasey_webhook" "casey" {
  url = "https://hooks.example.com/casey"
}

ephemeral "hooks_tellcasey_signing_secret" "casey" {
  id = hooks_tellcasey_webhook.casey.id
}

resource "hooks_sinch_webhook" "sinch" {
  app_id                    = "01SANDBOXAPP00000000000001"
  url                       = "https://hooks.example.com/sinch"
  events                    = ["MESSAGE_INBOUND"]
  signing_secret_wo         = ephemeral.hooks_tellcasey_signing_secret.casey.signing_secret
  signing_secret_wo_version = 1
}

data "hooks_tellcasey_webhooks" "all" {
  depends_on = [hooks_tellcasey_webhook.casey]
}

output "urls" {
  value = data.hooks_tellcasey_webhooks.all.webhooks[*].url
}
`,
      )

      expect(await workspace.apply()).toMatchObject(done)

      const [stored] = casey.standIn.webhooks.all() as readonly { readonly secret?: string }[]
      const secret = String(stored?.secret)
      expect(secret.length).toBeGreaterThan(8)
      expect(JSON.stringify(sinch.standIn.webhooks.all())).toContain(secret)
      expect(workspace.filesWith(secret)).toEqual([])
      expect(JSON.parse(await workspace.succeed('output', '-json', 'urls'))).toEqual([
        'https://hooks.example.com/casey',
      ])
      expect(await workspace.plan()).toMatchObject(done)
    })
  })
})
