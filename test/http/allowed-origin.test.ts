import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkOrigin, isLoopback } from '../../src/http/allowed-origin.ts'

describe('isLoopback', () => {
  test.each([
    'http://127.0.0.1:8080',
    'http://127.9.8.7',
    'https://[::1]:1',
    'http://localhost/x',
    'http://127.1',
    'http://LOCALHOST',
  ])('takes %s for this machine', (url) => {
    expect(isLoopback(url)).toBe(true)
  })

  test.each([
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://127.0.0.1@example.com',
    'not a url',
  ])('does not take %s for this machine', (url) => {
    expect(isLoopback(url)).toBe(false)
  })
})

describe('checkOrigin', () => {
  test.each([
    ['https://api.example.com/v1', ['api.example.com']],
    ['https://API.example.com', ['Api.Example.com ']],
    ['https://us.conversation.api.sinch.com', ['*.conversation.api.sinch.com']],
    ['https://api.example.com:8443', ['https://api.example.com:8443']],
    ['https://api.example.com:8443', ['api.example.com:8443']],
    ['https://api.example.com', ['api.example.com:443']],
    ['https://api.example.com', ['https://api.example.com/']],
    ['http://127.0.0.1:1234', []],
  ])('lets credentials go to %s when %j is allowed', (url, allowed) => {
    expect(checkOrigin(url, allowed)).toBe(true)
  })

  test.each([
    ['https://example.com', ['*.example.com']],
    ['https://evilexample.com', ['*.example.com', 'example.com']],
    ['https://api.example.com.evil.com', ['api.example.com', '*.example.com']],
    ['https://api.example.com:8443', ['api.example.com']],
    ['https://a.example.com:8443', ['*.example.com']],
    ['https://api.example.com@evil.com', ['api.example.com']],
    ['https://user:word@api.example.com', ['api.example.com']],
    ['http://api.example.com', ['api.example.com', 'http://api.example.com']],
    ['ftp://localhost', ['localhost']],
    ['https://api.example.com', []],
    ['api.example.com', ['api.example.com']],
  ])('keeps credentials from %s when %j is allowed', (url, allowed) => {
    expect(checkOrigin(url, allowed)).toBe(false)
  })

  test('an origin allows itself and no other', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'] }), fc.webUrl({ validSchemes: ['https'] }), (one, other) => {
        const { origin } = new URL(one)
        expect(checkOrigin(one, [origin])).toBe(true)
        expect(checkOrigin(other, [origin])).toBe(new URL(other).origin === origin)
      }),
      { numRuns: 50 },
    )
  })
})
