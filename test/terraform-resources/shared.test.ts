import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { Engine, type EngineOptions, later, verbs } from './engine.ts'
import type { Written } from './value-rules.ts'
import { caseOf, engineOf, patient, writesOf } from './world.ts'

const canary = (name: string): string => `canary-${name}-0123456789`
const writeOnly = (name: string, version: number): Written => ({
  global_signing_secret_wo: canary(name),
  global_signing_secret_wo_version: version,
})

let sandbox: Sandbox
let engine: Engine
let settings: object

beforeAll(async () => {
  sandbox = await startSandbox()
  settings = structuredClone(sandbox.vendors.sendblue.settings)
})

afterAll(async () => {
  await sandbox.close()
})

beforeEach(() => {
  const { sendblue } = sandbox.vendors
  sendblue.webhooks.clear()
  sendblue.configure(settings)
  sendblue.clearFaults()
  sendblue.clearLog()
  engine = open()
})

const open = (options: Partial<EngineOptions> = {}): Engine =>
  engineOf('sendblue', sandbox.vendors.sendblue, { resource: 'hooks_sendblue_account', ...options })

const globalSecret = (): unknown => sandbox.vendors.sendblue.settings.global_secret
const writes = (): readonly string[] => writesOf(sandbox.vendors.sendblue)

describe('what all webhooks of an account share', () => {
  afterEach(() => {
    expect(engine.told.filter((text) => text.includes('canary-'))).toEqual([])
  })

  test('is written, and then there is nothing left to do', async () => {
    const plan = await engine.settle({ account: writeOnly('one', 1) })

    expect(verbs(plan)).toEqual({ account: 'create' })
    expect(plan.warnings).toEqual([])
    expect(globalSecret()).toBe(canary('one'))
    expect(engine.state('account')).toMatchObject({ id: 'account', global_signing_secret_wo_version: 1 })
  })

  test('is written again when its version is raised, and not for a new value alone', async () => {
    await engine.settle({ account: writeOnly('one', 1) })

    expect(verbs(await engine.plan({ account: writeOnly('two', 1) }))).toEqual({ account: 'no-op' })
    expect(verbs(await engine.settle({ account: writeOnly('two', 2) }))).toEqual({ account: 'update' })
    expect(globalSecret()).toBe(canary('two'))
  })

  test('leaves the webhooks of the account as they are', async () => {
    const { webhook } = caseOf('sendblue')
    await engineOf('sendblue', sandbox.vendors.sendblue).settle({ hook: webhook })
    const before = sandbox.vendors.sendblue.webhooks.all()

    await engine.settle({ account: writeOnly('one', 1) })

    expect(before.length).toBeGreaterThan(0)
    expect(sandbox.vendors.sendblue.webhooks.all()).toEqual(before)
  })

  test('stays as it is where the resource goes, with a warning', async () => {
    await engine.settle({ account: writeOnly('one', 1) })
    sandbox.vendors.sendblue.clearLog()

    const plan = await engine.plan({})
    const errors = await engine.carryOut(plan, {})

    expect(verbs(plan)).toEqual({ account: 'delete' })
    expect(plan.warnings.map(({ summary }) => summary)).toEqual([
      'The Sendblue account keeps the global_signing_secret it has.',
    ])
    expect(errors).toEqual([])
    expect(engine.kept.size).toBe(0)
    expect(writes()).toEqual([])
    expect(globalSecret()).toBe(canary('one'))
  })

  test('is told of before it takes the place of another one', async () => {
    await engine.settle({ account: writeOnly('theirs', 1) })
    const other = open()

    const plan = await other.plan({ account: writeOnly('ours', 1) })
    const same = await open().plan({ account: writeOnly('theirs', 1) })

    expect(plan.errors).toEqual([])
    expect(plan.warnings.map(({ summary }) => summary)).toEqual([
      'The Sendblue account has a global_signing_secret already, and it may be another one.',
    ])
    expect(same.warnings).toEqual([])
    expect(JSON.stringify([plan, same])).not.toContain('canary-')
  })

  test('is imported, and written once without a call where it is the same', async () => {
    await engine.settle({ account: writeOnly('one', 1) })
    const imported = open()

    expect(await imported.import('account', 'account')).toEqual([])
    expect(imported.state('account')).toMatchObject({ id: 'account', global_signing_secret: null })
    sandbox.vendors.sendblue.clearLog()
    expect(verbs(await imported.settle({ account: writeOnly('one', 1) }))).toEqual({ account: 'update' })
    expect(writes()).toEqual([])
    expect((await open().import('account', 'another')).map(({ detail }) => detail)).toEqual([
      'An account has these values once: the id is always account.',
    ])
  })

  test('is refused twice in one account, also beside one that is there already', async () => {
    const twice = { account: writeOnly('one', 1), again: writeOnly('two', 1) }
    const fresh = await engine.plan(twice)
    await engine.settle({ account: writeOnly('one', 1) })
    const beside = await engine.plan(twice)

    for (const { errors } of [fresh, beside]) {
      expect(errors.map(({ summary }) => summary)).toEqual([
        'Two resources hold what all webhooks of the Sendblue account share.',
      ])
    }
  })

  test('may be replaced by force, as the engine does it', async () => {
    await engine.settle({ account: writeOnly('one', 1) })

    const plan = await engine.settle({ account: writeOnly('one', 1) }, { replace: ['account'] })

    expect(verbs(plan)).toEqual({ account: 'replace' })
    expect(globalSecret()).toBe(canary('one'))
  })

  test('is known only later, and planned all the same', async () => {
    const plan = await engine.plan({
      account: { global_signing_secret_wo: later, global_signing_secret_wo_version: 1 },
    })

    expect(plan.errors).toEqual([])
    expect(verbs(plan)).toEqual({ account: 'create' })
  })

  test('is left alone when it is left out, with a warning', async () => {
    await engine.settle({ account: writeOnly('one', 1) })

    const plan = await engine.settle({ account: {} })

    expect(plan.warnings.map(({ summary }) => summary)).toEqual(['Sendblue keeps the global_signing_secret it has.'])
    expect(globalSecret()).toBe(canary('one'))
  })

  test('is not written where Sendblue hides what it would have to write back', async () => {
    sandbox.vendors.sendblue.setSwitch('secrets_in_reads', 'masked')
    await engineOf('sendblue', sandbox.vendors.sendblue).settle({ hook: caseOf('sendblue').webhook })

    const [refused] = await engine.apply({ account: writeOnly('one', 1) })
    sandbox.vendors.sendblue.setSwitch('secrets_in_reads', 'clear')

    expect(refused?.summary).toBe(
      'Sendblue shows secrets behind a mask, and this needs its whole document written back.',
    )
    expect(engine.kept.size).toBe(0)
    expect(globalSecret()).toBe(null)
  })

  test('is nothing that is kept where the vendor fails', async () => {
    sandbox.vendors.sendblue.fault({ kind: 'status', status: 422, match: { method: 'PUT' } })

    const errors = await engine.apply({ account: writeOnly('one', 1) })

    expect(errors).toHaveLength(1)
    expect(engine.kept.size).toBe(0)
    await engine.settle({ account: writeOnly('one', 1) })
  })
})

