import type { SharedDocuments } from '../../../src/engine/ledger/documents/shared-documents.ts'

/** A request that is the last one: no later one arrives. */
export interface Strike {
  /** Which write is hit, counted from 1. */
  readonly at: number
  /** Whether it never arrives, arrives and its answer is lost, or arrives and is then repeated on the way. */
  readonly when: 'before' | 'after' | 'twice'
  /** Whether what is struck is gone for good, or works again afterwards. */
  readonly lasts: 'for good' | 'once'
}

export interface MemoryPlace {
  /** Connects as one more machine does, struck or not. */
  connect(strike?: Strike): SharedDocuments
  /** Makes everything that was written so much older. */
  elapse(ms: number): void
  /** Names and texts as they stand. */
  texts(): Readonly<Record<string, string>>
  set(name: string, text: string): void
  readonly reads: number
  readonly writes: number
  /** Bytes written so far. */
  readonly bytes: number
}

export interface MemoryOptions {
  readonly partBytes?: number
  /** Whether the place tells how old a document is. */
  readonly tellsAges?: boolean
}

/** A place in memory with the rules of a shared one: each write names the version that it follows. */
export function makeMemoryPlace({ partBytes = Infinity, tellsAges = true }: MemoryOptions = {}): MemoryPlace {
  const stored = new Map<string, { text: string; version: string; at: number }>()
  let elapsed = 0
  let version = 0
  const place = { reads: 0, writes: 0, bytes: 0 }
  const now = (): number => Date.now() + elapsed
  const set = (name: string, text: string): string => {
    version += 1
    place.bytes += text.length
    stored.set(name, { text, version: String(version), at: now() })
    return String(version)
  }
  const connect = (strike?: Strike): SharedDocuments => {
    let writes = 0
    const isGone = (): boolean => strike?.lasts === 'for good' && writes >= strike.at
    const lost = (): Error => new Error('The connection was reset.')
    return {
      place: 'memory',
      partBytes,
      async read(name) {
        if (isGone()) throw lost()
        place.reads += 1
        await Promise.resolve()
        const found = stored.get(name)
        if (found === undefined) return undefined
        return { text: found.text, version: found.version, ...(tellsAges ? { ageMs: now() - found.at } : {}) }
      },
      async write(name, text, expected) {
        if (isGone()) throw lost()
        writes += 1
        place.writes += 1
        await Promise.resolve()
        if (strike?.at === writes && strike.when === 'before') throw lost()
        const answer = stored.get(name)?.version === expected ? set(name, text) : ({ kind: 'conflict' } as const)
        if (strike?.at !== writes) return answer
        if (strike.when === 'twice') return { kind: 'conflict' }
        throw lost()
      },
      prove: async () => undefined,
      close: async () => undefined,
    }
  }
  return Object.defineProperties(
    {
      connect,
      elapse: (ms: number) => void (elapsed += ms),
      texts: () => Object.fromEntries(Array.from(stored, ([name, { text }]) => [name, text])),
      set: (name: string, text: string) => void set(name, text),
      reads: 0,
      writes: 0,
      bytes: 0,
    },
    {
      reads: { get: () => place.reads },
      writes: { get: () => place.writes },
      bytes: { get: () => place.bytes },
    },
  )
}
