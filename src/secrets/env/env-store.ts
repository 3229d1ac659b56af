import { SecretDocument } from '../document.ts'
import { makeReadOnly, type Store, type StoredDocument, type StoreFault } from '../store.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Makes the store of environment variables. */
export function makeEnvStore(env: Environment): Store {
  return {
    capabilities: { read: true, write: false, compareAndSet: false },
    read: (paths) => Promise.resolve(paths.map(({ path }) => readVariable(env, path))),
    ...makeReadOnly('The environment'),
    check: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  }
}

function readVariable(env: Environment, name: string): StoredDocument | StoreFault {
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  if (value === undefined) {
    return {
      kind: 'not-found',
      message: `The environment variable ${name} is not set.`,
      hint: 'Set it where hooks-sync runs.',
    }
  }
  if (value === '') {
    const hint = 'Give it a value where hooks-sync runs; a CI secret that the run may not see is often passed as empty.'
    return { kind: 'empty', message: `The environment variable ${name} is empty.`, hint }
  }
  return { kind: 'document', document: SecretDocument.ofText(value) }
}