describe('a secret that the state keeps in clear', () => {
  const plain = (name: string): Written => ({ global_signing_secret: canary(name) })

  test('is brought back where somebody edits or clears it', async () => {
    await engine.settle({ account: plain('one') })

    for (const edit of ['edited by hand', null]) {
      sandbox.vendors.sendblue.configure({ ...sandbox.vendors.sendblue.settings, global_secret: edit })
      expect(verbs(await engine.settle({ account: plain('one') }))).toEqual({ account: 'update' })
      expect(globalSecret()).toBe(canary('one'))
    }
  })

  test('is written when it is new', async () => {
    await engine.settle({ account: plain('one') })

    expect(verbs(await engine.settle({ account: plain('two') }))).toEqual({ account: 'update' })
    expect(globalSecret()).toBe(canary('two'))
  })

  test('is refused beside its write-only twin', async () => {
    const plan = await engine.plan({ account: { ...plain('one'), ...writeOnly('one', 1) } })

    expect(plan.errors.map(({ summary }) => summary)).toEqual([
      '`global_signing_secret` and `global_signing_secret_wo` are the same secret.',
    ])
  })
})

test('an account that is not configured is told of where its values are planned', async () => {
  const unconfigured = new Engine({ resource: 'hooks_sendblue_account', provider: {}, options: patient })

  const plan = await unconfigured.plan({ account: writeOnly('one', 1) })

  expect(plan.errors.map(({ summary }) => summary)).toEqual(['No Sendblue account is configured.'])
})
