import { makeScrubber } from '../secrets/scrubber.ts'
import { type LogLevel, makeLog } from './plugin/log.ts'
import type { AttachedPlugin } from './plugin/plugin.ts'

/** Serves the provider to any engine that attaches to it, until it is closed; what it has to say is scrubbed. */
export async function attach(note: (line: string) => void, level: LogLevel): Promise<AttachedPlugin> {
  const { attachProvider } = await import('./serve.ts')
  const scrubber = makeScrubber()
  const log = makeLog((line) => note(scrubber.scrub(line)), level)
  const open = async () => (await import('./open-provider.ts')).openProvider()
  return attachProvider(open, { log, scrubber })
}
