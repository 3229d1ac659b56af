import type { Server } from '@grpc/grpc-js'
import type { Scrubber } from '../secrets/scrubber.ts'
import { host } from './plugin/host.ts'
import type { Log } from './plugin/log.ts'
import { type AttachedPlugin, attachPlugin, servePlugin } from './plugin/plugin.ts'
import type { CallSettings } from './plugin/serve-methods.ts'
import type { EngineFacts, Provider } from './provider.ts'
import type { Session } from './serve/session.ts'

/** What stands before anything else runs. */
export interface Surroundings {
  readonly log: Log
  readonly scrubber: Scrubber
}

/** Serves a provider to the engine that started this process, until it asks for the end. */
export async function serveProvider(open: () => Promise<Provider>, surroundings: Surroundings): Promise<void> {
  const settings = pluginSettings(open, surroundings)
  await servePlugin({ ...settings, host })
  // The engine connects meanwhile.
  await settings.session.provider().catch(() => undefined)
}

/** Serves a provider to any engine that attaches to it, until it is closed. */
export async function attachProvider(
  open: () => Promise<Provider>,
  surroundings: Surroundings,
): Promise<AttachedPlugin> {
  return attachPlugin(pluginSettings(open, surroundings))
}

function pluginSettings(open: () => Promise<Provider>, { log, scrubber }: Surroundings) {
  let opened: Promise<Provider> | undefined
  // For good: a call that crosses the wish to stop on its way would otherwise never hear of it.
  let stopping = new AbortController()
  let engine: EngineFacts = { version: '', takesWriteOnly: false }
  const session: Session = {
    provider: () => (opened ??= open()),
    get engine() {
      return engine
    },
    meetEngine: (facts) => {
      engine = facts
      // The next engine that attaches has stopped nothing.
      if (stopping.signal.aborted) stopping = new AbortController()
    },
    noteSecret: (value) => scrubber.add(value),
    scrub: (text) => scrubber.scrub(text),
    onMistake: (error) => log('error', error instanceof Error ? (error.stack ?? error.message) : String(error)),
    stop: () => stopping.abort(),
  }
  return {
    env: process.env,
    log,
    session,
    register: async (server: Server, calls: CallSettings): Promise<void> => {
      const { serveMethods } = await import('./plugin/serve-methods.ts')
      const { answerCalls } = await import('./serve/answer-calls.ts')
      const { Provider: service } = await import('./protocol/generated/messages.ts')
      serveMethods(server, service, answerCalls(session), calls)
    },
    stop: session.stop,
    stopSignal: () => stopping.signal,
    close: async () => (await opened)?.close(),
  }
}
