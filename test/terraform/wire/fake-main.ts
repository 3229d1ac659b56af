import { runProvider } from '../../../src/terraform/run-provider.ts'
import { openFakeProvider } from './fake-provider.ts'

void runProvider(openFakeProvider)

// A library that prints must not keep the engine from reading the handshake.
console.log('printed before the handshake')
process.stdout.write('and once more\n')
