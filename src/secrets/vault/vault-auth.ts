import { join } from 'node:path'
import { expandPath } from '../credentials.ts'
import type { Environment } from '../env/env-store.ts'
import type { StoreConfig } from '../store.ts'
import { isText, refuseOtherThan, refuseUnknown, type SettingsFault, textOf } from '../store-options.ts'
import { familiesFor } from './vault-variables.ts'

/** Where a credential is: a variable, or a file whose path is absolute. */
export type CredentialSource = { readonly env: string } | { readonly file: string }

/** How to get a token. */
export type VaultAuth = TokenAuth | AppRoleAuth | KubernetesAuth | JwtAuth

export interface TokenAuth {
  readonly method: 'token'
  /** The first that holds something is taken. */
  readonly sources: readonly CredentialSource[]
}

export interface AppRoleAuth {
  readonly method: 'approle'
  readonly mount: string
  readonly roleId: { readonly text: string } | CredentialSource
  readonly secretId: CredentialSource
  /** Whether what stands at `secretId` is a token that unwraps it, once. */
  readonly isWrapped: boolean
}

export interface KubernetesAuth {
  readonly method: 'kubernetes'
  readonly mount: string
  readonly role: string
  readonly jwt: CredentialSource
}

export interface JwtAuth {
  readonly method: 'jwt'
  readonly mount: string
  readonly role: string
  /** A source, or the token that GitHub Actions issues for the asking. */
  readonly jwt: CredentialSource | { readonly issuer: 'github'; readonly audience?: string }
}

/** What settings are read in the light of. */
export interface VaultSurroundings {
  readonly env: Environment
  readonly homeDir: string
  /** Where relative paths in variables start. */
  readonly cwd: string
}

type ParseMethod = (auth: StoreConfig, paths: (path: string) => string) => VaultAuth | SettingsFault

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token'

const methods: {
  readonly [M in VaultAuth['method']]: { readonly settings: readonly string[]; readonly parse: ParseMethod }
} = {
  token: { settings: ['token_env', 'token_file'], parse: parseToken },
  approle: {
    settings: ['mount', 'role_id', 'role_id_env', 'secret_id_env', 'secret_id_file', 'wrapped'],
    parse: parseAppRole,
  },
  kubernetes: { settings: ['mount', 'role', 'token_file'], parse: parseKubernetes },
  jwt: { settings: ['mount', 'role', 'audience', 'token_env', 'token_file'], parse: parseJwt },
}

/** What people write when they take the setting for the place of the credential itself. */
const credentialSettings: ReadonlySet<string> = new Set(['token', 'secret_id', 'jwt', 'password', 'client_token'])

/** Reads the settings under `auth`, given as the options of the store's declaration. */
export function parseVaultAuth(
  auth: StoreConfig,
  address: string,
  surroundings: VaultSurroundings,
): VaultAuth | SettingsFault {
  const { alias, options, baseDir } = auth
  const method = Object.keys(methods).find((name): name is VaultAuth['method'] => name === options['method'])
  if (method === undefined) {
    const message = `The store "${alias}" does not say how to log in: auth.method is no method.`
    return { message, hint: `The methods are ${Object.keys(methods).join(', ')}.` }
  }
  const credential = Object.keys(options).find((name) => credentialSettings.has(name))
  if (credential !== undefined) return credentialInFile(alias, credential)
  const { settings, parse } = methods[method]
  const fault =
    refuseUnknown(auth, ['method', ...settings]) ??
    refuseOtherThan(
      auth,
      settings.filter((name) => name !== 'wrapped' && name !== 'mount'),
      isText,
      'a text',
    ) ??
    refuseOtherThan(auth, ['mount'], isMount, 'the path of an auth method, such as jwt') ??
    refuseOtherThan(auth, ['wrapped'], (value) => typeof value === 'boolean', 'true or false')
  if (fault !== undefined) return fault
  if (method === 'token' && sourcesOf(auth, 'token', (path) => path).length === 0) {
    return tokenOfEnvironment(address, surroundings)
  }
  return parse(auth, (path) => expandPath(path, baseDir, surroundings.homeDir))
}

