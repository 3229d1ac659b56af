import type { ServerResponse } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import { DiagnosticError } from '../../src/core/diagnostic.ts'
import { HiddenSecret, Secret, SecretSlot } from '../../src/core/secret.ts'
import { type CallRecord, type HttpOptions, makeHttpClient } from '../../src/http/client.ts'
import { HttpError } from '../../src/http/http-error.ts'
import { aClient, deadOrigin, failureOf, startVendor } from './vendor-server.ts'

const ok = { status: 200, json: { ok: true } }

describe('a request', () => {
  test('carries the headers of the client, of the authorizer and its own, with secrets opened', async () => {
    const vendor = await startVendor(ok)
    const client = aClient(vendor.url, {
      headers: { 'X-Api-Key': new Secret('key-1'), 'x-plain': 'yes' },
      authorize: { headers: async () => ({ authorization: new Secret('Bearer tok') }) },
    })

    await client.request({
      method: 'GET',
      path: '/v1/webhooks',
      headers: { 'X-Own': new Secret('own') },
      retry: 'idempotent',
    })

    expect(vendor.seen[0]?.headers).toMatchObject({
      'user-agent': 'hooks-sync/test',
      accept: 'application/json',
      authorization: 'Bearer tok',
      'x-api-key': 'key-1',
      'x-plain': 'yes',
      'x-own': 'own',
    })
  })

  test('sends JSON with secrets opened at any depth', async () => {
    const vendor = await startVendor(ok)
    const body = {
      url: 'https://a.example',
      headers: [{ name: 'x', value: new Secret('"quoted"\n') }],
      secret: new Secret('s'),
    }

    await aClient(vendor.url).request({ method: 'POST', path: '/w', body, retry: 'only-unprocessed' })

    expect(vendor.seen[0]?.headers['content-type']).toBe('application/json')
    expect(JSON.parse(vendor.seen[0]?.body ?? '')).toEqual({
      url: 'https://a.example',
      headers: [{ name: 'x', value: '"quoted"\n' }],
      secret: 's',
    })
  })

  test('sends a DELETE with a body', async () => {
    const vendor = await startVendor(ok)

    await aClient(vendor.url).request({ method: 'DELETE', path: '/w', body: { webhooks: ['a'] }, retry: 'idempotent' })

    expect(vendor.seen[0]).toMatchObject({ method: 'DELETE', body: '{"webhooks":["a"]}' })
  })

  test('sends a form', async () => {
    const vendor = await startVendor(ok)

    await aClient(vendor.url).request({
      method: 'POST',
      path: '/t',
      form: { a: 'b c', d: new Secret('e&f') },
      retry: 'idempotent',
    })

    expect(vendor.seen[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(vendor.seen[0]?.body).toBe('a=b+c&d=e%26f')
  })

  test.each([
    ['a secret the vendor hides', new HiddenSecret('masked')],
    ['a secret that is not resolved', new SecretSlot({ form: 'ref', ref: 'ref+env://X' })],
  ])('is refused when it would write %s', async (_, value) => {
    const vendor = await startVendor(ok)
    const request = aClient(vendor.url).request({
      method: 'POST',
      path: '/w',
      body: { deep: [value] },
      retry: 'idempotent',
    })

    await expect(request).rejects.toThrow(TypeError)
    expect(vendor.seen).toEqual([])
  })

  test('keeps the path prefix of the base URL, with or without a slash at its end', async () => {
    const vendor = await startVendor(ok)

    await aClient(`${vendor.url}/v1/backend/`).request({ method: 'GET', path: '/webhooks', retry: 'idempotent' })
    await aClient(`${vendor.url}/v1/backend`).request({ method: 'GET', path: '/webhooks', retry: 'idempotent' })

    expect(vendor.seen.map((request) => request.url)).toEqual(['/v1/backend/webhooks', '/v1/backend/webhooks'])
  })

  test.each([
    ['a/b', '/w/a%2Fb/x'],
    ['../../admin', '/w/..%2F..%2Fadmin/x'],
    ['a?b#c', '/w/a%3Fb%23c/x'],
    ['ü %', '/w/%C3%BC%20%25/x'],
    ["it's(1)*!", '/w/it%27s%281%29%2A%21/x'],
    ['a.b', '/w/a.b/x'],
  ])('puts %j into the path so that it stays one step', async (id, url) => {
    const vendor = await startVendor(ok)

    await aClient(vendor.url).request({ method: 'GET', path: '/w/{id}/x', params: { id }, retry: 'idempotent' })

    expect(vendor.seen[0]?.url).toBe(url)
    expect(new URL(vendor.seen[0]?.url ?? '', vendor.url).pathname).toBe(url)
  })

  test('fills in as many steps as a list has', async () => {
    const vendor = await startVendor(ok)
    const path = '/w/{path}/x'

    await aClient(vendor.url).request({ method: 'GET', path, params: { path: ['a b', 'c/d'] }, retry: 'idempotent' })

    expect(vendor.seen[0]?.url).toBe('/w/a%20b/c%2Fd/x')
  })

  test.each(['', '.', '..', '\ud800'])('is refused when %j would be a step of the path', async (id) => {
    const vendor = await startVendor(ok)
    const request = aClient(vendor.url).request({
      method: 'DELETE',
      path: '/w/{id}',
      params: { id },
      retry: 'idempotent',
    })

    await expect(request).rejects.toThrow(DiagnosticError)
    expect(vendor.seen).toEqual([])
  })

  test('encodes the query, but leaves the commas of a list', async () => {
    const vendor = await startVendor(ok)
    const query = {
      'page token': 'a,b&c',
      update_mask: ['target', 'client_credentials', 'x y'],
      key: new Secret('k=1'),
    }

    await aClient(vendor.url).request({ method: 'PATCH', path: '/w', query, body: {}, retry: 'idempotent' })

    expect(vendor.seen[0]?.url).toBe('/w?page%20token=a%2Cb%26c&update_mask=target,client_credentials,x%20y&key=k%3D1')
  })

  test('cannot carry a header that would start another', async () => {
    const vendor = await startVendor(ok)
    const canary = 'canary\r\nx-evil: 1'
    const client = aClient(vendor.url, { headers: { 'x-key': new Secret(canary) } })

    const error = await failureOf(client.request({ method: 'GET', path: '/w', retry: 'idempotent' }))

    expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 1 })
    expect(vendor.seen).toEqual([])
  })
})

