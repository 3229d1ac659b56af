import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import type { Ports } from '../../src/engine/ports.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import type { RunOptions } from '../providers/managed-account.ts'
import { CaptureWorld, formerPlace, hook, overlap, place } from './capture-world.ts'

let sandbox: Sandbox
let world: CaptureWorld

beforeAll(async () => {
  sandbox = await startSandbox()
})

beforeEach(() => {
  world = new CaptureWorld(sandbox, 'tellcasey')
})

afterAll(() => sandbox.close())

const casey = { hook: hook('tellcasey') }
const changed = { hook: hook('tellcasey', { events: ['conversation.started'] }) }

const refusals: readonly Diagnostic[] = [
  { code: 'HS2004', severity: 'error', message: 'The store refuses to write hook.' },
  { code: 'HS2004', severity: 'error', message: 'The store cannot be reached.' },
  { code: 'HS2004', severity: 'error', message: 'The store accepted the secret but holds another one now.' },
]

/** Lets a call of the vault answer with a refusal. */
function refusing(
  call: 'store' | 'proveWritable' | 'generate' | 'remove',
  refusal: Diagnostic,
  sibling?: string,
): RunOptions {
  const around = (ports: Ports): Ports => {
    const { vault } = ports
    const refuse = (target: Parameters<Ports['vault']['read']>[0]) => target.sibling === sibling
    return {
      ...ports,
      vault: {
        ...vault,
        ...(call === 'store'
          ? { store: async (target, value) => (refuse(target) ? refusal : await vault.store(target, value)) }
          : { [call]: async () => refusal }),
      },
    }
  }
  return { around }
}

const writes = () => sandbox.vendors.tellcasey.log.filter(({ method }) => method !== 'GET').map(({ method }) => method)

describe.each(refusals)('where the vault says "$message" when the secret is there', (refusal) => {
  test('the run says what is live and what is not stored, and the next one stores it', async () => {
    await world.apply(casey)
    const [old] = world.live

    const { outcome, events } = await world.apply(changed, refusing('store', refusal))
    const made = world.live.find(({ id }) => id !== old?.id)
    const then = { live: world.live.length, vault: world.vault.get(place) }
    await world.apply(changed)

    expect(outcome.failed).toMatchObject([
      {
        failure: {
          code: 'HS4010',
          message: `The webhook ${made?.id} is live at tellcasey, and its signing_secret is not in the vault: ${refusal.message}`,
          hint: 'Mend the store and run the command again: the secret is read again from the vendor and stored.',
        },
      },
    ])
    expect(then).toEqual({ live: 2, vault: old?.secret })
    expect(inspect([outcome, events, world.account.ledger], { depth: 99 })).not.toContain(made?.secret)
    expect(world.live).toMatchObject([{ id: made?.id }])
    expect(world.vault.get(place)).toBe(made?.secret)
  })

  test('nothing is made at the vendor where it is known before', async () => {
    sandbox.vendors.tellcasey.clearLog()

    const { outcome } = await world.apply(casey, refusing('proveWritable', refusal))

    expect(outcome.failed).toMatchObject([{ failure: { code: refusal.code, message: refusal.message } }])
    expect(writes()).toEqual([])
  })
})

const [denied] = refusals

test('what another webhook was to take over stays where that one cannot be made', async () => {
  await world.apply({ former: { url: 'https://hooks.example.com/former', events: ['conversation.started'] } })
  sandbox.vendors.tellcasey.clearLog()
  if (denied === undefined) throw new Error('There is no refusal.')

  const { outcome } = await world.apply(changed, refusing('proveWritable', denied))

  expect(outcome.failed.map(({ action }) => action.key)).toEqual(['hook'])
  expect(outcome.skipped.map(({ key }) => key)).toEqual(['former'])
  expect(writes()).toEqual([])
})

describe('with an overlap', () => {
  const flags = { hook: { overlap } }

  test('it is shown beforehand that the former secret can be kept, and nothing is lost where it cannot', async () => {
    await world.apply(casey)
    const [old] = world.live
    if (denied === undefined) throw new Error('There is no refusal.')

    const { outcome } = await world.apply(changed, { flags, ...refusing('store', denied, 'previous') })
    const then = { live: world.live.length, vault: [...world.vault.values()] }
    await world.apply(changed, { flags })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4010' } }])
    expect(then).toEqual({ live: 2, vault: [old?.secret] })
    expect(world.live).toHaveLength(2)
    expect(world.vault).toEqual(
      new Map([
        [place, world.live[1]?.secret],
        [formerPlace, old?.secret],
      ]),
    )
  })

  test('a former secret that cannot be removed is removed by the next run', async () => {
    await world.apply(casey)
    await world.apply(changed, { flags })
    world.pass(overlap + 1)
    if (denied === undefined) throw new Error('There is no refusal.')

    const { outcome } = await world.apply(changed, { flags, ...refusing('remove', denied) })
    const then = world.vault.has(formerPlace)
    await world.apply(changed, { flags })
    const { actions } = await world.plan(changed, { flags })

    expect(outcome.failed).toMatchObject([
      { failure: { code: 'HS4010', message: expect.stringContaining('is still in the vault') } },
    ])
    expect(then).toBe(true)
    expect(world.vault.has(formerPlace)).toBe(false)
    expect(actions.map(({ kind }) => kind)).toEqual(['keep'])
  })

  test('says when the old webhook goes, and that it does', async () => {
    await world.apply(casey)
    const replacing = await world.apply(changed, { flags })
    const within = await world.plan(changed, { flags })
    world.pass(overlap + 1)
    const { plan } = await world.apply(changed, { flags })

    expect(replacing.plan.diagnostics.map(({ code }) => code)).toContain('HS3022')
    expect(within.actions.map(({ kind }) => kind)).toEqual(['keep'])
    expect(plan.actions).toMatchObject([
      { kind: 'update', reason: 'the time is up for which the former webhook and its secret were kept' },
    ])
    expect(world.live).toHaveLength(1)
  })
})
