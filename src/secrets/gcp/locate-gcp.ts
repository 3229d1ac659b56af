import { type CloudOrigin, refuseOrigin } from '../cloud/cloud-origin.ts'
import { type Lookup, type Opening, type Place, type PlaceFault, settingsFault } from '../locate.ts'
import type { StoreConfig } from '../store.ts'
import { isText, refuseOtherThan, refuseUnknown, type SettingsFault, textOf } from '../store-options.ts'
import { type GcpSettings, makeGcpStore } from './gcp-store.ts'
import { parseSecretName } from './secret-name.ts'

/** Global, regional and private hosts of the service. */
const ownHosts = /^secretmanager(?:\.[a-z0-9-]+\.rep|-[a-z0-9-]+\.p)?\.googleapis\.com$/

/** Finds the secret in Google Secret Manager that a reference names. */
export function locateGcpSecret({ reference, config }: Lookup, opening: Opening): Place | PlaceFault {
  const settings = parseSettings(config, opening)
  if ('kind' in settings) return settings
  const name = parseSecretName(reference.path)
  if (name === undefined) {
    const message = `"${reference.path}" is no name of a secret in Google Secret Manager.`
    const hint = 'Write <id>, <project>/<id>, or projects/<project>/secrets/<id>.'
    return { kind: 'fault', blame: 'reference', code: 'HS2006', message, hint }
  }
  const { project = '', endpoint = '' } = settings
  const group = `gcpsecrets:${JSON.stringify([project, endpoint])}`
  const store = opening.openOnce(group, () => makeGcpStore(settings, opening.calls))
  const version = reference.version ?? name.version
  return { kind: 'place', store, group, path: name.path, ...(version === undefined ? {} : { version }) }
}

function parseSettings(config: StoreConfig | undefined, opening: Opening): GcpSettings | PlaceFault {
  if (config === undefined) return {}
  const fault = checkGcpSettings(config)
  if (fault !== undefined) return settingsFault(fault, config)
  const project = textOf(config.options, 'project')
  const endpoint = textOf(config.options, 'endpoint')
  const refusal = endpoint === undefined ? undefined : refuseOrigin(originOf(endpoint, config), opening)
  if (refusal !== undefined) return refusal
  return { ...(project === undefined ? {} : { project }), ...(endpoint === undefined ? {} : { endpoint }) }
}

/** Finds what is wrong with the settings themselves. */
export function checkGcpSettings(config: StoreConfig): SettingsFault | undefined {
  return (
    refuseUnknown(config, ['project', 'endpoint']) ??
    refuseOtherThan(config, ['project'], isProject, 'the id of a project') ??
    refuseOtherThan(config, ['endpoint'], isText, 'the origin of a server')
  )
}

function originOf(url: string, config: StoreConfig): CloudOrigin {
  return { named: 'The setting "endpoint"', url, config, service: 'Google Secret Manager', ownHosts }
}

function isProject(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z0-9:.-]{1,63}$/.test(value)
}
