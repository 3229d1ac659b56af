import { afterEach, describe, expect, test } from 'vitest'
import type { Plan } from '../../src/core/plan.ts'
import { toDriftDocument } from '../../src/report/drift-document.ts'
import { renderDriftText } from '../../src/report/drift-text.ts'
import { renderPlanText } from '../../src/report/plan-text.ts'
import type { SwitchValue } from '../../src/sandbox/index.ts'
import { generateSecret } from '../../src/secrets/generate.ts'
import { doings, fileHead, openWorld, sandboxApp, type World } from '../sync/open-world.ts'
import { accountText, fast, type VendorName } from '../sync/vendor-stories.ts'

// A machine that is busy with other tests answers late.
let world: World

afterEach(() => world.close())

const hooks = 'https://hooks.example.com'
const key = 'ref+age://secrets.age#/key'

/** One webhook of each vendor that hides a secret of ours, without and with it. */
const cases: readonly (readonly [VendorName, string, string, Readonly<Record<string, SwitchValue>>])[] = [
  [
    'sinch',
    `app_id: ${sandboxApp}, url: ${hooks}/a, events: [OPT_IN]`,
    `signing_secret: "${key}"`,
    { secrets_in_reads: 'masked' },
  ],
  ['smallest', `url: ${hooks}/a, subscriptions: []`, `headers: { X-Key: "${key}" }`, {}],
  ['bird', `service: channels, events: [sms.inbound], url: ${hooks}/a`, `signing_secret: "${key}"`, {}],
]

async function open(vendor: VendorName, switches: Readonly<Record<string, SwitchValue>> = {}): Promise<void> {
  world = await openWorld({ vendors: [vendor], switches: { [vendor]: switches } })
  await world.setSecret('key', 'the first value of the key')
}

async function declare(vendor: VendorName, fields: string, name = 'a'): Promise<void> {
  const text = accountText(world, vendor, `\n      ${name}: { ${fields} }`)
  await world.write('webhooks.yaml', `${fileHead()}providers:\n${text}\n`)
}

const apply = (options = {}) => world.apply({ pace: fast, ...options })
const plan = (options = {}) => world.plan({ pace: fast, ...options })
const text = (made: Plan) => renderPlanText(made, { width: 200, color: false })
const warnings = (made: Plan) =>
  made.accounts.flatMap(({ diagnostics }) => diagnostics.map(({ code, message, hint }) => `${code} ${message} ${hint}`))

/** What the vendor has, whatever its name for it. */
function held(vendor: VendorName): string {
  return JSON.stringify(world.sandbox.vendors[vendor].webhooks.all())
}