describe('an answer', () => {
  test('gives status, JSON, headers and request id', async () => {
    const vendor = await startVendor({
      status: 201,
      json: { data: [1] },
      headers: { 'X-Request-Id': 'req-1', etag: 'e' },
    })

    const response = await aClient(vendor.url).request({ method: 'GET', path: '/w', retry: 'idempotent' })

    expect(response).toMatchObject({ status: 201, json: { data: [1] }, requestId: 'req-1' })
    expect(response.headers['etag']).toBe('e')
  })

  test.each([204, 200])('without a body has no JSON (status %i)', async (status) => {
    const vendor = await startVendor({ status })

    const response = await aClient(vendor.url).request({ method: 'DELETE', path: '/w', retry: 'idempotent' })

    expect(response.json).toBeUndefined()
  })

  test.each([
    ['x-request-id', 'x-request-id'],
    ['x-sinch-trace-id', 'x-sinch-trace-id'],
    ['x-sendblue-request-id', 'x-sendblue-request-id'],
    ['request-id', 'request-id'],
    ['cf-ray', 'cf-ray'],
    ['traceparent', 'traceparent'],
  ])('is looked up by %s', async (_, header) => {
    const vendor = await startVendor({ status: 404, headers: { [header]: 'id-7' } })

    const error = await failureOf(aClient(vendor.url).request({ method: 'GET', path: '/w', retry: 'idempotent' }))

    expect(error.requestId).toBe('id-7')
    expect(error.message).toContain('id-7')
  })

  const canary = 'canary-in-the-body'
  test.each([
    ['HTML', `<!doctype html><p>${canary}`, 'HTML'],
    ['JSON that stops', `{"secret":"${canary}`, 'not complete JSON'],
    ['JSON and more', `{}${canary}`, 'not complete JSON'],
  ])('that is %s is an error which does not quote it', async (_, text, reason) => {
    const vendor = await startVendor({ status: 200, text })

    const error = await failureOf(
      aClient(vendor.url).request({ method: 'POST', path: '/w', body: {}, retry: 'only-unprocessed' }),
    )

    expect(error).toMatchObject({ kind: 'body', outcome: 'unknown', status: 200, attempts: 1 })
    expect(error.message).toContain(reason)
    expect(error.message).not.toContain(canary)
  })

  test('that is not UTF-8 is an error', async () => {
    const vendor = await startVendor((response) => response.end(Buffer.from([0x22, 0xff, 0x22])))

    const error = await failureOf(aClient(vendor.url).request({ method: 'GET', path: '/w', retry: 'idempotent' }))

    expect(error).toMatchObject({ kind: 'body', reason: 'the answer is not UTF-8' })
  })

  test('that is compressed without being asked for is an error', async () => {
    const vendor = await startVendor({ status: 200, json: {}, headers: { 'content-encoding': 'gzip' } })

    const error = await failureOf(aClient(vendor.url).request({ method: 'GET', path: '/w', retry: 'idempotent' }))

    expect(error.kind).toBe('body')
  })

  test('larger than the limit is cut off, and not asked for again', async () => {
    const vendor = await startVendor({ status: 200, json: 'x'.repeat(5000) })

    const error = await failureOf(
      aClient(vendor.url, { maxAnswerBytes: 4096 }).request({ method: 'GET', path: '/w', retry: 'idempotent' }),
    )

    expect(error).toMatchObject({ kind: 'body', attempts: 1, reason: 'the answer is larger than 4096 bytes' })
  })

  test('that breaks off is asked for again where that is safe', async () => {
    const cutOff = { status: 200, text: '{"a":', headers: { 'content-length': '99' } }
    const vendor = await startVendor((response) => {
      response.writeHead(200, cutOff.headers)
      response.write(cutOff.text)
      setTimeout(() => response.destroy(), 5)
    }, ok)

    const response = await aClient(vendor.url).request({ method: 'GET', path: '/w', retry: 'idempotent' })

    expect(response.json).toEqual({ ok: true })
    expect(vendor.seen).toHaveLength(2)
  })
})

