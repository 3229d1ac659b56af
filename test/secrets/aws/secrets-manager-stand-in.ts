import { randomUUID } from 'node:crypto'
import type { CloudAnswer, CloudRequest } from '../cloud/cloud-server.ts'
import { type AwsInput, awsError, readAwsCall } from './aws-wire.ts'

interface Version {
  readonly id: string
  readonly text?: string
  readonly stages: Set<string>
}

/** What AWS Secrets Manager documents of its API, as far as hooks-sync uses it; keeps state. */
export class SecretsManagerStandIn {
  readonly secrets: Map<string, Version[]> = new Map()

  put(
    name: string,
    text: string | undefined,
    id: string = randomUUID(),
    stages: readonly string[] = ['AWSCURRENT'],
  ): Version {
    const versions = this.secrets.get(name) ?? []
    // The first version becomes the current one whatever its labels.
    const labels = versions.length === 0 ? [...stages, 'AWSCURRENT'] : stages
    for (const stage of labels) for (const version of versions) version.stages.delete(stage)
    const version = { id, ...(text === undefined ? {} : { text }), stages: new Set(labels) }
    this.secrets.set(name, [...versions, version])
    return version
  }

  current(name: string): Version | undefined {
    return this.secrets.get(name)?.find(({ stages }) => stages.has('AWSCURRENT'))
  }

  serve(request: CloudRequest): CloudAnswer {
    const { operation, input } = readAwsCall(request, 'secretsmanager')
    const handlers: Readonly<Record<string, (input: AwsInput) => CloudAnswer>> = {
      'secretsmanager.GetSecretValue': (call) => this.#get(call),
      'secretsmanager.BatchGetSecretValue': (call) => this.#getMany(call),
      'secretsmanager.PutSecretValue': (call) => this.#putValue(call),
      'secretsmanager.CreateSecret': (call) => this.#create(call),
      'secretsmanager.UpdateSecretVersionStage': (call) => this.#moveStage(call),
      'secretsmanager.DeleteSecret': (call) => this.#delete(call),
      'secretsmanager.ListSecrets': () => ({ status: 200, body: { SecretList: [] } }),
    }
    return handlers[operation]?.(input) ?? awsError('UnknownOperationException')
  }

  #get({ SecretId = '', VersionId, VersionStage = 'AWSCURRENT' }: AwsInput): CloudAnswer {
    const versions = this.secrets.get(String(SecretId)) ?? []
    const version = versions.find(({ id, stages }) =>
      VersionId === undefined ? stages.has(String(VersionStage)) : id === VersionId,
    )
    return version === undefined
      ? awsError('ResourceNotFoundException')
      : { status: 200, body: valueOf(String(SecretId), version) }
  }

  #getMany({ SecretIdList }: AwsInput): CloudAnswer {
    const names = SecretIdList as readonly string[]
    if (names.length > 20) return awsError('InvalidParameterException')
    const found = names.flatMap((name) => {
      const version = this.current(name)
      return version === undefined ? [] : [valueOf(name, version)]
    })
    const missing = names.filter((name) => this.current(name) === undefined)
    const errors = missing.map((name) => ({ SecretId: name, ErrorCode: 'ResourceNotFoundException', Message: 'gone' }))
    // In no particular order.
    return { status: 200, body: { SecretValues: found.toReversed(), Errors: errors } }
  }

  #putValue({ SecretId, SecretString, ClientRequestToken, VersionStages }: AwsInput): CloudAnswer {
    const versions = this.secrets.get(String(SecretId))
    if (versions === undefined) return awsError('ResourceNotFoundException')
    const known = versions.find(({ id }) => id === ClientRequestToken)
    if (known !== undefined && known.text !== SecretString) return awsError('ResourceExistsException')
    const version =
      known ??
      this.put(String(SecretId), String(SecretString), String(ClientRequestToken), VersionStages as readonly string[])
    return { status: 200, body: { Name: SecretId, VersionId: version.id, VersionStages: [...version.stages] } }
  }

  #create({ Name, SecretString, ClientRequestToken }: AwsInput): CloudAnswer {
    const known = this.secrets.get(String(Name))
    if (known?.some(({ id, text }) => id === ClientRequestToken && text === SecretString)) {
      return { status: 200, body: { Name, VersionId: ClientRequestToken } }
    }
    if (known !== undefined) return awsError('ResourceExistsException')
    const version = this.put(String(Name), String(SecretString), String(ClientRequestToken))
    return { status: 200, body: { Name, VersionId: version.id } }
  }

  #moveStage({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }: AwsInput): CloudAnswer {
    const versions = this.secrets.get(String(SecretId))
    const target = versions?.find(({ id }) => id === MoveToVersionId)
    if (versions === undefined || target === undefined) return awsError('ResourceNotFoundException')
    const holder = versions.find(({ stages }) => stages.has(String(VersionStage)))
    if (holder !== undefined && holder.id !== RemoveFromVersionId) return awsError('InvalidParameterException')
    holder?.stages.delete(String(VersionStage))
    target.stages.add(String(VersionStage))
    return { status: 200, body: { Name: SecretId } }
  }

  #delete({ SecretId }: AwsInput): CloudAnswer {
    return this.secrets.delete(String(SecretId))
      ? { status: 200, body: { Name: SecretId } }
      : awsError('ResourceNotFoundException')
  }
}

function valueOf(name: string, { id, text, stages }: Version): object {
  const arn = `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`
  const value =
    text === undefined ? { SecretBinary: Buffer.from([0xff, 0xfe]).toString('base64') } : { SecretString: text }
  return { ARN: arn, Name: name, VersionId: id, VersionStages: [...stages], ...value }
}
