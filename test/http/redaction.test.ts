import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import type { CallRecord, HttpRequest } from '../../src/http/client.ts'
import { aClient, deadOrigin, failureOf, type Reply, startVendor } from './vendor-server.ts'

const canaries = {
  header: 'canary-header-7f3a',
  token: 'canary-token-91bc',
  body: 'canary-body-44de',
  plainBody: 'canary-plain-body-02aa',
  query: 'canary-query-5e5e',
  own: 'canary-own-header-c0de',
} as const

const request: HttpRequest = {
  method: 'POST',
  path: '/w/{id}',
  params: { id: 'canary-id-1' },
  query: { key: new Secret(canaries.query) },
  headers: { 'x-own': new Secret(canaries.own) },
  body: { secret: new Secret(canaries.body), plain: canaries.plainBody },
  retry: 'only-unprocessed',
}

const all = Object.values(canaries)
const echo = all.filter((canary) => canary !== canaries.plainBody).join(' and ')

const silence: Reply = () => {}

const faults: Readonly<Record<string, Reply>> = {
  'a refusal that echoes every secret': {
    status: 400,
    json: { error: { code: 'bad', message: `Bearer ${echo}` } },
    headers: { 'x-request-id': canaries.token },
  },
  'a refusal that echoes the body in a field we do not show': {
    status: 422,
    json: { message: 'no', input: request.body, echo },
  },
  'an answer that is not JSON': { status: 200, text: `<html>${echo}` },
  'an answer that stops': { status: 200, text: `{"a": "${echo}` },
  'a redirect that carries the secrets on': {
    status: 302,
    headers: { location: `https://evil.example/${canaries.token}?${canaries.query}` },
  },
  'a reset': (_, incoming) => incoming.socket.resetAndDestroy(),
  silence,
}

test.each(Object.entries(faults))('%s leaves no secret in the error', async (_, fault) => {
  const vendor = await startVendor(fault)
  const calls: CallRecord[] = []
  const client = aClient(vendor.url, {
    ...(fault === silence ? { timeoutMs: 250 } : {}),
    headers: { 'x-api-key': new Secret(canaries.header) },
    authorize: { headers: async () => ({ authorization: new Secret(`Bearer ${canaries.token}`) }) },
    onCall: (call) => calls.push(call),
  })

  const error = await failureOf(client.request(request))

  expect(vendor.seen[0]?.headers['x-api-key']).toBe(canaries.header)
  const shown = [show(error), show(client)].join('\n')
  for (const canary of [...all, 'canary-id-1']) expect(shown).not.toContain(canary)
  for (const canary of all) expect(show(calls)).not.toContain(canary)
})

test('no connection leaves no secret in the error', async () => {
  const client = aClient(await deadOrigin(), { headers: { 'x-api-key': new Secret(canaries.header) }, maxAttempts: 1 })

  const error = await failureOf(client.request(request))

  for (const canary of all) expect(show(error)).not.toContain(canary)
})

test('a refusal keeps what is not secret', async () => {
  const vendor = await startVendor({
    status: 400,
    json: { code: 400, status: 'INVALID_ARGUMENT', message: `No\u0007 such app.\nTry ${canaries.own}` },
  })

  const error = await failureOf(aClient(vendor.url).request(request))

  expect(error.message).toBe('POST /w/{id} failed: 400 INVALID_ARGUMENT, No such app. Try [secret]')
  expect(Object.fromEntries(Object.entries(error))).toEqual({
    name: 'HttpError',
    kind: 'status',
    outcome: 'refused',
    method: 'POST',
    path: '/w/{id}',
    status: 400,
    vendorCode: 'INVALID_ARGUMENT',
    vendorMessage: 'No such app. Try [secret]',
    attempts: 1,
  })
})

test('what the caller knows as secret is taken out as well', async () => {
  const vendor = await startVendor({ status: 400, json: { message: 'You sent other-account-key' } })
  const client = aClient(vendor.url, { scrub: (text) => text.replaceAll('other-account-key', '[secret]') })

  const error = await failureOf(client.request(request))

  expect(error.vendorMessage).toBe('You sent [secret]')
})

test.each([301, 302, 303, 307, 308])('a %i is not followed: the other server hears nothing', async (status) => {
  const other = await startVendor({ status: 200, json: {} })
  const vendor = await startVendor({ status, headers: { location: `${other.url}/steal?key=${canaries.query}` } })

  const error = await failureOf(aClient(vendor.url).request(request))

  expect(other.seen).toEqual([])
  expect(error).toMatchObject({ kind: 'redirect', status, attempts: 1 })
  expect(error.message).toContain(other.url)
  expect(error.message).not.toContain('steal')
})

function show(value: unknown): string {
  const stack =
    value instanceof Error ? `${value.stack}${String(value)}${inspect(value.cause, { depth: Infinity })}` : ''
  return [inspect(value, { depth: Infinity, showHidden: true, getters: true }), JSON.stringify(value), stack].join('\n')
}
