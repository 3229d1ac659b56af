import { observeSecrets } from '../core/secret.ts'
import { makeScrubber } from '../secrets/scrubber.ts'
import { host, takeOverStreams } from './plugin/host.ts'
import { makeLog, wantedLevel } from './plugin/log.ts'

/** Runs the provider. Whatever is loaded finds the streams taken over already. */
async function main(): Promise<void> {
  const scrubber = makeScrubber()
  observeSecrets((value) => scrubber.add(value))
  const log = makeLog((line) => host.note(scrubber.scrub(line)), wantedLevel(process.env))
  takeOverStreams(log)
  const { serveProvider } = await import('./serve.ts')
  await serveProvider(open, { log, scrubber })
}

async function open() {
  const { openProvider } = await import('./open-provider.ts')
  return openProvider()
}

main().catch((error: unknown) => {
  host.note(`The provider cannot start: ${error instanceof Error ? error.message : String(error)}\n`)
  host.exit(1)
})
