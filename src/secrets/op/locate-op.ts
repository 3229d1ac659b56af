import { checkOrigin } from '../../http/allowed-origin.ts'
import { makeHttpClient } from '../../http/client.ts'
import { type Lookup, type Opening, type Place, type PlaceFault, settingsFault } from '../locate.ts'
import type { Store, StoreConfig } from '../store.ts'
import { makeConnectStore } from './connect-store.ts'
import { type OpSettings, ownOrigins, parseOpSettings } from './op-settings.ts'
import { makeSdkStore } from './sdk-store.ts'

/** Finds the 1Password account of a reference, and the item and field in it. */
export function locateOp({ reference, config }: Lookup, opening: Opening): Place | PlaceFault {
  const settings = parseOpSettings(config, opening.env)
  if ('message' in settings) return settingsFault(settings, config)
  const refusal = settings.method === 'connect' ? refuseHost(settings.host, config, opening) : undefined
  if (refusal !== undefined) return refusal
  const group = `op:${config?.alias ?? ''}`
  return {
    kind: 'place',
    store: opening.openOnce(group, () => openStore(settings, opening)),
    group,
    path: reference.path,
  }
}

type Connect = Extract<OpSettings, { method: 'connect' }>

function openStore(settings: OpSettings, opening: Opening): Store {
  if (settings.method === 'connect') return openConnect(settings, opening)
  const { timeoutMs, userAgent } = opening.calls
  const [name = 'hooks-sync', version = 'unknown'] = userAgent.split('/')
  return makeSdkStore({
    token: settings.token,
    integration: { name, version },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
}

function openConnect({ host, authorization }: Connect, { calls, env, allowedOrigins }: Opening): Store {
  const { origin, host: name } = new URL(host)
  const http = makeHttpClient({
    ...calls,
    baseUrl: host,
    allowedOrigins: [...allowedOrigins, ...ownOrigins(env), origin],
    headers: { authorization },
    concurrency: 8,
    // The requests of an account are counted, whoever makes them.
    maxAttempts: 4,
    env,
  })
  return makeConnectStore({ http, server: `1Password Connect at ${name}` })
}

/** The operator says where the token may go; the files may say where the server is. */
function refuseHost(host: string, config: StoreConfig | undefined, opening: Opening): PlaceFault | undefined {
  const url = URL.canParse(host) ? new URL(host) : undefined
  if (url === undefined || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    const message = 'The address of 1Password Connect is not a URL without login, query and fragment.'
    return settingsFault({ message, hint: 'Write it as https://connect.example.com.' }, config)
  }
  if (checkOrigin(url, [...opening.allowedOrigins, ...ownOrigins(opening.env)])) return undefined
  const hint =
    url.protocol === 'https:'
      ? `If that is right, allow it from outside the files: HOOKS_SYNC_ALLOWED_ORIGINS=${url.origin}`
      : 'Use https; http is for this machine only.'
  const message = `The token of 1Password Connect would go to ${url.origin}, which is not an allowed host.`
  return { ...settingsFault({ message, hint }, config), code: 'HS2007' }
}
