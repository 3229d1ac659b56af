import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { allowNothing } from '../../src/core/plan.ts'
import { toDriftDocument } from '../../src/report/drift-document.ts'
import { renderDriftText } from '../../src/report/drift-text.ts'
import { toPlanDocument } from '../../src/report/plan-document.ts'
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts'
import { renderPlanText } from '../../src/report/plan-text.ts'
import { doings, fileHead, openWorld, sandboxApp, type World } from '../sync/open-world.ts'
import { accountText, fast, receiversOf, type VendorName } from '../sync/vendor-stories.ts'

// A machine that is busy with other tests answers late.
let world: World

afterEach(() => world.close())

const hooks = 'https://hooks.example.com'
const first = 'canary-1-Q7v+/x&=%'
const second = 'canary-2-M2k+/y&=%'
const others = 'canary-3-of-somebody-else'
const look = { width: 200, color: false }

const fields: Readonly<Record<VendorName, string>> = {
  sinch: `app_id: ${sandboxApp}, events: [OPT_IN]`,
  sendblue: 'events: [receive, outbound]',
  smallest: 'subscriptions: []',
  bird: 'service: channels, events: [sms.inbound, sms.outbound]',
  tellcasey: 'events: [conversation.started]',
}

const token = 'url_params: { token: "ref+age://secrets.age#/token" }'

async function declare(vendor: VendorName, params: string): Promise<void> {
  const text = accountText(world, vendor, `\n      a: { url: ${hooks}/a, ${fields[vendor]}${params} }`)
  await world.write('webhooks.yaml', `${fileHead()}providers:\n${text}\n`)
}

async function open(vendor: VendorName): Promise<void> {
  world = await openWorld({ vendors: [vendor] })
  await world.setSecret('token', first)
  await declare(vendor, `, ${token}`)
  await world.apply({ pace: fast })
}

/** Everything that people, files and programs get to see of an account. */
async function everythingSeen(): Promise<string> {
  const plan = await world.plan({ pace: fast })
  const drift = await world.drift({ pace: fast })
  return [
    renderPlanText(plan, { ...look, verbose: true }),
    renderPlanMarkdown(plan),
    JSON.stringify(toPlanDocument(plan)),
    renderDriftText(toDriftDocument(drift), { ...look, verbose: true }),
    JSON.stringify(toDriftDocument(drift)),
    inspect([plan, drift, world.events], { depth: 99, showHidden: true }),
    await world.read('.hooks-sync/ledger.json'),
  ].join('\n')
}

function expectNone(text: string, secrets: readonly string[]): void {
  for (const secret of secrets)
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/u, '')])
      expect(text).not.toContain(form)
}

function edit(vendor: VendorName, url: string): void {
  const { webhooks } = world.sandbox.vendors[vendor]
  for (const webhook of webhooks.all()) {
    const name = 'target' in webhook ? 'target' : 'url'
    webhooks.edit(webhook.id, { [name]: url })
  }
}

const live = (vendor: VendorName): readonly string[] => [...new Set(receiversOf(world.sandbox.vendors[vendor]))]
const urlWith = (value: string): string => `a?token=${encodeURIComponent(value)}`

describe.each(Object.keys(fields) as readonly VendorName[])('a secret in a receiver of %s', (vendor) => {
  test('reaches the vendor and is seen nowhere else', async () => {
    await open(vendor)
    const settled = await everythingSeen()
    const reached = live(vendor)
    await world.setSecret('token', second)
    const rotated = await everythingSeen()
    edit(vendor, `${hooks}/a?token=${others}`)
    const changed = await everythingSeen()

    expect(reached).toEqual([urlWith(first)])
    expectNone([settled, rotated, changed].join('\n'), [first, second, others])
  })

  test('is no part of the identity: another value is an update where the vendor changes URLs, else a replace', async () => {
    await open(vendor)
    await world.setSecret('token', second)

    const { plan } = await world.apply({ pace: fast, allow: { ...allowNothing, recreate: true } })

    expect(doings(plan)).toEqual([vendor === 'tellcasey' ? 'replace a' : 'update a'])
    expect(plan.accounts[0]?.actions[0]?.changes).toMatchObject([{ path: 'url_params.token', secret: 'differs' }])
    expect(live(vendor)).toEqual([urlWith(second)])
    expect(doings(await world.plan({ pace: fast }))).toEqual([])
  })

  test('is put right where somebody changed or removed it at the vendor', async () => {
    await open(vendor)
    const left: string[] = []
    for (const url of [`${hooks}/a?token=${others}`, `${hooks}/a`]) {
      edit(vendor, url)
      await world.apply({ pace: fast, allow: { ...allowNothing, recreate: true } })
      left.push(...live(vendor), ...doings(await world.plan({ pace: fast })))
    }

    expect(left).toEqual([urlWith(first), urlWith(first)])
  })

  test('leaves the URL once it is no longer declared', async () => {
    await open(vendor)
    await declare(vendor, '')

    const { plan } = await world.apply({ pace: fast, allow: { ...allowNothing, recreate: true } })

    expectNone(renderPlanText(plan, look), [first])
    expect(live(vendor)).toEqual(['a'])
    expect(doings(await world.plan({ pace: fast }))).toEqual([])
  })
})
