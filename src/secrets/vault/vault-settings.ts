import { isLoopback } from '../../http/allowed-origin.ts'
import { expandPath } from '../credentials.ts'
import { isFields } from '../document.ts'
import type { Environment } from '../env/env-store.ts'
import type { StoreConfig } from '../store.ts'
import { isText, refuseOtherThan, refuseUnknown, type SettingsFault, textOf } from '../store-options.ts'
import { parseVaultAuth, tokenOfEnvironment, type VaultAuth, type VaultSurroundings } from './vault-auth.ts'
import { readVariable } from './vault-variables.ts'

/** Where a vault is and how to log in to it; holds no credential, only where they are. */
export interface VaultSettings {
  readonly address: string
  readonly namespace?: string
  /** What to believe where the server does not tell the KV version of a mount. */
  readonly kv?: 1 | 2
  /** A certificate authority of its own, as a PEM file; absolute. */
  readonly caFile?: string
  readonly auth: VaultAuth
}

/** Reads the settings of a store with backend `vault`; what they leave out is taken from the environment. */
export function parseVaultSettings(
  config: StoreConfig | undefined,
  surroundings: VaultSurroundings,
): VaultSettings | SettingsFault {
  const fault = config === undefined ? undefined : checkSettings(config)
  if (fault !== undefined) return fault
  const options = config?.options ?? {}
  const address = textOf(options, 'address') ?? readVariable(surroundings.env, 'ADDR')
  if (address === undefined) return noAddress(config)
  if (!isAddress(address)) return badAddress(config)
  const auth = readAuth(config, address, surroundings)
  if ('message' in auth) return auth
  const namespace = (textOf(options, 'namespace') ?? readVariable(surroundings.env, 'NAMESPACE'))?.replace(/\/+$/u, '')
  const caFile = readCaFile(config, surroundings)
  const { kv } = options
  return {
    address,
    ...(namespace === undefined ? {} : { namespace }),
    ...(kv === 1 || kv === 2 ? { kv } : {}),
    ...(caFile === undefined ? {} : { caFile }),
    auth,
  }
}

/** Finds what is wrong with the settings themselves; what they leave out may be in the environment. */
export function checkVaultSettings(config: StoreConfig): SettingsFault | undefined {
  const fault = checkSettings(config)
  if (fault !== undefined) return fault
  const address = textOf(config.options, 'address')
  if (address !== undefined && !isAddress(address)) return badAddress(config)
  const auth = readAuth(config, address ?? '', { env: {}, homeDir: '', cwd: '' })
  return 'message' in auth ? auth : undefined
}

function checkSettings(config: StoreConfig): SettingsFault | undefined {
  return (
    refuseUnknown(config, ['address', 'namespace', 'kv', 'ca_file', 'auth']) ??
    refuseOtherThan(config, ['address'], isText, 'a URL') ??
    refuseOtherThan(config, ['namespace'], isNamespace, 'the path of a namespace') ??
    refuseOtherThan(config, ['kv'], (value) => value === 1 || value === 2, '1 or 2') ??
    refuseOtherThan(config, ['ca_file'], isText, 'a path') ??
    refuseOtherThan(config, ['auth'], isFields, 'a group such as { method: token }')
  )
}

function readAuth(
  config: StoreConfig | undefined,
  address: string,
  surroundings: VaultSurroundings,
): VaultAuth | SettingsFault {
  const auth = config?.options['auth']
  if (config === undefined || !isFields(auth)) return tokenOfEnvironment(address, surroundings)
  return parseVaultAuth({ ...config, options: auth }, address, surroundings)
}

function readCaFile(config: StoreConfig | undefined, { env, homeDir, cwd }: VaultSurroundings): string | undefined {
  const own = textOf(config?.options ?? {}, 'ca_file')
  if (config !== undefined && own !== undefined) return expandPath(own, config.baseDir, homeDir)
  const file = readVariable(env, 'CACERT')
  return file === undefined ? undefined : expandPath(file, cwd, homeDir)
}

/** Goes into a header, where only printable characters may stand. */
function isNamespace(value: unknown): boolean {
  return isText(value) && /^[\x21-\x7E]+$/u.test(value)
}

function isAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/u.test(url.protocol)) return false
  return url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}

function noAddress(config: StoreConfig | undefined): SettingsFault {
  const message =
    config === undefined ? 'There is no address of a vault.' : `The store "${config.alias}" has no address.`
  return { message, hint: 'Set VAULT_ADDR (or BAO_ADDR) where hooks-sync runs, or address under "stores:".' }
}

/** The address is not quoted: it may hold a password. */
function badAddress(config: StoreConfig | undefined): SettingsFault {
  const whose =
    textOf(config?.options ?? {}, 'address') === undefined ? 'in VAULT_ADDR' : `of the store "${config?.alias}"`
  return {
    message: `The address ${whose} is not a URL without login, query and fragment.`,
    hint: 'Write it as https://vault.example.com:8200.',
  }
}

/** Tells whether a vault is asked for without checking who it is, which is refused outside this machine. */
export function skipsVerification(address: string, env: Environment): boolean {
  const text = readVariable(env, 'SKIP_VERIFY')?.toLowerCase()
  return text !== undefined && !['0', 'f', 'false'].includes(text) && !isLoopback(address)
}
