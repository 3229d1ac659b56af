import type { StoreFault } from '../store.ts'

/** Splits a path into its steps; answers with what is wrong where it is no path of a secret. */
export function splitPath(path: string): readonly string[] | StoreFault {
  const steps = path.split('/')
  const isOdd = steps.some((step) => step === '' || step === '.' || step === '..')
  if (!isOdd && steps.length > 1) return steps
  return noSecretPath(path)
}

/** Words a path that names no secret. */
export function noSecretPath(path: string): StoreFault {
  const message = `"${path}" is no path of a secret in Vault.`
  return { kind: 'malformed', message, hint: 'Write the mount and the path below it, for example kv/hooks/payments.' }
}
