import type { StoreFault } from '../store.ts'
import { type AwsCaller, type AwsFailure, awsFault } from './aws-client.ts'

type Sdk = typeof import('@aws-sdk/client-ssm')

export type ParameterClient = InstanceType<Sdk['SSMClient']>
export type ParameterCaller = AwsCaller<Sdk, ParameterClient>

export const service = 'AWS Parameter Store'

/** Words a failed reading. */
export function readFault(failed: AwsFailure | StoreFault, path: string): StoreFault {
  return parameterFault(failed, 'read', path, 'GetParameters')
}

/** Words a failed step of a change. */
export function writeFault(failed: AwsFailure | StoreFault, path: string, operation: string): StoreFault {
  return parameterFault(failed, 'write', path, operation)
}

function parameterFault(failed: AwsFailure | StoreFault, verb: string, path: string, operation: string): StoreFault {
  const isKey = 'failure' in failed && failed.failure.code === 'InvalidKeyId'
  const permission = isKey ? 'the use of the KMS key of the parameter' : `ssm:${operation}, and the use of its KMS key,`
  return awsFault(failed, { service, verb, path, permission })
}
