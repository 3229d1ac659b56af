import { createHash } from 'node:crypto'
import { compareText } from '../../core/diagnostic.ts'
import type { Ledger } from '../../core/ledger.ts'

/** Prints a ledger so that equal ledgers have equal bytes and one changed entry is a small diff. */
export function printLedger(ledger: Ledger): string {
  return `${printSorted(ledger)}\n`
}

/** Prints a JSON value with the names of each object in order. */
export function printSorted(value: unknown): string {
  return printValue(value, '')
}

/** Hashes what a ledger says, not how its file is formatted. */
export function hashLedger(ledger: Ledger): string {
  return createHash('sha256').update(printLedger(ledger)).digest('hex')
}

// JSON.stringify cannot sort: an object puts keys such as "10" before all others, whatever their order was.
function printValue(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    return wrap(
      '[',
      ']',
      value.map((item) => printValue(item, inner)),
      indent,
    )
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([key, member]) => `${JSON.stringify(key)}: ${printValue(member, inner)}`)
  return wrap('{', '}', members, indent)
}

function wrap(open: string, close: string, members: readonly string[], indent: string): string {
  if (members.length === 0) return open + close
  return `${open}\n${members.map((member) => `${indent}  ${member}`).join(',\n')}\n${indent}${close}`
}
