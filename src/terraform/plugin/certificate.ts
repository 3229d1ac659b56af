import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import * as asn1 from './der.ts'

/** A certificate of one process, with its key; neither is ever written to a disk. */
export interface ServerCertificate {
  readonly der: Buffer
  readonly pem: string
  readonly keyPem: string
}

export interface CertificateFacts {
  readonly notBefore: Date
  readonly notAfter: Date
  readonly serial: Uint8Array
}

const ecdsaWithSha256 = '1.2.840.10045.4.3.2'
const commonName = '2.5.4.3'
const basicConstraints = '2.5.29.19'
const keyUsage = '2.5.29.15'
const extendedKeyUsage = '2.5.29.37'
const subjectAltName = '2.5.29.17'
const serverAuth = '1.3.6.1.5.5.7.3.1'
const clientAuth = '1.3.6.1.5.5.7.3.2'

const hourMs = 3_600_000

/** Makes a certificate for `localhost` that signs itself; who connects trusts it, and nothing else, by its bytes. */
export function makeServerCertificate(facts: CertificateFacts = currentFacts()): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = certificateBody(facts, publicKey.export({ type: 'spki', format: 'der' }))
  const signature = sign('sha256', body, privateKey)
  const bytes = asn1.sequence(body, algorithm(), asn1.bitString(signature))
  return { der: bytes, pem: toPem(bytes), keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

function currentFacts(): CertificateFacts {
  const now = Date.now()
  // An hour back, for clocks that are put right meanwhile.
  return {
    notBefore: new Date(now - hourMs),
    notAfter: new Date(now + 10 * 365 * 24 * hourMs),
    serial: randomBytes(16),
  }
}

function certificateBody({ notBefore, notAfter, serial }: CertificateFacts, publicKey: Uint8Array): Buffer {
  const name = asn1.sequence(asn1.set(asn1.sequence(asn1.objectIdentifier(commonName), asn1.utf8String('localhost'))))
  return asn1.sequence(
    asn1.der(0xa0, asn1.unsignedInteger(Buffer.from([2]))),
    asn1.unsignedInteger(serial),
    algorithm(),
    name,
    asn1.sequence(asn1.time(notBefore), asn1.time(notAfter)),
    name,
    publicKey,
    asn1.der(0xa3, asn1.sequence(...extensions())),
  )
}

function algorithm(): Buffer {
  return asn1.sequence(asn1.objectIdentifier(ecdsaWithSha256))
}

/** It stands among the roots of who connects, so it says of itself that it may sign. */
function extensions(): readonly Buffer[] {
  const usages = asn1.sequence(asn1.objectIdentifier(serverAuth), asn1.objectIdentifier(clientAuth))
  return [
    extension(basicConstraints, asn1.sequence(asn1.boolean(true)), 'critical'),
    // digitalSignature and keyCertSign
    extension(keyUsage, asn1.bitString(Buffer.from([0b1000_0100]), 2), 'critical'),
    extension(extendedKeyUsage, usages),
    extension(subjectAltName, asn1.sequence(asn1.der(0x82, Buffer.from('localhost')))),
  ]
}

function extension(id: string, content: Buffer, weight?: 'critical'): Buffer {
  const critical = weight === undefined ? [] : [asn1.boolean(true)]
  return asn1.sequence(asn1.objectIdentifier(id), ...critical, asn1.octetString(content))
}

/** No line may be empty: OpenSSL reads nothing behind it. */
function toPem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/gu) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
