import { type CloudCall, type CloudFailure, toStoreFault } from '../cloud/cloud-fault.ts'
import { isPeerFault, loadPeer } from '../load-peer.ts'
import type { Opening } from '../locate.ts'
import type { StoreFault } from '../store.ts'
import { explainAzureError } from './azure-error.ts'

type Sdk = typeof import('@azure/keyvault-secrets')
type Identity = typeof import('@azure/identity')
type Client = InstanceType<Sdk['SecretClient']>
type Credential = ConstructorParameters<Sdk['SecretClient']>[1]
type ClientOptions = NonNullable<ConstructorParameters<Sdk['SecretClient']>[2]>

/** Which vault a store is. */
export interface AzureVault {
  readonly vaultUrl: string
  /** Whether its host is one of Azure, and not one that the operator has allowed. */
  readonly isAzure: boolean
}

/** A failed call. */
export interface AzureFailure {
  readonly kind: 'failure'
  readonly failure: CloudFailure
}

/** Options that each call is made with. */
export interface CallOptions {
  readonly requestOptions: { readonly timeout: number }
}

/** Calls one vault by the SDKs of Azure, which are loaded with the first call. */
export interface AzureCaller {
  /** Answers with what a call gives, or how it failed; a fault when there is no SDK. */
  attempt<T extends object>(
    call: (client: Client, options: CallOptions) => Promise<T>,
  ): Promise<T | AzureFailure | StoreFault>
}

export const service = 'Azure Key Vault'

const defaultTimeoutMs = 15_000
/** Tokens for vaults, and for nothing else that the identity may do. */
const vaultScope = /^https:\/\/vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net|microsoftazure\.de)\/\.default$/

/** Makes the caller of a vault. */
export function makeAzureCaller(vault: AzureVault, calls: Opening['calls']): AzureCaller {
  const options: CallOptions = { requestOptions: { timeout: calls.timeoutMs ?? defaultTimeoutMs } }
  let opening: Promise<Client | AzureFailure | StoreFault> | undefined
  return {
    attempt: async (call) => {
      opening ??= openVault(vault, calls)
      const client = await opening
      if ('kind' in client) return client
      try {
        return await call(client, options)
      } catch (error) {
        return { kind: 'failure', failure: explainAzureError(error) }
      }
    },
  }
}

/** Tells a failed call, or one that was never made, from an answer. */
export function isFailed(answer: object): answer is AzureFailure | StoreFault {
  return 'kind' in answer
}

/** Tells whether a call failed in one of some ways. */
export function failedAs(answer: object, ...kinds: readonly CloudFailure['kind'][]): boolean {
  return isFailed(answer) && 'failure' in answer && kinds.includes(answer.failure.kind)
}

/** Words a failed call. */
export function azureFault(failed: AzureFailure | StoreFault, call: Omit<CloudCall, 'signIn' | 'service'>): StoreFault {
  return 'failure' in failed ? toStoreFault(failed.failure, { ...call, service, signIn }) : failed
}

const signIn =
  'The Azure SDK looks for them in the environment (AZURE_…), a workload identity (OIDC), the managed identity of the machine, and az login.'

async function openVault(
  { vaultUrl, isAzure }: AzureVault,
  calls: Opening['calls'],
): Promise<Client | AzureFailure | StoreFault> {
  const sdk = await loadPeer('@azure/keyvault-secrets', () => import('@azure/keyvault-secrets'))
  if (isPeerFault(sdk)) return sdk
  const identity = await loadPeer('@azure/identity', () => import('@azure/identity'))
  if (isPeerFault(identity)) return identity
  const credential = credentialOf(identity)
  if (credential === undefined) return { kind: 'failure', failure: { kind: 'unauthenticated' } }
  const options: ClientOptions = {
    retryOptions: { maxRetries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 5_000 },
    redirectOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: calls.userAgent },
    // A vault is asked for whom it wants tokens. One of Azure may only name the domain it is in; the scopes are checked too.
    disableChallengeResourceVerification: !isAzure,
    ...(vaultUrl.startsWith('http:') ? { allowInsecureConnection: true } : {}),
  }
  return new sdk.SecretClient(vaultUrl, credential, options)
}

function credentialOf({ CredentialUnavailableError, DefaultAzureCredential }: Identity): Credential | undefined {
  try {
    const chain = new DefaultAzureCredential()
    return {
      getToken: (scopes, options) => {
        const isForVault = [scopes].flat().every((scope) => vaultScope.test(scope))
        if (isForVault) return chain.getToken(scopes, options)
        return Promise.reject(new CredentialUnavailableError('A vault asked for a token that is not for vaults.'))
      },
    }
  } catch {
    // AZURE_TOKEN_CREDENTIALS names something else than a credential.
    return undefined
  }
}
