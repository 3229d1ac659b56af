import type { StoreFault } from '../store.ts'
import { type AwsCaller, type AwsFailure, awsFault } from './aws-client.ts'

type Sdk = typeof import('@aws-sdk/client-secrets-manager')

export type SecretsClient = InstanceType<Sdk['SecretsManagerClient']>
export type SecretsCaller = AwsCaller<Sdk, SecretsClient>

export const service = 'AWS Secrets Manager'

/** Words a failed reading. */
export function readFault(failed: AwsFailure | StoreFault, path: string): StoreFault {
  return awsFault(failed, {
    service,
    verb: 'read',
    path,
    permission: 'secretsmanager:GetSecretValue',
    mend: mend(path),
  })
}

/** Words a failed step of a change. */
export function writeFault(failed: AwsFailure | StoreFault, path: string, operation: string): StoreFault {
  const permission = `secretsmanager:${operation}`
  return awsFault(failed, { service, verb: 'write', path, permission, mend: mend(path) })
}

function mend(path: string): string {
  return `If it is about to be deleted, keep it: aws secretsmanager restore-secret --secret-id ${path}`
}
