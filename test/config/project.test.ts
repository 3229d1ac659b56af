import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SecretSlot } from '../../src/core/secret.ts'
import { aCasey, aSinch, loadText, seen } from './load-text.ts'

const whole = `version: 1
ledger: .hooks-sync/ledger.json
fingerprint_key: ref+age://secrets.age#/hooks-sync/fingerprint_key
stores:
  local: { backend: age, file: "\${env:VAULT_FILE:-secrets.age}", identity: ~/key.txt }
providers:
  sinch-eu:
    type: sinch
    region: eu
    project_id: "\${env:SINCH_PROJECT_ID}"
    auth:
      plan: { key_id: ref+env://READ_ID, key_secret: ref+env://READ_SECRET }
      apply: { key_id: ref+env://WRITE_ID, key_secret: ref+env://WRITE_SECRET }
    prune: all
    rate_limit: 20
    webhooks:
      inbound:
        app_id: A
        url: https://hooks.example.com/\${var:path}
        url_params: { key: "ref+vault://kv/hooks#/key" }
        events: [MESSAGE_INBOUND, MESSAGE_DELIVERY]
        signing_secret: { from: "ref+vault://kv/hooks#/inbound", generate: { bytes: 32 } }
        client_credentials: null
        protected: true
        allow_gap: true
        previously: { url: https://old.example.com }
  casey:
    type: tellcasey
    base_url: http://127.0.0.1:8080/v1/backend/
    auth: { api_key: "ref+vault://kv/hooks/casey#/api_key" }
    webhooks:
      conversations:
        url: https://hooks.example.com/casey
        description: costs $\${5}
        signing_secret: { capture: "ref+vault://kv/hooks/casey#/signing_secret" }
        overlap: 30m
        previously: calls
        abandon: true
`

describe('a whole file', () => {
  const project = loadText(whole, { env: { SINCH_PROJECT_ID: 'p-1' }, vars: { path: 'sinch' } })
  const [casey, sinch] = project.accounts

  test('loads without a finding, accounts in the order of their names', () => {
    expect(project.diagnostics).toEqual([])
    expect(project.accounts.map(({ account }) => account.name)).toEqual(['casey', 'sinch-eu'])
  })

  test('fills in settings and tells accounts apart by what is no credential', () => {
    expect(sinch).toMatchObject({
      account: {
        type: 'sinch',
        settings: { region: 'eu', project_id: 'p-1', auth_url: 'https://auth.sinch.com' },
        identity: { base_url: 'https://eu.conversation.api.sinch.com', region: 'eu', project_id: 'p-1' },
        prune: 'all',
        at: { file: 'webhooks.yaml', line: 7, column: 3 },
      },
      baseUrl: 'https://eu.conversation.api.sinch.com',
      rateLimit: 20,
    })
    expect(casey).toMatchObject({
      account: { identity: { base_url: 'http://127.0.0.1:8080/v1/backend' }, prune: 'owned' },
      baseUrl: 'http://127.0.0.1:8080/v1/backend',
    })
    expect(casey).not.toHaveProperty('rateLimit')
  })

  test('keeps the credentials of plan and apply apart, and one for both where only one is given', () => {
    expect(sinch?.auth.plan['key_id']?.source).toEqual({ form: 'ref', ref: 'ref+env://READ_ID' })
    expect(sinch?.auth.apply['key_id']?.source).toEqual({ form: 'ref', ref: 'ref+env://WRITE_ID' })
    expect(casey?.auth.plan).toEqual(casey?.auth.apply)
  })

  test('keeps what is declared and leaves out what is not', () => {
    const [webhook] = sinch?.desired ?? []

    expect(webhook).toEqual({
      provider: 'sinch-eu',
      key: 'inbound',
      fields: {
        app_id: 'A',
        url: 'https://hooks.example.com/sinch',
        url_params: { key: new SecretSlot({ form: 'ref', ref: 'ref+vault://kv/hooks#/key' }) },
        events: ['MESSAGE_INBOUND', 'MESSAGE_DELIVERY'],
        signing_secret: new SecretSlot({ form: 'generate', ref: 'ref+vault://kv/hooks#/inbound', bytes: 32 }),
        client_credentials: null,
      },
      file: '../webhooks.yaml',
      at: { file: 'webhooks.yaml', line: 17, column: 7 },
      protected: true,
      allowGap: true,
      abandon: false,
      previously: { url: 'https://old.example.com' },
    })
  })

  test('reads the options of a webhook', () => {
    expect(casey?.desired?.[0]).toMatchObject({
      fields: { description: 'costs ${5}' },
      overlap: 1_800_000,
      previously: 'calls',
      abandon: true,
      protected: false,
    })
  })

  test('says where every secret is declared', () => {
    expect(project.secrets.map(({ path, slot }) => `${path.slice(1).join('/')} ${slot.source.form}`)).toContain(
      'casey/webhooks/conversations/signing_secret capture',
    )
    for (const { path, slot, baseDir } of project.secrets) {
      expect(project.place(path)?.excerpt).toContain(slot.source.ref)
      expect(baseDir).toBe('/project')
    }
  })

  test('reads stores, ledger and fingerprint key with the directory their paths start at', () => {
    expect(project.stores).toEqual([
      {
        alias: 'local',
        backend: 'age',
        options: { file: 'secrets.age', identity: '~/key.txt' },
        at: { file: 'webhooks.yaml', line: 5, column: 3 },
        baseDir: '/project',
      },
    ])
    expect(project.ledger).toMatchObject({ value: '.hooks-sync/ledger.json', baseDir: '/project' })
    expect(project.fingerprintKey?.value).toBe('ref+age://secrets.age#/hooks-sync/fingerprint_key')
  })
})

