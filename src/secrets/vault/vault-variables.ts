import type { Environment } from '../env/env-store.ts'

/** Names that HashiCorp's and OpenBao's own programs start their variables with. */
type Family = 'VAULT' | 'BAO'

/** Reads `VAULT_<name>`, or else `BAO_<name>`; an empty variable counts as none. */
export function readVariable(env: Environment, name: string): string | undefined {
  return [env[`VAULT_${name}`], env[`BAO_${name}`]].find((value) => value !== undefined && value !== '')
}

/** Orders the variable families so that a credential of the server at hand comes first. */
export function familiesFor(address: string, env: Environment): readonly Family[] {
  const isAt = (family: Family): boolean => originOf(env[`${family}_ADDR`]) === originOf(address)
  return isAt('BAO') && !isAt('VAULT') ? ['BAO', 'VAULT'] : ['VAULT', 'BAO']
}

/** Lists the origins that the environment, and so the operator, says vaults are at. */
export function ownOrigins(env: Environment): readonly string[] {
  return [env['VAULT_ADDR'], env['BAO_ADDR']].map(originOf).filter((origin) => origin !== undefined)
}

function originOf(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address) ? new URL(address).origin : undefined
}
