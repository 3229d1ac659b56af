import { isAbsolute, join, resolve } from 'node:path'
import { defaultIdentityFile, sopsIdentityFile } from './age/age-identity.ts'
import type { Environment } from './env/env-store.ts'
import type { StoreConfig } from './store.ts'

/** Variables with which hooks-sync itself, or a store, proves who it is; sent to a vendor, they would open the vault. */
const credentialVariables: ReadonlySet<string> = new Set(
  `HOOKS_SYNC_AGE_KEY HOOKS_SYNC_AGE_KEY_FILE SOPS_AGE_KEY SOPS_AGE_KEY_FILE SOPS_AGE_KEY_CMD
   VAULT_TOKEN VAULT_TOKEN_FILE VAULT_SECRET_ID VAULT_CLIENT_KEY VAULT_WRAPPED_TOKEN
   BAO_TOKEN BAO_TOKEN_FILE BAO_SECRET_ID BAO_CLIENT_KEY
   AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_WEB_IDENTITY_TOKEN_FILE
   GOOGLE_APPLICATION_CREDENTIALS GOOGLE_CREDENTIALS GOOGLE_OAUTH_ACCESS_TOKEN
   AZURE_CLIENT_SECRET AZURE_CLIENT_CERTIFICATE_PASSWORD AZURE_PASSWORD AZURE_FEDERATED_TOKEN AZURE_FEDERATED_TOKEN_FILE
   IDENTITY_HEADER MSI_SECRET
   OP_SERVICE_ACCOUNT_TOKEN OP_CONNECT_TOKEN
   GITHUB_TOKEN CI_JOB_TOKEN CI_JOB_JWT CI_JOB_JWT_V2 BITBUCKET_STEP_OIDC_TOKEN`.split(/\s+/),
)
const credentialFileVariables = [
  'HOOKS_SYNC_AGE_KEY_FILE',
  'SOPS_AGE_KEY_FILE',
  'VAULT_TOKEN_FILE',
  'BAO_TOKEN_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_CLIENT_CERTIFICATE_PATH',
]
const usualFiles = [
  '~/.vault-token',
  '~/.aws/credentials',
  '~/.config/gcloud/application_default_credentials.json',
  '~/.azure/msal_token_cache.json',
  // With it a pod proves to a vault who it is.
  '/var/run/secrets/kubernetes.io/serviceaccount/token',
]
const credentialPrefixes = ['ACTIONS_', 'OP_SESSION_']

/** Tells whether a variable holds a credential of hooks-sync or of a store, built in or named by a store's settings. */
export function isCredentialVariable(name: string, stores: readonly StoreConfig[]): boolean {
  if (credentialVariables.has(name) || credentialPrefixes.some((prefix) => name.startsWith(prefix))) return true
  return stores.some((store) => settings(store.options).some(([key, value]) => key.endsWith('_env') && value === name))
}

/** Lists the files that hold credentials of hooks-sync or of a store; they need not exist. */
export function credentialFiles(
  stores: readonly StoreConfig[],
  { env, homeDir }: { readonly env: Environment; readonly homeDir: string },
): readonly string[] {
  const named = stores.flatMap((store) =>
    settings(store.options)
      .filter(([key]) => key === 'identity' || key.endsWith('_file'))
      .map(([, value]) => expandPath(value, store.baseDir, homeDir)),
  )
  const fromEnv = credentialFileVariables.flatMap((name) => {
    const file = env[name]
    return file === undefined || file === '' ? [] : [resolve(file)]
  })
  const ageKeys = [defaultIdentityFile(homeDir), sopsIdentityFile(env, homeDir)]
  return [...named, ...fromEnv, ...ageKeys, ...usualFiles.map((file) => expandPath(file, '/', homeDir))]
}

/** Makes a path absolute: `~/` is the home directory, a relative path starts at the file that names it. */
export function expandPath(path: string, baseDir: string, homeDir: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homeDir, path.slice(1))
  return isAbsolute(path) ? resolve(path) : resolve(baseDir, path)
}

function settings(options: unknown): readonly (readonly [string, string])[] {
  if (typeof options !== 'object' || options === null) return []
  return Object.entries(options).flatMap<readonly [string, string]>(([key, value]) =>
    typeof value === 'string' ? [[key, value]] : settings(value),
  )
}
