import type { Socket } from 'node:net'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { Log } from './log.ts'
import { servePluginServices } from './plugin-services.ts'
import type { CallSettings } from './serve-methods.ts'

/** The gRPC half of a plugin: takes connections over and answers their calls. */
export interface PluginServer {
  accept(socket: Socket): void
  /** Takes no more calls, and waits until what was answered is out. */
  finish(): Promise<void>
  /** Breaks off whatever is under way. */
  breakOff(): void
}

export interface ServerSettings {
  readonly log: Log
  /** Registers what the plugin is there for. */
  readonly register: (server: Server, settings: CallSettings) => Promise<void>
  readonly stopSignal: () => AbortSignal
}

/** Makes the server of a plugin, with all that it answers; `end` is aborted when the process is about to end. */
export async function makePluginServer(
  { log, register, stopSignal }: ServerSettings,
  end: AbortSignal,
  onShutdown: () => void,
): Promise<PluginServer> {
  // States may be of any size.
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 })
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  const calls: CallSettings = {
    stopSignal,
    onMistake: (error, method) => log('error', `${method} failed: ${String(error)}`),
  }
  servePluginServices(server, { ...calls, stopSignal: () => end }, onShutdown)
  await register(server, calls)
  return {
    accept: (socket) => injector.injectConnection(socket),
    finish: () => new Promise((resolve) => server.tryShutdown(() => resolve())),
    breakOff: () => server.forceShutdown(),
  }
}
