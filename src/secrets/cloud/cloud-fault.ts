import type { StoreFault } from '../store.ts'

/**
 * How a call to a cloud failed. Only what is listed here is taken from the error of an SDK: the error itself holds
 * requests and answers, and with them tokens and secrets.
 */
export interface CloudFailure {
  readonly kind: CloudFailureKind
  /** The service's name for it, such as AccessDeniedException, or that of the system, such as ECONNREFUSED. */
  readonly code?: string
  readonly status?: number
  readonly requestId?: string
}

export type CloudFailureKind =
  | 'not-found'
  | 'conflict'
  | 'denied'
  | 'unauthenticated'
  | 'throttled'
  | 'unavailable'
  | 'timeout'
  | 'redirect'
  | 'tls'
  | 'malformed'
  /** The secret is there, and not in a state in which this can be done. */
  | 'unusable'
  /** The service took exception to what was asked. */
  | 'refused'

/** A call, in the words of a message about it. */
export interface CloudCall {
  /** For example `AWS Secrets Manager`. */
  readonly service: string
  /** For example `read`. */
  readonly verb: string
  /** What it is about; absent where it is about the store as a whole. */
  readonly path?: string
  readonly permission?: string
  /** Where to look when there are no credentials, or wrong ones. */
  readonly signIn: string
  /** What to do about a secret that is not usable. */
  readonly mend?: string
}

type Wording = readonly [StoreFault['kind'], string, string]

const wordings: { readonly [K in CloudFailureKind]: (call: CloudCall, facts: string) => Wording } = {
  'not-found': ({ service, path }) => [
    'not-found',
    `${service} has no secret ${path}.`,
    'Check its name, and in which account and place the store looks.',
  ],
  conflict: ({ service, path }) => [
    'conflict',
    `${service} has changed ${path} in the meantime.`,
    'Run the command again.',
  ],
  denied: (call, facts) => [
    'denied',
    `${call.service} does not let hooks-sync ${deed(call)}${facts}.`,
    `Allow ${call.permission ?? 'it'} to the identity that hooks-sync runs as.`,
  ],
  unauthenticated: ({ service, signIn }, facts) => [
    'unauthenticated',
    `There are no credentials that ${service} accepts${facts}.`,
    signIn,
  ],
  throttled: ({ service }, facts) => [
    'throttled',
    `${service} asks to slow down${facts}.`,
    'Run the command again later; other programs may use up the limit.',
  ],
  unavailable: ({ service }, facts) => [
    'unavailable',
    `${service} cannot be reached${facts}.`,
    'Check the network, and the settings of the store.',
  ],
  timeout: ({ service }) => ['unavailable', `${service} does not answer in time.`, 'Run the command again.'],
  redirect: ({ service }, facts) => [
    'unavailable',
    `${service} sends elsewhere${facts}, and credentials are not sent on.`,
    'Check the endpoint of the store, and the network.',
  ],
  tls: ({ service }, facts) => [
    'tls',
    `${service} does not prove who it is${facts}.`,
    'NODE_EXTRA_CA_CERTS adds a certificate authority of your own.',
  ],
  malformed: ({ service }) => [
    'malformed',
    `${service} answers with something else than it should.`,
    'Check the endpoint of the store; something else may have answered.',
  ],
  unusable: (call, facts) => [
    'denied',
    `${call.service} cannot ${deed(call)} as it is now${facts}.`,
    call.mend ?? 'It may be disabled or about to be deleted; restore it, or name another secret.',
  ],
  refused: (call, facts) => [
    'denied',
    `${call.service} refused to ${deed(call)}${facts}.`,
    'Check the name of the secret and the settings of the store.',
  ],
}

/** Words a failed call. */
export function toStoreFault(failure: CloudFailure, call: CloudCall): StoreFault {
  const facts = [failure.code, failure.status].filter((fact) => fact !== undefined).join(', ')
  const [kind, message, hint] = wordings[failure.kind](call, facts === '' ? '' : ` (${facts})`)
  // Not in the message: that one is told once, however many calls fail alike.
  const request = failure.requestId === undefined ? '' : ` The request had the id ${failure.requestId}.`
  return { kind, message, hint: `${hint}${request}` }
}

function deed({ verb, path }: CloudCall): string {
  return path === undefined ? verb : `${verb} ${path}`
}

/** Returns what is known of a failure by its HTTP status alone. */
export function failureOfStatus(status: number): CloudFailureKind {
  if (status >= 300 && status < 400) return 'redirect'
  if (status === 401) return 'unauthenticated'
  if (status === 403) return 'denied'
  if (status === 404) return 'not-found'
  if (status === 429) return 'throttled'
  return status >= 500 ? 'unavailable' : 'refused'
}

/** Finds out whether it was the network, from an error or one that it was caused by. */
export function failureOfNetwork(error: unknown): CloudFailure | undefined {
  for (const each of chainOf(error)) {
    if (isTimeout(each)) return { kind: 'timeout' }
    const code = property(each, 'code')
    if (typeof code !== 'string') continue
    if (certificateCode.test(code)) return { kind: 'tls', code }
    if (networkCode.test(code)) return { kind: code === 'ETIMEDOUT' ? 'timeout' : 'unavailable', code }
  }
  return undefined
}

const certificateCode = /^(?:CERT_[A-Z_]+|ERR_TLS_[A-Z_]+|[A-Z_]*SELF_SIGNED[A-Z_]*|UNABLE_TO_(?:GET|VERIFY)_[A-Z_]+)$/
const networkCode = /^(?:E(?:CONN|HOST|NET|ADDR)[A-Z]+|E(?:AI_AGAIN|PIPE|PROTO|TIMEDOUT)|ENOTFOUND|UND_ERR_[A-Z_]+)$/
const causesFollowed = 5

function isTimeout(error: object): boolean {
  const name = property(error, 'name')
  return name === 'TimeoutError' || name === 'AbortError' || property(error, 'type') === 'aborted'
}

function chainOf(error: unknown): readonly object[] {
  const chain: object[] = []
  let queue: readonly unknown[] = [error]
  while (queue.length > 0 && chain.length < causesFollowed) {
    const found = queue.filter((each) => typeof each === 'object' && each !== null)
    chain.push(...found)
    queue = found.flatMap((each) => [property(each, 'cause'), ...listOf(property(each, 'errors'))])
  }
  return chain
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Returns a property of an error of which nothing is known. */
export function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
}

/** Returns a name that a service gives to an error, if it looks like one. */
export function errorName(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Z][A-Za-z]{2,60}$/.test(value) ? value : undefined
}

/** Returns the id of a request, if it looks like one. */
export function requestIdOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9a-f-]{8,64}$/i.test(value) ? value : undefined
}
