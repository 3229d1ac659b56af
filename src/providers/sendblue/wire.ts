import * as z from 'zod'
import { HiddenSecret, Secret } from '../../core/secret.ts'
import type { LiveValue, LiveValues } from '../../core/value.ts'
import type { LiveObject } from '../../core/webhook.ts'
import { isMask } from '../live-secret.ts'
import { type Receivers, readReceiver } from '../receiver-url.ts'
import { eventTypes } from './declaration.ts'
import { SendblueDocument } from './document.ts'
import { type Entry, entryIdentity } from './entry.ts'

type Members = Readonly<Record<string, unknown>>

const WireEntry = z.union([
  z.string(),
  z.looseObject({
    url: z.string(),
    secret: z.string().nullish(),
    sendblue_numbers: z.array(z.string()).nullish(),
  }),
])

type WireEntry = z.infer<typeof WireEntry>

const Config = z.looseObject({
  ...Object.fromEntries(eventTypes.map((type) => [type, z.array(WireEntry).nullish()])),
  globalSecret: z.string().nullish(),
})

/** What a GET answers. A record keeps order and unknown members, which an object schema would not. */
export const SendblueAnswer: z.ZodType<{ readonly webhooks: Members }> = z.object({
  webhooks: z.record(z.string(), z.unknown()).superRefine((members, context) => {
    for (const issue of Config.safeParse(members).error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: issue.path, message: issue.message })
    }
  }),
})

/** What a write answers; how much of it is not documented, so it only must be an answer to a write. */
export const SendblueDone: z.ZodType<object> = z
  .object({ status: z.string(), message: z.string(), webhooks: z.record(z.string(), z.unknown()) })
  .partial()
  .refine((answer) => Object.keys(answer).length > 0, 'no status, no message, no webhooks')

/** Tells a refusal that comes with a status of success. */
export function isRefusal(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('status' in body)) return false
  return typeof body.status === 'string' && /^(?:error|fail)/iu.test(body.status)
}

/** Reads the document, its secrets closed, and the entries in it. */
export function readDocument(answer: Members, receivers: Receivers): SendblueDocument {
  const members = Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [name, closeMember(name, value, receivers)]),
  )
  const entries = Object.entries(answer).flatMap(([type, list]) => {
    const closed = members[type]
    if (!Array.isArray(list) || !Array.isArray(closed)) return []
    return numberTwins(list.flatMap((item: unknown, at) => readEntry(type, item, closed[at], receivers)))
  })
  return new SendblueDocument(members, entries)
}

const secretNames = new Set(['globalSecret', 'secret'])

function closeMember(name: string, value: unknown, receivers: Receivers): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => closeEntry(item, receivers))
  return secretNames.has(name) && typeof value === 'string' ? closeSecret(value) : value
}

function closeEntry(item: unknown, receivers: Receivers): unknown {
  if (typeof item === 'string') return closeUrl(item, receivers)
  if (typeof item !== 'object' || item === null) return item
  const members = Object.entries(item).map(([name, value]: [string, unknown]) => {
    if (typeof value !== 'string') return [name, value]
    if (name === 'url') return [name, closeUrl(value, receivers)]
    return [name, name === 'secret' ? closeSecret(value) : value]
  })
  return Object.fromEntries(members) as unknown
}

function closeUrl(url: string, receivers: Receivers): string | Secret {
  return readReceiver(url, receivers)['url_params'] === undefined ? url : new Secret(url)
}

function closeSecret(text: string): string | Secret | HiddenSecret {
  if (text === '') return text
  return isMask(text) ? new HiddenSecret('masked') : new Secret(text)
}

type Unnumbered = Omit<Entry, 'id'>

function readEntry(type: string, item: unknown, raw: unknown, receivers: Receivers): readonly Unnumbered[] {
  const parsed = WireEntry.safeParse(item)
  if (!parsed.success) return []
  const {
    url,
    secret,
    sendblue_numbers: given,
  }: Exclude<WireEntry, string> = typeof parsed.data === 'string' ? { url: parsed.data } : parsed.data
  const numbers = given ?? []
  const { url: shown } = readReceiver(url, receivers)
  const identity = entryIdentity(type, typeof shown === 'string' ? shown : url, numbers)
  const closed = secret === undefined || secret === null ? '' : closeSecret(secret)
  return [
    {
      type,
      identity,
      url,
      numbers,
      raw: raw as Entry['raw'],
      ...(typeof closed === 'string' ? {} : { secret: closed }),
    },
  ]
}

/** Twins get numbers in their order, because Sendblue appends: what others add later does not move ours. */
function numberTwins(entries: readonly Unnumbered[]): readonly Entry[] {
  const counts = new Map<string, number>()
  return entries.map((entry) => {
    const count = (counts.get(entry.identity) ?? 0) + 1
    counts.set(entry.identity, count)
    return { ...entry, id: count === 1 ? entry.identity : `${entry.identity} #${count}` }
  })
}

/** Reads an entry into our field names. */
export function readLive({ id, type, url, secret, numbers }: Entry, receivers: Receivers): LiveObject {
  return {
    id,
    part: type,
    scope: '',
    fields: {
      ...readReceiver(url, receivers),
      events: [type],
      ...(secret === undefined ? {} : { signing_secret: secret }),
      ...(numbers.length === 0 ? {} : { phone_numbers: numbers }),
    },
  }
}

/** Reads what all entries share. */
export function readAccountFields({ globalSecret }: SendblueDocument): LiveValues {
  const fields: Record<string, LiveValue> = {}
  if (globalSecret !== undefined) fields['global_signing_secret'] = globalSecret
  return fields
}