function anEmptyAccount(webhooks: string): string {
  return `providers:\n  casey:\n    type: tellcasey\n    auth: { api_key: ref+env://A }\n${webhooks}`
}

function more(key: string, url: string = key): string {
  return `providers:\n  casey:\n    webhooks:\n      ${key}: { url: https://${url}.example }\n`
}

function aCaseyAccount(name: string, ref: string): string {
  return `  ${name}: { type: tellcasey, auth: { api_key: ${ref} } }\n`
}

test('an account without a webhooks line is told from one that wants none', () => {
  expect(loadText(anEmptyAccount('')).accounts[0]?.desired).toBeUndefined()
  expect(loadText(anEmptyAccount('    webhooks: {}\n')).accounts[0]?.desired).toEqual([])
  expect(loadText(anEmptyAccount('    webhooks: {}\n')).diagnostics).toEqual([])
})

test('names that objects have anyway are names like others', () => {
  const project = loadText(
    aCasey('      constructor: { url: https://a.example }\n      toString: { url: https://b.example }'),
  )

  expect(project.diagnostics).toEqual([])
  expect(project.accounts[0]?.desired?.map(({ key }) => key)).toEqual(['constructor', 'toString'])
})

describe('several files', () => {
  const settings = 'providers:\n  casey:\n    type: tellcasey\n    auth: { api_key: ref+env://A }\n'
  test('share an account whose settings stand in one of them', () => {
    const project = loadText({ 'z.yaml': settings, 'a.yaml': more('a'), 'b.yaml': more('b') })

    expect(project.diagnostics).toEqual([])
    expect(project.accounts[0]?.desired?.map(({ key, file }) => [key, file])).toEqual([
      ['a', '../a.yaml'],
      ['b', '../b.yaml'],
    ])
  })

  test('load the same in any order', () => {
    const files = Object.entries({
      'z.yaml': settings,
      'a.yaml': more('a'),
      'b.yaml': more('a'),
      'c.yaml': more('c', 'a'),
    })
    const load = (entries: typeof files): unknown => {
      const { place: _place, ...project } = loadText(Object.fromEntries(entries))
      return project
    }
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (shuffled) => {
        expect(load(shuffled)).toEqual(load(files))
      }),
    )
  })

  test('must not say the same thing twice', () => {
    const { diagnostics } = loadText({
      'a.yaml': `ledger: l.json\nfingerprint_key: ref+env://F\nstores: { s: { backend: env } }\n${settings}${more('a').split('\n').slice(2).join('\n')}`,
      'b.yaml': `ledger: l.json\nfingerprint_key: ref+env://F\nstores: { s: { backend: env } }\n${settings}${more('a').split('\n').slice(2).join('\n')}`,
    })

    expect(seen(diagnostics)).toEqual([
      'b.yaml:1:1 HS1007 ledger stands twice, first at a.yaml:1:9.',
      'b.yaml:2:1 HS1007 fingerprint_key stands twice, first at a.yaml:2:18.',
      'b.yaml:3:11 HS1007 The store "s" is declared twice, first at a.yaml:3:11.',
      'b.yaml:5:3 HS1007 The settings of the account "casey" stand twice, first at a.yaml:5:3.',
      'b.yaml:9:7 HS1007 The webhook "a" of "casey" is declared twice, first at a.yaml:9:7.',
    ])
  })

  test('must not declare one webhook under two names', () => {
    const { diagnostics } = loadText({ 's.yaml': settings, 'a.yaml': more('a'), 'b.yaml': more('b', 'a') })

    expect(seen(diagnostics)).toEqual(['b.yaml:4:7 HS1011 "b" is the same webhook as "a", declared at a.yaml:4:7.'])
  })

  test('need the settings somewhere', () => {
    expect(seen(loadText({ 'a.yaml': more('a') }).diagnostics)).toEqual([
      'a.yaml:2:3 HS1006 The account "casey" has no type.',
    ])
  })

  test('do not blame one file for what another, unreadable one may hold', () => {
    const { diagnostics } = loadText({ 'a.yaml': more('a'), 'z.yaml': `${settings}  x: "` })

    expect(seen(diagnostics)).toEqual(['z.yaml:5:7 HS1002 A closing quote, bracket, colon or space is missing.'])
  })
})

