import { createServer } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { makeSelfSigned } from './self-signed.ts'
import { aClient, deadOrigin, failureOf, listenOn, startVendor } from './vendor-server.ts'

const list = { method: 'GET', path: '/w', retry: 'idempotent' } as const

async function startTlsVendor(
  options: ServerOptions,
): Promise<{ readonly port: number; readonly paths: readonly string[] }> {
  const paths: string[] = []
  const server = createTlsServer(options, (request, response) => {
    paths.push(request.url ?? '')
    response.end('{"over":"tls"}')
  })
  return { port: await listenOn(server), paths }
}

/** A proxy that leads every CONNECT to one local port and notes where it was meant to go. */
async function startProxy(port: number): Promise<{
  readonly url: string
  readonly asked: readonly string[]
  readonly authorization: readonly (string | undefined)[]
}> {
  const asked: string[] = []
  const authorization: (string | undefined)[] = []
  const server = createServer()
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    authorization.push(request.headers['proxy-authorization'])
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    for (const end of [upstream, socket]) {
      end.on('error', () => {})
      end.on('close', () => {
        upstream.destroy()
        socket.destroy()
      })
    }
  })
  return { url: `127.0.0.1:${await listenOn(server)}`, asked, authorization }
}

test('refuses a certificate nobody vouches for, before anything is sent, and does not try again', async () => {
  const vendor = await startTlsVendor(makeSelfSigned('localhost'))
  const client = aClient(`https://localhost:${vendor.port}`, { headers: { authorization: new Secret('x') } })

  const error = await failureOf(client.request(list))

  expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 1 })
  expect(error.reason).toContain('certificate is not trusted')
  expect(vendor.paths).toEqual([])
})

test('trusts a certificate authority of its own when given one', async () => {
  const identity = makeSelfSigned('localhost')
  const vendor = await startTlsVendor(identity)

  const response = await aClient(`https://localhost:${vendor.port}`, { ca: identity.cert }).request(list)

  expect(response.json).toEqual({ over: 'tls' })
})

test('refuses a certificate for another host', async () => {
  const identity = makeSelfSigned('other.example')
  const vendor = await startTlsVendor(identity)

  const error = await failureOf(aClient(`https://localhost:${vendor.port}`, { ca: identity.cert }).request(list))

  expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 1 })
})

test('refuses TLS older than 1.2', async () => {
  const identity = makeSelfSigned('localhost')
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const vendor = await startTlsVendor({ ...identity, ...old })
  const client = aClient(`https://localhost:${vendor.port}`, { ca: identity.cert, maxAttempts: 1 })

  const error = await failureOf(client.request(list))

  expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent' })
})

test('goes through the proxy that HTTPS_PROXY names, with TLS from end to end', async () => {
  const identity = makeSelfSigned('api.vendor.example')
  const vendor = await startTlsVendor(identity)
  const proxy = await startProxy(vendor.port)
  const env = { HTTPS_PROXY: `http://me:word@${proxy.url}` }

  const response = await aClient('https://api.vendor.example', { ca: identity.cert, env }).request(list)

  expect(response.json).toEqual({ over: 'tls' })
  expect(proxy.asked).toEqual(['api.vendor.example:443'])
  expect(proxy.authorization).toEqual([`Basic ${Buffer.from('me:word').toString('base64')}`])
})

test('does not trust what a proxy leads to', async () => {
  const vendor = await startTlsVendor(makeSelfSigned('api.vendor.example'))
  const proxy = await startProxy(vendor.port)

  const error = await failureOf(
    aClient('https://api.vendor.example', { env: { https_proxy: proxy.url } }).request(list),
  )

  expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', attempts: 1 })
  expect(vendor.paths).toEqual([])
})

test('says what a proxy that refuses answered', async () => {
  const server = createServer()
  server.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))
  const env = { HTTPS_PROXY: `http://127.0.0.1:${await listenOn(server)}` }

  const error = await failureOf(aClient('https://api.vendor.example', { env, maxAttempts: 1 }).request(list))

  expect(error).toMatchObject({ kind: 'connection', outcome: 'not-sent', reason: 'the proxy answered 407' })
})

test('does not ask the proxy for hosts that NO_PROXY names', async () => {
  const vendor = await startTlsVendor(makeSelfSigned('api.vendor.example'))
  const proxy = await startProxy(vendor.port)
  const env = { HTTPS_PROXY: proxy.url, NO_PROXY: 'vendor.example' }

  await failureOf(aClient('https://api.vendor.example', { env, maxAttempts: 1, timeoutMs: 2000 }).request(list))

  expect(proxy.asked).toEqual([])
})

test('reaches this machine directly, whatever proxy is named', async () => {
  const vendor = await startVendor({ status: 200, json: {} })
  const env = { HTTP_PROXY: await deadOrigin(), HTTPS_PROXY: await deadOrigin() }

  await aClient(vendor.url, { env }).request(list)

  expect(vendor.seen).toHaveLength(1)
})