describe('a client', () => {
  test('keeps connections, no more than requests at once', async () => {
    const vendor = await startVendor((response) => {
      setTimeout(() => response.end('{}'), 2)
    })
    const client = aClient(vendor.url, { concurrency: 3 })

    await Promise.all(
      Array.from({ length: 30 }, () => client.request({ method: 'GET', path: '/w', retry: 'idempotent' })),
    )

    expect(vendor.seen).toHaveLength(30)
    expect(vendor.sockets.size).toBeLessThanOrEqual(3)
  })

  test('counts and reports each attempt', async () => {
    const vendor = await startVendor({ status: 503, headers: { 'x-request-id': 'r1' } }, ok)
    const calls: CallRecord[] = []
    const client = aClient(vendor.url, { onCall: (call) => calls.push(call) })

    await client.request({ method: 'GET', path: '/w/{id}', params: { id: 'w1' }, retry: 'idempotent' })

    const call = { method: 'GET', template: '/w/{id}', object: 'w1', durationMs: expect.any(Number) }
    expect(client.calls).toBe(2)
    expect(calls).toEqual([
      { ...call, status: 503, attempt: 1, requestId: 'r1' },
      { ...call, status: 200, attempt: 2 },
    ])
  })

  test('lets what is in flight finish when it closes, and sends nothing more', async () => {
    let held: ServerResponse | undefined
    const vendor = await startVendor((response) => {
      held = response
    })
    const client = aClient(vendor.url, { concurrency: 1 })
    const inFlight = client.request({ method: 'POST', path: '/w', retry: 'only-unprocessed' })
    const queued = failureOf(client.request({ method: 'POST', path: '/w', retry: 'only-unprocessed' }))
    await vi.waitFor(() => expect(held).toBeDefined())

    const closed = client.close()
    held?.end('{"late":true}')

    expect((await inFlight).json).toEqual({ late: true })
    expect(await queued).toMatchObject({ kind: 'aborted', outcome: 'not-sent', attempts: 0 })
    await closed
    expect(vendor.seen).toHaveLength(1)
  })

  const options = { userAgent: 'hooks-sync/test' }
  test.each<[string, HttpOptions, string]>([
    ['http to another machine', { ...options, baseUrl: 'http://api.example.com' }, 'HS2007'],
    ['another protocol', { ...options, baseUrl: 'ftp://127.0.0.1' }, 'HS2007'],
    [
      'an origin that is not allowed',
      { ...options, baseUrl: 'https://evil.example', allowedOrigins: ['api.example.com'] },
      'HS2007',
    ],
    ['a password in the URL', { ...options, baseUrl: 'https://me:canary@api.example.com' }, 'HS2001'],
    ['no URL', { ...options, baseUrl: 'api.example.com canary' }, 'HS1003'],
    ['a query', { ...options, baseUrl: 'https://api.example.com/?key=canary' }, 'HS1003'],
    [
      'TLS checks turned off',
      { ...options, baseUrl: 'https://api.example.com', env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
      'HS2011',
    ],
    [
      'a proxy that is no URL',
      { ...options, baseUrl: 'https://api.example.com', env: { HTTPS_PROXY: 'http://me:canary@[bad' } },
      'HS1003',
    ],
  ])('is refused for %s', (_, options, code) => {
    let thrown: unknown
    try {
      makeHttpClient(options)
    } catch (error) {
      thrown = error
    }

    expect(thrown).toBeInstanceOf(DiagnosticError)
    expect(thrown instanceof DiagnosticError && thrown.diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code])
    expect(String(thrown)).not.toContain('canary')
  })
})

