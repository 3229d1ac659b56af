import { makeGate } from './gate.ts'
import { type Address, type Environment, isStartedByEngine, refuseProtocols, renderHandshake } from './handshake.ts'
import { type Host, watchProcess } from './host.ts'
import { listen } from './listen.ts'
import type { PluginServer, ServerSettings } from './plugin-server.ts'

export interface PluginSettings extends ServerSettings {
  readonly env: Environment
  readonly host: Host
  /** Aborts the calls that are under way. */
  readonly stop: () => void
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
  const ending = new Ending(settings)
  watchProcess(log, {
    onEnd: (reason) => void ending.end(reason === 'terminated' ? 143 : 1),
    onMistake: (error) => log('error', `A mistake of the provider: ${String(error)}`),
  })
  const server = new Later<PluginServer>()
  const gate = makeGate(env, (socket) => void server.value.then((made) => made.accept(socket)))
  const { address, release } = await listen(gate.server, env)
  ending.onExit(release)
  host.answer(renderHandshake(address, gate.certificate, env))
  log('debug', 'The provider is listening.', { network: address.network, address: address.text })
  // The engine connects meanwhile; it is let in when all calls can be answered.
  const { makePluginServer } = await import('./plugin-server.ts')
  const made = await makePluginServer(settings, ending.signal, () => void ending.end(0))
  ending.finishFirst(made)
  server.resolve(made)
}

/** A plugin that waits for any engine to attach to it. */
export interface AttachedPlugin {
  readonly address: Address
  close(): Promise<void>
}

/** Serves a plugin in clear to whoever may open its socket; engines attach to it, and leave it running. */
export async function attachPlugin(settings: Omit<PluginSettings, 'host'>): Promise<AttachedPlugin> {
  const closing = new AbortController()
  const { makePluginServer } = await import('./plugin-server.ts')
  const server = await makePluginServer(settings, closing.signal, () => undefined)
  const gate = makeGate({}, (socket) => server.accept(socket))
  const { address, release } = await listen(gate.server, settings.env)
  return {
    address,
    close: async () => {
      closing.abort()
      gate.server.close()
      server.breakOff()
      await settings.close()
      release()
    },
  }
}

function refuse(host: Host, text: string): void {
  host.note(text)
  host.exit(1)
}

/** A value that somebody waits for before it is there. */
class Later<T> {
  resolve: (value: T) => void = () => undefined
  readonly value: Promise<T> = new Promise((resolve) => {
    this.resolve = resolve
  })
}

/** The end of the process: once, and soon. */
class Ending {
  readonly #settings: PluginSettings
  readonly #begun = new AbortController()
  #server: PluginServer | undefined
  #release = (): void => undefined

  constructor(settings: PluginSettings) {
    this.#settings = settings
  }

  /** Aborted when the end begins. */
  get signal(): AbortSignal {
    return this.#begun.signal
  }

  finishFirst(server: PluginServer): void {
    this.#server = server
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
    await Promise.race([Promise.allSettled([close(), this.#server?.finish()]), bound])
    this.#release()
    host.exit(code)
  }
}
