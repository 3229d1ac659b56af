import { randomUUID } from 'node:crypto'
import PQueue from 'p-queue'
import type { Ledger, LedgerAccount } from '../../../core/ledger.ts'
import { applyChanges, makeLedger, makeRecord } from '../ledger-change.ts'
import { damaged, fail } from '../ledger-errors.ts'
import { joinAccount, parsePart, sumOf } from './account-parts.ts'
import { readJournal } from './journal-segments.ts'
import { headName, type LedgerHead, type PartPlace, readHead } from './ledger-head.ts'
import type { SharedDocuments } from './shared-documents.ts'

/** How many documents are asked for at once. */
export const documentsAtOnce = 16

const readTries = 5
const again = 'Run the command again when no other run is at work.'

/** What the documents of a ledger stand for together. */
export interface ReadDocuments {
  readonly ledger: Ledger
  /** Whether changes of a journal are in it that are in no account yet. */
  readonly isUnfolded: boolean
}

/** Reads a ledger without its lock, while another run may be writing it. */
export async function readLedgerDocuments(documents: SharedDocuments): Promise<Ledger> {
  for (let tries = 1; ; tries += 1) {
    const stored = await readHead(documents)
    if (stored === undefined) return makeLedger(randomUUID())
    const read = await readBelow(documents, stored.head)
    const isSettled = !stored.head.open || (await isSameBase(documents, stored.head))
    if ('ledger' in read && isSettled) return read.ledger
    if (tries < readTries) continue
    if ('ledger' in read) throw fail(damaged(documents.place, headName, 'changes while it is read', again))
    throw mismatch(documents, read)
  }
}

/** Reads what a head stands for, under its lock. */
export async function readUnderLock(documents: SharedDocuments, head: LedgerHead): Promise<ReadDocuments> {
  const read = await readBelow(documents, head)
  if ('ledger' in read) return read
  throw mismatch(documents, read)
}

/** Names the document that another run has written over since. */
interface Mismatch {
  readonly mismatch: string
}

async function readBelow(documents: SharedDocuments, head: LedgerHead): Promise<ReadDocuments | Mismatch> {
  const [accounts, changes] = await Promise.all([
    readAccounts(documents, head),
    head.open ? readJournal(documents, head) : [],
  ])
  if (typeof accounts === 'string') return { mismatch: accounts }
  const base: Ledger = { format: 1, lineage: head.lineage, serial: head.serial, accounts }
  return { ledger: applyChanges(base, changes), isUnfolded: changes.length > 0 }
}

/** Reads all accounts, or names the first part that is not as the head says. */
async function readAccounts(
  documents: SharedDocuments,
  head: LedgerHead,
): Promise<Readonly<Record<string, LedgerAccount>> | string> {
  const queue = new PQueue({ concurrency: documentsAtOnce })
  const listed = Object.entries(head.accounts)
  const read = await Promise.all(
    listed.map(async ([id, places]) => {
      const parts = await queue.addAll(places.map((place) => () => readPart(documents, place, id)))
      return { id, parts, places }
    }),
  )
  const accounts = makeRecord<LedgerAccount>({})
  for (const { id, parts, places } of read) {
    const whole = parts.filter((part) => part !== undefined)
    if (whole.length < parts.length) return places[parts.indexOf(undefined)]?.name ?? id
    const account = joinAccount(whole)
    if (account !== undefined) accounts[id] = account
  }
  return accounts
}

async function readPart(documents: SharedDocuments, place: PartPlace, id: string): Promise<LedgerAccount | undefined> {
  const document = await documents.read(place.name)
  if (document === undefined || sumOf(document.text) !== place.sum) return undefined
  return parsePart(document.text, documents.place, place, id)
}

function mismatch({ place }: SharedDocuments, { mismatch: name }: Mismatch): Error {
  return fail(damaged(place, name, 'is not the one that the head names'))
}

async function isSameBase(documents: SharedDocuments, head: LedgerHead): Promise<boolean> {
  const now = await readHead(documents)
  return now?.head.lineage === head.lineage && now.head.journal === head.journal
}
