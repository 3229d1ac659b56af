import { type CloudCall, type CloudFailure, toStoreFault } from '../cloud/cloud-fault.ts'
import { isPeerFault, loadPeer } from '../load-peer.ts'
import type { Opening } from '../locate.ts'
import type { StoreFault } from '../store.ts'
import { explainGcpError } from './gcp-error.ts'
import { fullName } from './secret-name.ts'

type Sdk = typeof import('@google-cloud/secret-manager')
type Client = InstanceType<Sdk['SecretManagerServiceClient']>

/** Which project a store is in, as far as the file says so; the SDK finds out the rest. */
export interface GcpSettings {
  readonly project?: string
  readonly endpoint?: string
}

/** A failed call. */
export interface GcpFailure {
  readonly kind: 'failure'
  readonly failure: CloudFailure
}

/** Calls Google Secret Manager by its SDK, which is loaded with the first call. */
export interface GcpCaller {
  /** Answers with what a call about a secret gives, or how it failed; a fault when there is no SDK. */
  attempt<T extends object>(
    path: string,
    call: (client: Client, name: string) => Promise<T>,
  ): Promise<T | GcpFailure | StoreFault>
  close(): Promise<void>
}

export const service = 'Google Secret Manager'

const defaultTimeoutMs = 15_000
const defaultOrigin = 'https://secretmanager.googleapis.com'

/** Makes the caller of the store that the settings describe. */
export function makeGcpCaller({ project, endpoint }: GcpSettings, calls: Opening['calls']): GcpCaller {
  const url = new URL(endpoint ?? defaultOrigin)
  let opening: Promise<Client | StoreFault> | undefined
  let projectFound: Promise<string> | undefined
  const open = async (): Promise<Client | StoreFault> => {
    const sdk = await loadPeer('@google-cloud/secret-manager', () => import('@google-cloud/secret-manager'))
    return isPeerFault(sdk) ? sdk : new sdk.SecretManagerServiceClient(optionsOf(url, project, calls))
  }
  const nameOf = async (path: string, client: Client): Promise<string> => {
    if (path.startsWith('projects/')) return path
    projectFound ??= project === undefined ? client.getProjectId() : Promise.resolve(project)
    return fullName(path, await projectFound)
  }
  return {
    attempt: async (path, call) => {
      opening ??= open()
      const client = await opening
      if ('message' in client) return client
      try {
        // First of all: a call to a client without credentials leaves a rejection behind that nothing handles.
        await client.initialize()
        return await call(client, await nameOf(path, client))
      } catch (error) {
        return { kind: 'failure', failure: explainGcpError(error, url.origin) }
      }
    },
    close: async () => {
      const client = await opening
      if (client !== undefined && !('message' in client)) await client.close()
    },
  }
}

/** Tells a failed call, or one that was never made, from an answer. */
export function isFailed(answer: object): answer is GcpFailure | StoreFault {
  return 'kind' in answer
}

/** Tells whether a call failed in one of some ways. */
export function failedAs(answer: object, ...kinds: readonly CloudFailure['kind'][]): boolean {
  return isFailed(answer) && 'failure' in answer && kinds.includes(answer.failure.kind)
}

/** Words a failed call. */
export function gcpFault(failed: GcpFailure | StoreFault, call: Omit<CloudCall, 'signIn' | 'service'>): StoreFault {
  if (!('failure' in failed)) return failed
  if (failed.failure.code === 'NoProject') {
    const hint = 'Set project under "stores:", or the variable GOOGLE_CLOUD_PROJECT.'
    return { kind: 'unavailable', message: `No project is set for ${service}.`, hint }
  }
  return toStoreFault(failed.failure, { ...call, service, signIn })
}

const signIn =
  'The Google SDK looks for them in GOOGLE_APPLICATION_CREDENTIALS (a key, or a workload identity), gcloud auth application-default, and the machine itself.'

type ClientOptions = NonNullable<ConstructorParameters<Sdk['SecretManagerServiceClient']>[0]>

function optionsOf(url: URL, project: string | undefined, calls: Opening['calls']): ClientOptions {
  return {
    // REST and not gRPC: one kind of connection for all stores, and a redirect that can be refused.
    fallback: true,
    apiEndpoint: url.hostname,
    port: url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port),
    protocol: url.protocol.slice(0, -1),
    libName: 'hooks-sync',
    // Without it, the SDK asks gcloud and the machine for a project with each start, which takes seconds.
    ...(project === undefined ? {} : { projectId: project }),
    clientOptions: {
      transporterOptions: {
        redirect: 'manual',
        timeout: calls.timeoutMs ?? defaultTimeoutMs,
        retryConfig: { retry: 2, noResponseRetries: 2, retryDelay: 100 },
      },
    },
  }
}
