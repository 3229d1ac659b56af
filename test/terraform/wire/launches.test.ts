import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { makeServerCertificate } from '../../../src/terraform/plugin/certificate.ts'
import { launch, PluginClient } from './plugin-client.ts'

const launches = 1_000
const atOnce = 4
/** How many of them also see a connection through, which is what the certificate is for. */
const connecting = 100

test('of a thousand launches none fails', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hooks-launches-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const mine = makeServerCertificate()
  const failures: unknown[] = []
  let started = 0
  const work = async (): Promise<void> => {
    while (started < launches) {
      started += 1
      await (started % (launches / connecting) === 0 ? seeThrough() : see(mine.pem, directory)).catch((error) =>
        failures.push(error),
      )
    }
  }

  await Promise.all(Array.from({ length: atOnce }, work))

  expect(failures).toEqual([])
})

async function see(pem: string, directory: string): Promise<void> {
  const env = { PLUGIN_CLIENT_CERT: pem, PLUGIN_UNIX_SOCKET_DIR: directory }
  const { child, handshake } = await launch([process.execPath, inject('realBundle')], env)
  child.kill('SIGKILL')
  if (!/^1\|6\|unix\|[^|]+\|grpc\|[A-Za-z0-9+/]+$/u.test(handshake.line)) throw new Error(handshake.line)
}

async function seeThrough(): Promise<void> {
  const client = await PluginClient.start([process.execPath, inject('realBundle')])
  const { diagnostics } = await client.call('GetProviderSchema', {})
  const code = await client.shutdown()
  if (diagnostics.length > 0 || code !== 0) throw new Error(`${code}: ${client.stderr()}`)
}
