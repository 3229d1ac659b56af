import type { SharedDocuments } from '../engine/ledger/documents/shared-documents.ts'
import type { StoreDirectoryOptions } from '../secrets/locate.ts'
import { openVaultKv, type VaultKv } from '../secrets/vault/kv.ts'
import { ledgerFailure, placeRefusal } from './ledger-fault.ts'
import type { SharedPlace } from './ledger-place.ts'

type VaultPlace = Extract<SharedPlace, { readonly kind: 'vault' }>

/** A request to Vault may hold 1 MiB by default, and storage in Consul takes 512 KiB; quotes and new lines grow on the way. */
const partBytes = 256 * 1024

/** Keeps documents in KV version 2: one secret each, written with check-and-set. */
export function openVaultDocuments(place: VaultPlace, options: StoreDirectoryOptions): SharedDocuments {
  const kv = openVaultKv(place.reference, options)
  if ('message' in kv) throw placeRefusal(kv)
  return new VaultDocuments(place, kv)
}

class VaultDocuments implements SharedDocuments {
  readonly place: string
  readonly partBytes = partBytes
  readonly #kv: VaultKv
  readonly #path: string
  /** Versions of documents that somebody has deleted: what is written next follows them. */
  readonly #deleted = new Map<string, number>()

  constructor({ text, reference }: VaultPlace, kv: VaultKv) {
    this.place = text
    this.#kv = kv
    this.#path = reference.path
  }

  async read(name: string): ReturnType<SharedDocuments['read']> {
    const found = await this.#kv.read(`${this.#path}/${name}`)
    if (found.kind === 'document') {
      const { text } = found.fields
      const age = found.ageMs === undefined ? {} : { ageMs: found.ageMs }
      if (typeof text === 'string') return { text, version: String(found.version), ...age }
      const message = `${this.#path}/${name} is not a document of a ledger.`
      throw ledgerFailure(this.place, 'read', { message, hint: 'Name a path that holds nothing else.' })
    }
    if (found.kind !== 'not-found') throw ledgerFailure(this.place, 'read', found)
    if (found.version !== undefined) this.#deleted.set(name, found.version)
    return undefined
  }

  async write(name: string, text: string, expected: string | undefined): ReturnType<SharedDocuments['write']> {
    const follows = expected === undefined ? (this.#deleted.get(name) ?? 0) : Number(expected)
    const written = await this.#kv.write(`${this.#path}/${name}`, { text }, follows)
    if (written.kind === 'written') return String(follows + 1)
    if (written.kind === 'conflict') return { kind: 'conflict' }
    throw ledgerFailure(this.place, 'write', written)
  }

  /** Check-and-set is part of KV version 2, and mounts of version 1 are refused with the first write. */
  async prove(): Promise<void> {}

  close(): Promise<void> {
    return this.#kv.close()
  }
}
