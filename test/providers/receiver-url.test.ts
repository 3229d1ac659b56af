import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import type { LiveValue } from '../../src/core/value.ts'
import {
  buildReceiver,
  checkReceiver,
  describeReceivers,
  noReceivers,
  readReceiver,
} from '../../src/providers/receiver-url.ts'
import { aSecret } from './open-account.ts'

const plainUrl = fc
  .tuple(
    fc.webUrl({ withFragments: false }),
    fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/u), fc.stringMatching(/^[A-Za-z0-9%._~-]{0,8}$/u)), {
      maxLength: 3,
    }),
    fc.option(fc.stringMatching(/^[a-z?&=]{1,8}$/u), { nil: undefined }),
  )
  .map(([base, pairs, fragment]) => {
    const query = pairs.map(([name, value]) => `${name}=${value}`).join('&')
    return `${base}${query === '' ? '' : `?${query}`}${fragment === undefined ? '' : `#${fragment}`}`
  })

/** Names no plain parameter above can have. */
const secretParams = fc.dictionary(fc.stringMatching(/^S[ -~é]{0,10}$/u), fc.string({ unit: 'grapheme' }), {
  minKeys: 1,
  maxKeys: 3,
})

function open(url: string | Secret): string {
  return typeof url === 'string' ? url : url.reveal()
}

function openParams(params: LiveValue | undefined): unknown {
  return Object.fromEntries(
    Object.entries(params ?? {}).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
  )
}

describe('the URL of a receiver', () => {
  test('comes back as it was declared, whatever secrets were appended', () => {
    fc.assert(
      fc.property(plainUrl, secretParams, (url, params) => {
        const fields = {
          url,
          url_params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, aSecret(value)])),
        }

        const read = readReceiver(open(buildReceiver(fields)), describeReceivers([fields]))

        expect(read['url']).toBe(url)
        expect(openParams(read['url_params'])).toEqual(params)
      }),
    )
  })

  test('is a secret as a whole once a secret is in it', () => {
    const url = buildReceiver({ url: 'https://a.example/x', url_params: { token: aSecret('s3cret') } })

    expect(String(url)).toBe('[secret]')
    expect(open(url)).toBe('https://a.example/x?token=s3cret')
  })

  test('keeps its own parameters and fragment around the appended ones', () => {
    const url = buildReceiver({ url: 'https://a.example/x?team=1#top', url_params: { token: aSecret('a&b=c') } })

    expect(open(url)).toBe('https://a.example/x?team=1&token=a%26b%3Dc#top')
  })

  test('goes out untouched without secret parameters', () => {
    expect(buildReceiver({ url: 'https://a.example/x?q=%zz#f' })).toBe('https://a.example/x?q=%zz#f')
  })

  test('refuses to be built while a secret is not resolved', () => {
    const unresolved = aSecret('').resolved({})

    expect(() => buildReceiver({ url: 'https://a.example/', url_params: { token: unresolved } })).toThrow(/token/u)
  })

  test('stays whole when no secret parameter is declared', () => {
    expect(readReceiver('https://a.example/?token=x', noReceivers)).toEqual({ url: 'https://a.example/?token=x' })
  })

  test('stays whole when it is declared in clear, though another webhook has a secret of that name', () => {
    const receivers = describeReceivers([
      { url: 'https://a.example/?token=public' },
      { url: 'https://b.example/', url_params: { token: aSecret('hidden') } },
    ])

    expect(readReceiver('https://a.example/?token=public', receivers)).toEqual({
      url: 'https://a.example/?token=public',
    })
    expect(readReceiver('https://c.example/?token=hidden', receivers)['url']).toBe('https://c.example/')
  })

  test('may not name a parameter both in clear and as a secret', () => {
    const findings = checkReceiver({
      url: 'https://a.example/?token=x&b=1',
      url_params: { token: aSecret('y'), c: aSecret('z') },
    })

    expect(findings).toMatchObject([{ path: ['url_params', 'token'], severity: 'error' }])
  })
})
