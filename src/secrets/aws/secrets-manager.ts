import type { Opening } from '../locate.ts'
import type { Store, StoreFault } from '../store.ts'
import { awsFault, failedAs, isFailed, makeAwsCaller } from './aws-client.ts'
import type { AwsSettings } from './aws-settings.ts'
import { readSecret, readSecrets } from './read-secrets.ts'
import { type SecretsCaller, type SecretsClient, service } from './secrets-caller.ts'
import { changeSecret, proveSecretWritable } from './write-secret.ts'

/** Makes the store of AWS Secrets Manager; its paths are names or ARNs of secrets. */
export function makeSecretsManager(settings: AwsSettings, calls: Opening['calls']): Store {
  const caller: SecretsCaller = makeAwsCaller(
    {
      name: '@aws-sdk/client-secrets-manager',
      load: () => import('@aws-sdk/client-secrets-manager'),
      open: (sdk, options): SecretsClient => new sdk.SecretsManagerClient(options),
    },
    settings,
    calls,
  )
  return {
    capabilities: { read: true, write: true, compareAndSet: true },
    read: (paths) => readSecrets(caller, paths),
    write: (path, set, expectation) => changeSecret(caller, path, { set, removed: [] }, expectation),
    edit: (path, wanted, expectation) => changeSecret(caller, path, wanted, expectation),
    remove: (path, removed) => changeSecret(caller, path, { set: [], removed }, 'any'),
    proveWritable: (path) => proveSecretWritable(caller, path),
    list: async (path) => {
      const found = await readSecret(caller, { path })
      return found.kind === 'document' ? found.document.pointers() : found
    },
    check: () => check(caller),
    close: () => caller.close(),
  }
}

/** Asks for what is not needed to do anything else; being refused that is an answer too. */
async function check(caller: SecretsCaller): Promise<StoreFault | undefined> {
  const answer = await caller.attempt(({ sdk, client }) => client.send(new sdk.ListSecretsCommand({ MaxResults: 1 })))
  if (!isFailed(answer) || failedAs(answer, 'denied')) return undefined
  return awsFault(answer, { service, verb: 'list secrets' })
}
