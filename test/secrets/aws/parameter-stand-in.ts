import type { CloudAnswer, CloudRequest } from '../cloud/cloud-server.ts'
import { type AwsInput, awsError, readAwsCall } from './aws-wire.ts'

interface Version {
  readonly text: string
  readonly type: string
  readonly key: string
}

/** What AWS documents of Parameter Store, as far as hooks-sync uses it; keeps state. */
export class ParameterStandIn {
  readonly parameters: Map<string, readonly Version[]> = new Map()

  put(name: string, text: string, rest: Partial<Version> = {}): number {
    const version = { text, type: 'SecureString', key: 'alias/aws/ssm', ...rest }
    const versions = [...(this.parameters.get(name) ?? []), version]
    this.parameters.set(name, versions)
    return versions.length
  }

  current(name: string): Version | undefined {
    return this.parameters.get(name)?.at(-1)
  }

  serve(request: CloudRequest): CloudAnswer {
    const { operation, input } = readAwsCall(request, 'ssm')
    const handlers: Readonly<Record<string, (input: AwsInput) => CloudAnswer>> = {
      'AmazonSSM.GetParameters': (call) => this.#get(call),
      'AmazonSSM.GetParameterHistory': (call) => this.#history(call),
      'AmazonSSM.PutParameter': (call) => this.#put(call),
      'AmazonSSM.DeleteParameter': (call) => this.#delete(call),
    }
    return handlers[operation]?.(input) ?? awsError('UnknownOperationException')
  }

  #get({ Names }: AwsInput): CloudAnswer {
    const names = Names as readonly string[]
    if (names.length > 10) return awsError('ValidationException')
    const found = names.flatMap((selector) => {
      const [, name = '', number] = /^(.+?)(?::(\d+))?$/.exec(selector) ?? []
      const versions = this.parameters.get(name) ?? []
      const index = number === undefined ? versions.length : Number(number)
      const version = versions[index - 1]
      if (version === undefined) return []
      const selected = number === undefined ? {} : { Selector: `:${number}` }
      return [{ Name: name, Value: version.text, Type: version.type, Version: index, ...selected }]
    })
    return { status: 200, body: { Parameters: found.toReversed(), InvalidParameters: [] } }
  }

  /** In pages of one, to be followed by whoever wants the newest. */
  #history({ Name, NextToken = '0' }: AwsInput): CloudAnswer {
    const versions = this.parameters.get(String(Name)) ?? []
    const index = Number(NextToken)
    const version = versions[index]
    if (version === undefined) return awsError('ParameterNotFound')
    const next = index + 1 < versions.length ? { NextToken: String(index + 1) } : {}
    return { status: 200, body: { Parameters: [{ Name, Version: index + 1, KeyId: version.key }], ...next } }
  }

  #put({ Name, Value, Type, Overwrite, AllowedPattern, KeyId = 'alias/aws/ssm' }: AwsInput): CloudAnswer {
    const name = String(Name)
    if (this.parameters.has(name) && Overwrite !== true) return awsError('ParameterAlreadyExists')
    if (AllowedPattern !== undefined && !new RegExp(textOf(AllowedPattern)).test(textOf(Value))) {
      return awsError('ParameterPatternMismatchException')
    }
    const Version = this.put(name, String(Value), { type: String(Type), key: String(KeyId) })
    return { status: 200, body: { Version, Tier: 'Standard' } }
  }

  #delete({ Name }: AwsInput): CloudAnswer {
    return this.parameters.delete(String(Name)) ? { status: 200, body: {} } : awsError('ParameterNotFound')
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