describe('a signal', () => {
  test('that aborts while a request waits in line keeps it from being sent', async () => {
    const vendor = await startVendor((response) => {
      setTimeout(() => response.end('{}'), 20)
    })
    const client = aClient(vendor.url, { concurrency: 1 })
    const abort = new AbortController()
    const first = client.request({ method: 'GET', path: '/w', retry: 'idempotent' })
    const second = failureOf(
      client.request({ method: 'POST', path: '/w', retry: 'only-unprocessed', signal: abort.signal }),
    )

    abort.abort()

    expect(await second).toMatchObject({ kind: 'aborted', outcome: 'not-sent', attempts: 0 })
    await first
    await client.request({ method: 'GET', path: '/w', retry: 'idempotent' })
    expect(vendor.seen.map((request) => request.method)).toEqual(['GET', 'GET'])
  })

  test('that aborts in flight leaves the outcome unknown', async () => {
    const abort = new AbortController()
    const vendor = await startVendor(() => abort.abort())
    const client = aClient(vendor.url, { signal: abort.signal })

    const error = await failureOf(client.request({ method: 'POST', path: '/w', body: {}, retry: 'only-unprocessed' }))

    expect(error).toMatchObject({ kind: 'aborted', outcome: 'unknown', attempts: 1 })
  })

  test('that aborts between attempts ends the wait', async () => {
    const abort = new AbortController()
    const vendor = await startVendor({ status: 503, headers: { 'retry-after': '60' } })
    const client = aClient(vendor.url, { onCall: () => setTimeout(() => abort.abort(), 1) })
    const request = { method: 'GET', path: '/w', retry: 'idempotent', signal: abort.signal } as const

    const error = await failureOf(client.request(request))

    expect(error).toMatchObject({ kind: 'aborted', attempts: 1 })
    expect(vendor.seen).toHaveLength(1)
  })

  test('that has aborted before sends nothing', async () => {
    const client = aClient(await deadOrigin(), { signal: AbortSignal.abort() })

    const error = await failureOf(client.request({ method: 'GET', path: '/w', retry: 'idempotent' }))

    expect(error).toBeInstanceOf(HttpError)
    expect(error).toMatchObject({ kind: 'aborted', outcome: 'not-sent', attempts: 0 })
  })
})
