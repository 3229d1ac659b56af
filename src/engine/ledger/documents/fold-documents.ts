import PQueue from 'p-queue'
import type { Ledger } from '../../../core/ledger.ts'
import { type AccountPart, splitAccount } from './account-parts.ts'
import type { HeldHead } from './held-head.ts'
import type { LedgerHead, PartPlace } from './ledger-head.ts'
import { OwnedDocument } from './owned-document.ts'
import { documentsAtOnce } from './read-documents.ts'
import type { SharedDocuments } from './shared-documents.ts'

/** Accounts as they are kept next, and the documents that are written for it. */
interface FoldPlan {
  readonly accounts: LedgerHead['accounts']
  readonly writes: readonly PartWrite[]
  /** How long all parts are together. */
  readonly bytes: number
}

interface PartWrite {
  readonly name: string
  readonly text: string
}

/**
 * Writes a ledger beside what the head names, then makes the head name it: until that one write all is as before, and
 * after it the journal that led there is over. Answers with how long the ledger is.
 */
export async function foldLedger(
  documents: SharedDocuments,
  held: HeldHead,
  ledger: Ledger,
  end: 'hold' | 'release',
): Promise<number> {
  const { accounts, writes, bytes } = planFold(held.head, ledger, documents.partBytes)
  const targets = await openTargets(documents, writes)
  // After the versions were read: who has lost the lock since then loses the race for them too.
  await held.confirm()
  await inTurns(targets, ({ document, text }) => document.write(text))
  const isSame = writes.length === 0 && Object.keys(accounts).length === Object.keys(held.head.accounts).length
  const next = (head: LedgerHead): LedgerHead => ({
    ...head,
    accounts,
    serial: isSame ? head.serial : head.serial + 1,
    journal: head.journal + 1,
    open: end === 'hold',
  })
  await (end === 'hold' ? held.replace(next) : held.release(next))
  return bytes
}

/** Computed at once, so that what is recorded from now on is in the next journal and not in this fold. */
function planFold(head: LedgerHead, ledger: Ledger, partBytes: number): FoldPlan {
  const writes: PartWrite[] = []
  let bytes = 0
  const accounts = Object.entries(ledger.accounts).map(([id, account]) => {
    const known = new Map((head.accounts[id] ?? []).map((place) => [place.name, place.sum] as const))
    const places = splitAccount(id, account, partBytes).map((part): PartPlace => {
      bytes += part.text.length
      const kept = part.slots.find((name) => known.get(name) === part.sum)
      if (kept !== undefined) return { name: kept, sum: part.sum }
      const name = freeSlot(part, known)
      writes.push({ name, text: part.text })
      return { name, sum: part.sum }
    })
    return [id, places] as const
  })
  return { accounts: Object.fromEntries(accounts), writes, bytes }
}

function freeSlot({ slots: [first, second] }: AccountPart, known: ReadonlyMap<string, string>): string {
  return known.has(first) ? second : first
}

async function openTargets(
  documents: SharedDocuments,
  writes: readonly PartWrite[],
): Promise<readonly { readonly document: OwnedDocument; readonly text: string }[]> {
  return inTurns(writes, async ({ name, text }) => {
    const former = await documents.read(name)
    return { document: new OwnedDocument(documents, name, former?.version), text }
  })
}

function inTurns<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  return new PQueue({ concurrency: documentsAtOnce }).addAll(items.map((item) => () => run(item)))
}