/** Says where the operator's own token is, as the vendors' programs look for it. */
export function tokenOfEnvironment(address: string, { env, homeDir, cwd }: VaultSurroundings): TokenAuth {
  const families = familiesFor(address, env)
  const files = families.map((family) => env[`${family}_TOKEN_FILE`]).filter(isText)
  return {
    method: 'token',
    sources: [
      ...families.map((family) => ({ env: `${family}_TOKEN` })),
      ...files.map((file) => ({ file: expandPath(file, cwd, homeDir) })),
      { file: join(homeDir, '.vault-token') },
    ],
  }
}

function parseToken(auth: StoreConfig, expand: (path: string) => string): TokenAuth {
  return { method: 'token', sources: sourcesOf(auth, 'token', expand) }
}

function parseAppRole(auth: StoreConfig, expand: (path: string) => string): AppRoleAuth | SettingsFault {
  const roleId = textOf(auth.options, 'role_id')
  const [roleSource] = roleId === undefined ? sourcesOf(auth, 'role_id', expand) : [{ text: roleId }]
  const [secretId] = sourcesOf(auth, 'secret_id', expand)
  if (roleSource === undefined)
    return missing(auth, 'role_id', 'Add role_id, or role_id_env with the name of a variable.')
  if (secretId === undefined) {
    return missing(auth, 'secret_id', 'Add secret_id_env with the name of a variable, or secret_id_file.')
  }
  const isWrapped = auth.options['wrapped'] === true
  return { method: 'approle', mount: mountOf(auth, 'approle'), roleId: roleSource, secretId, isWrapped }
}

function parseKubernetes(auth: StoreConfig, expand: (path: string) => string): KubernetesAuth | SettingsFault {
  const role = textOf(auth.options, 'role')
  if (role === undefined) return missing(auth, 'role', 'Add role: the name of a role of the auth method.')
  const [jwt = { file: serviceAccountToken }] = sourcesOf(auth, 'token', expand)
  return { method: 'kubernetes', mount: mountOf(auth, 'kubernetes'), role, jwt }
}

function parseJwt(auth: StoreConfig, expand: (path: string) => string): JwtAuth | SettingsFault {
  const role = textOf(auth.options, 'role')
  if (role === undefined) return missing(auth, 'role', 'Add role: the name of a role of the auth method.')
  const [source] = sourcesOf(auth, 'token', expand)
  const audience = textOf(auth.options, 'audience')
  const github = { issuer: 'github', ...(audience === undefined ? {} : { audience }) } as const
  return { method: 'jwt', mount: mountOf(auth, 'jwt'), role, jwt: source ?? github }
}

/** Lists where `<name>_env` and `<name>_file` say a credential is. */
function sourcesOf(
  { options }: StoreConfig,
  name: string,
  expand: (path: string) => string,
): readonly CredentialSource[] {
  const variable = textOf(options, `${name}_env`)
  const file = textOf(options, `${name}_file`)
  return [
    ...(variable === undefined ? [] : [{ env: variable }]),
    ...(file === undefined ? [] : [{ file: expand(file) }]),
  ]
}

function mountOf({ options }: StoreConfig, usual: string): string {
  return (textOf(options, 'mount') ?? usual).replace(/^auth\//u, '').replaceAll(/^\/+|\/+$/gu, '')
}

function isMount(value: unknown): boolean {
  return isText(value) && /^\/?[\w-]+(?:[./][\w-]+)*\/?$/u.test(value)
}

function missing({ alias }: StoreConfig, name: string, hint: string): SettingsFault {
  return { message: `The store "${alias}" has no ${name} to log in with.`, hint }
}

function credentialInFile(alias: string, name: string): SettingsFault {
  return {
    message: `The store "${alias}" holds a credential: auth.${name} does not belong into the files.`,
    hint: 'Name the variable or the file that holds it, with a setting that ends in _env or _file.',
  }
}
