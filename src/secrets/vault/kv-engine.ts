import type { Fields } from '../fields.ts'
import type { StoreFault, StoreWritten } from '../store.ts'
import { findVersion } from './find-version.ts'
import type { CasMismatch, Dialect, KvFault, KvSecret, Spot } from './kv-dialect.ts'
import { makeKv1 } from './kv1.ts'
import { makeKv2 } from './kv2.ts'
import { makeMounts } from './mounts.ts'
import { proveWritable } from './prove-writable.ts'
import { noSecretPath, splitPath } from './vault-path.ts'
import type { VaultSession } from './vault-session.ts'

/** The KV engines of one vault, versions 1 and 2 alike. */
export interface KvEngine {
  read(path: string, version?: string): Promise<KvSecret | KvFault>
  /** Writes all fields of a path; `cas` counts in version 2 only. */
  write(path: string, fields: Fields, cas: number): Promise<StoreWritten | CasMismatch | StoreFault>
  /** Removes a path with all its versions. */
  erase(path: string): Promise<StoreWritten | StoreFault>
  list(path: string): Promise<readonly string[] | StoreFault>
  /** Tells which version of KV keeps a path. */
  versionAt(path: string): Promise<1 | 2 | StoreFault>
  /** Shows that a write would be let through, and changes nothing. */
  proveWritable(path: string): Promise<StoreFault | undefined>
}

interface Located {
  readonly kind: 'located'
  readonly spot: Spot
  readonly dialect: Dialect
}

/** Makes the engines of the vault that a session talks to; `kv` is believed where it does not tell their version. */
export function makeKvEngine(session: VaultSession, kv: 1 | 2 | undefined): KvEngine {
  const mounts = makeMounts(session, kv)
  const dialects = { 1: makeKv1(session), 2: makeKv2(session) } as const
  const version = findVersion(mounts, dialects)
  const locate = async (path: string): Promise<Located | StoreFault> => {
    const steps = splitPath(path)
    if ('message' in steps) return steps
    const mount = await mounts.find(path)
    if ('message' in mount) return mount
    const below = steps.slice(mount.path.split('/').length)
    if (below.length === 0) return noSecretPath(path)
    const spot: Spot = { kind: 'spot', path, mount, below }
    const found = await version(spot)
    return typeof found === 'object' ? found : { kind: 'located', spot, dialect: dialects[found] }
  }
  const at = async <T>(path: string, work: (located: Located) => Promise<T>): Promise<T | StoreFault> => {
    const located = await locate(path)
    return located.kind === 'located' ? work(located) : located
  }
  return {
    read: (path, pinned) => at(path, ({ spot, dialect }) => dialect.read(spot, pinned)),
    write: (path, fields, cas) => at(path, ({ spot, dialect }) => dialect.write(spot, fields, cas)),
    erase: (path) => at(path, ({ spot, dialect }) => dialect.erase(spot)),
    list: (path) => at(path, ({ spot, dialect }) => dialect.list(spot)),
    versionAt: (path) => at<1 | 2>(path, ({ dialect }) => Promise.resolve(dialect.version)),
    proveWritable: (path) => at(path, ({ spot, dialect }) => proveWritable(spot, dialect, session)),
  }
}
