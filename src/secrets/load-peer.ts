import { errnoOf } from './file-fault.ts'
import type { StoreFault } from './store.ts'

/** What to install for each optional package; what one feature needs together is installed together. */
const installs = {
  '@1password/sdk': '@1password/sdk@0.5',
  '@aws-sdk/client-s3': '@aws-sdk/client-s3@3',
  '@aws-sdk/client-secrets-manager': '@aws-sdk/client-secrets-manager@3',
  '@aws-sdk/client-ssm': '@aws-sdk/client-ssm@3',
  '@azure/identity': '@azure/identity@4 @azure/keyvault-secrets@4',
  '@azure/keyvault-secrets': '@azure/identity@4 @azure/keyvault-secrets@4',
  '@google-cloud/secret-manager': '@google-cloud/secret-manager@6',
} as const

/** A package that is declared as an optional peer. */
export type PeerName = keyof typeof installs

/**
 * Loads an optional package, or says how to install it. `load` is the import itself, such as
 * `() => import('@aws-sdk/client-ssm')`, so that the compiler knows what comes of it.
 */
export async function loadPeer<T extends object>(name: PeerName, load: () => Promise<T>): Promise<T | StoreFault> {
  try {
    return await load()
  } catch (error) {
    const hint = `Run: npm install ${installs[name]}`
    const message = isMissing(error, name)
      ? `The package ${name} is not installed.`
      : `The package ${name} is installed but cannot be loaded${renderCode(error)}.`
    return { kind: 'not-installed', message, hint }
  }
}

/** Tells a fault from the package that was to be loaded. */
export function isPeerFault(loaded: object): loaded is StoreFault {
  return 'kind' in loaded && loaded.kind === 'not-installed'
}

function isMissing(error: unknown, name: PeerName): boolean {
  const code = errnoOf(error)
  const isNotFound = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  // A package may be there while one that it needs is not.
  return isNotFound && error instanceof Error && error.message.includes(`'${name}'`)
}

function renderCode(error: unknown): string {
  const code = errnoOf(error)
  return code === undefined ? '' : ` (${code})`
}
