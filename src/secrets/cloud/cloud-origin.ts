import { checkOrigin } from '../../http/allowed-origin.ts'
import { type Opening, type PlaceFault, settingsFault } from '../locate.ts'
import type { StoreConfig } from '../store.ts'

/** A host that a store is to be at, and who says so. */
export interface CloudOrigin {
  /** What names it, for example `The setting "endpoint"`. */
  readonly named: string
  readonly url: string
  readonly config: StoreConfig | undefined
  /** The service, for people. */
  readonly service: string
  /** Hosts that are the service itself. */
  readonly ownHosts: RegExp
  /** Variables that name an origin to the SDK too: who sets them may send credentials there. */
  readonly variables?: readonly string[]
}

/**
 * Finds out whether credentials may go to a host. A domain of the cloud as a whole is not enough: anybody can rent a host
 * below `amazonaws.com`.
 */
export function refuseOrigin(origin: CloudOrigin, { env, allowedOrigins }: Opening): PlaceFault | undefined {
  const { named, config, service, ownHosts } = origin
  const url = URL.canParse(origin.url) ? new URL(origin.url) : undefined
  if (url === undefined || url.search !== '' || url.hash !== '' || url.username !== '' || url.pathname !== '/') {
    const message = `${named} is not the origin of a server.`
    return settingsFault({ message, hint: 'Write it as https://host.example, without a path.' }, config)
  }
  if (url.protocol === 'https:' && url.port === '' && ownHosts.test(url.hostname)) return undefined
  const fromEnvironment = (origin.variables ?? []).flatMap((name) => originOf(env[name]))
  if (checkOrigin(url, [...allowedOrigins, ...fromEnvironment])) return undefined
  return {
    ...settingsFault(
      {
        message: `${named} would send the credentials for ${service} to ${url.origin}, which is no host of it.`,
        hint: `If that is right, allow it from outside the files: HOOKS_SYNC_ALLOWED_ORIGINS=${url.origin}`,
      },
      config,
    ),
    code: 'HS2007',
  }
}

function originOf(url: string | undefined): readonly string[] {
  return url !== undefined && URL.canParse(url) ? [new URL(url).origin] : []
}
