import { describe, expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { SecretDocument } from '../../src/secrets/document.ts'
import { type Edit, editTogether } from '../../src/secrets/edit-together.ts'
import { makeReadOnly, type Store } from '../../src/secrets/store.ts'

/** A store that keeps one whole value at each path and changes one at a time, as many cloud stores do. */
class WholeValues implements Store {
  readonly capabilities = { read: true, write: true, compareAndSet: true }
  readonly proveWritable = makeReadOnly('never asked').proveWritable
  readonly states: Readonly<Record<string, string>>[] = []
  readonly #values = new Map<string, string>()
  #left = Number.POSITIVE_INFINITY

  constructor(values: Readonly<Record<string, string>>) {
    for (const [path, value] of Object.entries(values)) this.#values.set(path, value)
  }

  /** Lets so many writes through and fails all others. */
  dieAfter(writes: number): void {
    this.#left = writes
  }

  now(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#values)
  }

  read: Store['read'] = (paths) =>
    Promise.resolve(
      paths.map(({ path }) => {
        const value = this.#values.get(path)
        if (value === undefined) return { kind: 'not-found', message: `There is nothing at ${path}.` }
        return { kind: 'document', document: SecretDocument.ofText(value), version: value }
      }),
    )

  write: Store['write'] = (path, [patch], expectation) =>
    this.#change(() => {
      if (typeof expectation === 'object' && expectation.version !== this.#values.get(path)) return false
      if (patch !== undefined) this.#values.set(path, patch.value.reveal())
      return true
    })

  remove: Store['remove'] = (path) => this.#change(() => this.#values.delete(path))

  check: Store['check'] = () => Promise.resolve(undefined)
  close: Store['close'] = () => Promise.resolve()

  #change(act: () => boolean): ReturnType<Store['remove']> {
    if (this.#left <= 0) return Promise.resolve({ kind: 'unavailable', message: 'The store is gone.' })
    this.#left -= 1
    const isDone = act()
    this.states.push(this.now())
    return Promise.resolve(isDone ? { kind: 'written' } : { kind: 'conflict', message: 'It has changed.' })
  }
}

const secret = (value: string | undefined): Secret | undefined => (value === undefined ? undefined : new Secret(value))

function edit(store: Store, path: string, value: string | undefined, expected: string | undefined): Edit {
  const place = { kind: 'place', store, group: 'whole', path } as const
  return { place, pointer: [], value: secret(value), expected: secret(expected) }
}

const promotion = (store: Store): readonly Edit[] => [
  edit(store, 'key_previous', 'old', undefined),
  edit(store, 'key', 'new', 'old'),
  edit(store, 'key_pending', undefined, 'new'),
]

describe('edits of several documents', () => {
  test.each([0, 1, 2, 3])('are done in their order, and again from where a run died after %i', async (writes) => {
    const store = new WholeValues({ key: 'old', key_pending: 'new' })
    store.dieAfter(writes)

    const cut = await editTogether(promotion(store))
    store.dieAfter(Number.POSITIVE_INFINITY)
    const again = await editTogether(promotion(store))

    expect(cut.kind).toBe(writes < 3 ? 'unavailable' : 'written')
    expect(again.kind).toBe('written')
    expect(store.now()).toEqual({ key: 'new', key_previous: 'old' })
    for (const state of store.states) expect(Object.values(state)).toEqual(expect.arrayContaining(['old', 'new']))
  })

  test('leave alone what somebody else has changed', async () => {
    const store = new WholeValues({ key: 'theirs', key_pending: 'new' })

    const outcome = await editTogether(promotion(store))

    expect(outcome).toMatchObject({ kind: 'conflict', message: 'Somebody else changed the secret in key meanwhile.' })
    expect(store.now()).toMatchObject({ key: 'theirs', key_pending: 'new' })
  })
})
