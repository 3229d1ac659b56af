import type { Lookup, Opening, Place, PlaceFault } from '../locate.ts'
import type { Store } from '../store.ts'
import { type AwsService, type AwsSettings, parseAwsSettings } from './aws-settings.ts'
import { makeParameterStore } from './parameter-store.ts'
import { makeSecretsManager } from './secrets-manager.ts'

const secretsManager: AwsService = {
  title: 'AWS Secrets Manager',
  host: 'secretsmanager',
  variable: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
}
const parameterStore: AwsService = { title: 'AWS Parameter Store', host: 'ssm', variable: 'AWS_ENDPOINT_URL_SSM' }

/** Finds the secret in AWS Secrets Manager that a reference names. */
export function locateAwsSecret(lookup: Lookup, opening: Opening): Place | PlaceFault {
  const { path } = lookup.reference
  return locate(lookup, opening, { service: secretsManager, path, make: makeSecretsManager })
}

/** Finds the parameter that a reference names. */
export function locateParameter(lookup: Lookup, opening: Opening): Place | PlaceFault {
  const { path } = lookup.reference
  // A name with levels starts with a slash, and nothing else can be meant by one without.
  const name = path.includes('/') && !path.startsWith('/') && !path.startsWith('arn:') ? `/${path}` : path
  return locate(lookup, opening, { service: parameterStore, path: name, make: makeParameterStore })
}

interface Target {
  readonly service: AwsService
  readonly path: string
  readonly make: (settings: AwsSettings, calls: Opening['calls']) => Store
}

function locate({ reference, config }: Lookup, opening: Opening, { service, path, make }: Target): Place | PlaceFault {
  const settings = parseAwsSettings(config, service, opening)
  if ('kind' in settings) return settings
  const { region = '', profile = '', endpoint = '' } = settings
  const group = `${reference.backend}:${JSON.stringify([region, profile, endpoint])}`
  const store = opening.openOnce(group, () => make(settings, opening.calls))
  return {
    kind: 'place',
    store,
    group,
    path,
    ...(reference.version === undefined ? {} : { version: reference.version }),
  }
}
