import type { Opening } from '../locate.ts'
import type { Store, StoreFault } from '../store.ts'
import { awsFault, failedAs, isFailed, makeAwsCaller } from './aws-client.ts'
import type { AwsSettings } from './aws-settings.ts'
import { type ParameterCaller, type ParameterClient, service } from './parameter-caller.ts'
import { readParameters } from './read-parameters.ts'
import { changeParameter, proveParameterWritable } from './write-parameter.ts'

/** Makes the store of AWS Systems Manager Parameter Store; its paths are names or ARNs of parameters. */
export function makeParameterStore(settings: AwsSettings, calls: Opening['calls']): Store {
  const caller: ParameterCaller = makeAwsCaller(
    {
      name: '@aws-sdk/client-ssm',
      load: () => import('@aws-sdk/client-ssm'),
      open: (sdk, options): ParameterClient => new sdk.SSMClient(options),
    },
    settings,
    calls,
  )
  return {
    capabilities: { read: true, write: true, compareAndSet: false },
    read: (paths) => readParameters(caller, paths),
    write: (path, set, expectation) => changeParameter(caller, path, { set, removed: [] }, expectation),
    edit: (path, wanted, expectation) => changeParameter(caller, path, wanted, expectation),
    remove: (path, removed) => changeParameter(caller, path, { set: [], removed }, 'any'),
    proveWritable: (path) => proveParameterWritable(caller, path),
    list: async (path) => {
      const [found] = await readParameters(caller, [{ path }])
      return found?.kind === 'document' ? found.document.pointers() : (found ?? [])
    },
    check: () => check(caller),
    close: () => caller.close(),
  }
}

/** Asks for what need not be there; being refused that is an answer too. */
async function check(caller: ParameterCaller): Promise<StoreFault | undefined> {
  const answer = await caller.attempt(({ sdk, client }) =>
    client.send(new sdk.GetParametersCommand({ Names: ['/hooks-sync/check'], WithDecryption: false })),
  )
  if (!isFailed(answer) || failedAs(answer, 'denied')) return undefined
  return awsFault(answer, { service, verb: 'be asked for parameters' })
}
