import type { Environment } from '../secrets/env/env-store.ts'
import type { Policy } from './policy.ts'

/** What a run may do with secrets. */
export interface Trust {
  readonly policy: Policy
  /** Why the run is not trusted with any secret; undefined where it is. */
  readonly doubt: string | undefined
}

const originsVariable = 'HOOKS_SYNC_ALLOWED_ORIGINS'
const namesVariable = 'HOOKS_SYNC_ALLOW_ENV'
const rootsVariable = 'HOOKS_SYNC_FILE_ROOTS'
const proxyVariables = /^(?:https?|all|no)_proxy$/iu

/** Lists where the credentials of a provider type, or of all stores, may go beside their own hosts. */
export function allowedOrigins({ policy }: Trust, env: Environment, kind: string): readonly string[] {
  const listed = Object.hasOwn(policy.origins, kind) ? (policy.origins[kind] ?? []) : []
  return [...listed, ...listOf(env[originsVariable])]
}

/** Lists the variables that plain texts may read although they look like credentials. */
export function allowedVariables({ policy }: Trust, env: Environment): readonly string[] {
  return [...policy.allowEnv, ...listOf(env[namesVariable])]
}

/** Lists the directories that stores of files may name beside that of the configuration. */
export function fileRoots({ policy }: Trust, env: Environment): readonly string[] {
  return [...(policy.fileRoots ?? []), ...listOf(env[rootsVariable])]
}

/** Returns the environment as calls see it: without proxies where the policy wants none. */
export function callEnvironment({ policy }: Trust, env: Environment): Environment {
  if (policy.proxy === 'env') return env
  return Object.fromEntries(Object.entries(env).filter(([name]) => !proxyVariables.test(name)))
}

/** Splits a list as environment variables hold it, by commas or blanks. */
function listOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[\s,]+/u).filter((item) => item !== '')
}
