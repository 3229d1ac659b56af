import {
  type CloudFailure,
  type CloudFailureKind,
  errorName,
  failureOfNetwork,
  failureOfStatus,
  property,
  requestIdOf,
} from '../cloud/cloud-fault.ts'

const kinds: { readonly [K in CloudFailureKind]?: string } = {
  'not-found': 'ResourceNotFoundException ParameterNotFound ParameterVersionNotFound',
  conflict: 'ResourceExistsException ParameterAlreadyExists',
  denied: 'AccessDeniedException AccessDenied UnauthorizedOperation DecryptionFailure EncryptionFailure InvalidKeyId',
  unauthenticated: `CredentialsProviderError TokenProviderError ExpiredTokenException ExpiredToken UnrecognizedClientException
    InvalidClientTokenId InvalidSignatureException SignatureDoesNotMatch IncompleteSignature MissingAuthenticationToken
    MissingAuthenticationTokenException InvalidIdentityToken IDPRejectedClaim RequestExpired`,
  throttled: `ThrottlingException Throttling ThrottledException TooManyRequestsException RequestLimitExceeded TooManyUpdates
    RequestThrottled RequestThrottledException ProvisionedThroughputExceededException`,
  unusable: 'InvalidRequestException',
  timeout: 'TimeoutError',
  malformed: 'SyntaxError',
}
const kindOfName: ReadonlyMap<string, CloudFailureKind> = new Map(
  entriesOf(kinds).flatMap(([kind, names]) => names.split(/\s+/).map((name) => [name, kind] as const)),
)

/** Takes from an error of the AWS SDK what may be told: its name, the HTTP status and the id of the request. */
export function explainAwsError(error: unknown): CloudFailure {
  if (property(error, 'message') === 'Region is missing') return { kind: 'refused', code: 'NoRegion' }
  const metadata = property(error, '$metadata')
  const status = property(metadata, 'httpStatusCode')
  const name = errorName(property(error, 'name'))
  const requestId = requestIdOf(property(metadata, 'requestId'))
  const known = name === undefined ? undefined : kindOfName.get(name)
  if (known === undefined || typeof status !== 'number') {
    const network = failureOfNetwork(error)
    if (network !== undefined) return network
  }
  const kind = known ?? (typeof status === 'number' ? kindOfStatus(status) : 'unavailable')
  const isTelling = name !== undefined && name !== 'Error' && name !== 'UnknownError' && kind !== 'malformed'
  return {
    kind,
    ...(isTelling ? { code: name } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  }
}

/** An answer with a status of success that the SDK could not use. */
function kindOfStatus(status: number): CloudFailureKind {
  return status < 300 ? 'malformed' : failureOfStatus(status)
}

function entriesOf(named: typeof kinds): readonly (readonly [CloudFailureKind, string])[] {
  return Object.entries(named) as unknown as readonly (readonly [CloudFailureKind, string])[]
}
