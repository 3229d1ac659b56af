import type { Scrubber } from '../secrets/scrubber.ts'
import { host } from './plugin/host.ts'
import type { Log } from './plugin/log.ts'
import { servePlugin } from './plugin/plugin.ts'
import { serveMethods } from './plugin/serve-methods.ts'
import { Provider as ProviderService } from './protocol/generated/messages.ts'
import type { EngineFacts, Provider } from './provider.ts'
import { answerCalls } from './serve/answer-calls.ts'
import type { Session } from './serve/session.ts'

/** What stands before anything else runs. */
export interface Surroundings {
  readonly log: Log
  readonly scrubber: Scrubber
}

/** Serves a provider to the engine that started this process, until it asks for the end. */
export async function serveProvider(open: () => Promise<Provider>, { log, scrubber }: Surroundings): Promise<void> {
  let opened: Promise<Provider> | undefined
  // For good: a call that crosses the wish to stop on its way would otherwise never hear of it.
  const stopping = new AbortController()
  let engine: EngineFacts = { version: '', takesWriteOnly: false }
  const session: Session = {
    provider: () => (opened ??= open()),
    get engine() {
      return engine
    },
    meetEngine: (facts) => {
      engine = facts
    },
    noteSecret: (value) => scrubber.add(value),
    scrub: (text) => scrubber.scrub(text),
    onMistake: (error) => log('error', error instanceof Error ? (error.stack ?? error.message) : String(error)),
    stop: () => stopping.abort(),
  }
  await servePlugin({
    env: process.env,
    host,
    log,
    register: (server, settings) => serveMethods(server, ProviderService, answerCalls(session), settings),
    stop: session.stop,
    stopSignal: () => stopping.signal,
    close: async () => (await opened)?.close(),
  })
  // The engine connects meanwhile.
  await session.provider().catch(() => undefined)
}
