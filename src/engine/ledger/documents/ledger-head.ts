import type { LockInfo } from '../ledger-store.ts'
import {
  readCount,
  readFields,
  readIfPresent,
  readList,
  readMap,
  readText,
  readTime,
  ShapeProblem,
} from '../parse-ledger.ts'
import { printSorted } from '../print-ledger.ts'
import { parseDocument } from './parse-document.ts'
import type { SharedDocument, SharedDocuments } from './shared-documents.ts'

/** A lock as the head document holds it. */
export interface HeadLock extends LockInfo {
  /** How long it holds after it was written, by whatever clock. */
  readonly ttlMs: number
}

/** A document with a part of an account, and the sum of its text. */
export interface PartPlace {
  readonly name: string
  readonly sum: string
}

/** The document that decides what the ledger is: it names all others, so that writing it changes everything in one step. */
export interface LedgerHead {
  readonly format: 1
  readonly lineage: string
  readonly serial: number
  /** Number of the journal that continues it; each fold begins the next one. */
  readonly journal: number
  /** Whether there may be something in that journal. */
  readonly open: boolean
  /** The parts of each account, in their order. */
  readonly accounts: Readonly<Record<string, readonly PartPlace[]>>
  readonly lock?: HeadLock
}

/** A head as it was read. */
export interface StoredHead {
  readonly head: LedgerHead
  readonly document: SharedDocument
}

export const headName = 'head'

/** Reads the head; undefined where no ledger was ever opened. */
export async function readHead(documents: SharedDocuments): Promise<StoredHead | undefined> {
  const document = await documents.read(headName)
  return document === undefined ? undefined : { head: parseHead(document.text, documents.place), document }
}

/** Parses the text of a head; HS5001 where it is none. */
export function parseHead(text: string, place: string): LedgerHead {
  return parseDocument(text, place, headName, headFrom)
}

/** Prints a head so that equal heads have equal texts. */
export function printHead(head: LedgerHead): string {
  return `${printSorted(head)}\n`
}

/** Returns the head without its lock. */
export function withoutLock(head: LedgerHead): LedgerHead {
  const { lock: _, ...rest } = head
  return rest
}

function headFrom(value: unknown): LedgerHead {
  const fields = readFields(value, '', ['format', 'lineage', 'serial', 'journal', 'open', 'accounts'], ['lock'])
  return {
    format: 1,
    lineage: readText(fields['lineage'], 'lineage'),
    serial: readCount(fields['serial'], 'serial'),
    journal: readCount(fields['journal'], 'journal'),
    open: readSwitch(fields['open'], 'open'),
    accounts: readMap(fields['accounts'], 'accounts', (list, path) => readList(list, path, readPart)),
    ...readIfPresent(fields, 'lock', '', readLock),
  }
}

function readPart(value: unknown, path: string): PartPlace {
  const { name, sum } = readFields(value, path, ['name', 'sum'])
  return { name: readText(name, `${path}.name`), sum: readText(sum, `${path}.sum`) }
}

function readLock(value: unknown, path: string): HeadLock {
  const fields = readFields(value, path, lockFields, ['machine', 'processStart'])
  return {
    owner: readText(fields['owner'], `${path}.owner`),
    host: readText(fields['host'], `${path}.host`),
    pid: readCount(fields['pid'], `${path}.pid`),
    startedAt: readTime(fields['startedAt'], `${path}.startedAt`),
    expiresAt: readTime(fields['expiresAt'], `${path}.expiresAt`),
    token: readText(fields['token'], `${path}.token`),
    ttlMs: readCount(fields['ttlMs'], `${path}.ttlMs`),
    ...readIfPresent(fields, 'machine', path, readText),
    ...readIfPresent(fields, 'processStart', path, readText),
  }
}

const lockFields = ['owner', 'host', 'pid', 'startedAt', 'expiresAt', 'token', 'ttlMs']

function readSwitch(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw new ShapeProblem(path, 'is neither true nor false')
  return value
}
