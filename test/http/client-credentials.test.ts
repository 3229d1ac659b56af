import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import type { Authorizer, HttpRequest } from '../../src/http/client.ts'
import { type ClientCredentialsOptions, makeClientCredentials } from '../../src/http/client-credentials.ts'
import { aClient, failureOf, type Reply, startVendor, type VendorServer } from './vendor-server.ts'
import { makeVirtualClock } from './virtual-clock.ts'

const list: HttpRequest = { method: 'GET', path: '/w', retry: 'idempotent' }
const expired = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer error="invalid_token", error_description="token expired"' },
}
const ok = { status: 200, json: {} }

function aToken(text: string, lifetime: number | undefined = 3600): Reply {
  return { status: 200, json: { access_token: text, token_type: 'bearer', expires_in: lifetime } }
}

function credentials(server: VendorServer, options: Partial<ClientCredentialsOptions> = {}): Required<Authorizer> {
  const authorizer = makeClientCredentials({
    http: { baseUrl: server.url, userAgent: 'hooks-sync/test', backoffBaseMs: 1 },
    clientId: 'key-id',
    clientSecret: new Secret('canary-key-secret'),
    ...options,
  })
  onTestFinished(() => authorizer.close())
  return authorizer
}

function bearers(vendor: VendorServer): readonly (string | undefined)[] {
  return vendor.seen.map((request) => request.headers.authorization)
}

test('asks for one token, with Basic authorization and a form, however many requests wait for it', async () => {
  const auth = await startVendor((response) => {
    setTimeout(() => response.end('{"access_token":"t1","expires_in":3600}'), 10)
  })
  const vendor = await startVendor(ok)
  const client = aClient(vendor.url, { authorize: credentials(auth) })

  await Promise.all(Array.from({ length: 20 }, () => client.request(list)))

  expect(auth.seen).toHaveLength(1)
  expect(auth.seen[0]).toMatchObject({ method: 'POST', url: '/oauth2/token', body: 'grant_type=client_credentials' })
  expect(auth.seen[0]?.headers.authorization).toBe(
    `Basic ${Buffer.from('key-id:canary-key-secret').toString('base64')}`,
  )
  expect(new Set(bearers(vendor))).toEqual(new Set(['Bearer t1']))
  expect(client.calls).toBe(21)
})

test('renews the token 60 s before it expires, not earlier', async () => {
  const auth = await startVendor(aToken('t1'), aToken('t2'))
  const vendor = await startVendor(ok)
  let now = 1_000_000
  const client = aClient(vendor.url, { authorize: credentials(auth, { now: () => now }) })

  await client.request(list)
  now += 3_539_000
  await client.request(list)
  now += 1000
  await client.request(list)

  expect(bearers(vendor)).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2'])
})

test('uses a token that lives less than a minute for half of its life', async () => {
  const auth = await startVendor(aToken('t1', 30), aToken('t2', 30))
  const vendor = await startVendor(ok)
  let now = 0
  const client = aClient(vendor.url, { authorize: credentials(auth, { now: () => now }) })

  await client.request(list)
  now += 14_000
  await client.request(list)
  now += 2000
  await client.request(list)

  expect(bearers(vendor)).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2'])
})

test('renews a token that the vendor calls expired and sends the request again, a write too', async () => {
  const auth = await startVendor(aToken('t1'), aToken('t2'))
  const vendor = await startVendor(expired, ok)
  const client = aClient(vendor.url, { authorize: credentials(auth) })

  const response = await client.request({ method: 'POST', path: '/w', body: {}, retry: 'only-unprocessed' })

  expect(response.status).toBe(200)
  expect(bearers(vendor)).toEqual(['Bearer t1', 'Bearer t2'])
})

test('renews only once for a request', async () => {
  const auth = await startVendor(aToken('t1'), aToken('t2'), aToken('t3'))
  const vendor = await startVendor(expired)
  const client = aClient(vendor.url, { authorize: credentials(auth) })

  const error = await failureOf(client.request(list))

  expect(error).toMatchObject({ status: 401, outcome: 'refused', attempts: 2 })
  expect(auth.seen).toHaveLength(2)
})

test('renews once for all requests that learn at different times that one token has expired', async () => {
  const auth = await startVendor(aToken('t1'), aToken('t2'), aToken('t3'))
  const vendor = await startVendor((response, request) => {
    const isOld = request.headers.authorization === 'Bearer t1'
    if (isOld) response.writeHead(401, expired.headers)
    setTimeout(() => response.end(), isOld ? Number(request.url?.slice('/w/'.length)) : 0)
  })
  const client = aClient(vendor.url, { authorize: credentials(auth) })

  await Promise.all(['0', '10', '30'].map((id) => client.request({ ...list, path: '/w/{id}', params: { id } })))

  expect(auth.seen).toHaveLength(2)
  expect(client.calls).toBe(2 + 6)
})

test('waits under growing ceilings, three times, when the token endpoint limits without telling', async () => {
  const auth = await startVendor({ status: 429 })
  const clock = makeVirtualClock()
  const startedAt = clock.now()
  const http = { baseUrl: auth.url, userAgent: 'hooks-sync/test', clock }

  const error = await clock.run(failureOf(credentials(auth, { http }).headers()))

  expect(error).toMatchObject({ status: 429, attempts: 4, path: '/oauth2/token' })
  expect(clock.now() - startedAt).toBeLessThanOrEqual(1000 + 4000 + 16_000)
  expect(clock.now() - startedAt).toBeGreaterThan(0)
})

test('asks again after a token request that failed', async () => {
  const auth = await startVendor({ status: 400 }, aToken('t1'))
  const authorizer = credentials(auth)

  await failureOf(authorizer.headers())

  expect((await authorizer.headers())['authorization']).toBeInstanceOf(Secret)
})

test('a request without a token was not sent, and nothing shows the credentials', async () => {
  const auth = await startVendor({
    status: 401,
    json: { error: 'invalid_client', error_description: 'canary-key-secret is wrong' },
  })
  const vendor = await startVendor(ok)
  const client = aClient(vendor.url, { authorize: credentials(auth) })

  const error = await failureOf(client.request({ method: 'POST', path: '/w', body: {}, retry: 'only-unprocessed' }))

  expect(vendor.seen).toEqual([])
  expect(error).toMatchObject({ outcome: 'not-sent', status: 401, path: '/oauth2/token', vendorCode: 'invalid_client' })
  expect(inspect([error, client], { depth: Infinity, showHidden: true })).not.toContain('canary')
})

test.each([{ token: 'x' }, { access_token: '' }, { access_token: 7 }, [], null, 'text'])(
  'refuses %j as a token',
  async (json) => {
    const auth = await startVendor({ status: 200, json })

    const error = await failureOf(credentials(auth).headers())

    expect(error).toMatchObject({ kind: 'body', outcome: 'not-sent', reason: 'the answer holds no access_token' })
  },
)
