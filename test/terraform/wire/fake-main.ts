import { observeSecrets } from '../../../src/core/secret.ts'
import { makeScrubber } from '../../../src/secrets/scrubber.ts'
import { host, takeOverStreams } from '../../../src/terraform/plugin/host.ts'
import { makeLog, wantedLevel } from '../../../src/terraform/plugin/log.ts'
import { serveProvider } from '../../../src/terraform/serve.ts'
import { openFakeProvider } from './fake-provider.ts'

const scrubber = makeScrubber()
observeSecrets((value) => scrubber.add(value))
const log = makeLog((line) => host.note(scrubber.scrub(line)), wantedLevel(process.env))
takeOverStreams(log)
// A library that prints must not keep the engine from reading the handshake.
console.log('printed before the handshake')
process.stdout.write('and once more\n')
void serveProvider(openFakeProvider, { log, scrubber })
