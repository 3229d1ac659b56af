import type { HttpClient } from '../../http/contract.ts'
import { HttpError } from '../../http/http-error.ts'
import { isFields, SecretDocument } from '../document.ts'
import { makeReadOnly, type Store, type StoredDocument, type StoreFault } from '../store.ts'
import { explainConnectError, notConnect } from './connect-fault.ts'
import { isId, isNamed, type OpPath, parseOpPath } from './op-path.ts'
import { listOf, pickField, renderItem } from './pick-field.ts'

export interface ConnectStoreOptions {
  readonly http: HttpClient
  /** The server, as messages name it. */
  readonly server: string
}

type Json = Readonly<Record<string, unknown>>
type Found<T> = { readonly kind: 'found'; readonly it: T }
type Vault = Found<{ readonly id: string }>
type Item = Found<Json>

const namesShown = 20

/**
 * Makes the store of a 1Password Connect server. The vaults are listed once, each item is read once, and what failed is
 * not asked for again in this run: an account has one budget of requests for all who use it.
 */
export function makeConnectStore({ http, server }: ConnectStoreOptions): Store {
  const connect = new Connect(http, server)
  return {
    capabilities: { read: true, write: false, compareAndSet: false },
    read: (paths) => Promise.all(paths.map(({ path }) => readField(path, connect))),
    ...makeReadOnly('1Password'),
    check: () => connect.check(),
    close: () => http.close(),
  }
}

async function readField(text: string, connect: Connect): Promise<StoredDocument | StoreFault> {
  const path = parseOpPath(text)
  if ('kind' in path) return path
  const vault = await connect.vault(path)
  if (vault.kind !== 'found') return vault
  const item = await connect.item(vault.it.id, path)
  if (item.kind !== 'found') return item
  const field = pickField(item.it, path)
  return field.kind === 'picked' ? { kind: 'document', document: SecretDocument.ofText(field.value) } : field
}

class Connect {
  readonly #http: HttpClient
  readonly #server: string
  #vaults: Promise<Found<readonly Json[]> | StoreFault> | undefined
  readonly #items = new Map<string, Promise<Item | StoreFault>>()

  constructor(http: HttpClient, server: string) {
    this.#http = http
    this.#server = server
  }

  async check(): Promise<StoreFault | undefined> {
    const vaults = await this.#listVaults()
    return vaults.kind === 'found' ? undefined : vaults
  }

  async vault({ vault: wanted }: OpPath): Promise<Vault | StoreFault> {
    const vaults = await this.#listVaults()
    if (vaults.kind !== 'found') return vaults
    const [vault, ...others] = findMeant(vaults.it, wanted, 'name')
    if (vault === undefined) return this.#noVault(wanted, vaults.it)
    return others.length > 0 ? several('vaults', JSON.stringify(wanted), this.#server) : this.#identify(vault)
  }

  item(vaultId: string, path: OpPath): Promise<Item | StoreFault> {
    const key = JSON.stringify([vaultId, path.item.toLowerCase()])
    const item = this.#items.get(key) ?? this.#readItem(vaultId, path)
    this.#items.set(key, item)
    return item
  }

  #listVaults(): Promise<Found<readonly Json[]> | StoreFault> {
    this.#vaults ??= this.#get('/v1/vaults', {}, 'the list of vaults').then((answer) => this.#expectList(answer))
    return this.#vaults
  }

  async #readItem(vault: string, path: OpPath): Promise<Item | StoreFault> {
    if (isId(path.item)) {
      const item = await this.#readItemById(vault, path.item, path)
      // A name may have the form of an ID.
      if (item.kind !== 'not-found') return item
    }
    if (/["\\]/.test(path.item)) {
      const message = `1Password Connect cannot look for the name ${JSON.stringify(path.item)}.`
      return { kind: 'malformed', message, hint: 'Name the item by its ID.' }
    }
    const request = { params: { vault }, query: { filter: `title eq "${path.item}"` } }
    const listed = await this.#get('/v1/vaults/{vault}/items', request, renderItem(path))
    const items = this.#expectList(listed)
    if (items.kind !== 'found') return items
    const [summary, ...others] = items.it.filter(({ title }) => isNamed(title, path.item))
    if (summary === undefined) {
      const message = `1Password has no item ${JSON.stringify(path.item)} in the vault ${JSON.stringify(path.vault)}.`
      return { kind: 'not-found', message, hint: 'Check its name, or name it by its ID.' }
    }
    if (others.length > 0) return several('items', renderItem(path), this.#server)
    const { id } = summary
    return typeof id === 'string' ? this.#readItemById(vault, id, path) : notConnect(this.#server)
  }

  async #readItemById(vault: string, item: string, path: OpPath): Promise<Item | StoreFault> {
    const answer = await this.#get('/v1/vaults/{vault}/items/{item}', { params: { vault, item } }, renderItem(path))
    if (answer.kind !== 'found') return answer
    return isFields(answer.it) ? { kind: 'found', it: answer.it } : notConnect(this.#server)
  }

  async #get(
    path: string,
    request: { readonly params?: Readonly<Record<string, string>>; readonly query?: Readonly<Record<string, string>> },
    what: string,
  ): Promise<Found<unknown> | StoreFault> {
    try {
      const { json } = await this.#http.request({ method: 'GET', path, ...request, retry: 'idempotent' })
      return { kind: 'found', it: json }
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      return explainConnectError(error, this.#server, what)
    }
  }

  #expectList(answer: Found<unknown> | StoreFault): Found<readonly Json[]> | StoreFault {
    if (answer.kind !== 'found') return answer
    return Array.isArray(answer.it) ? { kind: 'found', it: listOf(answer.it) } : notConnect(this.#server)
  }

  #identify({ id }: Json): Vault | StoreFault {
    return typeof id === 'string' && id !== '' ? { kind: 'found', it: { id } } : notConnect(this.#server)
  }

  #noVault(wanted: string, vaults: readonly Json[]): StoreFault {
    const names = vaults.flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
    const shown = names.slice(0, namesShown).join(', ')
    return {
      kind: 'not-found',
      message: `1Password has no vault ${JSON.stringify(wanted)} that this token may read.`,
      hint: names.length === 0 ? 'The token may read no vault at all.' : `It may read ${shown}.`,
    }
  }
}

/** Finds what has the ID, or else the name. */
function findMeant(all: readonly Json[], wanted: string, name: string): readonly Json[] {
  const exact = all.filter(({ id }) => id === wanted)
  return exact.length > 0 ? exact : all.filter((one) => isNamed(one[name], wanted))
}

function several(what: string, wanted: string, server: string): StoreFault {
  const message = `${server} has several ${what} that may be meant by ${wanted}.`
  return { kind: 'malformed', message, hint: 'Name the one you mean by its ID.' }
}
