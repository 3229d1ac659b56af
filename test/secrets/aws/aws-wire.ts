import { vi } from 'vitest'
import type { CloudAnswer, CloudRequest } from '../cloud/cloud-server.ts'

export type AwsInput = Readonly<Record<string, unknown>>

/** Reads a call in AWS JSON 1.1; throws where it is not signed as it must be. */
export function readAwsCall({ headers, body }: CloudRequest, service: string): { operation: string; input: AwsInput } {
  const credential = `Credential=${credentials.AWS_ACCESS_KEY_ID}/\\d{8}/eu-west-1/${service}/aws4_request`
  const signature = new RegExp(`^AWS4-HMAC-SHA256 ${credential}, SignedHeaders=[a-z0-9;-]+, Signature=[0-9a-f]{64}$`)
  if (!signature.test(headers.authorization ?? '')) throw new Error('not signed')
  if (headers['x-amz-security-token'] !== credentials.AWS_SESSION_TOKEN) throw new Error('no session token')
  return { operation: String(headers['x-amz-target']), input: JSON.parse(body) as AwsInput }
}

export function awsError(name: string, status = 400): CloudAnswer {
  const headers = {
    'x-amzn-requestid': '01234567-89ab-cdef-0123-456789abcdef',
    'content-type': 'application/x-amz-json-1.1',
  }
  return { status, headers, body: { __type: name, message: `User ${Object.values(credentials).join(' ')} is not to` } }
}

export const credentials = {
  AWS_ACCESS_KEY_ID: 'AKIACANARYACCESSKEY',
  AWS_SECRET_ACCESS_KEY: 'canary+secret/access=key',
  AWS_SESSION_TOKEN: 'canary/session+token==',
}

/** What stands for AWS in the contract of all clouds. */
export const awsRefusals: {
  readonly [K in 'denied' | 'throttled' | 'unauthenticated' | 'broken']: CloudAnswer
} = {
  denied: awsError('AccessDeniedException'),
  throttled: awsError('ThrottlingException'),
  unauthenticated: awsError('UnrecognizedClientException'),
  broken: awsError('InternalFailure', 500),
}

/** Signs in to AWS for one test, by the environment and by nothing else. */
export function signIn(): void {
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent')
  // Retrying waits for seconds where the service asks for patience.
  vi.stubEnv('AWS_MAX_ATTEMPTS', '2')
  vi.stubEnv('AWS_REGION', undefined)
  vi.stubEnv('AWS_PROFILE', undefined)
  for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value)
}

export function signOut(): void {
  for (const name of Object.keys(credentials)) vi.stubEnv(name, undefined)
}
