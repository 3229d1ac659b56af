// Loaded before the program: every way to the network throws, and leaves a line in the file that WATCH_FILE names.
import dgram from 'node:dgram'
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import http2 from 'node:http2'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import tls from 'node:tls'

function refuse(name) {
  return () => {
    appendFileSync(process.env.WATCH_FILE, `${name}\n`)
    // A fault that no client tries to get over.
    throw Object.assign(new Error(`${name} was called`), { code: 'UND_ERR_INVALID_ARG' })
  }
}

// Pipes and terminals are sockets for Node as well; only what leaves the machine goes through these.
net.Socket.prototype.connect = refuse('Socket.connect')
for (const name of ['connect', 'createConnection', 'createServer']) net[name] = refuse(`net.${name}`)
tls.connect = refuse('tls.connect')
http2.connect = refuse('http2.connect')
dgram.createSocket = refuse('dgram.createSocket')
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveSrv']) {
  dns[name] = refuse(`dns.${name}`)
  dns.promises[name] = refuse(`dns.promises.${name}`)
}
globalThis.fetch = refuse('fetch')
syncBuiltinESMExports()
