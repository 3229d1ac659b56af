import { createHash } from 'node:crypto'
import type { Ledger } from '../../core/ledger.ts'
import { applyChanges, type LedgerChange, makeLedger } from './ledger-change.ts'
import { fail, unreadable } from './ledger-errors.ts'
import { readChange } from './parse-change.ts'
import { readCount, readFields, readText, ShapeProblem } from './parse-ledger.ts'
import { hashLedger } from './print-ledger.ts'

/** First line of a journal: the ledger its changes start from. */
interface JournalHeader {
  readonly format: 1
  readonly lineage: string
  readonly serial: number
  /** Hash of that ledger. */
  readonly base: string
}

/** Last line of a journal: the ledger it is being folded into. */
interface FoldMark {
  readonly folded: string
}

export type JournalLine = JournalHeader | LedgerChange | FoldMark

export interface Journal {
  /** Absent where the run died before its first line was whole. */
  readonly header?: JournalHeader
  readonly changes: readonly LedgerChange[]
  /** Hash of the ledger it was being folded into. */
  readonly folded?: string
}

/** Makes the first line for changes to a ledger. */
export function makeHeader(base: Ledger): JournalHeader {
  return { format: 1, lineage: base.lineage, serial: base.serial, base: hashLedger(base) }
}

/** Returns a printer of lines; each sum covers all lines before, so none can be lost or swapped unseen. */
export function makeLinePrinter(): (line: JournalLine) => string {
  let sum = ''
  return (line) => {
    const text = JSON.stringify(line)
    sum = chain(sum, text)
    return `{"sum":"${sum}","line":${text}}\n`
  }
}

/** Parses a journal; a last line that was cut off is dropped, any other broken one is HS5001. */
export function parseJournal(text: string, place: string): Journal {
  const lines = text.split('\n')
  const isCutOff = lines.at(-1) !== ''
  if (!isCutOff) lines.pop()
  const [header, ...rest] = verifyLines(lines, isCutOff, place)
  if (header === undefined) return { changes: [] }
  try {
    return { header: readHeader(header), ...readRest(rest) }
  } catch (error) {
    if (!(error instanceof ShapeProblem)) throw error
    throw fail(unreadable(place, `is not a journal: ${error.message}`, error.hint), error)
  }
}

/**
 * Computes the ledger that a file and the journal beside it stand for together.
 * Undefined when they do not belong together.
 */
export function replayJournal(ledger: Ledger | undefined, journal: Journal): Ledger | undefined {
  const { header, changes, folded } = journal
  if (header === undefined) return ledger
  const base = ledger ?? makeLedger(header.lineage)
  const hash = hashLedger(base)
  if (hash === header.base) return applyChanges(base, changes)
  return hash === folded ? base : undefined
}

const sumLength = 16
const prefixLength = '{"sum":"'.length + sumLength + '","line":'.length

function chain(previous: string, text: string): string {
  return createHash('sha256').update(previous).update(text).digest('hex').slice(0, sumLength)
}

// A power cut can leave zeros where the end of a file was not written yet.
function verifyLines(lines: readonly string[], isCutOff: boolean, place: string): readonly unknown[] {
  const values: unknown[] = []
  let sum = ''
  for (const [index, line] of lines.entries()) {
    const text = line.slice(prefixLength, -1)
    sum = chain(sum, text)
    if (line === `{"sum":"${sum}","line":${text}}`) {
      values.push(JSON.parse(text))
      continue
    }
    if (index === lines.length - 1 && (isCutOff || line.includes('\0'))) return values
    throw fail(
      unreadable(
        place,
        `is damaged at line ${index + 1} of ${lines.length}`,
        'It holds what an interrupted run did. Delete it to go on from the ledger file alone; webhooks it created then show up as unmanaged, and `hooks-sync import --adopt` takes them back.',
      ),
    )
  }
  return values
}

function readHeader(value: unknown): JournalHeader {
  const { format, lineage, serial, base } = readFields(value, '', ['format', 'lineage', 'serial', 'base'])
  if (format !== 1) throw new ShapeProblem('format', 'is not known', 'Use the hooks-sync version that wrote it.')
  return {
    format,
    lineage: readText(lineage, 'lineage'),
    serial: readCount(serial, 'serial'),
    base: readText(base, 'base'),
  }
}

function readRest(values: readonly unknown[]): Omit<Journal, 'header'> {
  const last = values.at(-1)
  const folded = isFoldMark(last) ? readText(last.folded, 'folded') : undefined
  const changes = (folded === undefined ? values : values.slice(0, -1)).map(readChange)
  return { changes, ...(folded === undefined ? {} : { folded }) }
}

function isFoldMark(value: unknown): value is { readonly folded: unknown } {
  return typeof value === 'object' && value !== null && 'folded' in value
}
