import { checkOrigin, isLoopback } from '../../http/allowed-origin.ts'
import { type PlaceFault, type StoreDirectoryOptions, settingsFault } from '../locate.ts'
import type { StoreConfig } from '../store.ts'
import { type KvEngine, makeKvEngine } from './kv-engine.ts'
import { makeVaultServer } from './vault-server.ts'
import { makeVaultSession, type VaultSession } from './vault-session.ts'
import { parseVaultSettings, skipsVerification, type VaultSettings } from './vault-settings.ts'
import { ownOrigins } from './vault-variables.ts'

/** The engines of a vault and the session they share. */
export interface OpenVault {
  readonly session: VaultSession
  readonly engine: KvEngine
}

type Options = Pick<Required<StoreDirectoryOptions>, 'env' | 'homeDir' | 'cwd' | 'calls' | 'allowedOrigins'>

/** Reads the settings of the vault that a store describes, or else the environment, and refuses unsafe ones. */
export function settleVault(config: StoreConfig | undefined, options: Options): VaultSettings | PlaceFault {
  const settings = parseVaultSettings(config, options)
  if ('message' in settings) return settingsFault(settings, config)
  const fault = checkAddress(settings.address, options)
  return fault === undefined ? settings : { ...settingsFault(fault, config), code: fault.code }
}

/** Opens a vault; nothing is sent before something is asked. */
export function openVault(settings: VaultSettings, { env, cwd, calls, allowedOrigins }: Options): OpenVault {
  const origins = [...allowedOrigins, ...ownOrigins(env)]
  const server = makeVaultServer({ settings, allowedOrigins: origins, env, calls })
  const session = makeVaultSession({ auth: settings.auth, server, env, cwd, calls })
  return { session, engine: makeKvEngine(session, settings.kv) }
}

type Refusal = Pick<PlaceFault, 'code' | 'message' | 'hint'>

function checkAddress(address: string, { env, allowedOrigins }: Options): Refusal | undefined {
  const { origin, protocol } = new URL(address)
  if (protocol === 'http:' && !isLoopback(address)) {
    const message = `The token for Vault would go to ${origin} unencrypted.`
    return { code: 'HS2007', message, hint: 'Use https; http is for this machine only.' }
  }
  if (!checkOrigin(address, [...allowedOrigins, ...ownOrigins(env)])) {
    const message = `The token for Vault would go to ${origin}, which is not an allowed host.`
    const hint = `If that is right, allow it from outside the files: VAULT_ADDR=${origin}, or HOOKS_SYNC_ALLOWED_ORIGINS.`
    return { code: 'HS2007', message, hint }
  }
  if (!skipsVerification(address, env)) return undefined
  const message = 'VAULT_SKIP_VERIFY turns off the check that Vault is who it claims to be.'
  return { code: 'HS2011', message, hint: 'Unset it (or BAO_SKIP_VERIFY); ca_file and VAULT_CACERT name an authority.' }
}
