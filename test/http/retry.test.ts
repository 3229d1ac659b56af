import { describe, expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { explainHttpError } from '../../src/http/explain-error.ts'
import type { HttpErrorKind, HttpOutcome } from '../../src/http/http-error.ts'
import type { RetryMode, Verdict } from '../../src/http/retry.ts'
import { aClient, deadOrigin, failureOf, type Reply, startVendor } from './vendor-server.ts'
import { makeVirtualClock } from './virtual-clock.ts'

const ok = { status: 200, json: { ok: true } }
const reset: Reply = (_, request) => request.socket.resetAndDestroy()
const hangUp: Reply = (_, request) => request.socket.end()
const silence: Reply = () => {}

describe('after one fault', () => {
  const again = 'again'
  test.each<[string, Reply, RetryMode, 'again' | readonly [HttpErrorKind, HttpOutcome]]>([
    ['429', { status: 429 }, 'idempotent', again],
    ['429', { status: 429 }, 'only-unprocessed', again],
    ['408', { status: 408 }, 'idempotent', again],
    ['408', { status: 408 }, 'only-unprocessed', ['status', 'unknown']],
    ['500', { status: 500 }, 'idempotent', again],
    ['500', { status: 500 }, 'only-unprocessed', ['status', 'unknown']],
    ['502', { status: 502 }, 'idempotent', again],
    ['503', { status: 503 }, 'idempotent', again],
    ['503', { status: 503 }, 'only-unprocessed', ['status', 'unknown']],
    ['504', { status: 504 }, 'idempotent', again],
    ['a reset', reset, 'idempotent', again],
    ['a reset', reset, 'only-unprocessed', ['connection', 'unknown']],
    ['a closed connection', hangUp, 'idempotent', again],
    ['a closed connection', hangUp, 'only-unprocessed', ['connection', 'unknown']],
    ['silence', silence, 'idempotent', again],
    ['silence', silence, 'only-unprocessed', ['timeout', 'unknown']],
    ['400', { status: 400 }, 'idempotent', ['status', 'refused']],
    ['401', { status: 401 }, 'idempotent', ['status', 'refused']],
    ['403', { status: 403 }, 'only-unprocessed', ['status', 'refused']],
    ['404', { status: 404 }, 'idempotent', ['status', 'refused']],
    ['409', { status: 409 }, 'idempotent', ['status', 'refused']],
    ['422', { status: 422 }, 'only-unprocessed', ['status', 'refused']],
    ['303', { status: 303, headers: { location: '/x' } }, 'idempotent', ['redirect', 'unknown']],
    ['307', { status: 307, headers: { location: '/x' } }, 'only-unprocessed', ['redirect', 'refused']],
  ])('%# %s, a request that is %3$s', async (_, fault, retry, expected) => {
    const vendor = await startVendor(fault, ok)
    const client = aClient(vendor.url, fault === silence ? { timeoutMs: 250 } : {})
    const sent = client.request({ method: 'POST', path: '/w/{id}', params: { id: '1' }, body: {}, retry })

    if (expected === 'again') {
      expect((await sent).json).toEqual({ ok: true })
      expect(vendor.seen.length).toBeGreaterThan(1)
      return
    }
    const [kind, outcome] = expected
    expect(await failureOf(sent)).toMatchObject({ kind, outcome, attempts: 1, method: 'POST', path: '/w/{id}' })
    expect(vendor.seen).toHaveLength(1)
  })
})

test.each<RetryMode>(['idempotent', 'only-unprocessed'])(
  'tries again when nobody listens (%s): it was not sent',
  async (retry) => {
    const client = aClient(await deadOrigin())

    const error = await failureOf(client.request({ method: 'POST', path: '/w', body: {}, retry }))

    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 5, reason: 'connection refused' })
  },
)

test('lets what the status does not tell be judged', async () => {
  const vendor = await startVendor(
    { status: 412 },
    { status: 503, json: { error: 'busy' } },
    { status: 404, json: { gone: true } },
    { status: 503, json: { error: 'sealed' } },
  )
  const judge = (status: number, body: unknown): Verdict | undefined => {
    if (status === 412) return 'faulty'
    if (status === 404) return 'done'
    return JSON.stringify(body) === '{"error":"sealed"}' ? 'failed' : undefined
  }
  const client = aClient(vendor.url, { judge })
  const request = { method: 'GET', path: '/w', retry: 'idempotent' } as const

  expect(await client.request(request)).toMatchObject({ status: 404, json: { gone: true } })
  expect(await failureOf(client.request(request))).toMatchObject({ status: 503, attempts: 1 })
})

test('does not blame the network for a header that cannot be sent', async () => {
  const vendor = await startVendor(ok)
  const client = aClient(vendor.url, { headers: { 'x-api-key': new Secret('canary\n') } })

  const error = await failureOf(client.request({ method: 'GET', path: '/w', retry: 'idempotent' }))

  expect(error).toMatchObject({ outcome: 'not-sent', attempts: 1 })
  expect(explainHttpError(error)?.failure).toMatchObject({
    code: 'HS2017',
    hint: expect.stringContaining('line break'),
  })
  expect(vendor.seen).toEqual([])
})

test('gives up after as many attempts as it may make', async () => {
  const vendor = await startVendor({ status: 503, json: { message: 'Down for the day' } })
  const client = aClient(vendor.url, { maxAttempts: 3 })

  const error = await failureOf(client.request({ method: 'GET', path: '/w', retry: 'idempotent' }))

  expect(error).toMatchObject({
    kind: 'status',
    status: 503,
    vendorMessage: 'Down for the day',
    attempts: 3,
    outcome: 'unknown',
  })
  expect(vendor.seen).toHaveLength(3)
})

