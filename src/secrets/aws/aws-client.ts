import { type CloudCall, type CloudFailure, toStoreFault } from '../cloud/cloud-fault.ts'
import { isPeerFault, loadPeer, type PeerName } from '../load-peer.ts'
import type { Opening } from '../locate.ts'
import type { StoreFault } from '../store.ts'
import { explainAwsError } from './aws-error.ts'
import type { AwsSettings } from './aws-settings.ts'

/** What the clients of AWS services are made with. */
export interface AwsClientOptions {
  readonly region?: string
  readonly profile?: string
  readonly endpoint?: string
  readonly customUserAgent: string
  readonly logger: { readonly [L in 'trace' | 'debug' | 'info' | 'warn' | 'error']: () => void }
  readonly requestHandler: {
    readonly connectionTimeout: number
    readonly requestTimeout: number
    readonly socketTimeout: number
    readonly throwOnRequestTimeout: boolean
  }
}

/** A package of the SDK, and the client made of it. */
interface Session<M, C> {
  readonly sdk: M
  readonly client: C
}

/** A failed call. */
export interface AwsFailure {
  readonly kind: 'failure'
  readonly failure: CloudFailure
}

/** Calls one AWS service by its SDK, which is loaded with the first call. */
export interface AwsCaller<M, C> {
  /** Answers with what a call gives, or how it failed; a fault when there is no SDK. */
  attempt<T extends object>(call: (session: Session<M, C>) => Promise<T>): Promise<T | AwsFailure | StoreFault>
  close(): Promise<void>
}

const connectMs = 5_000
const defaultTimeoutMs = 15_000
const silence = (): void => undefined

/** Makes the caller of a service. */
export function makeAwsCaller<M extends object, C extends { destroy(): void }>(
  peer: {
    readonly name: PeerName
    readonly load: () => Promise<M>
    readonly open: (sdk: M, options: AwsClientOptions) => C
  },
  settings: AwsSettings,
  calls: Opening['calls'],
): AwsCaller<M, C> {
  let session: Promise<Session<M, C> | StoreFault> | undefined
  const open = async (): Promise<Session<M, C> | StoreFault> => {
    const sdk = await loadPeer(peer.name, peer.load)
    return isPeerFault(sdk) ? sdk : { sdk, client: peer.open(sdk, optionsOf(settings, calls)) }
  }
  return {
    attempt: async (call) => {
      session ??= open()
      const opened = await session
      if ('kind' in opened) return opened
      try {
        return await call(opened)
      } catch (error) {
        return { kind: 'failure', failure: explainAwsError(error) }
      }
    },
    close: async () => {
      const opened = await session
      if (opened !== undefined && 'client' in opened) opened.client.destroy()
    },
  }
}

/** Tells a failed call, or one that was never made, from an answer. */
export function isFailed(answer: object): answer is AwsFailure | StoreFault {
  return 'kind' in answer
}

/** Tells whether a call failed in one of some ways. */
export function failedAs(answer: object, ...kinds: readonly CloudFailure['kind'][]): boolean {
  return isFailed(answer) && 'failure' in answer && kinds.includes(answer.failure.kind)
}

/** Words a failed call. */
export function awsFault(failed: AwsFailure | StoreFault, call: Omit<CloudCall, 'signIn'>): StoreFault {
  if (!('failure' in failed)) return failed
  if (failed.failure.code === 'NoRegion') {
    const hint = 'Set region under "stores:", or the variable AWS_REGION.'
    return { kind: 'unavailable', message: `No region is set for ${call.service}.`, hint }
  }
  return toStoreFault(failed.failure, { ...call, signIn })
}

const signIn =
  'The AWS SDK looks for them in the environment, the AWS profile, a web identity (OIDC), and the role of the container or machine.'

function optionsOf({ region, profile, endpoint }: AwsSettings, calls: Opening['calls']): AwsClientOptions {
  const timeoutMs = calls.timeoutMs ?? defaultTimeoutMs
  return {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    customUserAgent: calls.userAgent,
    logger: { trace: silence, debug: silence, info: silence, warn: silence, error: silence },
    requestHandler: {
      connectionTimeout: Math.min(connectMs, timeoutMs),
      requestTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
  }
}
