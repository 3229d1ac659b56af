import { refuseOrigin } from '../cloud/cloud-origin.ts'
import type { Opening, PlaceFault } from '../locate.ts'
import { settingsFault } from '../locate.ts'
import type { StoreConfig } from '../store.ts'
import { refuseOtherThan, refuseUnknown, type SettingsFault, textOf } from '../store-options.ts'

/** Which AWS account and region a store is in, as far as the file says so; the SDK finds out the rest. */
export interface AwsSettings {
  readonly region?: string
  readonly profile?: string
  readonly endpoint?: string
}

/** What is peculiar to one AWS service. */
export interface AwsService {
  readonly title: string
  /** Label of the service in its host names. */
  readonly host: string
  /** Variable that names its endpoint to the SDK, besides AWS_ENDPOINT_URL. */
  readonly variable: string
}

/** Reads the settings of a store on AWS; credentials are not among them. */
export function parseAwsSettings(
  config: StoreConfig | undefined,
  service: AwsService,
  opening: Opening,
): AwsSettings | PlaceFault {
  if (config === undefined) return {}
  const fault = checkAwsSettings(config)
  if (fault !== undefined) return settingsFault(fault, config)
  const settings = {
    region: textOf(config.options, 'region'),
    profile: textOf(config.options, 'profile'),
    endpoint: textOf(config.options, 'endpoint'),
  }
  const present = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
  if (settings.endpoint === undefined) return present
  const refusal = refuseOrigin(
    {
      named: 'The setting "endpoint"',
      url: settings.endpoint,
      config,
      service: service.title,
      ownHosts: hostsOf(service.host),
      variables: ['AWS_ENDPOINT_URL', service.variable],
    },
    opening,
  )
  return refusal ?? present
}

/** Finds what is wrong with the settings themselves. */
export function checkAwsSettings(config: StoreConfig): SettingsFault | undefined {
  return (
    refuseUnknown(config, ['region', 'profile', 'endpoint']) ??
    // Part of a host name: with a dot or a slash in it, it could name any host.
    refuseOtherThan(config, ['region'], isLabel, 'a region such as eu-west-1') ??
    refuseOtherThan(config, ['profile'], isName, 'the name of a profile') ??
    refuseOtherThan(config, ['endpoint'], isName, 'the origin of a server')
  )
}

/** The hosts of a service: regional, FIPS, dual-stack and private (VPC) ones. */
function hostsOf(service: string): RegExp {
  const region = '[a-z0-9-]+'
  const publicHost = `${service}(?:-fips)?\\.${region}\\.(?:amazonaws\\.com(?:\\.cn)?|api\\.aws)`
  const privateHost = `vpce-[a-z0-9-]+\\.${service}(?:-fips)?\\.${region}\\.vpce\\.amazonaws\\.com(?:\\.cn)?`
  return new RegExp(`^(?:${publicHost}|${privateHost})$`)
}

function isLabel(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z]{2}[a-z0-9-]{3,30}$/.test(value)
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
