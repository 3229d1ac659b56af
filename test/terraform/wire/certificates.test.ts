import { spawnSync } from 'node:child_process'
import { randomBytes, randomInt, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { expect, test } from 'vitest'
import { type CertificateFacts, makeServerCertificate } from '../../../src/terraform/plugin/certificate.ts'

const count = 20_000
const day = 86_400_000

test('of 20,000 certificates each one is read, by Node and as a chain of OpenSSL', () => {
  const lengths = new Set<number>()
  const faults: string[] = []
  for (let index = 0; index < count; index += 1) {
    const { der, pem, keyPem } = makeServerCertificate(anyFacts())
    const certificate = new X509Certificate(pem)
    lengths.add(der.length)
    if (!certificate.raw.equals(der)) faults.push(`${index}: other bytes`)
    if (pem.includes('\n\n') || pem.split('\n').some((line) => line.length > 64)) faults.push(`${index}: lines`)
    // Loading the pair is what a launch does, and where a blank line would end it.
    if (index % 20 > 0) continue
    createSecureContext({ cert: pem, key: keyPem })
    if (!certificate.verify(certificate.publicKey)) faults.push(`${index}: signature`)
  }

  expect(faults).toEqual([])
  // Lengths at which lines of Base64 are full, and at which it has no padding, are among them.
  expect([...lengths].some((length) => length % 48 === 0)).toBe(true)
  expect(new Set([...lengths].map((length) => length % 3)).size).toBe(3)
})

test('the command line tool of OpenSSL finds nothing to complain about', ({ skip }) => {
  if (spawnSync('openssl', ['version']).error !== undefined) skip('openssl is not installed')
  for (let index = 0; index < 20; index += 1) {
    const args = ['x509', '-inform', 'DER', '-noout', '-checkhost', 'localhost']
    const { status, stdout } = spawnSync('openssl', args, { input: makeServerCertificate().der, encoding: 'utf8' })

    expect({ status, stdout: stdout.trim() }).toEqual({
      status: 0,
      stdout: 'Hostname localhost does match certificate',
    })
  }
})

/** Serials of every length and times on both sides of 2050 make certificates of many lengths. */
function anyFacts(): CertificateFacts {
  const start = Date.UTC(randomInt(1980, 2040), 0, 1) + randomInt(365) * day
  return {
    notBefore: new Date(start),
    notAfter: new Date(start + randomInt(1, 20_000) * day),
    serial: randomBytes(randomInt(1, 21)),
  }
}
