import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { objectType } from '../../../src/schema/terraform-type.ts'
import { decodeCty, encodeCty } from '../../../src/terraform/cty/msgpack.ts'
import { type CtyObject, type CtyValue, Unknown } from '../../../src/terraform/cty/value.ts'
import { makeServerCertificate } from '../../../src/terraform/plugin/certificate.ts'
import { fakeSchema, thingAttributes } from './fake-schema.ts'
import { launch, PluginClient } from './plugin-client.ts'
import { untilGone } from './until-gone.ts'

const bundle = (): readonly [string, string] => [process.execPath, inject('fakeBundle')]

async function startPlugin(
  env: Readonly<Record<string, string>> = {},
  ...mine: readonly ['none'?]
): Promise<PluginClient> {
  const client = await PluginClient.start(bundle(), env, ...mine)
  onTestFinished(() => {
    client.close()
    client.child.kill('SIGKILL')
  })
  return client
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hooks-plugin-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

test('it listens on a socket where the engine says, and leaves nothing behind', async () => {
  const directory = makeDirectory()
  const client = await startPlugin({ PLUGIN_UNIX_SOCKET_DIR: directory })

  expect(client.handshake).toMatchObject({ network: 'unix', address: join(directory, readdirSync(directory)[0] ?? '') })
  expect(await client.call('GetMetadata', {})).toMatchObject({ resources: [{ typeName: 'hooks_thing' }] })
  expect(await client.shutdown()).toBe(0)
  expect(readdirSync(directory)).toEqual([])
})

test('where no socket can be it listens on a port of the engine, on this machine only', async () => {
  const client = await startPlugin({
    PLUGIN_UNIX_SOCKET_DIR: join(tmpdir(), 'x'.repeat(120)),
    PLUGIN_MIN_PORT: '21000',
    PLUGIN_MAX_PORT: '23000',
  })
  const [host, port] = client.handshake.address.split(':')

  expect(client.handshake.network).toBe('tcp')
  expect(host).toBe('127.0.0.1')
  expect(Number(port)).toBeGreaterThanOrEqual(21_000)
  expect(Number(port)).toBeLessThanOrEqual(23_000)
  expect(await client.health()).toEqual({ status: 1 })
})

test('without a certificate of the engine it serves in clear, and says so by an empty field', async () => {
  const client = await startPlugin({}, 'none')

  expect(client.handshake.line).toMatch(/\|grpc\|$/u)
  expect(await client.health()).toEqual({ status: 1 })
})

test('debug output of Node that shows requests is not written, and the log says so', async () => {
  const client = await startPlugin({ NODE_DEBUG: 'net,tls,stream', TF_LOG: 'trace' })

  await client.health()
  await client.shutdown()

  expect(client.stderr()).toContain('NODE_DEBUG is ignored')
  expect(client.stderr()).not.toMatch(/(?:NET|TLS|STREAM) \d+/u)
})

test('who has not the certificate of the engine is not served', async () => {
  const client = await startPlugin()
  const stranger = client.connectAs(makeServerCertificate())
  const naked = client.connectAs('none')
  onTestFinished(() => [stranger, naked].forEach((each) => each.close()))

  await expect(stranger.health()).rejects.toThrow('UNAVAILABLE')
  await expect(naked.health()).rejects.toThrow('UNAVAILABLE')
  expect(await client.health()).toEqual({ status: 1 })
})

test('a certificate of the engine that is none ends it with a sentence', async () => {
  await expect(launch(bundle(), { PLUGIN_CLIENT_CERT: 'nonsense' })).rejects.toThrow(
    /cannot start: .*PLUGIN_CLIENT_CERT/u,
  )
})

test('run by hand it says what it is, and ends', () => {
  const { status, stdout, stderr } = spawnSync(...byHand(), { encoding: 'utf8', env: { PATH: process.env['PATH'] } })

  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain('This is a provider for Terraform and OpenTofu')
})

function byHand(): [string, readonly string[]] {
  const [node, file] = bundle()
  return [node, [file]]
}

test('calls that nobody here has heard of are unimplemented, and the next one is answered', async () => {
  const client = await startPlugin()

  for (const method of ['PlanAction', 'GetStates', 'GenerateResourceConfig', 'CallOfTomorrow']) {
    await expect(client.callUnknown(method)).rejects.toMatchObject({ code: 12 })
  }
  expect(await client.health()).toEqual({ status: 1 })
})

test('an interrupt is left to the engine, SIGTERM ends it', async () => {
  const client = await startPlugin()

  client.child.kill('SIGINT')
  expect(await client.health()).toEqual({ status: 1 })
  client.child.kill('SIGTERM')

  expect(await client.exited).toBe(143)
  expect(existsSync(client.handshake.address)).toBe(false)
})

test('it ends when the engine is gone without a word', async () => {
  const [node, file] = bundle()
  const script = `const { spawn } = require('node:child_process')
const child = spawn(process.execPath, [${JSON.stringify(file)}], { stdio: ['ignore', 'pipe', 'ignore'] })
child.stdout.once('data', (line) => process.stdout.write(child.pid + '|' + line, () => process.kill(process.pid, 'SIGKILL')))`
  const engine = spawn(node, ['-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], TF_PLUGIN_MAGIC_COOKIE: magic },
  })
  const [told] = (await once(engine.stdout, 'data')) as [Buffer]
  const [pid = '', , , , path = ''] = String(told).split('|')

  await untilGone(Number(pid))
  expect(existsSync(path)).toBe(false)
})

const magic = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2'

test('StopProvider stops calls that are under way and such as cross it', async () => {
  const client = await startPlugin()
  await client.call('ConfigureProvider', configuration(makeDirectory()))
  const hanging = [1, 2].map(() => client.call('ApplyResourceChange', creation({ mistake: 'hang in apply' })))
  // Calls are taken up in the order in which they come: once this one is answered, those two are under way.
  expect(await client.health()).toEqual({ status: 1 })

  expect(await client.call('StopProvider', {})).toEqual({ error: '' })
  const answers = await Promise.all([
    ...hanging,
    client.call('ApplyResourceChange', creation({ mistake: 'hang in apply' })),
  ])

  expect(answers.map(({ diagnostics: [found] }) => found?.detail)).toEqual(
    Array.from({ length: 3 }, () => 'It says: The call was stopped.'),
  )
})

test('what is asked too early is put off where the engine can do so, and is an error elsewhere', async () => {
  const client = await startPlugin()
  await client.call('ConfigureProvider', configuration(Unknown.value))
  const ask = async (deferralAllowed: boolean) => {
    const clientCapabilities = { deferralAllowed, writeOnlyAttributesAllowed: true }
    const [things, ticket] = [fakeSchema.dataSources['hooks_things'], fakeSchema.ephemeralResources['hooks_ticket']]
    const config = { msgpack: encodeCty({}, objectType(things?.attributes ?? {})) }
    const wish = { msgpack: encodeCty({ thing_id: 'thing-a' }, objectType(ticket?.attributes ?? {})) }
    return [
      await client.call('ReadDataSource', { typeName: 'hooks_things', config, clientCapabilities }),
      await client.call('OpenEphemeralResource', { typeName: 'hooks_ticket', config: wish, clientCapabilities }),
      await client.call('ImportResourceState', { typeName: 'hooks_thing', id: 'thing-a', clientCapabilities }),
    ]
  }

  const [put, told] = [await ask(true), await ask(false)]

  expect(put).toMatchObject(put.map(() => ({ deferred: { reason: 2 }, diagnostics: [] })))
  const blocks = JSON.stringify(put, (_key, value: unknown) => (value instanceof Uint8Array ? [...value] : value))
  expect(blocks.match(/"msgpack":\[212,0,0\]/gu)).toHaveLength(put.length)
  expect(told).toMatchObject(
    told.map(() => ({ deferred: undefined, diagnostics: [{ summary: 'Nobody knows where yet.' }] })),
  )
})

test('a state of ten megabytes passes both ways', async () => {
  const client = await startPlugin()
  await client.call('ConfigureProvider', configuration(makeDirectory()))
  const large = 'x'.repeat(10_000_000)

  const { newState, diagnostics } = await client.call('ApplyResourceChange', creation({ zone: large }))

  expect(diagnostics).toEqual([])
  expect(decodeThing(newState?.msgpack)?.['zone']).toBe(large)
})

const thingType = objectType(thingAttributes)

function configuration(directory: CtyValue) {
  const attributes = objectType(fakeSchema.provider.attributes)
  return { terraformVersion: '1.11.4', config: { msgpack: encodeCty({ directory }, attributes) } }
}

function creation(more: CtyObject) {
  const planned = { msgpack: encodeCty({ name: 'a', on: true, ...more }, thingType) }
  return {
    typeName: 'hooks_thing',
    priorState: { msgpack: encodeCty(null, thingType) },
    plannedState: planned,
    config: planned,
  }
}

function decodeThing(bytes: Uint8Array | undefined): CtyObject | null {
  return bytes === undefined ? null : (decodeCty(bytes, thingType) as CtyObject | null)
}
