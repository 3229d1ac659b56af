import type { Socket } from 'node:net'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { makeGate } from './gate.ts'
import { type Address, type Environment, isStartedByEngine, refuseProtocols, renderHandshake } from './handshake.ts'
import { type Host, watchProcess } from './host.ts'
import { listen } from './listen.ts'
import type { Log } from './log.ts'
import { servePluginServices } from './plugin-services.ts'
import type { CallSettings } from './serve-methods.ts'

export interface PluginSettings {
  readonly env: Environment
  readonly host: Host
  readonly log: Log
  /** Registers what the plugin is there for. */
  readonly register: (server: Server, settings: CallSettings) => void
  /** Aborts the calls that are under way. */
  readonly stop: () => void
  readonly stopSignal: () => AbortSignal
  /** Closes what is open, before the process ends. */
  readonly close: () => Promise<void>
}

const askedByHand = `This is a provider for Terraform and OpenTofu, which start it themselves.
Run "terraform init" in a configuration that requires hooks-sync/hooks.
`

/** Longest wait for connections to close; an engine waits for two seconds, and then kills. */
const closeMs = 500

/** Serves a plugin to the engine that has started this process, until that ends it. */
export async function servePlugin(settings: PluginSettings): Promise<void> {
  const { env, host, log } = settings
  if (!isStartedByEngine(env)) return refuse(host, askedByHand)
  const mismatch = refuseProtocols(env)
  if (mismatch !== undefined) return refuse(host, `${mismatch}\n`)
  const server = makeServer()
  const ending = new Ending(settings, server)
  register(server, settings, { signal: ending.signal, onShutdown: () => void ending.end(0) })
  watchProcess(log, {
    onEnd: (reason) => void ending.end(reason === 'terminated' ? 143 : 1),
    onMistake: (error) => log('error', `A mistake of the provider: ${String(error)}`),
  })
  const gate = makeGate(env, acceptFor(server))
  const { address, release } = await listen(gate.server, env)
  ending.onExit(release)
  host.answer(renderHandshake(address, gate.certificate, env))
  log('debug', 'The provider is listening.', { network: address.network, address: address.text })
}

/** A plugin that waits for any engine to attach to it. */
export interface AttachedPlugin {
  readonly address: Address
  close(): Promise<void>
}

/** Serves a plugin in clear to whoever may open its socket; engines attach to it, and leave it running. */
export async function attachPlugin(settings: Omit<PluginSettings, 'host'>): Promise<AttachedPlugin> {
  const server = makeServer()
  const closing = new AbortController()
  register(server, settings, { signal: closing.signal, onShutdown: () => undefined })
  const gate = makeGate({}, acceptFor(server))
  const { address, release } = await listen(gate.server, settings.env)
  return {
    address,
    close: async () => {
      closing.abort()
      gate.server.close()
      server.forceShutdown()
      await settings.close()
      release()
    },
  }
}

function makeServer(): Server {
  // States may be of any size.
  return new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 })
}

function acceptFor(server: Server): (socket: Socket) => void {
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  return (socket) => injector.injectConnection(socket)
}

interface End {
  readonly signal: AbortSignal
  readonly onShutdown: () => void
}

function register(server: Server, settings: Omit<PluginSettings, 'host'>, { signal, onShutdown }: End): void {
  const calls: CallSettings = {
    stopSignal: settings.stopSignal,
    onMistake: (error, method) => settings.log('error', `${method} failed: ${String(error)}`),
  }
  servePluginServices(server, { ...calls, stopSignal: () => signal }, onShutdown)
  settings.register(server, calls)
}

function refuse(host: Host, text: string): void {
  host.note(text)
  host.exit(1)
}

/** The end of the process: once, and soon. */
class Ending {
  readonly #settings: PluginSettings
  readonly #server: Server
  readonly #begun = new AbortController()
  #release = (): void => undefined

  constructor(settings: PluginSettings, server: Server) {
    this.#settings = settings
    this.#server = server
  }

  /** Aborted when the end begins. */
  get signal(): AbortSignal {
    return this.#begun.signal
  }

  onExit(release: () => void): void {
    this.#release = release
  }

  async end(code: number): Promise<void> {
    if (this.#begun.signal.aborted) return
    this.#begun.abort()
    const { close, host, stop } = this.#settings
    stop()
    const bound = new Promise<void>((resolve) => setTimeout(resolve, closeMs))
    await Promise.race([Promise.allSettled([close(), this.#sendAnswers()]), bound])
    this.#release()
    host.exit(code)
  }

  /** Waits until what was answered is out. */
  #sendAnswers(): Promise<void> {
    return new Promise((resolve) => this.#server.tryShutdown(() => resolve()))
  }
}
