import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { VendorSandbox } from '../../src/sandbox/index.ts'
import { type Engine, type EngineOptions, verbs } from './engine.ts'
import { runSandbox } from './run-sandbox.ts'
import { caseOf, engineOf } from './world.ts'

const sandbox = runSandbox()

describe.each(['sinch', 'smallest', 'bird', 'tellcasey'] as const)('a refresh of %s', (type) => {
  const { webhook, other } = caseOf(type)
  let standIn: VendorSandbox

  beforeEach(() => {
    standIn = sandbox.vendors[type]
  })

  const open = (options: Partial<EngineOptions> = {}): Engine => engineOf(type, standIn, options)

  /** Lists the calls but those for a token: how many asked for one webhook by its id, and how many for anything else. */
  const reads = () => {
    const ids = standIn.webhooks.all().map(({ id }) => id)
    const calls = standIn.log.filter(({ path }) => !path.includes('/oauth2/'))
    const byId = calls.filter(({ path }) => ids.some((id) => path.includes(id)))
    return { byId: byId.length, others: calls.length - byId.length }
  }

  test('asks by id for what a list does not show, and takes nothing as gone that is there', async () => {
    standIn.setSwitch('list_lag_reads', 1_000)
    onTestFinished(() => standIn.setSwitch('list_lag_reads', 0))
    const engine = open()
    expect(await engine.apply({ hook: webhook, other })).toEqual([])
    standIn.clearLog()

    expect(verbs(await engine.plan({ hook: webhook, other }))).toEqual({ hook: 'no-op', other: 'no-op' })

    expect(reads().byId).toBe(standIn.webhooks.all().length)
  })

  test.each([
    ['the provider block', (account: object) => ({ provider: { ...account, read_each_webhook: true } })],
    [
      'the environment',
      (account: object) => ({ provider: { ...account }, env: { HOOKS_SYNC_READ_EACH_WEBHOOK: '1' } }),
    ],
  ])('asks for each webhook on its own where %s wants it', async (_, options) => {
    const before = open()
    await before.settle({ hook: webhook, other })
    const engine = open(options({ [type]: caseOf(type).account(standIn) }))
    for (const [name, kept] of before.kept) engine.kept.set(name, kept)
    standIn.clearLog()

    expect(verbs(await engine.plan({ hook: webhook, other }))).toEqual({ hook: 'no-op', other: 'no-op' })

    expect(reads()).toEqual({ byId: standIn.webhooks.all().length, others: 0 })
  })
})
