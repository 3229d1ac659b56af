import type { Fields } from '../fields.ts'
import type { StoreFault, StoreWritten } from '../store.ts'
import type { Mount } from './mounts.ts'

/** A path taken apart by the mount it lies in. */
export interface Spot {
  readonly kind: 'spot'
  readonly path: string
  readonly mount: Mount
  /** The steps below the mount. */
  readonly below: readonly string[]
}

/** What stands at a path. KV version 1 has no versions. */
export interface KvSecret {
  readonly kind: 'secret'
  readonly fields: Fields
  readonly version?: number
  /** How long ago the version was written, by the clock of the server; absent where it does not tell. */
  readonly ageMs?: number
}

/** A fault of one path; a deleted secret still has the version that the next write must name. */
export interface KvFault extends StoreFault {
  readonly version?: number
  /** Set where the path is kept by the other version of KV. */
  readonly isOtherVersion?: true
}

/** That check-and-set did not hold; `unknown` when an earlier attempt of the same write may be what changed it. */
export interface CasMismatch {
  readonly kind: 'mismatch'
  readonly cause: 'refused' | 'unknown'
}

/** How one version of KV is spoken to. */
export interface Dialect {
  readonly version: 1 | 2
  /** The path that a policy has to name for the secret itself. */
  policyPath(spot: Spot): string
  read(spot: Spot, version?: string): Promise<KvSecret | KvFault>
  /** Writes all fields; `cas` counts in version 2 only. */
  write(spot: Spot, fields: Fields, cas: number): Promise<StoreWritten | CasMismatch | StoreFault>
  /** Removes the path with all its versions. */
  erase(spot: Spot): Promise<StoreWritten | StoreFault>
  list(spot: Spot): Promise<readonly string[] | StoreFault>
}

/** Says which capabilities a policy lacks. */
export function renderNeed(capabilities: string, policyPath: string, { isTold }: Mount): string {
  const hint = `A policy of the token needs ${capabilities} on "${policyPath}".`
  return isTold ? hint : `${hint} A mount or a namespace that is not there is denied as well.`
}
