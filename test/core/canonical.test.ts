import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, canonicalText, isEmptyValue, plain } from '../../src/core/canonical.ts'
import type { Field } from '../../src/core/field.ts'
import { expandWebhook, identityOf, partsOf } from '../../src/core/identity.ts'
import { HiddenSecret, Secret } from '../../src/core/secret.ts'
import { definitions } from '../../src/providers/registry.ts'
import { actionOf, aLedger, aLive, anEntry, aSlot, aWebhook, planOf } from './build-account.ts'
import { filtered, immutable, keyed, scoped } from './vendor-traits.ts'

const events = scoped.fields['events']!
const filters = filtered.fields['filters']!
const credentials = scoped.fields['client_credentials']!
const headers = keyed.fields['headers']!

describe('the canonical form', () => {
  test('of a set has no order and no repetition, and events have their main spelling', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('opened', 'closed', 'shut')), (list) => {
        expect(canonical(events, [...list, ...list.toReversed()])).toEqual(canonical(events, list))
      }),
    )
    expect(canonical(events, ['shut', 'opened', 'closed'])).toEqual(['closed', 'opened'])
  })

  test('of a bag has no order but keeps repetitions', () => {
    const a = { key: 'channel', value: 'a' }
    const b = { value: 'b', key: 'channel' }

    expect(canonicalText(filters, [a, b])).toBe(canonicalText(filters, [b, a]))
    expect(canonicalText(filters, [a, a, b])).not.toBe(canonicalText(filters, [a, b]))
  })

  test('of an object fills in defaults', () => {
    expect(canonicalText(credentials, { client_id: 'me' })).toBe(
      canonicalText(credentials, { type: 'BASIC', client_id: 'me' }),
    )
  })

  test('of a map ignores the case of names where the vendor does', () => {
    expect(canonicalText(headers, { 'X-A': '1', b: '2' })).toBe(canonicalText(headers, { B: '2', 'x-a': '1' }))
    expect(canonicalText(headers, { 'X-A': '1' })).not.toBe(canonicalText(headers, { 'X-A': '2' }))
  })

  test('of a url is that of the vendor', () => {
    const url: Field = {
      ...scoped.fields['url']!,
      kind: 'url',
      schemes: ['https'],
      normalize: (text) => text.toLowerCase(),
    }

    expect(canonicalText(url, 'https://A.test')).toBe(canonicalText(url, 'https://a.test'))
  })

  test('of a secret is never its value', () => {
    for (const secret of [new Secret('canary'), new HiddenSecret('masked'), aSlot('ref+env://A', 'canary')]) {
      expect(canonical(credentials, { client_id: 'me', client_secret: secret } as never)).toMatchObject({
        client_secret: '[secret]',
      })
      expect(plain(secret)).toBe('[secret]')
    }
  })

  test.each([
    [undefined, true],
    [null, true],
    ['', true],
    [[], true],
    [{}, true],
    ['x', false],
    [false, false],
    [0, false],
    [new Secret(''), false],
  ])('%j is empty: %s', (value, isEmpty) => {
    expect(isEmptyValue(value)).toBe(isEmpty)
  })
})

describe('identity', () => {
  test('counts no filters and an empty list of filters as the same', () => {
    const url = 'https://a.test/1'

    expect(identityOf(filtered, 'opened', { url, filters: [] })).toBe(identityOf(filtered, 'opened', { url }))
    expect(identityOf(filtered, 'opened', { url, filters: [{ key: 'a', value: 'b' }] })).not.toBe(
      identityOf(filtered, 'opened', { url }),
    )
  })

  test('parts are told in their main spelling, each once', () => {
    expect(partsOf(filtered, ['shut', 'closed', 'opened'])).toEqual(['closed', 'opened'])
  })

  test('a declared webhook is one object, or one for each event, with defaults filled in', () => {
    const url = 'https://a.test/1'

    expect(expandWebhook(immutable, aWebhook('a', { url }))).toMatchObject([
      { part: '', scope: '', fields: { url, events: ['closed'] } },
    ])
    expect(expandWebhook(filtered, aWebhook('a', { url, events: ['opened', 'shut'] }))).toMatchObject([
      { part: 'closed', fields: { url, events: ['closed'], enabled: true } },
      { part: 'opened', fields: { url, events: ['opened'], enabled: true } },
    ])
  })

  test('an alias of a live event is no difference', () => {
    const fields = { app: 'app-1', url: 'https://a.test/1' }
    const live = aLive(scoped, 'x', { ...fields, events: ['shut'], enabled: true })
    const plan = planOf(scoped, {
      desired: [aWebhook('a', { ...fields, events: ['closed'] })],
      live: [live],
      ledger: aLedger({ a: anEntry([live]) }),
    })

    expect(actionOf(plan, 'a').kind).toBe('keep')
  })

  test.each(definitions.map((definition) => [definition.type, definition] as const))(
    'of %s is made of fields it declares, and so is its quota',
    (_, definition) => {
      const names = Object.keys(definition.fields)

      expect(names.some((name) => definition.fields[name]?.identity === true)).toBe(true)
      expect(names).toEqual(expect.arrayContaining([...(definition.quota?.per ?? [])]))
      expect(names).toEqual(
        expect.arrayContaining(
          [definition.scope, definition.fanOut, definition.serverSecret].filter((name) => name !== undefined),
        ),
      )
    },
  )
})
