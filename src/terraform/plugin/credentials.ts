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
  const { der, pem, keyPem } = makeServerCertificate()
  const pair = { cert_chain: Buffer.from(pem), private_key: Buffer.from(keyPem) }
  return { server: ServerCredentials.createSsl(Buffer.from(client), [pair], true), certificate: der }
}
