import { type AwsFailure, isFailed } from '../secrets/aws/aws-client.ts'
import type { CloudFailure, CloudFailureKind } from '../secrets/cloud/cloud-fault.ts'
import type { LedgerFault } from './ledger-fault.ts'

/** What is said of a server that would let two runs hold one lock. */
export const unconditional: LedgerFault = {
  message: 'the server takes no notice of If-None-Match and If-Match, so two runs could hold its lock at once.',
  hint: 'Use a service with conditional writes, such as Amazon S3, or keep the ledger in a vault or a committed file.',
}

/** Tells whether a write was refused because the object is not as expected, or is being written this moment. */
export function isConflict(failed: object): boolean {
  const status = statusOf(failed)
  return status === 412 || status === 409
}

/** Tells whether an object is not there, though its bucket is. */
export function isMissing(failed: object): boolean {
  return statusOf(failed) === 404 && codeOf(failed) !== 'NoSuchBucket'
}

/** Tells whether the server says that it does not know conditions. */
export function hasNoCondition(failed: AwsFailure): boolean {
  return statusOf(failed) === 501
}

/** Words why a bucket did not do what was asked, by what may be told of the failure. */
export function explainBucketFailure(
  failure: CloudFailure,
  doing: 'read' | 'write',
  bucket: string,
  object: string,
): LedgerFault {
  if (failure.code === 'NoRegion') {
    return { message: 'no region is set.', hint: 'Set AWS_REGION where hooks-sync runs.' }
  }
  const facts = [failure.status, failure.code].filter((fact) => fact !== undefined).join(' ')
  const request = failure.requestId === undefined ? '' : ` The request had the id ${failure.requestId}.`
  const [message, hint] = wordings[failure.kind]({ doing, bucket, object })
  return { message: facts === '' ? `${message}.` : `${message} (${facts}).`, hint: `${hint}${request}` }
}

interface About {
  readonly doing: 'read' | 'write'
  readonly bucket: string
  readonly object: string
}

const again = 'Run the command again; what was recorded so far is kept.'

const wordings: { readonly [K in CloudFailureKind]: (about: About) => readonly [string, string] } = {
  'not-found': ({ bucket }) => [`there is no bucket ${bucket}`, 'Make it, or check its name and AWS_REGION.'],
  conflict: () => ['another run has changed it', again],
  denied: ({ doing, bucket, object }) => [
    'access is denied',
    doing === 'write'
      ? `Allow s3:PutObject on ${object} to the identity that hooks-sync runs as.`
      : `Allow s3:GetObject on ${object} and s3:ListBucket on arn:aws:s3:::${bucket}, without which S3 denies what is not there.`,
  ],
  unauthenticated: () => [
    'there are no credentials that the server accepts',
    'The AWS SDK looks for them in the environment, the AWS profile, a web identity (OIDC), and the role of the container or machine.',
  ],
  throttled: () => ['the server asks to slow down', again],
  unavailable: () => [
    'the server cannot be reached, or is out of order',
    `Check the network and AWS_ENDPOINT_URL_S3. ${again}`,
  ],
  timeout: () => ['the server does not answer in time', again],
  redirect: () => ['the bucket is in another region', 'Set AWS_REGION to the region of the bucket.'],
  tls: () => ['the server does not prove who it is', 'NODE_EXTRA_CA_CERTS adds a certificate authority of your own.'],
  malformed: () => ['the server gives no answer of S3', 'Check AWS_ENDPOINT_URL_S3; something else may have answered.'],
  unusable: () => ['the server refused', 'Check the settings of the bucket.'],
  refused: () => ['the server refused', 'Check the settings of the bucket.'],
}

function statusOf(failed: object): number | undefined {
  return isFailed(failed) && 'failure' in failed ? failed.failure.status : undefined
}

function codeOf(failed: object): string | undefined {
  return isFailed(failed) && 'failure' in failed ? failed.failure.code : undefined
}
