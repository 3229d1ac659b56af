import type { EntryPlace, LedgerChange } from './ledger-change.ts'
import { unwritableChange } from './ledger-errors.ts'
import {
  readEntry,
  readFields,
  readIntent,
  readMap,
  readName,
  readObject,
  readText,
  readTime,
  ShapeProblem,
} from './parse-ledger.ts'

type Fields = Readonly<Record<string, unknown>>

const fieldsOf: { readonly [K in LedgerChange['kind']]: readonly string[] } = {
  'put-entry': ['kind', 'account', 'key', 'entry'],
  'remove-entry': ['kind', 'account', 'key'],
  'move-entry': ['kind', 'from', 'to'],
  'put-intent': ['kind', 'account', 'id', 'intent'],
  'settle-intent': ['kind', 'account', 'id'],
  'set-identity': ['kind', 'account', 'identity'],
  'own-object': ['kind', 'account', 'key', 'object', 'file'],
  'disown-object': ['kind', 'account', 'key', 'id'],
  'retire-object': ['kind', 'account', 'key', 'id', 'until'],
}

const readers: {
  readonly [K in LedgerChange['kind']]: (fields: Fields) => Extract<LedgerChange, { readonly kind: K }>
} = {
  'put-entry': (fields) => ({ kind: 'put-entry', ...placeFrom(fields), entry: readEntry(fields['entry'], 'entry') }),
  'remove-entry': (fields) => ({ kind: 'remove-entry', ...placeFrom(fields) }),
  'move-entry': ({ from, to }) => ({ kind: 'move-entry', from: readPlace(from, 'from'), to: readPlace(to, 'to') }),
  'put-intent': (fields) => ({
    kind: 'put-intent',
    ...intentPlaceFrom(fields),
    intent: readIntent(fields['intent'], 'intent'),
  }),
  'settle-intent': (fields) => ({ kind: 'settle-intent', ...intentPlaceFrom(fields) }),
  'set-identity': ({ account, identity }) => ({
    kind: 'set-identity',
    account: readName(account, 'account'),
    identity: readMap(identity, 'identity', readText),
  }),
  'own-object': (fields) => ({
    kind: 'own-object',
    ...placeFrom(fields),
    object: readObject(fields['object'], 'object'),
    file: readText(fields['file'], 'file'),
  }),
  'disown-object': (fields) => ({ kind: 'disown-object', ...placeFrom(fields), id: readText(fields['id'], 'id') }),
  'retire-object': (fields) => ({
    kind: 'retire-object',
    ...placeFrom(fields),
    id: readText(fields['id'], 'id'),
    until: readTime(fields['until'], 'until'),
  }),
}

/** Reads one change of a journal; throws a `ShapeProblem` where it is none. */
export function readChange(value: unknown): LedgerChange {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined
  if (!isKind(kind)) throw new ShapeProblem('kind', 'is not known')
  return readers[kind](readFields(value, '', fieldsOf[kind]))
}

/** Reads a change as a later run would; HS5004 for one that would lock every later run out. */
export function readBack(change: LedgerChange, place: string): LedgerChange {
  try {
    return readChange(change)
  } catch (error) {
    if (!(error instanceof ShapeProblem)) throw error
    throw unwritableChange(place, error.message)
  }
}

function isKind(kind: unknown): kind is LedgerChange['kind'] {
  return typeof kind === 'string' && Object.hasOwn(fieldsOf, kind)
}

function readPlace(value: unknown, path: string): EntryPlace {
  return placeFrom(readFields(value, path, ['account', 'key']))
}

function placeFrom({ account, key }: Fields): EntryPlace {
  return { account: readName(account, 'account'), key: readName(key, 'key') }
}

function intentPlaceFrom({ account, id }: Fields): { readonly account: string; readonly id: string } {
  return { account: readName(account, 'account'), id: readName(id, 'id') }
}
