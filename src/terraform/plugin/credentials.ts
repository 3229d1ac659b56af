import { X509Certificate } from 'node:crypto'
import { ServerCredentials } from '@grpc/grpc-js'
import { makeServerCertificate } from './certificate.ts'
import type { Environment } from './handshake.ts'

export interface Credentials {
  readonly server: ServerCredentials
  /** What the engine is told to trust; absent where it asks for no encryption. */
  readonly certificate?: Uint8Array
}

/** Makes the credentials of one process: only the one whose certificate the engine has handed over may connect. */
export function makeCredentials({ PLUGIN_CLIENT_CERT: client = '' }: Environment): Credentials {
  if (client === '') return { server: ServerCredentials.createInsecure() }
  checkCertificate(client)
  const { der, pem, keyPem } = makeServerCertificate()
  const pair = { cert_chain: Buffer.from(pem), private_key: Buffer.from(keyPem) }
  return { server: ServerCredentials.createSsl(Buffer.from(client), [pair], true), certificate: der }
}

/** Left to itself a server would start with a text that is no certificate, and then refuse everybody. */
function checkCertificate(pem: string): void {
  try {
    new X509Certificate(pem)
  } catch (cause) {
    throw new Error('PLUGIN_CLIENT_CERT holds no certificate.', { cause })
  }
}
