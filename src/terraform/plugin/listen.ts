import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Address, Environment } from './handshake.ts'

export interface Listening {
  readonly address: Address
  /** Removes what a listener leaves behind. */
  readonly release: () => void
}

/** Longest path of a socket that every system takes. */
const longestPath = 103

/** Listens as other plugins do: on a socket in the file system, on Windows on a port of this machine. */
export async function listen(server: Server, env: Environment): Promise<Listening> {
  const directory = env['PLUGIN_UNIX_SOCKET_DIR']
  const path = join(directory === undefined || directory === '' ? tmpdir() : directory, socketName())
  const wantsPort = process.platform === 'win32' || env['HOOKS_SYNC_PLUGIN_NETWORK'] === 'tcp'
  if (wantsPort || Buffer.byteLength(path) > longestPath) return listenOnPort(server, env)
  await once(server.listen({ path }), 'listening')
  return { address: { network: 'unix', text: path }, release: () => rmSync(path, { force: true }) }
}

function socketName(): string {
  return `plugin-hooks-${randomBytes(6).toString('hex')}`
}

async function listenOnPort(server: Server, env: Environment): Promise<Listening> {
  for (const port of candidatePorts(env)) {
    try {
      await once(server.listen({ host: '127.0.0.1', port }), 'listening')
      const bound = server.address() as AddressInfo
      return { address: { network: 'tcp', text: `127.0.0.1:${bound.port}` }, release: () => undefined }
    } catch (error) {
      if (!isTaken(error)) throw error
    }
  }
  throw new Error('All ports from PLUGIN_MIN_PORT to PLUGIN_MAX_PORT are taken.')
}

/** The ports that the engine names, from any of them on, so that several providers do not all try the same. */
function candidatePorts({ PLUGIN_MIN_PORT: min = '', PLUGIN_MAX_PORT: max = '' }: Environment): readonly number[] {
  const [lowest, highest] = [Number.parseInt(min, 10), Number.parseInt(max, 10)]
  if (!(lowest > 0 && highest >= lowest && highest <= 65_535)) return [0]
  const count = highest - lowest + 1
  const start = Math.floor(Math.random() * count)
  return Array.from({ length: count }, (_, index) => lowest + ((start + index) % count))
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
}
