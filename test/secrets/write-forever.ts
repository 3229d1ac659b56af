/** Run as a process of its own by the tests, to be killed while it writes. */
import { Secret } from '../../src/core/secret.ts'
import { identitySources } from '../../src/secrets/age/age-identity.ts'
import { makeAgeStore } from '../../src/secrets/age/age-store.ts'

const [file = '', identity = ''] = process.argv.slice(2)
const sources = identitySources({ identity, env: {}, homeDir: '/nonexistent' })
const store = makeAgeStore({ sources, recipients: [], label: (path) => path })
for (let round = 0; ; round += 1) {
  await store.write(file, [{ pointer: ['round'], value: new Secret(`${round}`) }], 'any')
  process.stdout.write('.')
}
