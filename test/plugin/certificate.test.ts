import { randomBytes, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { makeServerCertificate } from '../../src/terraform/plugin/certificate.ts'

const hour = 3_600_000

test('a certificate says what the engine checks, and has signed itself', () => {
  const certificate = new X509Certificate(makeServerCertificate().der)

  expect(certificate.subject).toBe('CN=localhost')
  expect(certificate.subjectAltName).toBe('DNS:localhost')
  expect(certificate.ca).toBe(true)
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
  expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
  expect(certificate.verify(certificate.publicKey)).toBe(true)
})

test('a time before 2050 and one from then on are both read as they are', () => {
  for (const year of [2026, 2049, 2050, 2110]) {
    const notAfter = new Date(Date.UTC(year, 11, 31, 23, 59, 59))
    const { der } = makeServerCertificate({ notBefore: new Date(0), notAfter, serial: randomBytes(16) })

    expect(new Date(new X509Certificate(der).validTo)).toEqual(notAfter)
  }
})

test('a serial number is never negative, never empty and never padded', () => {
  const now = new Date()
  for (const serial of ['00', '0000', '80', 'ff'.repeat(16), `00${'7f'.repeat(15)}`, '0001']) {
    const facts = { notBefore: now, notAfter: new Date(now.getTime() + hour), serial: Buffer.from(serial, 'hex') }
    const { serialNumber } = new X509Certificate(makeServerCertificate(facts).der)

    expect(BigInt(`0x${serialNumber}`)).toBe(BigInt(`0x${serial}`))
  }
})

test('one side trusts the other by this certificate alone, and nobody else', async () => {
  const [mine, theirs, stranger] = [makeServerCertificate(), makeServerCertificate(), makeServerCertificate()]
  const server = createServer({ key: mine.keyPem, cert: mine.pem, ca: theirs.pem, requestCert: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.end('hello')
  })
  server.on('tlsClientError', () => undefined)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const hear = async (client: typeof theirs, ca: string): Promise<string> => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      key: client.keyPem,
      cert: client.pem,
      ca,
    })
    let heard = ''
    for await (const part of socket) heard += String(part)
    return heard
  }

  expect(await hear(theirs, mine.pem)).toBe('hello')
  await expect(hear(theirs, stranger.pem)).rejects.toThrow('self-signed certificate')
  // How it learns of it depends on what arrives first.
  expect(await hear(stranger, mine.pem).catch(() => '')).toBe('')
  server.close()
})
