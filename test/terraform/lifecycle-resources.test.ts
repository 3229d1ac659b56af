import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import { vendorCases } from '../terraform-resources/vendors.ts'
import { writesOf } from '../terraform-resources/world.ts'
import { RealWorld } from './real-world.ts'
import type { Engine } from './set-up.ts'
import { describeEngines } from './workspace.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
  sandbox.vendors.sinch.setSwitch('token_rate_per_second', 0)
})

afterAll(async () => {
  await sandbox.close()
})

/** Exit code of a plan with changes. */
const changes = 2
const done = { code: 0, stderr: '' }

describeEngines('resources', (engine: Engine) => {
  describe.each(vendorCases)('of $type', (vendor) => {
    const { type, webhook, other, edits, drift, hidden } = vendor
    let standIn: VendorSandbox

    beforeEach(() => {
      standIn = sandbox.vendors[type] ?? sandbox.vendors.sinch
      standIn.webhooks.clear()
      standIn.clearLog()
    })

    test('are created, kept, changed in each attribute, and destroyed', async () => {
      const world = new RealWorld(engine, vendor, standIn)
      const { workspace } = world
      world.declare({ hook: webhook, other })
      expect(await workspace.apply()).toMatchObject(done)
      expect(await workspace.plan('-out', 'plan')).toMatchObject(done)

      let declared = webhook
      for (const [name, { patch, verb }] of Object.entries(edits)) {
        declared = { ...declared, ...patch }
        world.declare({ hook: declared, other })
        const { code, stdout, stderr } = await workspace.apply()
        expect([name, code, stderr]).toEqual([name, 0, ''])
        const counts = verb === 'replace' ? '1 added, 0 changed, 1 destroyed' : '0 added, 1 changed, 0 destroyed'
        expect(stdout, name).toContain(counts)
        expect(await workspace.plan(), name).toMatchObject(done)
      }

      expect(world.leaks()).toEqual([])
      expect(await workspace.destroy()).toMatchObject(done)
      expect(
        standIn.webhooks.all().filter((stored) => standIn.webhooks.live > 0 && JSON.stringify(stored) !== ''),
      ).toEqual([])
    })

    test('are brought back after an edit and a deletion, and a refresh shows both', async () => {
      const world = new RealWorld(engine, vendor, standIn)
      const { workspace } = world
      world.declare({ hook: webhook })
      expect(await workspace.apply()).toMatchObject(done)
      const [attribute = '', edit] = Object.entries(drift)[0] ?? []
      const [stored] = standIn.webhooks.all()
      if (stored === undefined) throw new Error('Nothing is stored.')
      standIn.webhooks.put({ ...stored, ...edit })

      const before = JSON.stringify(workspace.attributes(`${world.address}.hook`)?.[attribute])
      expect((await workspace.apply('-refresh-only')).code).toBe(0)
      expect(JSON.stringify(workspace.attributes(`${world.address}.hook`)?.[attribute])).not.toBe(before)
      expect(await workspace.plan()).toMatchObject({ code: changes })
      expect(await workspace.apply()).toMatchObject(done)
      expect(await workspace.plan()).toMatchObject(done)

      standIn.webhooks.clear()
      expect((await workspace.plan()).stdout).toContain('1 to add')
      expect(await workspace.apply()).toMatchObject(done)
      expect(await workspace.plan()).toMatchObject(done)
    })

    test('are imported by command and by block, with a configuration made from what is live', async () => {
      const maker = new RealWorld(engine, vendor, standIn)
      maker.declare({ hook: webhook })
      expect(await maker.workspace.apply()).toMatchObject(done)
      const id = maker.id('hook')
      standIn.clearLog()

      const byCommand = new RealWorld(engine, vendor, standIn)
      const seen = Object.fromEntries(
        Object.entries(webhook).filter(([name]) => !name.includes('_wo') && !hidden.includes(name)),
      )
      byCommand.declare({ hook: seen })
      const imported = await byCommand.workspace.run(
        'import',
        '-no-color',
        '-input=false',
        `${byCommand.address}.hook`,
        id,
      )
      expect(imported).toMatchObject({ code: 0 })
      expect(await byCommand.workspace.plan()).toMatchObject(done)
      expect(byCommand.id('hook')).toBe(id)

      const byBlock = new RealWorld(engine, vendor, standIn)
      byBlock.workspace.write('import.tf.json', JSON.stringify({ import: [{ to: `${byBlock.address}.hook`, id }] }))
      const planned = await byBlock.workspace.plan('-generate-config-out', 'generated.tf', '-out', 'plan')
      expect(planned.stdout).toContain('1 to import, 0 to add, 0 to change, 0 to destroy')
      expect((await byBlock.workspace.run('apply', '-no-color', 'plan')).stderr).toBe('')
      expect(await byBlock.workspace.plan()).toMatchObject(done)
      expect(writesOf(standIn)).toEqual([])
    })
  })
})