test('stays unsure of the outcome once an attempt may have been processed', async () => {
  const vendor = await startVendor({ status: 500 }, { status: 404 })

  const error = await failureOf(
    aClient(vendor.url).request({ method: 'PATCH', path: '/w', body: {}, retry: 'idempotent' }),
  )

  expect(error).toMatchObject({ status: 404, outcome: 'unknown', attempts: 2 })
})

describe('waits', () => {
  test.each<[string, Reply, number]>([
    ['seconds', { status: 429, headers: { 'retry-after': '7' } }, 7000],
    ['milliseconds', { status: 429, headers: { 'retry-after-ms': '1500' } }, 1500],
    [
      'a date',
      {
        status: 429,
        headers: { date: 'Fri, 20 Nov 2026 12:00:00 GMT', 'retry-after': 'Fri, 20 Nov 2026 12:00:09 GMT' },
      },
      9000,
    ],
    ['the body', { status: 429, json: { retry_after: 60 } }, 60_000],
    ['seconds of a 503', { status: 503, headers: { 'retry-after': '7' } }, 7000],
  ])('exactly as long as told by %s', async (_, limited, waitMs) => {
    const vendor = await startVendor(limited, ok)
    const clock = makeVirtualClock()
    const client = aClient(vendor.url, { clock, parseRetryAfter: readBodyField })
    const startedAt = clock.now()

    await clock.run(client.request({ method: 'GET', path: '/w', retry: 'idempotent' }))

    expect(clock.now() - startedAt).toBe(waitMs)
  })

  test('grow when the vendor does not tell', async () => {
    const vendor = await startVendor({ status: 503 })
    const clock = makeVirtualClock()
    const client = aClient(vendor.url, { clock, backoffBaseMs: 500 })

    await clock.run(failureOf(client.request({ method: 'GET', path: '/w', retry: 'idempotent' })))

    expect(clock.waits).toHaveLength(4)
    for (const [round, wait] of clock.waits.entries()) {
      expect(wait).toBeLessThanOrEqual(500 * 2 ** round)
      expect(wait).toBeGreaterThan(250 * 2 ** round)
    }
  })

  test('together are no longer than two minutes a request', async () => {
    const vendor = await startVendor({ status: 429, headers: { 'retry-after': '50' } })
    const clock = makeVirtualClock()
    const startedAt = clock.now()
    const client = aClient(vendor.url, { clock })

    const error = await clock.run(failureOf(client.request({ method: 'GET', path: '/w', retry: 'idempotent' })))

    expect(error).toMatchObject({ status: 429, outcome: 'refused', attempts: 3, retryAfter: 50 })
    expect(clock.now() - startedAt).toBe(100_000)
  })

  test('end at once, for all who wait, when the vendor wants a pause longer than that', async () => {
    const vendor = await startVendor({ status: 429, headers: { 'retry-after': '3600' } })
    const client = aClient(vendor.url, { concurrency: 1 })
    const request = { method: 'POST', path: '/w', body: {}, retry: 'only-unprocessed' } as const

    const [first, second] = await Promise.all([failureOf(client.request(request)), failureOf(client.request(request))])
    const third = await failureOf(client.request(request))

    expect(first).toMatchObject({ status: 429, outcome: 'refused', attempts: 1, retryAfter: 3600 })
    expect(second).toMatchObject({ status: 429, outcome: 'not-sent', attempts: 0 })
    expect(third).toMatchObject({ status: 429, outcome: 'not-sent', attempts: 0 })
    expect(vendor.seen).toHaveLength(1)
  })

  test.each([
    ['429 with seconds', { status: 429, headers: { 'retry-after': '7200' } }, '120 min'],
    [
      '429 with a date',
      { status: 429, headers: { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' } },
      'more than two days',
    ],
    ['503', { status: 503, headers: { 'retry-after': '121' } }, '3 min'],
  ])('that are not waited for are told: %s', async (_, reply, pause) => {
    const vendor = await startVendor(reply)
    const client = aClient(vendor.url)

    const error = await failureOf(client.request({ method: 'GET', path: '/w', retry: 'idempotent' }))

    expect(explainHttpError(error)?.failure.hint).toBe(
      `The vendor wants a pause of ${pause}; run the command again after that.`,
    )
  })

  test('are not skipped because a vendor tells to wait no time', async () => {
    const vendor = await startVendor({ status: 429, headers: { 'retry-after': '0' } })
    const clock = makeVirtualClock()
    const client = aClient(vendor.url, { clock, backoffBaseMs: 500, maxAttempts: 4 })
    const startedAt = clock.now()

    await clock.run(failureOf(client.request({ method: 'GET', path: '/w', retry: 'idempotent' })))

    expect(clock.now() - startedAt).toBeGreaterThan(250 + 500 + 1000)
  })
})

test('a 401 that does not say "expired" is not tried again', async () => {
  const vendor = await startVendor({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
  let refreshes = 0
  const authorize = {
    headers: async () => ({ authorization: 'Bearer x' }),
    refresh: async () => {
      refreshes += 1
      return true
    },
  }

  const error = await failureOf(
    aClient(vendor.url, { authorize }).request({ method: 'GET', path: '/w', retry: 'idempotent' }),
  )

  expect(error).toMatchObject({ status: 401, attempts: 1 })
  expect(refreshes).toBe(0)
})

function readBodyField(body: unknown): number | undefined {
  return Number(Object(body).retry_after)
}
