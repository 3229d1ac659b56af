import { Secret } from '../../../src/core/secret.ts'
import type { Place, PlaceFault } from '../../../src/secrets/locate.ts'
import { isReferenceFault, parsePathReference } from '../../../src/secrets/reference.ts'
import type { FieldPatch, Store, StoreConfig, StoredDocument, StoreFault } from '../../../src/secrets/store.ts'
import { makeStoreDirectory } from '../../../src/secrets/store-directory.ts'

export interface Located {
  readonly ref: string
  readonly options?: StoreConfig['options']
  readonly env?: Readonly<Record<string, string>>
  readonly allowedOrigins?: readonly string[]
  readonly timeoutMs?: number
}

/** Finds a place the way a run does. */
export async function locate({
  ref,
  options,
  env = {},
  allowedOrigins = [],
  timeoutMs,
}: Located): Promise<Place | PlaceFault> {
  const reference = parsePathReference(ref)
  if (isReferenceFault(reference)) throw new Error(reference.message)
  const config = { alias: 'team', backend: reference.backend, baseDir: '/nonexistent', options: options ?? {} }
  const directory = makeStoreDirectory({
    stores: options === undefined ? [] : [config],
    env,
    homeDir: '/nonexistent',
    cwd: '/nonexistent',
    allowedOrigins,
    calls: { userAgent: 'hooks-sync/test', ...(timeoutMs === undefined ? {} : { timeoutMs }) },
  })
  return directory.locate(reference, '/nonexistent')
}

/** Finds a place that is known to be one. */
export async function placeOf(located: Located): Promise<Place> {
  const place = await locate(located)
  if (place.kind === 'fault') throw new Error(place.message)
  return place
}

/** Sets one field, or the whole value where the pointer is empty. */
export function aPatch(pointer: string, value: string): readonly FieldPatch[] {
  return [{ pointer: pointer === '' ? [] : pointer.split('/').slice(1), value: new Secret(value) }]
}

/** Reads one path. */
export async function readOne(store: Store, path: string, version?: string): Promise<StoredDocument | StoreFault> {
  const [answer] = await store.read([version === undefined ? { path } : { path, version }])
  if (answer === undefined) throw new Error('no answer')
  return answer
}

/** Reads the value at a pointer, as text. */
export async function valueOf(store: Store, path: string, pointer: string, version?: string): Promise<unknown> {
  const answer = await readOne(store, path, version)
  if (answer.kind !== 'document') return answer
  const selection = answer.document.select(pointer === '' ? [] : pointer.split('/').slice(1))
  return selection.kind === 'found' ? selection.value.reveal() : selection.kind
}
