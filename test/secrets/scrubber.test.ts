import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeScrubber } from '../../src/secrets/scrubber.ts'

const canary = 'cAn4ry/+<"\'&>=?ß🔑\\z'

function scrubberOf(...values: readonly string[]) {
  const scrubber = makeScrubber()
  for (const value of values) scrubber.add(value)
  return scrubber
}

async function scrubStream(
  scrubber: ReturnType<typeof makeScrubber>,
  chunks: readonly (string | Buffer)[],
): Promise<string> {
  return text(Readable.from(chunks, { objectMode: false }).pipe(scrubber.stream()))
}

describe('the scrubber removes', () => {
  test.each<[string, (value: string) => string]>([
    ['the value itself', (value) => value],
    ['JSON', (value) => JSON.stringify(value)],
    [
      'JSON in ASCII',
      (value) =>
        JSON.stringify(value).replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    ['JSON with escaped slashes', (value) => JSON.stringify(value).replaceAll('/', '\\/')],
    ['percent-encoding', encodeURIComponent],
    [
      'percent-encoding in lower case',
      (value) => encodeURIComponent(value).replaceAll(/%../g, (byte) => byte.toLowerCase()),
    ],
    ['form encoding', (value) => new URLSearchParams({ value }).toString()],
    ['a parsed URL', (value) => new URL(`https://example.com/?q=${encodeURIComponent(value)}`).href],
    [
      'HTML',
      (value) =>
        value
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;')
          .replaceAll('"', '&quot;')
          .replaceAll("'", '&#39;'),
    ],
    ['hex', (value) => Buffer.from(value).toString('hex')],
    ['base64', (value) => Buffer.from(value).toString('base64')],
    ['base64url', (value) => Buffer.from(value).toString('base64url')],
    ['base64 after one byte', (value) => Buffer.from(`x${value}`).toString('base64')],
    ['base64 after two bytes, as in Basic authorization', (value) => Buffer.from(`u:${value}:rest`).toString('base64')],
    ['what inspect prints', (value) => inspect({ value })],
  ])('%s', (_, encode) => {
    const values = [canary, 'whsec_abcdefghijklmnopqrstuv', '12345678']
    const scrubber = scrubberOf(...values)

    for (const value of values) {
      const scrubbed = scrubber.scrub(`before ${encode(value)} after`)
      const leftOver = scrubbed.replaceAll('[secret]', '')

      expect(scrubbed).toContain('[secret]')
      expect(scrubbed).toMatch(/^before .* after$/s)
      // Base64 may leave a character or two at the rims, whose bits are shared with neighbors.
      expect(leftOver.length).toBeLessThanOrEqual('before { value: "" } after https://example.com/?q='.length + 24)
      expect(leftOver).not.toContain(encode(value))
    }
  })

  test('each line of a value of many lines', () => {
    const scrubber = scrubberOf('-----BEGIN KEY-----\nMIIEvgIBADANBg\n-----END KEY-----')

    expect(scrubber.scrub('got MIIEvgIBADANBg here')).toBe('got [secret] here')
  })

  test('the longer of two secrets where one begins with the other', () => {
    expect(scrubberOf('12345678', '1234567890').scrub('a 1234567890 b 12345678 c')).toBe('a [secret] b [secret] c')
  })

  test('what is added later, too', () => {
    const scrubber = scrubberOf('first-secret')
    scrubber.scrub('anything')
    scrubber.add('second-secret')

    expect(scrubber.scrub('first-secret second-secret')).toBe('[secret] [secret]')
  })
})

test.each(['a', '', 'true', '1234567'])('a secret as short as %j leaves output as it is', async (value) => {
  const output = '{"plan": true, "a": "banana 1234567"}\n'

  expect(scrubberOf(value).scrub(output)).toBe(output)
  expect(await scrubStream(scrubberOf(value), [output])).toBe(output)
})

test('a scrubber that knows nothing changes nothing', () => {
  expect(makeScrubber().scrub('anything')).toBe('anything')
})

test('tens of thousands of secrets are no problem', () => {
  const values = Array.from({ length: 5_000 }, (_, index) => `whsec_${index}_abcdefghijklmnopqrstuvwxyz`)
  const scrubber = scrubberOf(...values)

  expect(scrubber.scrub(`x ${values[4_999]} y ${Buffer.from(values[17] ?? '').toString('base64')}`)).toMatch(
    /^x \[secret\] y \[secret\]=*$/,
  )
})

describe('a scrubbed stream', () => {
  test('finds a secret split between chunks of one byte each', async () => {
    const bytes = Buffer.from(`before ${canary} after ß`)

    const output = await scrubStream(
      scrubberOf(canary),
      Array.from(bytes, (byte) => Buffer.from([byte])),
    )

    expect(output).toBe('before [secret] after ß')
  })

  test('lets out what cannot be a secret without waiting for more', () => {
    const stream = scrubberOf('secret-value').stream()
    stream.write('Apply? [y/N] ')

    expect(String(stream.read())).toBe('Apply? [y/N] ')
  })

  test('keeps every character whole', async () => {
    const values = Array.from({ length: 3_000 }, (_, index) => Buffer.from(`secret ${index}`).toString('hex'))
    const chunks = Array.from({ length: 50 }, () => 'a🔑')

    expect(await scrubStream(scrubberOf(...values), chunks)).toBe(chunks.join(''))
  })

  test('gives the same as scrubbing the whole, however it is cut', async () => {
    const letters = fc.constantFrom('a', 'b')
    const secrets = fc.array(fc.string({ unit: letters, minLength: 8, maxLength: 12 }), { maxLength: 4 })
    const chunks = fc.array(fc.string({ unit: letters, maxLength: 12 }), { maxLength: 12 })

    await fc.assert(
      fc.asyncProperty(secrets, chunks, async (values, pieces) => {
        const scrubber = scrubberOf(...values)

        expect(await scrubStream(scrubber, pieces)).toBe(scrubber.scrub(pieces.join('')))
      }),
    )
  })
})

test('nothing that was scrubbed still holds a secret, wherever it stood', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 8 }), { minLength: 1, maxLength: 5 }), fc.string(), (values, rest) => {
      const scrubbed = scrubberOf(...values).scrub(values.join(rest))

      for (const value of values.filter((value) => !'[secret]'.includes(value)))
        expect(scrubbed.includes(value)).toBe(false)
    }),
  )
})
