import { HiddenSecret, Secret } from '../../core/secret.ts'
import { type Entry, isSameEntry, isSameSecret, type RawEntry, upgradeToHttps } from './entry.ts'

type Members = Readonly<Record<string, unknown>>

/**
 * The one document of a Sendblue account. What is not understood is kept as it came, in its order, so that it can be
 * written back; every change makes a new list of members.
 */
export class SendblueDocument {
  readonly entries: readonly Entry[]
  // Hidden, because URLs in it may hold secret parameters.
  readonly #members: Members

  constructor(members: Members, entries: readonly Entry[]) {
    this.#members = members
    this.entries = entries
  }

  /** The document as it stands, secrets closed; fit to be the body of a write. */
  get members(): Members {
    return this.#members
  }

  get globalSecret(): Secret | HiddenSecret | undefined {
    const secret = this.#members['globalSecret']
    return secret instanceof Secret || secret instanceof HiddenSecret ? secret : undefined
  }

  /** Whether any secret stands behind a mask: what was read must not be written back then. */
  get isMasked(): boolean {
    const hidden = (value: unknown): boolean => value instanceof HiddenSecret
    return Object.values(this.#members).some(hidden) || this.entries.some(({ secret }) => hidden(secret))
  }

  get showsSecrets(): boolean {
    return this.globalSecret !== undefined || this.entries.some(({ secret }) => secret !== undefined)
  }

  find(id: string): Entry | undefined {
    return this.entries.find((entry) => entry.id === id)
  }

  /** Finds an entry as it was when it was read before. */
  findSame(known: Entry): Entry | undefined {
    const same = this.entries.filter((entry) => isSameEntry(entry, known))
    return same.find(({ id }) => id === known.id) ?? same[0]
  }

  /** Other entries of the type with the URL: Sendblue removes by URL alone. */
  sharing(type: string, url: string, but?: Entry): readonly Entry[] {
    return this.entries.filter(
      (entry) => entry !== but && entry.type === type && upgradeToHttps(entry.url) === upgradeToHttps(url),
    )
  }
}

/** A change of the document: of an entry, where `after` is undefined for its removal, or of what all entries share. */
export interface DocumentChange {
  readonly edits: readonly { readonly before: Entry; readonly after: RawEntry | undefined }[]
  readonly additions?: readonly { readonly type: string; readonly raw: RawEntry }[]
  readonly globalSecret?: Secret
}

/** Applies a change to what was just read; undefined where an entry to be changed is no longer as it was. */
export function changeMembers(document: SendblueDocument, change: DocumentChange): Members | undefined {
  const members: Record<string, unknown> = { ...document.members }
  for (const { before, after } of change.edits) {
    const found = document.findSame(before)
    const list = members[before.type]
    const at = found === undefined || !Array.isArray(list) ? -1 : list.indexOf(found.raw)
    if (at < 0 || !Array.isArray(list)) return undefined
    members[before.type] = after === undefined ? list.toSpliced(at, 1) : list.with(at, after)
  }
  for (const { type, raw } of change.additions ?? []) {
    const list: unknown = members[type]
    members[type] = Array.isArray(list) ? [...list, raw] : [raw]
  }
  return change.globalSecret === undefined ? members : { ...members, globalSecret: change.globalSecret }
}

/** Whether two readings show the same entries and secrets, whatever their order. */
export function isSameDocument(a: SendblueDocument, b: SendblueDocument): boolean {
  return (
    isSameSecret(a.globalSecret, b.globalSecret) &&
    missingIn(b, a.entries).length + missingIn(a, b.entries).length === 0
  )
}

/** Lists those entries that a document does not have, counting twins. */
export function missingIn(document: SendblueDocument, wanted: readonly Entry[]): readonly Entry[] {
  const left = [...document.entries]
  return wanted.filter((entry) => {
    const at = left.findIndex((other) => isSameEntry(entry, other))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
