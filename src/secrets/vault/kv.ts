import { isDeepStrictEqual } from 'node:util'
import { parseJson } from '../document.ts'
import type { Fields } from '../fields.ts'
import { findStore } from '../find-store.ts'
import type { PlaceFault, StoreDirectoryOptions } from '../locate.ts'
import type { SecretReference } from '../reference.ts'
import type { StoreFault, StoreWritten } from '../store.ts'
import type { KvFault } from './kv-dialect.ts'
import type { KvEngine } from './kv-engine.ts'
import { openVault, settleVault } from './open-vault.ts'

export type { KvFault } from './kv-dialect.ts'

/** A document of a KV version 2 mount, in clear: for what is no secret, such as the ledger. */
export interface KvDocument {
  readonly kind: 'document'
  readonly fields: Readonly<Record<string, unknown>>
  readonly version: number
  /** How long ago it was written, by the clock of the server; absent where it does not tell. */
  readonly ageMs?: number
}

/** Documents in KV version 2, in clear. */
export interface VaultKv {
  /** Reads the newest version; `not-found` when there is none, with its `version` when it was deleted. */
  read(path: string): Promise<KvDocument | KvFault>
  /** Writes a version after the one that `cas` names, 0 where there must be none; else a `conflict`. */
  write(path: string, fields: Readonly<Record<string, unknown>>, cas: number): Promise<StoreWritten | StoreFault>
  /** Removes all versions and what is noted about them. */
  remove(path: string): Promise<StoreWritten | StoreFault>
  /** Lists the names below a path; those of folders end in a slash. */
  list(path: string): Promise<readonly string[] | StoreFault>
  close(): Promise<void>
}

/** Opens the documents of the vault that a reference leads to, chosen as it is for secrets. */
export function openVaultKv(reference: SecretReference, options: StoreDirectoryOptions): VaultKv | PlaceFault {
  const config = findStore(reference, options.stores)
  if (config !== undefined && 'message' in config) return config
  const complete = { allowedOrigins: [], calls: { userAgent: 'hooks-sync' }, ...options }
  const settings = settleVault(config, complete)
  if ('message' in settings) return settings
  const { session, engine } = openVault(settings, complete)
  return {
    read: (path) => readDocument(path, engine),
    write: (path, fields, cas) => writeDocument(path, fields, cas, engine),
    remove: (path) => engine.erase(path),
    list: (path) => engine.list(path),
    close: () => session.close(),
  }
}

async function readDocument(path: string, engine: KvEngine): Promise<KvDocument | KvFault> {
  const found = await engine.read(path)
  if (found.kind !== 'secret') return found
  const { fields, version, ageMs } = found
  if (version === undefined) return tooOld(path)
  return { kind: 'document', fields, version, ...(ageMs === undefined ? {} : { ageMs }) }
}

async function writeDocument(
  path: string,
  fields: Fields,
  cas: number,
  engine: KvEngine,
): Promise<StoreWritten | StoreFault> {
  const version = await engine.versionAt(path)
  if (version !== 2) return typeof version === 'object' ? version : tooOld(path)
  const outcome = await engine.write(path, fields, cas)
  if (outcome.kind !== 'mismatch') return outcome
  const isOurs = outcome.cause === 'unknown' && (await holds(path, fields, cas + 1, engine))
  if (isOurs) return { kind: 'written', version: `${cas + 1}` }
  return { kind: 'conflict', message: `${path} was changed since it was read.`, hint: 'Run the command again.' }
}

/** Tells whether a write whose answer got lost is what stands there now. */
async function holds(path: string, fields: Fields, version: number, engine: KvEngine): Promise<boolean> {
  const found = await engine.read(path)
  const sent = parseJson(JSON.stringify(fields))
  return found.kind === 'secret' && found.version === version && isDeepStrictEqual(found.fields, sent)
}

function tooOld(path: string): StoreFault {
  const message = `${path} lies in KV version 1, where writers cannot be kept from overwriting each other.`
  return { kind: 'malformed', message, hint: 'Name a path in a mount of KV version 2.' }
}
