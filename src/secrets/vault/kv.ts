import type { PlaceFault, StoreDirectoryOptions } from '../locate.ts'
import type { SecretReference } from '../reference.ts'
import type { StoreFault, StoreWritten } from '../store.ts'

/** A document of a KV version 2 mount, in clear: for what is no secret, such as the ledger. */
export interface KvDocument {
  readonly kind: 'document'
  readonly fields: Readonly<Record<string, unknown>>
  readonly version: number
}

/** A fault of one document; a deleted one still has the version that the next write must name. */
export interface KvFault extends StoreFault {
  readonly version?: number
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
export function openVaultKv(_reference: SecretReference, _options: StoreDirectoryOptions): VaultKv | PlaceFault {
  const message = 'This version of hooks-sync cannot keep documents in Vault.'
  return { kind: 'fault', blame: 'reference', code: 'HS2006', message, hint: 'Keep them in a file.' }
}
