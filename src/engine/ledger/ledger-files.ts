import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import type { Ledger } from '../../core/ledger.ts'
import type { FileSystem } from './file-system.ts'
import { type Journal, makeHeader, makeLinePrinter, parseJournal, replayJournal } from './journal.ts'
import { makeLedger } from './ledger-change.ts'
import { fail, readFailure, unreadable } from './ledger-errors.ts'
import { isDiagnostic, parseLedger } from './parse-ledger.ts'
import { hashLedger, printLedger } from './print-ledger.ts'

/** The files of one ledger. */
export interface LedgerFiles {
  readonly fs: FileSystem
  readonly ledger: string
  readonly journal: string
  readonly lock: string
}

const readTries = 5

/** Names the files of a ledger; they stand beside the real file, also when it is reached by a link. */
export async function locateFiles(fs: FileSystem, place: string): Promise<LedgerFiles> {
  try {
    const path = await fs.resolve(place)
    return { fs, ledger: path, journal: `${path}.journal`, lock: `${path}.lock` }
  } catch (error) {
    throw readFailure(place, error)
  }
}

/** Reads a ledger with the changes its journal holds, while another run may be writing both. */
export async function readLedgerFiles(files: LedgerFiles): Promise<Ledger> {
  for (let tries = 1; ; tries++) {
    const before = await readJournalFile(files)
    const ledger = await readLedgerFile(files)
    const after = await readJournalFile(files)
    // The journal went away while we read: it may or may not be in the ledger that we have.
    if (before !== undefined && after === undefined && tries < readTries) continue
    if (after === undefined) return ledger ?? makeLedger(randomUUID())
    const replayed = replayJournal(ledger, after)
    if (replayed !== undefined) return replayed
    if (after.header === undefined) return makeLedger(randomUUID())
    if (tries >= readTries) throw mismatch(files, after)
  }
}

/** Finishes what a killed run left, under the lock, and returns the ledger as it then is on disk. */
export async function recoverLedger(files: LedgerFiles): Promise<Ledger> {
  const ledger = await readLedgerFile(files)
  const journal = await readJournalFile(files)
  if (journal?.header === undefined) {
    if (journal !== undefined) await files.fs.remove(files.journal)
    return ledger ?? makeLedger(randomUUID())
  }
  const replayed = replayJournal(ledger, journal)
  if (replayed === undefined) throw mismatch(files, journal)
  const base = ledger ?? makeLedger(journal.header.lineage)
  if (hasSameContent(base, replayed)) {
    await files.fs.remove(files.journal)
    return base
  }
  const next = nextLedger(replayed)
  await rewriteJournal(files, base, journal, next)
  await replaceLedger(files, next)
  return next
}

/** Puts a ledger in place of the old one, in one step, and removes the journal that announced it. */
export async function replaceLedger(files: LedgerFiles, ledger: Ledger): Promise<void> {
  const { fs } = files
  const temporary = `${files.ledger}.tmp`
  await fs.write(temporary, printLedger(ledger))
  await fs.rename(temporary, files.ledger)
  await fs.syncDirectory(dirname(files.ledger))
  await fs.remove(files.journal)
}

/** Returns the ledger as it is written next. */
export function nextLedger(ledger: Ledger): Ledger {
  return { ...ledger, serial: ledger.serial + 1 }
}

/** Tells whether two states of one ledger say the same. */
export function hasSameContent(a: Ledger, b: Ledger): boolean {
  return printLedger(a) === printLedger(b)
}

// The old journal may end in half a line, after which nothing can be appended.
async function rewriteJournal(files: LedgerFiles, base: Ledger, journal: Journal, next: Ledger): Promise<void> {
  const print = makeLinePrinter()
  const lines = [makeHeader(base), ...journal.changes, { folded: hashLedger(next) }].map(print)
  const temporary = `${files.journal}.tmp`
  await files.fs.write(temporary, lines.join(''))
  await files.fs.rename(temporary, files.journal)
  await files.fs.syncDirectory(dirname(files.journal))
}

async function readLedgerFile(files: LedgerFiles): Promise<Ledger | undefined> {
  const bytes = await readBytes(files, files.ledger)
  if (bytes === undefined) return undefined
  const parsed = parseLedger(decodeStrictly(files.ledger, bytes), files.ledger)
  if (isDiagnostic(parsed)) throw fail(parsed)
  return parsed
}

async function readJournalFile(files: LedgerFiles): Promise<Journal | undefined> {
  const bytes = await readBytes(files, files.journal)
  // A line that was cut off may end inside a character; its sum tells.
  return bytes === undefined ? undefined : parseJournal(new TextDecoder().decode(bytes), files.journal)
}

async function readBytes(files: LedgerFiles, path: string): Promise<Uint8Array | undefined> {
  try {
    return await files.fs.read(path)
  } catch (error) {
    throw readFailure(path, error)
  }
}

function decodeStrictly(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw fail(unreadable(path, 'is not UTF-8 text'), error)
  }
}

function mismatch(files: LedgerFiles, journal: Journal): Error {
  const serial = journal.header?.serial
  return fail(
    unreadable(
      files.ledger,
      `was replaced after an interrupted run left ${files.journal}, which continues its serial ${serial}`,
      `Put the ledger with serial ${serial} back, or delete the journal; webhooks that only the journal knows then show up as unmanaged.`,
    ),
  )
}
