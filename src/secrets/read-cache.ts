import type { Place } from './locate.ts'
import type { StoredDocument, StoreFault, StorePath } from './store.ts'

export type Answer = StoredDocument | StoreFault

/** What the stores answered in this run; each path is asked for once. */
export interface ReadCache {
  readAll(places: readonly Place[]): Promise<ReadonlyMap<Place, Answer>>
  /** Drops what is known of a path, because it was written. */
  forget(place: Place): void
}

const noAnswer: StoreFault = { kind: 'unavailable', message: 'A store gave no answer for a path.' }

/** Makes an empty cache; it lives as long as the run. */
export function makeReadCache(): ReadCache {
  const reads = new Map<string, Promise<Answer>>()
  return {
    readAll: async (places) => {
      const unread = new Map(places.filter((place) => !reads.has(keyOf(place))).map((place) => [keyOf(place), place]))
      for (const group of groupByStore(Array.from(unread.values()))) startReading(group, reads)
      const answers = places.map(async (place): Promise<[Place, Answer]> => {
        const answer = await reads.get(keyOf(place))
        return [place, answer ?? noAnswer]
      })
      return new Map(await Promise.all(answers))
    },
    forget: ({ group, path }) => {
      for (const key of reads.keys()) {
        if (key.startsWith(prefixOf({ group, path }))) reads.delete(key)
      }
    },
  }
}

function startReading(places: readonly Place[], reads: Map<string, Promise<Answer>>): void {
  const [first] = places
  if (first === undefined) return
  const answers = first.store.read(places.map(toStorePath))
  for (const [index, place] of places.entries()) {
    reads.set(
      keyOf(place),
      answers.then((all) => all[index] ?? noAnswer),
    )
  }
}

function groupByStore(places: readonly Place[]): readonly (readonly Place[])[] {
  const stores = new Set(places.map((place) => place.store))
  return Array.from(stores, (store) => places.filter((place) => place.store === store))
}

function toStorePath({ path, version }: Place): StorePath {
  return version === undefined ? { path } : { path, version }
}

function keyOf(place: Place): string {
  return prefixOf(place) + JSON.stringify(place.version ?? null)
}

function prefixOf({ group, path }: Pick<Place, 'group' | 'path'>): string {
  return `${JSON.stringify([group, path])} `
}
