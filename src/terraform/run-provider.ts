import { observeSecrets } from '../core/secret.ts'
import { hardenProcess } from '../run/harden-process.ts'
import { makeScrubber } from '../secrets/scrubber.ts'
import { host, takeOverStreams } from './plugin/host.ts'
import { makeLog, wantedLevel } from './plugin/log.ts'
import type { Provider } from './provider.ts'

/** Makes this process a provider. Whatever is loaded from here on finds the streams taken over. */
export async function runProvider(open: () => Promise<Provider>): Promise<void> {
  const scrubber = makeScrubber()
  observeSecrets((value) => scrubber.add(value))
  const log = makeLog((line) => host.note(scrubber.scrub(line)), wantedLevel(process.env))
  takeOverStreams(log)
  for (const { message, hint = '' } of hardenProcess()) log('warn', `${message} ${hint}`.trim())
  try {
    const { serveProvider } = await import('./serve.ts')
    await serveProvider(open, { log, scrubber })
  } catch (error) {
    host.note(scrubber.scrub(`The provider cannot start: ${error instanceof Error ? error.message : String(error)}\n`))
    host.exit(1)
  }
}
