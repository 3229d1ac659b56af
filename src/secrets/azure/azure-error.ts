import {
  type CloudFailure,
  type CloudFailureKind,
  errorName,
  failureOfNetwork,
  failureOfStatus,
  property,
  requestIdOf,
} from '../cloud/cloud-fault.ts'

const kinds: ReadonlyMap<string, CloudFailureKind> = new Map([
  ['SecretNotFound', 'not-found'],
  ['SecretDisabled', 'unusable'],
  ['ObjectIsDeletedButRecoverable', 'unusable'],
  ['ObjectIsBeingDeleted', 'unusable'],
  ['ObjectIsBeingRecovered', 'unusable'],
  ['Throttled', 'throttled'],
])
const credentialErrors = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
])

/** Takes from an error of the Azure SDKs what may be told: Azure's name for it, the HTTP status and the id of the request. */
export function explainAzureError(error: unknown): CloudFailure {
  const name = property(error, 'name')
  if (typeof name === 'string' && credentialErrors.has(name)) return { kind: 'unauthenticated', code: name }
  const status = property(error, 'statusCode')
  if (typeof status !== 'number') {
    const network = failureOfNetwork(error)
    return network ?? { kind: property(error, 'code') === 'REQUEST_SEND_ERROR' ? 'unavailable' : 'malformed' }
  }
  if (status < 300) return { kind: 'malformed', status }
  const code = innerCodeOf(error) ?? errorName(property(error, 'code'))
  const requestId = requestIdOf(headerOf(error, 'x-ms-request-id'))
  return {
    kind: (code === undefined ? undefined : kinds.get(code)) ?? failureOfStatus(status),
    ...(code === undefined ? {} : { code }),
    status,
    ...(requestId === undefined ? {} : { requestId }),
  }
}

/** Says more than "Forbidden": that it was the firewall, a policy, or that the secret is disabled. */
function innerCodeOf(error: unknown): string | undefined {
  const details = property(error, 'details')
  const body = property(details, 'error') ?? details
  // Spelled as Azure does, or as newer versions of the SDK do.
  const inner = property(body, 'innererror') ?? property(body, 'innerError')
  return errorName(property(inner, 'code'))
}

function headerOf(error: unknown, name: string): unknown {
  const headers = property(property(error, 'response'), 'headers')
  const get = property(headers, 'get')
  return typeof get === 'function' ? Reflect.apply(get, headers, [name]) : undefined
}
