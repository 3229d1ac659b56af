import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { deliveries as bird } from '../../src/providers/bird/deliveries.ts'
import { imitateDelivery, type Signature } from '../../src/run/verify/imitate-delivery.ts'
import { type Ran, runProgram } from '../cli/run-program.ts'
import { fileHead, openWorld, type World } from '../sync/open-world.ts'
import {
  always,
  checking,
  expired,
  roots,
  type Seen,
  silent,
  startPlainReceiver,
  startReceiver,
  verifiers,
} from './receivers.ts'

const signing = 'a-signing-secret-of-some-length'
const other = 'the-secret-of-somebody-else-here'

let world: World

beforeAll(async () => {
  world = await openWorld()
  for (const vendor of Object.keys(verifiers)) await world.setSecret(`signing/${vendor}`, signing)
  await world.setSecret('signing/tellcasey', signing)
  await writeFile(join(world.directory, 'roots.pem'), roots)
})
afterAll(() => world.close())

const secretOf = (vendor: string): string => `ref+age://secrets.age#/signing/${vendor}`

function sinch(hooks: Readonly<Record<string, string>>): string {
  const base = world.sandbox.vendors.sinch.baseUrl
  const webhooks = Object.entries(hooks).map(
    ([key, rest]) => `
      ${key}: { app_id: 01SANDBOXAPP00000000000001, events: [MESSAGE_INBOUND], ${rest} }`,
  )
  return `
  chat:
    type: sinch
    region: eu
    project_id: sandbox-project
    base_url: ${base}
    auth_url: ${base}
    auth: { key_id: "ref+age://secrets.age#/sinch/key_id", key_secret: "ref+age://secrets.age#/sinch/key_secret" }
    webhooks:${webhooks.join('')}
`
}

async function verify(accounts: string, ...args: readonly string[]): Promise<Ran> {
  await world.write('webhooks.yaml', `${fileHead()}providers:${accounts}`)
  return runProgram(['verify', ...args], {
    cwd: world.directory,
    env: { HOME: world.directory, NODE_EXTRA_CA_CERTS: join(world.directory, 'roots.pem') },
  })
}

interface Document {
  readonly summary: Readonly<Record<string, number>>
  readonly receivers: readonly {
    readonly key: string
    readonly verdict: string
    readonly checks: readonly Readonly<Record<string, unknown>>[]
  }[]
}

function read({ stdout }: Ran): Document {
  return JSON.parse(stdout) as Document
}

function checksOf(ran: Ran, key: string): readonly unknown[] {
  const receiver = read(ran).receivers.find((one) => one.key === key)
  return (receiver?.checks ?? []).map(({ check, outcome, message }) => [check, outcome, message])
}

