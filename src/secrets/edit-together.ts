import type { Secret } from '../core/secret.ts'
import type { Place } from './locate.ts'
import { renderPointer } from './reference.ts'
import {
  isStoreFault,
  type StoredDocument,
  type StoreFault,
  type StoreWritten,
  type WriteExpectation,
} from './store.ts'

/** A value to be put at a place, or taken away where there is none. */
export interface Edit {
  readonly place: Place
  readonly pointer: readonly string[]
  readonly value: Secret | undefined
  /** What must stand there right before; undefined for nothing. */
  readonly expected: Secret | undefined
}

type Batch = readonly [Edit, ...Edit[]]

/** Others may write to the same document; so often their writes are let pass. */
const triesOfBatch = 5

/**
 * Makes several edits: those of one document at once, where its store can, else one after the other in the order given,
 * so that a run which dies in between has done a beginning of them. What is as wanted already is let be.
 */
export async function editTogether(edits: readonly Edit[]): Promise<StoreWritten | StoreFault> {
  let outcome: StoreWritten | StoreFault = { kind: 'written' }
  for (const batch of batchesOf(edits)) {
    outcome = await editDocument(batch)
    if (isStoreFault(outcome)) return outcome
  }
  return outcome
}

function batchesOf(edits: readonly Edit[]): readonly Batch[] {
  const batches: [Edit, ...Edit[]][] = []
  for (const edit of edits) {
    const last = batches.at(-1)
    if (last !== undefined && isSameDocument(last[0].place, edit.place)) last.push(edit)
    else batches.push([edit])
  }
  return batches
}

function isSameDocument(one: Place, other: Place): boolean {
  return one.group === other.group && one.path === other.path
}

async function editDocument(batch: Batch): Promise<StoreWritten | StoreFault> {
  const [{ place }] = batch
  for (let tries = 1; ; tries += 1) {
    const stored = await readNow(place)
    if (isStoreFault(stored)) return stored
    const left = batch.filter((edit) => !isSame(valueAt(stored, edit), edit.value))
    if (left.length === 0) return { kind: 'written' }
    const foreign = left.find((edit) => !isSame(valueAt(stored, edit), edit.expected))
    if (foreign !== undefined) return changedMeanwhile(foreign)
    const outcome = await writeEdits(place, left, stored.version === undefined ? 'any' : { version: stored.version })
    if (outcome.kind !== 'conflict' || tries >= triesOfBatch) return outcome
  }
}

type Read = Pick<StoredDocument, 'version'> & { readonly kind: 'read'; readonly document?: StoredDocument['document'] }

async function readNow({ store, path }: Place): Promise<Read | StoreFault> {
  const [stored] = await store.read([{ path }])
  if (stored === undefined) return { kind: 'unavailable', message: `${path} cannot be read.` }
  if (!isStoreFault(stored)) return { ...stored, kind: 'read' }
  return stored.kind === 'not-found' || stored.kind === 'empty' ? { kind: 'read' } : stored
}

function valueAt({ document }: Read, { pointer }: Edit): Secret | undefined {
  const selection = document?.select(pointer)
  return selection?.kind === 'found' ? selection.value : undefined
}

function isSame(one: Secret | undefined, other: Secret | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other)
}

async function writeEdits(
  { store, path }: Place,
  edits: readonly Edit[],
  expectation: WriteExpectation,
): Promise<StoreWritten | StoreFault> {
  const set = edits.flatMap(({ pointer, value }) => (value === undefined ? [] : [{ pointer, value }]))
  const removed = edits.filter(({ value }) => value === undefined).map(({ pointer }) => pointer)
  if (removed.length === 0) return store.write(path, set, expectation)
  if (store.edit !== undefined) return store.edit(path, { set, removed }, expectation)
  if (set.length === 0) return store.remove(path, removed)
  // What is taken away goes last: until then it is only there twice.
  const outcome = await store.write(path, set, expectation)
  return isStoreFault(outcome) ? outcome : store.remove(path, removed)
}

function changedMeanwhile({ place, pointer }: Edit): StoreFault {
  const field = pointer.length === 0 ? place.path : `${place.path} at ${renderPointer(pointer)}`
  return {
    kind: 'conflict',
    message: `Somebody else changed the secret in ${field} meanwhile.`,
    hint: 'Find out who it was, then run the command again.',
  }
}
