import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadText } from './load-text.ts'

/** Places where someone may paste a secret; `@` stands for it. */
const leaks = [
  'providers:\n  c:\n    type: tellcasey\n    auth: { api_key: "@" }\n',
  'providers:\n  c:\n    type: tellcasey\n    auth: { api_kye: "@", nonsense: 1 }\n',
  'providers:\n  c:\n    type: tellcasey\n    auth: "@"\n',
  'providers:\n  c:\n    type: tellcasey\n    auth: ["@"]\n',
  'providers:\n  c:\n    type: tellcasey\n    apikey: "@"\n',
  'providers:\n  c:\n    type: tellcasey\n    auth: { api_key: "ref+env://X}@" }\n',
  'providers:\n  c:\n    type: tellcasey\n    auth: { api_key: { from: "@" } }\n',
  'providers:\n  c:\n    type: nobody\n    auth: { api_key: "@" }\n',
  'providers:\n  c: { type: nobody, auth: { api_key: "@" } }\n',
  'providers:\n  c:\n    type: sinch\n    webhooks:\n      a: { signing_secret: "@", nonsense: x }\n',
  'providers:\n  c:\n    type: sinch\n    webhooks:\n      a: { nonsense: x, signing_secret: "@" }\n',
  'providers:\n  c:\n    type: sinch\n    webhooks:\n      a:\n        signing_secret: |\n          @\n',
  'providers:\n  c:\n    type: sinch\n    webhooks:\n      a: { client_credentials: { client_id: 1, client_secret: "@", endpoint: 1 } }\n',
  'providers:\n  c:\n    type: sinch\n    webhooks:\n      a: { sigining_secret: "@" }\n',
  'providers:\n  c:\n    type: smallest\n    webhooks:\n      a: { headers: { Authorization: 1, X-Key: "@" } }\n',
  'providers:\n  c:\n    type: smallest\n    webhooks:\n      a: { url_params: { k: "@" } }\n',
  'providers:\n  c:\n    type: smallest\n    webhooks:\n      a: { url: "https://me:@@a.example/" }\n',
  'fingerprint_key: "@"\nproviders: {}\n',
  'stores:\n  v: { backend: nope, token: "@" }\n',
  'api_key: "@"\n',
  'providers:\n  c:\n    auth: { api_key: "@"\n',
  'providers:\n  c:\n    auth:\n      api_key: @: x\n',
  'providers:\n  c:\n    signing_secret: "@\n',
  'providers:\n  c:\n    signing_secret: @\n   bad: 1\n',
  'providers:\n  c:\n    signing_secret: @: : {\n',
  'providers:\n  c:\n    signing_secret: [@, {\n',
]

test('no finding shows any part of a secret that was pasted into a file', () => {
  const secret = fc.stringMatching(/^[a-zA-Z0-9]{16,40}$/u)
  fc.assert(
    fc.property(secret, fc.constantFrom(...leaks), (value, leak) => {
      const { diagnostics } = loadText(
        leak.replaceAll('@@', `${value}@`).replaceAll('@', value).replace(`me:${value}${value}`, `me:${value}@`),
      )

      expect(diagnostics.length).toBeGreaterThan(0)
      expect(JSON.stringify(diagnostics)).not.toContain(value.slice(0, 12))
      expect(JSON.stringify(diagnostics)).not.toContain(value.slice(-8))
    }),
    { numRuns: 400 },
  )
})

test('a masked excerpt keeps what is harmless and the caret under the mask', () => {
  const [found] = loadText('fingerprint_key: hunter2 # ours\nstores: { a: { backend: env } }\n').diagnostics

  expect(found).toMatchObject({ at: { line: 1, column: 18 }, excerpt: 'fingerprint_key: [masked] # ours', length: 8 })
})

test('a line whose caret would stand behind a mask is not shown', () => {
  const [, found] = loadText('providers:\n  c: { type: tellcasey, auth: { api_key: hunter2, x: 1 } }\n').diagnostics

  expect(found).toMatchObject({ code: 'HS1005', length: 1 })
  expect(found).not.toHaveProperty('excerpt')
})

test('a key that looks like a secret is not repeated', () => {
  const { diagnostics } = loadText('providers:\n  c:\n    type: tellcasey\n    auth: { sk_live_51H8abcdefgh }\n')

  expect(JSON.stringify(diagnostics)).not.toContain('51H8')
  expect(diagnostics.map((found) => found.message)).toContain('auth has no key "…".')
})

test('hundreds of long lines with faults are read as quickly as short ones, and masked', () => {
  const lines = Array.from({ length: 300 }, (_, at) => `k${at}: x: ${'true'.repeat(1500)} secret: canary-0123456789`)
  const { diagnostics } = loadText(lines.join('\n'))

  expect(diagnostics.length).toBeGreaterThan(100)
  expect(JSON.stringify(diagnostics)).not.toContain('canary')
})
