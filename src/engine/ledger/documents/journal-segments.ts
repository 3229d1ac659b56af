import type { LedgerChange } from '../ledger-change.ts'
import { readChange } from '../parse-change.ts'
import { readCount, readFields, readList, readText } from '../parse-ledger.ts'
import type { LedgerHead } from './ledger-head.ts'
import { ForeignWrite, OwnedDocument } from './owned-document.ts'
import { parseDocument } from './parse-document.ts'
import type { SharedDocuments } from './shared-documents.ts'

/** One document of a journal: a run of changes. */
interface JournalSegment {
  readonly lineage: string
  readonly journal: number
  readonly changes: readonly LedgerChange[]
}

/** How long a segment grows: it is written anew with each append, so this bounds what an append costs. */
const segmentBytes = 64 * 1024

/** Reads the changes of the journal that continues a head. */
export async function readJournal(documents: SharedDocuments, head: LedgerHead): Promise<readonly LedgerChange[]> {
  const changes: LedgerChange[] = []
  for (let index = 1; ; index += 1) {
    const name = segmentName(index)
    const document = await documents.read(name)
    const segment = document && parseSegment(document.text, documents.place, name)
    // What an earlier journal left behind is written over, never removed.
    if (segment === undefined || !isOf(segment, head)) return changes
    changes.push(...segment.changes)
  }
}

/** Appends changes to the journal of a head, segment by segment. */
export class JournalSegments {
  readonly #documents: SharedDocuments
  readonly #head: LedgerHead
  readonly #token: string
  #index = 0
  #document: OwnedDocument | undefined
  #lines: string[] = []
  #bytesOfSegment = 0
  #bytes = 0

  constructor(documents: SharedDocuments, head: LedgerHead, token: string) {
    this.#documents = documents
    this.#head = head
    this.#token = token
  }

  /** How much it holds. */
  get bytes(): number {
    return this.#bytes
  }

  /** Resolves once all changes are stored; throws a `ForeignWrite` where another run has written. */
  async append(changes: readonly LedgerChange[]): Promise<void> {
    let left = changes
    while (left.length > 0) {
      if (this.#document === undefined || this.#bytesOfSegment >= segmentBytes) await this.#begin()
      left = this.#fill(left)
      await this.#document?.write(this.#print())
    }
  }

  /** Takes what fits into the segment, and at least one change. */
  #fill(changes: readonly LedgerChange[]): readonly LedgerChange[] {
    let taken = 0
    for (const change of changes) {
      const line = JSON.stringify(change)
      const bytes = Buffer.byteLength(line)
      if (taken > 0 && this.#bytesOfSegment + bytes > segmentBytes) break
      this.#lines.push(line)
      this.#bytesOfSegment += bytes
      this.#bytes += bytes
      taken += 1
    }
    return changes.slice(taken)
  }

  async #begin(): Promise<void> {
    this.#index += 1
    const name = segmentName(this.#index)
    const former = await this.#documents.read(name)
    const segment = former && parseSegment(former.text, this.#documents.place, name)
    const isAhead = segment?.lineage === this.#head.lineage && segment.journal >= this.#head.journal
    if (isAhead) throw new ForeignWrite(name, former)
    this.#document = new OwnedDocument(this.#documents, name, former?.version)
    this.#lines = []
    this.#bytesOfSegment = 0
  }

  #print(): string {
    const { lineage, journal } = this.#head
    const start = JSON.stringify({ format: 1, lineage, journal, run: this.#token }).slice(0, -1)
    return `${start},"changes":[\n${this.#lines.join(',\n')}\n]}\n`
  }
}

function segmentName(index: number): string {
  return `journal-${index}`
}

function isOf({ lineage, journal }: JournalSegment, head: LedgerHead): boolean {
  return lineage === head.lineage && journal === head.journal
}

function parseSegment(text: string, place: string, name: string): JournalSegment {
  return parseDocument(text, place, name, (value) => {
    const fields = readFields(value, '', ['format', 'lineage', 'journal', 'run', 'changes'])
    return {
      lineage: readText(fields['lineage'], 'lineage'),
      journal: readCount(fields['journal'], 'journal'),
      changes: readList(fields['changes'], 'changes', readChange),
    }
  })
}
