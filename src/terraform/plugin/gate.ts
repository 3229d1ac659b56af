import { X509Certificate } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { makeServerCertificate } from './certificate.ts'
import type { Environment } from './handshake.ts'

/** What lets connections in. */
export interface Gate {
  readonly server: Server
  /** What the engine is told to trust; absent where it asks for no encryption. */
  readonly certificate?: Uint8Array
}

/** Makes the gate of one process: only the one whose certificate the engine has handed over may connect. */
export function makeGate({ PLUGIN_CLIENT_CERT: pem = '' }: Environment, accept: (socket: Socket) => void): Gate {
  if (pem === '') return { server: createServer(quietly(accept)) }
  const engine = parseCertificate(pem)
  const own = makeServerCertificate()
  const server = createTlsServer(
    {
      cert: own.pem,
      key: own.keyPem,
      requestCert: true,
      // The one certificate is compared below. Any other list than an empty one would make Node read all the roots it
      // comes with, which takes a third of the start.
      ca: [],
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
    },
    quietly((socket: TLSSocket) => {
      if (isFrom(engine, socket)) accept(socket)
      else socket.destroy()
    }),
  )
  return { server, certificate: own.der }
}

/** A connection that breaks before anybody has taken it over is nobody's mistake. */
function quietly<S extends Socket>(accept: (socket: S) => void): (socket: S) => void {
  return (socket) => {
    socket.on('error', () => undefined)
    accept(socket)
  }
}

/** Who shows a certificate has proved with the handshake to have its key. */
function isFrom(engine: X509Certificate, socket: TLSSocket): boolean {
  return socket.getPeerX509Certificate()?.raw.equals(engine.raw) === true
}

function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new Error('PLUGIN_CLIENT_CERT holds no certificate.', { cause })
  }
}