test('the ledger names a file by its place relative to the directory of the ledger', () => {
  const text = aCasey('      a: { url: https://a.example }')
  const fileOf = (ledger: string, options = {}): string | undefined =>
    loadText(`${ledger}${text}`, options).accounts[0]?.desired?.[0]?.file

  expect(fileOf('')).toBe('../webhooks.yaml')
  expect(fileOf('ledger: state/ledger.json\n')).toBe('../webhooks.yaml')
  expect(fileOf('ledger: ledger.json\n')).toBe('webhooks.yaml')
  expect(fileOf('ledger: s3://bucket/prefix\n')).toBe('webhooks.yaml')
  expect(fileOf('', { ledgerDirectory: '/elsewhere/state' })).toBe('../../project/webhooks.yaml')
})

describe('webhooks that a vendor cannot tell apart', () => {
  test('are found after the normalization of the vendor, and event by event where each is an object', () => {
    const text = `providers:
  s:
    type: sendblue
    auth: { api_key: ref+env://A, api_secret: ref+env://B }
    webhooks:
      a: { url: http://a.example/x, events: [receive, outbound] }
      b: { url: https://a.example/x, events: [call_log, outbound] }
      c: { url: https://a.example/x, events: [receive], phone_numbers: ["+14155550100"] }
`

    expect(seen(loadText(text).diagnostics)).toEqual([
      '7:7 HS1011 "b" is the same webhook as "a" for the event "outbound", declared at webhooks.yaml:6:7.',
    ])
  })

  test('are found whatever the order of their filters', () => {
    const text = `providers:
  b:
    type: bird
    workspace_id: w
    auth: { access_key: ref+env://A }
    webhooks:
      a: { service: channels, url: https://a.example/x, events: [sms.inbound], filters: [{ key: x, value: "1" }, { key: y, value: "2" }] }
      b: { service: channels, url: https://a.example/x, events: [sms.inbound], filters: [{ value: "2", key: y }, { key: x, value: "1" }] }
      c: { service: channels, url: https://a.example/x, events: [sms.inbound] }
`

    expect(seen(loadText(text).diagnostics)).toEqual([
      '8:7 HS1011 "b" is the same webhook as "a" for the event "sms.inbound", declared at webhooks.yaml:7:7.',
    ])
  })
})

describe('accounts that are one account for the vendor', () => {
  const sinch = aSinch('      {}').split('\n').slice(1).join('\n')

  test('are found by their identity, whatever their credentials', () => {
    const text = `providers:\n${sinch}${sinch.replace('sinch-eu', 'again').replace('ref+env://K', 'ref+env://L')}`

    expect(seen(loadText(text).diagnostics)).toEqual([
      '2:3 HS1011 "sinch-eu" is the same Sinch account as "again", declared at webhooks.yaml:9:3.',
    ])
  })

  test('are told apart by their credentials where the vendor names no account', () => {
    expect(
      loadText(`providers:\n${aCaseyAccount('a', 'ref+env://A')}${aCaseyAccount('b', 'ref+env://B')}`).diagnostics,
    ).toEqual([])
    expect(
      seen(
        loadText(`providers:\n${aCaseyAccount('a', 'ref+env://A')}${aCaseyAccount('b', 'ref+env://A')}`).diagnostics,
      ),
    ).toEqual(['3:3 HS1011 "b" is the same tellcasey account as "a", declared at webhooks.yaml:2:3.'])
  })
})

test('too many webhooks are refused by number', () => {
  const text = aCasey('      a: { url: https://a.example }\n      b: { url: https://b.example }')

  expect(seen(loadText(text, { maxWebhooks: 1 }).diagnostics)).toEqual([
    '8:7 HS1008 2 webhooks are declared; at most 1 are read.',
  ])
})
