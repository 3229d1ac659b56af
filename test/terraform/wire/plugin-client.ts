import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Client, credentials } from '@grpc/grpc-js'
import { makeServerCertificate, type ServerCertificate } from '../../../src/terraform/plugin/certificate.ts'
import {
  GRPCController,
  Health,
  Provider,
  type ProviderMethods,
} from '../../../src/terraform/protocol/generated/messages.ts'
import { decodeMessage, encodeMessage, type Sent } from '../../../src/terraform/protocol/message-codec.ts'
import type { MethodRow, ServiceTable } from '../../../src/terraform/protocol/tables.ts'

const magicCookie = {
  TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
}

export interface Handshake {
  readonly line: string
  readonly network: string
  readonly address: string
  /** The certificate of the server; undefined without encryption. */
  readonly certificate: Buffer | undefined
}

interface Launched {
  readonly child: ChildProcess
  readonly handshake: Handshake
  readonly stderr: () => string
  /** The exit code, once all that it has printed is read. */
  readonly exited: Promise<number | null>
}

/** Starts a plugin as an engine does, and reads the line by which it answers. */
export async function launch(
  command: readonly [string, ...(readonly string[])],
  env: Readonly<Record<string, string>>,
): Promise<Launched> {
  const [file, ...args] = command
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...magicCookie, PLUGIN_PROTOCOL_VERSIONS: '5,6', ...env },
  })
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  let noted = ''
  child.stderr.on('data', (part) => {
    noted += String(part)
  })
  const line = await firstLine(child)
  if (line === undefined) {
    await exited
    throw new Error(`No handshake. The plugin says: ${noted}`)
  }
  const [, , network = '', address = '', , certificate = ''] = line.split('|')
  const der = certificate === '' ? undefined : Buffer.from(certificate, 'base64')
  return { child, handshake: { line, network, address, certificate: der }, stderr: () => noted, exited }
}

async function firstLine({ stdout }: ChildProcess): Promise<string | undefined> {
  if (stdout === null) return undefined
  for await (const line of createInterface({ input: stdout })) return line
  return undefined
}

/** What an engine has in its hand once a plugin runs; calls what it is told to, as it is told to. */
export class PluginClient {
  readonly child: ChildProcess
  readonly handshake: Handshake
  readonly stderr: () => string
  /** The exit code, once all that it has printed is read. */
  readonly exited: Promise<number | null>
  readonly #client: Client

  private constructor(launched: Launched, client: Client) {
    this.child = launched.child
    this.handshake = launched.handshake
    this.stderr = launched.stderr
    this.exited = launched.exited
    this.#client = client
  }

  /** Starts a plugin and connects, with a certificate of each side unless told otherwise. */
  static async start(
    command: readonly [string, ...(readonly string[])],
    env: Readonly<Record<string, string>> = {},
    mine: ServerCertificate | 'none' = makeServerCertificate(),
  ): Promise<PluginClient> {
    const launched = await launch(command, mine === 'none' ? env : { PLUGIN_CLIENT_CERT: mine.pem, ...env })
    return new PluginClient(launched, connect(launched.handshake, mine))
  }

  /** Connects once more to a plugin that runs, as whoever has that certificate. */
  connectAs(certificate: ServerCertificate | 'none'): PluginClient {
    return new PluginClient(this.#launched(), connect(this.handshake, certificate))
  }

  call<M extends keyof ProviderMethods>(
    method: M,
    request: Sent<ProviderMethods[M]['request']>,
  ): Promise<ProviderMethods[M]['response']> {
    return this.#unary(Provider, method, request) as Promise<ProviderMethods[M]['response']>
  }

  /** Calls a method that the table of ours does not have. */
  callUnknown(method: string): Promise<unknown> {
    const row = { request: 'Empty', response: 'Empty', streams: [false, false] } as const
    return this.#send(`/tfplugin6.Provider/${method}`, row, {})
  }

  /** Collects what a list streams. */
  async list(
    request: Sent<ProviderMethods['ListResource']['request']>,
  ): Promise<readonly ProviderMethods['ListResource']['response'][]> {
    const stream = this.#client.makeServerStreamRequest(
      '/tfplugin6.Provider/ListResource',
      (message: object) => encodeMessage('ListResourceRequest', message),
      (bytes) => decodeMessage('ListResourceEvent', bytes),
      request,
    )
    const events: ProviderMethods['ListResource']['response'][] = []
    for await (const event of stream) events.push(event as ProviderMethods['ListResource']['response'])
    return events
  }

  health(): Promise<unknown> {
    return this.#unary(Health, 'Check', { service: 'plugin' })
  }

  /** Asks for the end, and waits for it; answers with the exit code. */
  async shutdown(): Promise<number | null> {
    // As with an engine: a process that ends before its answer is out has done what it was asked for.
    await this.#unary(GRPCController, 'Shutdown', {}).catch(() => undefined)
    const code = await this.exited
    this.#client.close()
    return code
  }

  close(): void {
    this.#client.close()
  }

  #launched(): Launched {
    return { child: this.child, handshake: this.handshake, stderr: this.stderr, exited: this.exited }
  }

  #unary(service: ServiceTable, method: string, request: object): Promise<unknown> {
    const row = service.methods[method]
    if (row === undefined) throw new Error(`There is no method ${method}.`)
    return this.#send(`/${service.name}/${method}`, row, request)
  }

  #send(path: string, row: MethodRow, request: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        (message: object) => encodeMessage(row.request as 'Empty', message),
        (bytes) => decodeMessage(row.response as 'Empty', bytes),
        request,
        (error, response) => (error === null ? resolve(response) : reject(error)),
      )
    })
  }
}

function connect({ network, address, certificate }: Handshake, mine: ServerCertificate | 'none'): Client {
  const target = network === 'unix' ? `unix:${address}` : address
  const options = {
    'grpc.ssl_target_name_override': 'localhost',
    'grpc.default_authority': 'localhost',
    'grpc.max_receive_message_length': -1,
  }
  if (mine === 'none' || certificate === undefined) return new Client(target, credentials.createInsecure(), options)
  const lines = certificate.toString('base64').match(/.{1,64}/gu) ?? []
  const ca = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
  const pair = [Buffer.from(ca), Buffer.from(mine.keyPem), Buffer.from(mine.pem)] as const
  return new Client(target, credentials.createSsl(...pair), options)
}
