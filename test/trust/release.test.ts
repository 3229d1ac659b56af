import { expect, test } from 'vitest'
import { DiagnosticError } from '../../src/core/diagnostic.ts'
import { Secret } from '../../src/core/secret.ts'
import { makeWireRequest } from '../../src/http/wire-request.ts'
import { aClient, startVendor } from '../http/vendor-server.ts'

test('a secret is not opened for a place that is no longer allowed, wherever in the request it stands', () => {
  const base = {
    prefix: '',
    checkRelease: () => {
      throw new DiagnosticError([{ code: 'HS2007', severity: 'error', message: 'No.' }])
    },
  }
  const secret = new Secret('s3cret-value')
  const places = [
    { headers: { key: secret } },
    { query: { key: secret } },
    { form: { key: secret } },
    { body: { deep: [{ key: secret }] } },
  ]

  for (const place of places) {
    expect(() => makeWireRequest(base, { method: 'POST', path: '/', ...place }, [])).toThrow(DiagnosticError)
  }
  expect(() => makeWireRequest(base, { method: 'POST', path: '/', body: { plain: 1 } }, [])).not.toThrow()
})

test('an operator who takes an origin back stops the requests of an open client', async () => {
  const vendor = await startVendor({ status: 200, json: {} })
  const origin = vendor.url.replace('127.0.0.1', '0.0.0.0').replace('http:', 'https:')
  const allowed = [origin]
  const client = aClient(origin, { allowedOrigins: allowed, headers: { key: new Secret('s3cret-value') } })
  allowed.pop()

  const request = client.request({ method: 'GET', path: '/', retry: 'idempotent' })

  await expect(request).rejects.toThrow('which is not an allowed host')
  expect(vendor.seen).toHaveLength(0)
})