describe('a receiver that checks as its vendor signs', () => {
  test('passes, whatever the vendor', async () => {
    const receivers = {
      sinch: await startReceiver(checking(verifiers.sinch, signing)),
      smallest: await startReceiver(checking(verifiers.smallest, signing)),
      sendblue: await startReceiver(checking(verifiers.sendblue, signing)),
    }
    const { vendors } = world.sandbox
    const ran = await verify(
      `${sinch({ hook: `url: "${receivers.sinch.url}", signing_secret: "${secretOf('sinch')}"` })}
  atoms:
    type: smallest
    base_url: ${vendors.smallest.baseUrl}
    auth: { api_key: "ref+age://secrets.age#/smallest/api_key" }
    webhooks:
      hook:
        url: ${receivers.smallest.url}
        subscriptions: [{ agent_id: 60d0fe4f5311236168a109ca, events: [post-conversation] }]
        headers: { x-team: voice }
        signing_secret: { capture: "${secretOf('smallest')}" }
  blue:
    type: sendblue
    base_url: ${vendors.sendblue.baseUrl}
    auth: { api_key: "ref+age://secrets.age#/sendblue/api_key", api_secret: "ref+age://secrets.age#/sendblue/api_secret" }
    webhooks:
      hook: { url: "${receivers.sendblue.url}", events: [receive], signing_secret: "${secretOf('sendblue')}" }
`,
      '--json',
    )

    expect(ran.stderr).toBe('')
    expect(ran.code).toBe(0)
    expect(read(ran).summary).toEqual({ passed: 3, failed: 0, skipped: 0 })
    for (const { checks } of read(ran).receivers) {
      expect(checks.map(({ check, outcome }) => [check, outcome])).toEqual([
        ['accepts', 'passed'],
        ['refuses-forged', 'passed'],
        ['refuses-unsigned', 'passed'],
      ])
      expect(checks[0]).toMatchObject({ status: 200, tls: { protocol: 'TLSv1.3' } })
    }
    expect(receivers.smallest.seen[0]?.headers).toMatchObject({ 'x-team': 'voice' })
    expect(world.sandbox.vendors.sinch.log.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  test('passes where the vendor takes no receiver on this machine', () => {
    const fields = { service: 'channels', events: ['sms.inbound'], url: 'https://hooks.example.com/bird?a=b' }
    const seen = (signature: Signature): Seen => {
      const webhook = { fields, event: 'sms.inbound', secret: new Secret(signing) }
      const { headers, body } = imitateDelivery(bird, webhook, signature)
      return { url: fields.url, headers: headers as Seen['headers'], body: Buffer.from(body) }
    }

    expect(verifiers.bird(seen('right'), signing)).toBe(true)
    expect(verifiers.bird(seen('forged'), signing)).toBe(false)
    expect(verifiers.bird(seen('none'), signing)).toBe(false)
  })

  test('is told in words, with what was measured', async () => {
    const receiver = await startReceiver(checking(verifiers.sinch, signing))

    const ran = await verify(sinch({ hook: `url: "${receiver.url}", signing_secret: "${secretOf('sinch')}"` }))

    expect(ran.stdout).toMatch(
      /^ {2}ok {4}accepts a signed delivery \(200, \d+ ms, TLSv1\.3, certificate until 20\d\d-/m,
    )
    expect(ran.stdout).toMatch(/^ {2}ok {4}refuses a delivery with a wrong signature \(401, /m)
    expect(ran.stdout).toMatch(/\nVerified: 1 passed, 0 failed, 0 skipped\.\n$/)
  })
})

describe('a receiver fails', () => {
  test('for each thing that would lose deliveries or let forged ones in', async () => {
    const lure = await startReceiver(always(200))
    const receivers = {
      'other-secret': await startReceiver(checking(verifiers.sinch, other)),
      anything: await startReceiver(always(200)),
      redirect: await startReceiver(always(307, { location: lure.url })),
      expired: await startReceiver(checking(verifiers.sinch, signing), expired),
      broken: await startReceiver((seen, response) =>
        response.writeHead(verifiers.sinch(seen, signing) ? 204 : 500).end(`stack trace of ${signing}`),
      ),
      plain: await startPlainReceiver(checking(verifiers.sinch, signing)),
    }
    const hooks = Object.entries(receivers).map(([key, { url }]) => [
      key,
      `url: "${url}", signing_secret: "${secretOf('sinch')}"`,
    ])

    const ran = await verify(
      sinch({
        ...Object.fromEntries(hooks),
        gone: `url: "https://localhost:1/x", signing_secret: "${secretOf('sinch')}"`,
      }),
      '--json',
    )

    expect(ran.code).toBe(1)
    expect(checksOf(ran, 'other-secret')).toContainEqual(['accepts', 'failed', 'answers 401 to a signed delivery'])
    expect(checksOf(ran, 'anything')).toEqual([
      ['accepts', 'passed', 'accepts a signed delivery'],
      ['refuses-forged', 'failed', 'accepts a delivery with a wrong signature'],
      ['refuses-unsigned', 'failed', 'accepts a delivery without a signature'],
    ])
    expect(checksOf(ran, 'redirect')[0]).toEqual(['accepts', 'failed', `redirects with 307 to ${lure.url}`])
    expect(lure.seen).toEqual([])
    expect(checksOf(ran, 'expired')).toEqual([
      ['accepts', 'failed', 'cannot be reached: the certificate is not trusted (CERT_HAS_EXPIRED)'],
    ])
    expect(checksOf(ran, 'broken')).toContainEqual([
      'refuses-forged',
      'failed',
      'answers 500 to a delivery with a wrong signature',
    ])
    expect(checksOf(ran, 'gone')).toEqual([['accepts', 'failed', 'cannot be reached: connection refused']])
    expect(read(ran).summary).toEqual({ passed: 1, failed: 6, skipped: 0 })
    expect(ran.stdout + ran.stderr).not.toContain(signing)
  })

  test('that keeps its vendor waiting for longer than that waits', async () => {
    const receiver = await startReceiver(silent)
    const hook = `url: "${receiver.url}", signing_secret: "${secretOf('sinch')}"`

    const ran = await verify(sinch({ hook }), '--json', '--time-limit', '1s')

    expect(ran.code).toBe(1)
    expect(checksOf(ran, 'hook')).toEqual([['accepts', 'failed', 'does not answer within 1 s']])
  })
})

describe('what a receiver answers', () => {
  test('is told as what it is, and nothing secret of it', async () => {
    await world.setSecret('short/token', 'k3y')
    const receivers = {
      large: await startReceiver(always(200, {}, 'x'.repeat(2_000_000))),
      broken: await startReceiver((_seen, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('half')
        setImmediate(() => response.destroy())
      }),
      compressed: await startReceiver((_seen, response) =>
        response.writeHead(500, { 'content-encoding': 'gzip' }).end(gzipSync('no')),
      ),
      unchanged: await startReceiver(always(304)),
      moved: await startReceiver(always(301, { location: 'https://localhost/new?token=k3y' })),
    }
    const parameters = 'url_params: { token: "ref+age://secrets.age#/short/token" }'
    const hooks = Object.entries(receivers).map(([key, { url }]) => [
      key,
      `url: "${url}"${key === 'moved' ? `, ${parameters}` : ''}, signing_secret: "${secretOf('sinch')}"`,
    ])

    const ran = await verify(sinch(Object.fromEntries(hooks)), '--json')
    const first = (key: string): unknown => read(ran).receivers.find((one) => one.key === key)?.checks[0]

    expect(first('large')).toMatchObject({
      message: 'does not answer as it should: the answer is larger than 1048576 bytes',
    })
    expect(first('broken')).toMatchObject({ message: 'does not answer as it should: the answer broke off' })
    expect(first('compressed')).toMatchObject({ status: 500 })
    expect(first('compressed')).not.toHaveProperty('body')
    expect(first('unchanged')).toMatchObject({ message: 'answers 304, which neither takes nor refuses a delivery' })
    expect(first('moved')).toMatchObject({ message: 'redirects with 301 to https://localhost/new' })
    expect(ran.stdout + ran.stderr).not.toContain('k3y')
  })
})

describe('what cannot be imitated', () => {
  test('is skipped and said, and the receiver is reached all the same', async () => {
    const receiver = await startReceiver(always(401))
    const missing = 'ref+age://secrets.age#/signing/not-made-yet'
    const ran = await verify(
      `
  atoms:
    type: smallest
    base_url: ${world.sandbox.vendors.smallest.baseUrl}
    auth: { api_key: "ref+age://secrets.age#/smallest/api_key" }
    webhooks:
      hook:
        url: ${receiver.url}
        subscriptions: [{ agent_id: 60d0fe4f5311236168a109ca, events: [post-conversation] }]
        signing_secret: { capture: "${missing}" }
`,
      '--json',
    )

    expect(ran.code).toBe(0)
    expect(read(ran).receivers[0]?.checks).toMatchObject([
      { check: 'accepts', outcome: 'skipped' },
      { check: 'refuses-unsigned', outcome: 'passed' },
    ])
    expect(receiver.seen).toHaveLength(1)
  })

  test('is left to the test event of the vendor, which is sent where only declared receivers get it', async () => {
    const receiver = await startReceiver(always(401))
    const account = `
  casey:
    type: tellcasey
    base_url: ${world.sandbox.vendors.tellcasey.baseUrl}
    auth: { api_key: "ref+age://secrets.age#/tellcasey/api_key" }
    webhooks:
      hook: { url: "${receiver.url}", signing_secret: { capture: "${secretOf('casey')}" } }
`
    await world.write('webhooks.yaml', `${fileHead()}providers:${account}`)
    await world.apply()
    const alone = await verify(account, '--json')
    world.sandbox.vendors.tellcasey.webhooks.put({
      id: 'wh_other',
      url: 'https://other.example.com/x',
      description: '',
      event_types: ['conversation.started'],
      enabled: true,
      created_at: '2026-01-01T00:00:00Z',
      secret: 'whsec_of_others_0123456789',
    })
    const beside = await verify(account, '--json')

    expect(read(alone).receivers[0]?.checks[0]).toMatchObject({ check: 'test-event', outcome: 'passed' })
    expect(read(beside).receivers[0]?.checks[0]).toMatchObject({ check: 'test-event', outcome: 'skipped' })
    const orders = world.sandbox.vendors.tellcasey.log.filter(({ path }) => path.endsWith('/webhooks/test'))
    expect(orders).toHaveLength(1)
  })
})

describe('apply --verify', () => {
  const args = ['apply', '--auto-approve', '--verify', '--json']

  async function apply(accounts: string): Promise<Ran> {
    await world.write('webhooks.yaml', `${fileHead('.hooks-sync/gated.json')}providers:${accounts}`)
    return runProgram(args, {
      cwd: world.directory,
      env: { HOME: world.directory, NODE_EXTRA_CA_CERTS: join(world.directory, 'roots.pem') },
    })
  }

  test('writes nothing while a receiver of what it would write fails, and everything once it passes', async () => {
    const bad = await startReceiver(always(200))
    const good = await startReceiver(checking(verifiers.sinch, signing))
    const hook = (url: string): string => `url: "${url}", signing_secret: "${secretOf('sinch')}"`

    const refused = await apply(sinch({ good: hook(good.url), bad: hook(bad.url) }))
    const before = world.sandbox.vendors.sinch.webhooks.all().length
    const done = await apply(sinch({ good: hook(good.url) }))

    expect(refused.code).toBe(5)
    expect(refused.stdout).toContain('The receiver of chat/bad accepts a delivery with a wrong signature.')
    expect(before).toBe(0)
    expect(done.code).toBe(0)
    expect(world.sandbox.vendors.sinch.webhooks.all()).toHaveLength(1)
  })
})
