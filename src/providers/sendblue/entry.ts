import { HiddenSecret, Secret } from '../../core/secret.ts'
import type { DesiredObject } from '../../core/webhook.ts'
import { readSecret, readText, readTexts } from '../desired-fields.ts'
import { buildReceiver } from '../receiver-url.ts'

/** An entry as it stands in the document, its secret closed; a URL alone, or an object around one. */
export type RawEntry = string | Secret | Readonly<Record<string, unknown>>

/** One entry of the document, as far as it is understood; `raw` keeps the rest. */
export interface Entry {
  /** `"<type> <url>"`, with phone numbers and, for twins, a number behind. */
  readonly id: string
  /** What twins share of their ids. */
  readonly identity: string
  readonly type: string
  readonly url: string
  readonly secret?: Secret | HiddenSecret
  readonly numbers: readonly string[]
  readonly raw: RawEntry
}

/** Sendblue upgrades the scheme by itself; without this an http URL would differ from itself forever. */
export function upgradeToHttps(url: string): string {
  return url.replace(/^http:\/\//iu, 'https://')
}

/** Renders what an entry is known by; a secret parameter is no part of `url`. */
export function entryIdentity(type: string, url: string, numbers: readonly string[]): string {
  const lines = numbers.length === 0 ? '' : ` ${numbers.toSorted().join(',')}`
  return `${type} ${upgradeToHttps(url)}${lines}`
}

/** Renders what the declared object will be known by. */
export function identityOfDesired({ part, fields }: Pick<DesiredObject, 'part' | 'fields'>): string {
  return entryIdentity(part, readText(fields, 'url') ?? '', readTexts(fields, 'phone_numbers'))
}

/** Makes the entry of a declared object: a plain URL where nothing else is declared, because some types take no more. */
export function renderEntry({ fields }: DesiredObject): RawEntry {
  const numbers = readTexts(fields, 'phone_numbers')
  return simplify({
    url: buildReceiver(fields),
    secret: readSecret(fields, 'signing_secret'),
    sendblue_numbers: numbers.length === 0 ? undefined : numbers,
  })
}

/** Changes just the given fields of an entry; members that are not known stay. */
export function editEntry({ raw }: Entry, { fields }: DesiredObject, paths: readonly string[]): RawEntry {
  const before = typeof raw === 'string' || raw instanceof Secret ? { url: raw } : raw
  const numbers = readTexts(fields, 'phone_numbers')
  const changed = new Set(paths)
  const isMoved = changed.has('url') || changed.has('url_params')
  return simplify({
    ...before,
    ...(isMoved ? { url: buildReceiver(fields) } : {}),
    ...(changed.has('signing_secret') ? { secret: readSecret(fields, 'signing_secret') } : {}),
    ...(changed.has('phone_numbers') ? { sendblue_numbers: numbers.length === 0 ? undefined : numbers } : {}),
  })
}

function simplify(members: Readonly<Record<string, unknown>> & { readonly url?: unknown }): RawEntry {
  const present = Object.entries(members).filter(([, value]) => value !== undefined)
  const { url } = members
  const isAlone = present.length === 1 && (typeof url === 'string' || url instanceof Secret)
  return isAlone ? url : Object.fromEntries(present)
}

/** Whether two entries say the same, however they are written. */
export function isSameEntry(a: Entry, b: Entry): boolean {
  return (
    a.type === b.type &&
    upgradeToHttps(a.url) === upgradeToHttps(b.url) &&
    a.numbers.toSorted().join() === b.numbers.toSorted().join() &&
    isSameSecret(a.secret, b.secret) &&
    renderOthers(a) === renderOthers(b)
  )
}

export function isSameSecret(a: Entry['secret'], b: Entry['secret']): boolean {
  if (a instanceof Secret && b instanceof Secret) return a.equals(b)
  // Two masks tell nothing of one another.
  return a === b || (a instanceof HiddenSecret && b instanceof HiddenSecret)
}

const understood = new Set(['url', 'secret', 'sendblue_numbers'])

function renderOthers({ raw }: Entry): string {
  if (typeof raw === 'string' || raw instanceof Secret) return '[]'
  const others = Object.entries(raw).filter(([name, value]) => !understood.has(name) && value !== undefined)
  return JSON.stringify(others.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
