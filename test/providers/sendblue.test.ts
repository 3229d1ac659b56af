import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DesiredValues } from '../../src/core/value.ts'
import { sendblue } from '../../src/providers/sendblue/declaration.ts'
import { type Sandbox, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import type { SendblueSettings, SendblueWebhook } from '../../src/sandbox/sendblue-account.ts'
import { type RequestWatch, watchRequests } from '../vendors/watch-requests.ts'
import { describeProvider } from './describe-provider.ts'
import { type Applied, type Declared, describeActions, ManagedAccount, type RunOptions } from './managed-account.ts'
import { aSecret, openAccount } from './open-account.ts'

const provider = { definition: sendblue, load: () => import('../../src/providers/sendblue/api.ts') }

const url = 'https://hooks.example.com/sendblue'
const secret = aSecret('signing-secret-0123456789')
const rotated = aSecret('rotated-secret-0123456789')

describeProvider(provider, {
  webhook: () => ({ url, events: ['receive'], signing_secret: secret, phone_numbers: ['+14155550100'] }),
  other: () => ({ url: 'https://hooks.example.com/other', events: ['outbound'] }),
  changes: { signing_secret: rotated, phone_numbers: ['+14155550101', '+14155550102'] },
  readings: [
    { duplicate_append: 'ignored', delete_absent: '404', entry_form: 'strings', empty_types: 'absent' },
    { duplicate_append: 'replaced', delete_twins: 'first', entry_form: 'objects', empty_types: 'all' },
    { duplicate_append: '409', duplicate_by: 'url', write_answer: 'none', array_order: 'sorted' },
    { write_answer: 'partial', array_order: 'shuffled', put_without_global_secret: 'keeps', status_field: 'absent' },
    { legacy_secret: 'shown', http_urls: 'kept', unknown_types: 'refused', unknown_members: 'dropped' },
    { omitted_type: 'refused', numbers_off_receive: 'ignored', error_body: 'error_message', validation_status: 422 },
  ],
})

let sandbox: Sandbox
let standIn: VendorSandbox<SendblueWebhook, SendblueSettings>
let account: ManagedAccount
let watch: RequestWatch

beforeEach(async () => {
  sandbox = await startSandbox({ vendors: ['sendblue'] })
  standIn = sandbox.vendors.sendblue
  account = new ManagedAccount(provider, standIn)
  watch = watchRequests(standIn.baseUrl)
})

afterEach(async () => {
  watch.stop()
  expect(watch.findings('sendblue')).toEqual([])
  await sandbox.close()
})

const hook: DesiredValues = { url, events: ['receive', 'outbound'], signing_secret: secret }

/** What somebody else has put into the document. */
const foreign = {
  plain: { id: 'plain', type: 'receive', url: 'https://elsewhere.example.com/a' },
  signed: { id: 'signed', type: 'receive', url: 'https://elsewhere.example.com/b', secret: 'theirs-0123456789' },
  lined: { id: 'lined', type: 'receive', url: 'https://elsewhere.example.com/c', sendblue_numbers: ['+14155550199'] },
  labeled: { id: 'labeled', type: 'outbound', url: 'https://elsewhere.example.com/d', more: { label: 'theirs' } },
  unknown: {
    id: 'unknown',
    type: 'payment_sent',
    url: 'https://elsewhere.example.com/e',
    secret: 'also-theirs-012345',
  },
} as const satisfies Readonly<Record<string, SendblueWebhook>>

function putForeign(): void {
  for (const webhook of Object.values(foreign)) standIn.webhooks.put({ form: 'object', ...webhook })
  standIn.configure({ global_secret: 'global-secret-0123456789', types: ['receive', 'call_log', 'payment_sent'] })
}

function expectForeign(): void {
  for (const { id: _, ...webhook } of Object.values(foreign)) {
    expect(standIn.webhooks.all()).toContainEqual(expect.objectContaining(webhook))
  }
  expect(standIn.settings.global_secret).toBe('global-secret-0123456789')
}

function writes(): readonly (readonly [method: string, body: unknown])[] {
  return watch.requests.filter(({ method }) => method !== 'GET').map(({ method, body }) => [method, body])
}

function methods(): readonly string[] {
  return writes().map(([method]) => method)
}

async function apply(declared: Declared, options?: RunOptions): Promise<Applied> {
  watch.clear()
  return await account.apply(declared, options)
}

async function settle(declared: Declared, options?: RunOptions): Promise<Applied> {
  const applied = await apply(declared, options)
  expect(applied.outcome.failed).toEqual([])
  const { actions } = await account.plan(declared, { ...options, meanwhile: () => undefined })
  expect(new Set(actions.map(({ kind }) => kind))).toEqual(new Set(['keep']))
  return applied
}

function mine(): readonly Omit<SendblueWebhook, 'id'>[] {
  return standIn.webhooks
    .all()
    .filter((webhook) => webhook.url.startsWith('https://hooks.example.com/'))
    .map(({ id: _id, form: _form, ...rest }) => rest)
}

describe('Sendblue', () => {
  test('appends one entry to one type at a time, as plain as it can', async () => {
    await settle({ hook: { url, events: ['receive', 'outbound'] } })

    expect(writes()).toEqual([
      ['POST', { type: 'outbound', webhooks: [url] }],
      ['POST', { type: 'receive', webhooks: [url] }],
    ])
  })

  test('appends an object where there is more to say, and never the secret of the account', async () => {
    const options = { accountFields: { global_signing_secret: aSecret('global-secret-0123456789') } }
    await settle({}, options)

    await settle({ hook: { ...hook, events: ['receive'], phone_numbers: ['+14155550100'] } }, options)

    const entry = { url, secret: 'signing-secret-0123456789', sendblue_numbers: ['+14155550100'] }
    expect(writes()).toEqual([['POST', { type: 'receive', webhooks: [entry] }]])
  })

  test('touches only the type that comes or goes', async () => {
    putForeign()
    await settle({ hook })

    const declared = { hook: { ...hook, events: ['receive', 'call_log'] } }
    const { plan } = await settle(declared)

    expect(describeActions(plan)).toEqual(['update hook events signing_secret'])
    expect(methods()).toEqual(['POST', 'DELETE'])
    expect(writes()[1]).toEqual(['DELETE', { type: 'outbound', webhooks: [url] }])
    expectForeign()
  })

  test('rotates a secret of several types in one write that keeps everything else', async () => {
    putForeign()
    standIn.setSwitch('legacy_secret', 'shown')
    await settle({ hook })

    const { plan } = await settle({ hook: { ...hook, signing_secret: rotated } })

    expect(describeActions(plan)).toEqual(['update hook signing_secret'])
    expect(methods()).toEqual(['PUT'])
    expect(mine().map((webhook) => webhook.secret)).toEqual(['rotated-secret-0123456789', 'rotated-secret-0123456789'])
    expect(standIn.settings.legacy_secret).toBe('sb_sandbox_legacy_secret')
    expectForeign()
  })

  test('echoes what it does not understand word for word and in its order', async () => {
    putForeign()
    await settle({ hook })
    standIn.webhooks.edit('lined', { sendblue_numbers: ['+14155550199', '+14155550198'] })

    await apply({ hook: { ...hook, signing_secret: rotated } })

    const [[, body] = []] = writes()
    const entry = { url, secret: 'rotated-secret-0123456789' }
    expect(JSON.stringify(body)).toBe(
      JSON.stringify({
        webhooks: {
          receive: [
            { url: foreign.plain.url },
            { url: foreign.signed.url, secret: foreign.signed.secret },
            { url: foreign.lined.url, sendblue_numbers: ['+14155550199', '+14155550198'] },
            entry,
          ],
          call_log: [],
          payment_sent: [{ url: foreign.unknown.url, secret: foreign.unknown.secret }],
          outbound: [{ url: foreign.labeled.url, label: 'theirs' }, entry],
          globalSecret: 'global-secret-0123456789',
        },
      }),
    )
  })

  test.for([
    ['takes a secret away', { signing_secret: null }, {}],
    ['gives phone numbers', { phone_numbers: ['+14155550100'] }, { sendblue_numbers: ['+14155550100'] }],
  ] as const)('%s in one write', async ([, change, kept]) => {
    putForeign()
    const one = { ...hook, events: ['receive'] }
    await settle({ hook: one })

    await settle({ hook: { ...one, ...change } })

    expect(methods()).toEqual(['PUT'])
    expect(mine()).toMatchObject([{ type: 'receive', url, ...kept }])
    if ('signing_secret' in change) expect(mine()[0]).not.toHaveProperty('secret')
    expectForeign()
  })

  test('keeps its entry when phone numbers change, and knows it by its new name', async () => {
    const one = { url, events: ['receive'], phone_numbers: ['+14155550100'] }
    await settle({ hook: one })

    const { plan } = await settle({ hook: { ...one, phone_numbers: ['+14155550101'] } })

    expect(describeActions(plan)).toEqual(['update hook phone_numbers'])
    expect(plan.actions[0]?.takesOver).toBeUndefined()
    expect(mine()).toMatchObject([{ sendblue_numbers: ['+14155550101'] }])
  })

  test('makes a new entry for a new URL before it removes the old one', async () => {
    putForeign()
    await settle({ hook })

    const { plan } = await settle({ hook: { ...hook, url: 'https://hooks.example.com/moved' } })

    expect(plan.actions).toMatchObject([{ kind: 'replace', order: 'create-first' }])
    expect(methods()).toEqual(['POST', 'POST', 'DELETE', 'DELETE'])
    expectForeign()
  })

  test('deletes what is no longer declared and leaves the rest', async () => {
    putForeign()
    const other = { url: 'https://hooks.example.com/other', events: ['receive'] }
    await settle({ hook, other })

    await settle({ other })

    expect(methods()).toEqual(['DELETE', 'DELETE'])
    expect(mine()).toEqual([{ type: 'receive', url: other.url }])
    expectForeign()
  })

  test('adopts what is live and equal without a write', async () => {
    await settle({ hook })
    const fresh = new ManagedAccount(provider, standIn)
    watch.clear()

    const { plan } = await fresh.apply({ hook })

    expect(describeActions(plan)).toEqual(['adopt hook'])
    expect(methods()).toEqual([])
  })

  test('sees each field that somebody changed, and mends it', async () => {
    const one = { ...hook, events: ['receive'], phone_numbers: ['+14155550100'] }
    await settle({ hook: one })
    const [entry] = standIn.webhooks.all()
    standIn.webhooks.edit(entry?.id ?? '', { secret: 'somebody-elses-secret' })

    const { plan } = await settle({ hook: one })

    expect(describeActions(plan)).toEqual(['update hook signing_secret'])
    standIn.webhooks.clear()
    expect(describeActions(await account.plan({ hook: one }))).toEqual(['create hook'])
  })

  test('takes http for https, because Sendblue does', async () => {
    const plain = { url: 'http://hooks.example.com/sendblue', events: ['receive'] }

    await settle({ hook: plain }, { allow: { http: true } })

    expect(mine()).toEqual([{ type: 'receive', url }])
  })

  test('removes a URL with a secret parameter as it stands', async () => {
    const secretly = { url, events: ['receive'], url_params: { token: aSecret('t0ken-0123456789') } }
    const other = {
      url: 'https://hooks.example.com/other',
      events: ['receive'],
      url_params: { token: aSecret('other') },
    }
    const { events } = await settle({ secretly, other })
    expect(JSON.stringify(events)).not.toContain('t0ken')

    await settle({ other })

    expect(mine()).toEqual([{ type: 'receive', url: 'https://hooks.example.com/other?token=other' }])
  })

  test('writes the secret of the account and says whom it affects', async () => {
    putForeign()
    await settle({ hook })
    const options = { accountFields: { global_signing_secret: aSecret('new-global-0123456789') } }

    const { plan } = await settle({ hook }, options)

    expect(plan.actions).toMatchObject([
      { key: '@account', kind: 'update', reason: 'affects 5 unmanaged webhooks too' },
      { key: 'hook', kind: 'keep' },
    ])
    expect(methods()).toEqual(['PUT'])
    expect(standIn.settings.global_secret).toBe('new-global-0123456789')
    standIn.configure({ global_secret: 'global-secret-0123456789' })
    expectForeign()
  })
})

describe('a second writer', () => {
  test('between plan and apply loses nothing', async () => {
    await settle({ hook })

    await settle(
      { hook: { ...hook, signing_secret: rotated, events: ['receive', 'call_log'] } },
      { meanwhile: putForeign },
    )

    expect(mine()).toHaveLength(2)
    expectForeign()
  })

  test('who changes the entry that was to be written stops the write', async () => {
    putForeign()
    await settle({ hook })
    const before = standIn.webhooks.all()
    const theirs = before.find((webhook) => webhook.url === url && webhook.type === 'receive')

    const { outcome } = await apply(
      { hook: { ...hook, signing_secret: rotated } },
      { meanwhile: () => void standIn.webhooks.edit(theirs?.id ?? '', { secret: 'in-the-meantime' }) },
    )

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4008' } }])
    expect(outcome.failed[0]?.failure.message).toContain(`receive ${url}`)
    expect(methods()).toEqual([])
    expectForeign()
  })

  test('who changes the entry that was to be removed stops the removal', async () => {
    const one = { url, events: ['receive'] }
    await settle({ hook: one, other: { url: 'https://hooks.example.com/other', events: ['receive'] } })
    const theirs = standIn.webhooks.all().find((webhook) => webhook.url === url)

    const { outcome } = await apply(
      { other: { url: 'https://hooks.example.com/other', events: ['receive'] } },
      { meanwhile: () => void standIn.webhooks.edit(theirs?.id ?? '', { secret: 'in-the-meantime', form: 'object' }) },
    )

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4008' } }])
    expect(methods()).toEqual([])
  })

  test('who adds what was to be added is not doubled', async () => {
    const { outcome } = await apply(
      { hook: { url, events: ['receive'] } },
      { meanwhile: () => void standIn.webhooks.put({ id: 'theirs', type: 'receive', url }) },
    )

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4008' } }])
    expect(methods()).toEqual([])
    expect(describeActions(await account.plan({ hook: { url, events: ['receive'] } }))).toEqual(['adopt hook'])
  })

  test('who removes what was to be removed has done the work', async () => {
    const other = { url: 'https://hooks.example.com/other', events: ['receive'] }
    await settle({ hook: { url, events: ['receive'] }, other })
    const gone = standIn.webhooks.all().find((webhook) => webhook.url === url)

    const { outcome } = await apply({ other }, { meanwhile: () => void standIn.webhooks.remove(gone?.id ?? '') })

    expect(outcome.failed).toEqual([])
    expect(methods()).toEqual([])
  })
})

describe.for(['all', 'first'])('entries that share a URL, where a DELETE removes %s', (reading) => {
  beforeEach(() => standIn.setSwitch('delete_twins', reading))

  test('are told apart by a write of the whole', async () => {
    const other = { url: 'https://hooks.example.com/other', events: ['receive'] }
    const theirs = { id: 'theirs', type: 'receive', url, sendblue_numbers: ['+14155550100'], form: 'object' } as const
    await settle({ hook: { url, events: ['receive'] }, other })
    standIn.webhooks.put(theirs)

    await settle({ other })

    expect(methods()).toEqual(['PUT'])
    expect(mine()).toContainEqual({ type: 'receive', url, sendblue_numbers: ['+14155550100'] })
    expect(mine()).toHaveLength(2)
  })

  test.for(['signed', 'equal'])('and are %s twins leave the one that is not ours', async (kind) => {
    const other = { url: 'https://hooks.example.com/other', events: ['receive'] }
    await settle({ hook: { url, events: ['receive'], signing_secret: secret }, other })
    const theirSecret = kind === 'equal' ? 'signing-secret-0123456789' : 'a-secret-of-theirs'
    standIn.webhooks.put({ id: 'theirs', type: 'receive', url, secret: theirSecret, form: 'object' })

    await settle({ other })

    expect(methods()).toEqual(['PUT'])
    expect(mine()).toContainEqual({ type: 'receive', url, secret: theirSecret })
    const { actions, unmanaged } = await account.plan({ other })
    expect(actions).toMatchObject([{ kind: 'keep' }])
    expect(unmanaged.map(({ id }) => id)).toEqual([`receive ${url}`])
  })

  test('are removed one by one with --dedupe', async () => {
    await settle({ hook: { url, events: ['receive'] } })
    for (const id of ['a', 'b']) standIn.webhooks.put({ id, type: 'receive', url })

    const { plan } = await settle({ hook: { url, events: ['receive'] } }, { dedupe: true })

    expect(plan.duplicates).toMatchObject([{ kept: `receive ${url}`, twins: [{}, {}] }])
    expect(mine()).toEqual([{ type: 'receive', url }])
  })
})

describe('a vendor that does not keep what it accepts', () => {
  test('refuses a type that the account may not use, and names those it may', async () => {
    standIn.setSwitch('gated_types', 'typing_indicator')

    const { outcome } = await apply({ hook: { url, events: ['typing_indicator'] } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4004' } }])
    expect(outcome.failed[0]?.failure.message).toContain('type must be one of')
    expect(methods()).toEqual(['POST'])
  })

  test('is told of by the type that it dropped from a POST', async () => {
    standIn.fault({ kind: 'status', status: 200, body: { status: 'OK' }, match: { method: 'POST' } })

    const { outcome } = await apply({ hook: { url, events: ['typing_indicator'] } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4007' } }])
    expect(outcome.failed[0]?.failure.message).toContain('typing_indicator')
    expect(methods()).toEqual(['POST'])
  })

  test('is told of by the type that it dropped from a PUT', async () => {
    const typing = { url, events: ['typing_indicator'], signing_secret: secret }
    await settle({ typing })
    standIn.setSwitch('gated_types', 'typing_indicator')

    const { outcome } = await apply({ typing: { ...typing, signing_secret: rotated } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4007' } }])
    expect(outcome.failed[0]?.failure.message).toContain('typing_indicator')
  })

  test('is told of when it drops what somebody else has', async () => {
    standIn.webhooks.put({ id: 'theirs', type: 'typing_indicator', url: 'https://elsewhere.example.com/' })
    await settle({ hook })
    standIn.setSwitch('gated_types', 'typing_indicator')

    const { outcome } = await apply({ hook: { ...hook, signing_secret: rotated } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4007' } }])
    expect(outcome.failed[0]?.failure.message).toContain('typing_indicator https://elsewhere.example.com/')
  })
})

describe('secrets that do not come back', () => {
  test('behind a mask stop every write of the whole when it is planned', async () => {
    putForeign()
    await settle({ hook })
    standIn.setSwitch('secrets_in_reads', 'masked')

    const { refusals } = await account.plan({ hook: { ...hook, signing_secret: rotated } })

    expect(refusals).toMatchObject([{ code: 'HS3019', key: 'hook' }])
  })

  test('behind a mask stop a write of the whole that was planned before', async () => {
    putForeign()
    await settle({ hook })

    const { outcome } = await apply(
      { hook: { ...hook, signing_secret: rotated } },
      { meanwhile: () => standIn.setSwitch('secrets_in_reads', 'masked') },
    )

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS3019' } }])
    expect(methods()).toEqual([])
    expectForeign()
  })

  test('behind a mask are compared by fingerprint, and additions go on', async () => {
    standIn.setSwitch('secrets_in_reads', 'masked')
    putForeign()
    await settle({ hook })

    await settle({ hook: { ...hook, events: ['receive', 'outbound', 'call_log'] } })

    expect(methods()).toEqual(['POST'])
  })

  test('at all are never cleared for others by a write of the whole', async () => {
    putForeign()
    await settle({ hook })
    standIn.setSwitch('secrets_in_reads', 'absent')

    const { refusals } = await account.plan({ hook })

    expect(refusals).toMatchObject([{ code: 'HS3019', key: 'hook' }])
  })

  test('because somebody took one away are written again', async () => {
    putForeign()
    await settle({ hook })
    for (const webhook of standIn.webhooks.all().filter((entry) => entry.url === url)) {
      const { secret: _, ...rest } = webhook
      standIn.webhooks.put(rest)
    }

    const { plan } = await settle({ hook })

    expect(describeActions(plan)).toEqual(['update hook signing_secret'])
    expectForeign()
  })
})

describe('a lost answer', () => {
  test('to a POST adds nothing twice', async () => {
    standIn.fault({ kind: 'reset-after', match: { method: 'POST' } })

    await settle({ hook: { url, events: ['receive'] } })

    expect(methods()).toEqual(['POST'])
    expect(mine()).toHaveLength(1)
  })

  test('to a PUT is settled by looking', async () => {
    putForeign()
    await settle({ hook })
    standIn.fault({ kind: 'reset-after', match: { method: 'PUT' } })

    await settle({ hook: { ...hook, signing_secret: rotated } })

    expect(methods()).toEqual(['PUT'])
    expectForeign()
  })

  test('to a PUT that did nothing is sent again', async () => {
    putForeign()
    await settle({ hook })
    standIn.fault({ kind: 'reset-before', match: { method: 'PUT' } })

    await settle({ hook: { ...hook, signing_secret: rotated } })

    expect(methods()).toEqual(['PUT', 'PUT'])
    expectForeign()
  })
})

describe('a refusal that comes with 200', () => {
  beforeEach(() => standIn.setSwitch('errors_with_200', true))

  test('is a refusal, is not repeated and tells no secret', async () => {
    standIn.setSwitch('gated_types', 'receive')

    const { outcome } = await apply({ hook: { ...hook, events: ['receive'] } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4004' } }])
    expect(JSON.stringify(outcome)).not.toContain('signing-secret')
    expect(methods()).toEqual(['POST'])
  })

  test('of a document leaves everything as it was', async () => {
    putForeign()
    await settle({ hook })
    standIn.setSwitch('unknown_types', 'refused')

    const { outcome } = await apply({ hook: { ...hook, signing_secret: rotated } })

    expect(outcome.failed).toMatchObject([{ failure: { code: 'HS4004' } }])
    expectForeign()
  })
})

/** Readings of the unknowns, other than the usual ones, in which a webhook can be made, changed and removed. */
const readings = [
  ...['ignored', 'replaced', '400', '409'].map((value) => ['duplicate_append', value] as const),
  ['duplicate_by', 'url'],
  ['delete_absent', '404'],
  ['delete_twins', 'first'],
  ['put_without_global_secret', 'keeps'],
  ...['refused', 'kept'].map((value) => ['http_urls', value] as const),
  ['contact_created_objects', 'refused'],
  ...['ignored', 'kept'].map((value) => ['numbers_off_receive', value] as const),
  ['omitted_type', 'refused'],
  ...['absent', 'all'].map((value) => ['empty_types', value] as const),
  ...['partial', 'none'].map((value) => ['write_answer', value] as const),
  ...['strings', 'objects'].map((value) => ['entry_form', value] as const),
  ...['sorted', 'shuffled'].map((value) => ['array_order', value] as const),
  ['legacy_secret', 'shown'],
  ['status_field', 'absent'],
  ['errors_with_200', true],
  ['validation_status', 422],
  ['list_lag_reads', 2],
] as const

test.for(readings)('where %s is %s, a webhook lives its life beside others', async ([name, value]) => {
  putForeign()
  standIn.setSwitch(name, value)
  const plain = { url: 'https://hooks.example.com/contacts', events: ['contact_created'] }

  await settle({ hook, plain })
  await settle({ hook: { ...hook, signing_secret: rotated }, plain })
  await settle({ hook: { ...hook, signing_secret: rotated, events: ['receive', 'call_log'] }, plain })
  await settle({ hook: { ...hook, events: ['receive'], phone_numbers: ['+14155550100'] }, plain })
  await settle({ plain })

  expect(mine()).toEqual([{ type: 'contact_created', url: plain.url }])
  expectForeign()
})

test.for([
  [{ webhooks: { receive: {} } }],
  [{ webhooks: { receive: [{ address: 'x' }] } }],
  [{ webhooks: { receive: [7] } }],
  [{ webhooks: { globalSecret: ['x'] } }],
  [{ status: 'OK' }],
  [{ status: 'ERROR', message: 'no', webhooks: {} }],
] as const)('an answer of another shape is an error: %j', async ([body]) => {
  standIn.fault({ kind: 'status', status: 200, body, match: { method: 'GET' } })
  const { api } = await openAccount(provider, standIn)

  await expect(api.list('all')).rejects.toThrow()
  await api.close()
})
