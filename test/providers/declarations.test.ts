import { describe, expect, test } from 'vitest'
import type { Field, Fields } from '../../src/core/field.ts'
import { bird } from '../../src/providers/bird/declaration.ts'
import { definitions } from '../../src/providers/registry.ts'
import { sendblue } from '../../src/providers/sendblue/declaration.ts'
import { smallest } from '../../src/providers/smallest/declaration.ts'
import { aSecret } from './open-account.ts'

/** Every field of a declaration with its path, inner ones too. */
function walk(fields: Fields, prefix = ''): readonly (readonly [string, Field])[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    const inner = field.kind === 'object' ? field.fields : itemFields(field)
    return [[path, field] as const, ...walk(inner, `${path}.`)]
  })
}

function itemFields(field: Field): Fields {
  return (field.kind === 'set' || field.kind === 'bag') && field.of.kind === 'object' ? field.of.fields : {}
}

describe.for(definitions)('the declaration of $type', (definition) => {
  const { fields, settings, auth, accountFields = {} } = definition
  const all = walk({ ...settings, ...auth, ...accountFields, ...fields })

  test('says of every field that may be left out what that means', () => {
    const unsaid = all.filter(([, field]) => field.presence !== 'required' && field.absence === undefined)
    const needless = all.filter(([, field]) => field.presence === 'required' && field.absence !== undefined)

    expect([...unsaid, ...needless].map(([path]) => path)).toEqual([])
  })

  test('explains every field in sentences', () => {
    expect(all.filter(([, field]) => !/^[^ ].+\.$/u.test(field.doc)).map(([path]) => path)).toEqual([])
  })

  test('takes credentials as secrets only', () => {
    expect(Object.values(auth).map(({ kind }) => kind)).toEqual(Object.keys(auth).map(() => 'secret'))
  })

  test('names only fields and settings that exist', () => {
    const { scope, fanOut, serverSecret, quota, accountIdentity } = definition
    const named = [scope, fanOut, serverSecret, ...(quota?.per ?? [])].filter((name) => name !== undefined)

    expect(named.filter((name) => fields[name] === undefined)).toEqual([])
    expect(accountIdentity.filter((name) => settings[name] === undefined)).toEqual([])
  })

  test('has an identity that can always be told: required, or absent as a value of its own', () => {
    const identity = Object.entries(fields).filter(([, field]) => field.identity === true)

    expect(identity.length).toBeGreaterThan(0)
    expect(identity.filter(([, field]) => field.presence === 'optional' && field.absence?.means !== 'none')).toEqual([])
  })

  test('captures exactly the secret that the vendor makes', () => {
    const captured = all.filter(([, field]) => field.kind === 'secret' && field.forms.includes('capture'))

    expect(captured.map(([path]) => path)).toEqual(
      definition.serverSecret === undefined ? [] : [definition.serverSecret],
    )
  })

  test('sends credentials by default to hosts of the vendor only', () => {
    const host = new URL(definition.baseUrl.replaceAll(/\{[^}]+\}/gu, 'eu')).host
    const patterns = definition.hosts.map(
      (pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '[^.]+')}$`, 'u'),
    )

    expect(patterns.some((pattern) => pattern.test(host))).toBe(true)
  })

  test('fills its base URL from its own settings', () => {
    const names = [...definition.baseUrl.matchAll(/\{([^}]+)\}/gu)].map(([, name]) => name ?? '')

    expect(names.filter((name) => settings[name]?.presence !== 'required')).toEqual([])
  })
})

describe('rules over one webhook', () => {
  test('Sendblue limits only received messages to phone numbers', () => {
    const fields = { url: 'https://a.example/', phone_numbers: ['+14155550100'] }

    expect(sendblue.check?.({ ...fields, events: ['receive'] })).toEqual([])
    expect(sendblue.check?.({ ...fields, events: ['receive', 'outbound'] })).toMatchObject([
      { path: ['phone_numbers'], severity: 'error' },
    ])
  })

  test('Sendblue may refuse a secret for contact_created', () => {
    const fields = { url: 'https://a.example/', events: ['contact_created'] }

    expect(sendblue.check?.(fields)).toEqual([])
    expect(sendblue.check?.({ ...fields, signing_secret: aSecret('x') })).toMatchObject([{ severity: 'warning' }])
  })

  test('smallest.ai takes each agent once', () => {
    const [a, b] = [
      { agent_id: 'a', events: ['pre-conversation'] },
      { agent_id: 'b', events: ['pre-conversation'] },
    ]

    expect(smallest.check?.({ url: 'https://a.example/', subscriptions: [a, b] })).toEqual([])
    expect(smallest.check?.({ url: 'https://a.example/', subscriptions: [a, b, a] })).toMatchObject([
      { path: ['subscriptions', 2, 'agent_id'], severity: 'error' },
    ])
  })

  const channel = { key: 'channelId', value: 'x' }
  const status = { key: 'status', value: 'ringing' }

  test.for([
    [{ filters: [channel, status, status] }, []],
    [{ filters: [channel, channel] }, [{ path: ['filters', 1], severity: 'error' }]],
    [{ service: 'numbers', events: ['10dlc.brand'], filters: [channel] }, [{ path: ['filters'], severity: 'error' }]],
    [{ service: 'numbers', events: ['10dlc.brand'] }, []],
    [{ url: 'https://a.example:8443/x' }, [{ path: ['url'], severity: 'warning' }]],
    [{ url: 'https://a.example', url_params: { t: aSecret('x') } }, [{ path: ['url'], severity: 'error' }]],
    [{ url: 'https://a.example/', url_params: { t: aSecret('x') } }, []],
    [{ service: 'faxes', events: ['fax.inbound'] }, [{ path: ['service'], severity: 'warning' }]],
    [{ events: ['conversation.created'] }, [{ path: ['events', 0], severity: 'warning' }]],
  ] as const)('Bird on %j', ([fields, findings]) => {
    const base = { service: 'channels', events: ['sms.inbound'], url: 'https://a.example/x' }

    const found = bird.check?.({ ...base, ...fields })

    expect(found).toHaveLength(findings.length)
    expect(found).toMatchObject(findings)
  })
})
