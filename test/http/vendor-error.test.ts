import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeScrub, readVendorError, tidyText } from '../../src/http/vendor-error.ts'

const asIs = (text: string): string => text

test.each([
  [
    'Sinch, wrapped',
    { error: { code: 401, message: 'Bad token', status: 'UNAUTHENTICATED', details: [] } },
    'UNAUTHENTICATED',
    'Bad token',
  ],
  [
    'Sinch, bare',
    { code: 400, message: 'Malformed request', status: 'INVALID_REQUEST', details: [] },
    'INVALID_REQUEST',
    'Malformed request',
  ],
  ['tellcasey', { error: { code: 'not_found', message: 'No such webhook' } }, 'not_found', 'No such webhook'],
  [
    'smallest.ai',
    { status: false, errors: ['Webhook not found', 'Agent not found'] },
    undefined,
    'Webhook not found; Agent not found',
  ],
  [
    'smallest.ai, limited',
    { status: false, error: 'Rate limit exceeded', code: 'RATE_LIMIT_EXCEEDED' },
    'RATE_LIMIT_EXCEEDED',
    'Rate limit exceeded',
  ],
  [
    'smallest.ai, frozen',
    { status: false, error_type: 'config_freeze_active', errors: [] },
    'config_freeze_active',
    undefined,
  ],
  ['Sendblue', { status: 'ERROR', error_message: 'Not enabled' }, 'ERROR', 'Not enabled'],
  [
    'Bird',
    { code: 'InvalidPayload', message: 'Malformed', details: { '.url': ['is required', 'is short'] } },
    'InvalidPayload',
    'Malformed (.url: is required; is short)',
  ],
  ['details alone', { details: 'No such app' }, undefined, '(No such app)'],
  ['a list of objects', { errors: [{ field: 'url', message: 'is taken' }] }, undefined, 'url: is taken'],
  ['OAuth', { error: 'invalid_client', error_description: 'Unknown client' }, 'invalid_client', 'Unknown client'],
  ['a number alone', { code: 17 }, '17', undefined],
  ['nothing to say', { status: true }, undefined, undefined],
  ['no object', ['x'], undefined, undefined],
])('reads what %s says', (_, body, code, message) => {
  const error = readVendorError(body, asIs)

  expect(error.code).toBe(code)
  expect(error.message).toBe(message)
})

test('never fails, whatever the body, and keeps texts short and printable', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 900 }), (json, text) => {
      for (const body of [
        json,
        { error: text },
        { error: { message: text, details: json } },
        { errors: [text, json] },
      ]) {
        const { message = '' } = readVendorError(body, asIs)
        expect(Array.from(message).length).toBeLessThanOrEqual(300)
        expect(message).not.toMatch(/\p{Cc}/u)
      }
    }),
  )
})

test('takes the secrets of a request out in every form a vendor may echo them', () => {
  const scrub = makeScrub(['Bearer tok-123456', 'line one\nline "two"', 'a b&c/d'])
  const echoes = 'got tok-123456, Bearer tok-123456, line one\nline "two", line one\\nline \\"two\\", a+b%26c%2Fd'

  const text = tidyText(echoes, scrub, 300)

  expect(text).not.toMatch(/tok-123|line one|two|%26c/)
})

test('does not let the cut at the limit leave half a secret', () => {
  const secret = 'canary-'.repeat(10)
  const text = tidyText(`${'x'.repeat(280)} ${secret}`, makeScrub([secret]), 300)

  expect(text).not.toContain('canary')
})

test('applies the scrubber it is given besides its own', () => {
  const scrub = makeScrub([], (text) => text.replaceAll('elsewhere', '***'))

  expect(scrub('known elsewhere')).toBe('known ***')
})