describe.each(cases)('what %s hides', (vendor, plain, secret, switches) => {
  test('is written once it is declared, if the webhook was applied without it', async () => {
    await open(vendor, switches)
    await declare(vendor, plain)
    await apply()
    await declare(vendor, `${plain}, ${secret}`)

    const first = await apply()

    expect(text(first.plan)).toContain('(secret: newly declared, will be written)')
    expect(held(vendor)).toContain('the first value of the key')
    expect(doings(await plan())).toEqual([])
  })

  test('is written when the vault has changed, and drift says that the vault did', async () => {
    await open(vendor, switches)
    await declare(vendor, `${plain}, ${secret}`)
    await apply()
    await world.setSecret('key', 'the second value of the key')

    const drift = await world.drift({ pace: fast })
    const applied = await apply()

    expect(drift.findings.map((finding) => finding.class)).toEqual(['secret'])
    expect(renderDriftText(toDriftDocument(drift), { width: 200, color: false })).toContain(
      '(secret: changed since it was written last)',
    )
    expect(text(applied.plan)).toContain('(secret: changed since it was written last, will be written)')
    expect(held(vendor)).toContain('the second value of the key')
    expect(doings(await plan())).toEqual([])
  })

  test('is left alone in a webhook that was not ours, and written when it is asked for by name', async () => {
    await open(vendor, switches)
    await declare(vendor, plain)
    await apply({ ledger: 'others.json' })
    await declare(vendor, `${plain}, ${secret}`)

    await apply()
    const left = held(vendor)
    const told = await plan()
    await apply({ writeSecrets: [`${vendor}/*`] })

    expect(left).not.toContain('the first value of the key')
    expect(text(told)).toMatch(
      new RegExp(`The secret of 1 webhook cannot be compared. To write it: --write-secrets '${vendor}/a'`, 'u'),
    )
    expect(warnings(told)).toEqual([expect.stringContaining('the ledger has no fingerprint of it')])
    expect(held(vendor)).toContain('the first value of the key')
    expect(doings(await plan())).toEqual([])
  })

  test('cannot be compared under another fingerprint key, and can be again with the former one', async () => {
    await open(vendor, switches)
    await declare(vendor, `${plain}, ${secret}`)
    await apply()
    const former = (await world.secret('hooks-sync/fingerprint_key')) ?? ''
    await world.setSecret('hooks-sync/fingerprint_key', generateSecret(32).reveal())

    const applied = await apply()
    await world.setSecret('hooks-sync/fingerprint_key', former)
    const restored = await plan()

    expect(doings(applied.plan)).toEqual([])
    expect(warnings(applied.plan)).toEqual([
      expect.stringContaining('its fingerprint in the ledger was made with another key'),
    ])
    expect(warnings(restored)).toEqual([])
  })

  test('is taken along when the webhook is given another key', async () => {
    await open(vendor, switches)
    await declare(vendor, `${plain}, ${secret}`)
    await apply()
    await declare(vendor, `${plain}, ${secret}`, 'b')

    const { plan: moved, summary } = await apply()

    expect(moved.accounts[0]?.actions).toMatchObject([{ kind: 'keep', movedFrom: 'a' }])
    expect(summary?.writes).toBe(0)
    expect(doings(await plan())).toEqual([])
    await world.setSecret('key', 'the second value of the key')
    expect(doings(await plan())).toEqual(['update b'])
  })
})

test('what the vendor shows is fingerprinted anew under another key, and that is said', async () => {
  await open('sinch')
  await declare('sinch', `app_id: ${sandboxApp}, url: ${hooks}/a, events: [OPT_IN], signing_secret: "${key}"`)
  await apply()
  await world.setSecret('hooks-sync/fingerprint_key', generateSecret(32).reveal())

  const applied = await apply()
  world.sandbox.vendors.sinch.setSwitch('secrets_in_reads', 'masked')
  const later = await plan()

  expect(warnings(applied.plan)).toEqual([
    expect.stringContaining(
      'HS2010 The fingerprint key is another one than before; the next apply makes fingerprints of 1 webhooks',
    ),
  ])
  expect(doings(later)).toEqual([])
  expect(warnings(later)).toEqual([])
})

test('headers without a secret are not called one', async () => {
  await open('smallest')
  await declare('smallest', `url: ${hooks}/a, subscriptions: [], headers: { X-Team: voice }`)
  await apply()
  await declare('smallest', `url: ${hooks}/a, subscriptions: [], headers: { X-Team: sales }`)

  const told = text(await plan())

  expect(told).toContain('headers: (not shown by the vendor: changed since it was written last, will be written)')
  expect(told).not.toContain('secret')
})

test('a secret that the vendor shows is held against the vault, whatever the ledger says', async () => {
  await open('sinch')
  await declare('sinch', `app_id: ${sandboxApp}, url: ${hooks}/a, events: [OPT_IN], signing_secret: "${key}"`)
  await apply()
  const { webhooks } = world.sandbox.vendors.sinch
  webhooks.edit(webhooks.all()[0]?.id ?? '', { secret: 'set by somebody else' })

  const drift = await world.drift({ pace: fast })

  expect(renderDriftText(toDriftDocument(drift), { width: 200, color: false })).toContain(
    '(secret: the vendor has another one)',
  )
})
