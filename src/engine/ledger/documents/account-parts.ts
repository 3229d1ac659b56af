import { createHash } from 'node:crypto'
import type { LedgerAccount } from '../../../core/ledger.ts'
import { makeRecord } from '../ledger-change.ts'
import { readAccount, readFields, ShapeProblem } from '../parse-ledger.ts'
import { printSorted } from '../print-ledger.ts'
import type { PartPlace } from './ledger-head.ts'
import { parseDocument } from './parse-document.ts'

/** One of the documents that an account is kept in. */
export interface AccountPart {
  readonly text: string
  readonly sum: string
  /** The two names it may have; while one is in use, the next text goes to the other. */
  readonly slots: readonly [string, string]
}

/** Splits an account into as many documents as its size asks for; which entry goes where depends on its id alone. */
export function splitAccount(id: string, account: LedgerAccount, partBytes: number): readonly AccountPart[] {
  const whole = printParts(id, account, 1)
  const needed = sizeOf(whole) / partBytes
  if (needed <= 1) return whole
  // Entries fall unevenly; beyond this it is a single one that is too long, and no more parts would help.
  for (let count = powerAbove(needed); count < needed * 8; count *= 2) {
    const parts = printParts(id, account, count)
    if (parts.every((part) => Buffer.byteLength(part.text) <= partBytes)) return parts
  }
  return printParts(id, account, powerAbove(needed))
}

/** Puts the parts of an account together again. */
export function joinAccount(parts: readonly LedgerAccount[]): LedgerAccount | undefined {
  const [first] = parts
  if (first === undefined) return undefined
  const webhooks = makeRecord<LedgerAccount['webhooks'][string]>({})
  const intents = makeRecord<LedgerAccount['intents'][string]>({})
  for (const part of parts) {
    Object.assign(webhooks, part.webhooks)
    Object.assign(intents, part.intents)
  }
  return { ...first, webhooks, intents }
}

/** Parses the text of a part; HS5001 where it is none of that account. */
export function parsePart(text: string, place: string, { name }: PartPlace, id: string): LedgerAccount {
  return parseDocument(text, place, name, (value) => {
    const { account, content } = readFields(value, '', ['format', 'account', 'content'])
    if (account !== id) throw new ShapeProblem('account', 'is not the one that the head names')
    return readAccount(content, 'content')
  })
}

/** Sums up a text, so that a part that was written meanwhile is noticed. */
export function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

function printParts(id: string, account: LedgerAccount, count: number): readonly AccountPart[] {
  return shard(account, count).map((content, index) => {
    const text = `${printSorted({ format: 1, account: id, content })}\n`
    return { text, sum: sumOf(text), slots: slotsOf(id, index, count) }
  })
}

function sizeOf(parts: readonly AccountPart[]): number {
  return parts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
}

function powerAbove(count: number): number {
  return 2 ** Math.ceil(Math.log2(count))
}

function slotsOf(id: string, index: number, count: number): readonly [string, string] {
  const base = `account-${sumOf(id).slice(0, 16)}-${index + 1}of${count}`
  return [`${base}-a`, `${base}-b`]
}

function shard(account: LedgerAccount, count: number): readonly LedgerAccount[] {
  if (count === 1) return [account]
  const shards = Array.from({ length: count }, () => ({
    ...account,
    webhooks: makeRecord<LedgerAccount['webhooks'][string]>({}),
    intents: makeRecord<LedgerAccount['intents'][string]>({}),
  }))
  for (const [key, entry] of Object.entries(account.webhooks)) shardOf(shards, key).webhooks[key] = entry
  for (const [key, intent] of Object.entries(account.intents)) shardOf(shards, key).intents[key] = intent
  return shards
}

function shardOf<T>(shards: readonly T[], key: string): T {
  const index = createHash('sha256').update(key).digest().readUInt32BE() % shards.length
  const found = shards[index]
  if (found === undefined) throw new RangeError(`There is no part ${index}.`)
  return found
}
