import { isJsonObject } from './answer.ts'
import type { SendblueWebhook } from './sendblue-account.ts'
import type { SwitchValue } from './switches.ts'

type SwitchValues = Readonly<Record<string, SwitchValue>>

/** An entry that was read from a body and is not stored yet. */
export type SendblueDraft = Omit<SendblueWebhook, 'id'>

export type ParsedEntries = { readonly entries: readonly SendblueDraft[] } | { readonly fault: string }
type ParsedEntry = { readonly entry: SendblueDraft } | { readonly fault: string }

/** Reads the entries of one type, or says what is wrong with the first bad one. */
export function parseEntries(type: string, values: readonly unknown[], switches: SwitchValues): ParsedEntries {
  const parsed = values.map((value) => parseEntry(type, value, switches))
  const bad = parsed.find((result) => 'fault' in result)
  if (bad !== undefined && 'fault' in bad) return bad
  return { entries: parsed.flatMap((result) => ('entry' in result ? [result.entry] : [])) }
}

function parseEntry(type: string, value: unknown, switches: SwitchValues): ParsedEntry {
  if (typeof value === 'string') return withUrl(type, value, switches, (url) => ({ entry: { type, url } }))
  if (!isJsonObject(value)) return { fault: `${type}: an entry is a URL or an object with a URL` }
  if (type === 'contact_created' && switches.contact_created_objects === 'refused') {
    return { fault: 'contact_created: only URL strings are taken' }
  }
  return withUrl(type, value.url, switches, (url) => parseObject(type, url, value, switches))
}

function withUrl(
  type: string,
  value: unknown,
  switches: SwitchValues,
  next: (url: string) => ParsedEntry,
): ParsedEntry {
  const parsed = parseUrl(value, switches)
  return 'fault' in parsed ? { fault: `${type}: ${parsed.fault}` } : next(parsed.url)
}

function parseUrl(value: unknown, switches: SwitchValues): { readonly url: string } | { readonly fault: string } {
  if (typeof value !== 'string' || !URL.canParse(value)) return { fault: 'a URL is required' }
  const { protocol } = new URL(value)
  if (protocol === 'https:') return { url: value }
  if (protocol !== 'http:') return { fault: 'the URL must be an https URL' }
  if (switches.http_urls === 'refused') return { fault: 'the URL must be an https URL' }
  return { url: upgradeUrl(value, switches) }
}

/** Turns http:// into https:// where the switches say so. */
export function upgradeUrl(url: string, { http_urls: mode }: SwitchValues): string {
  return mode === 'upgraded' ? url.replace(/^http:/i, 'https:') : url
}

function parseObject(
  type: string,
  url: string,
  value: Readonly<Record<string, unknown>>,
  switches: SwitchValues,
): ParsedEntry {
  const { url: _, secret, sendblue_numbers: given, ...more } = value
  if (secret !== undefined && typeof secret !== 'string') return { fault: `${type}: secret must be a string` }
  if (given !== undefined && !isPhoneNumbers(given)) {
    return { fault: `${type}: sendblue_numbers must be numbers like +15551234567` }
  }
  const isMisplaced = given !== undefined && type !== 'receive'
  if (isMisplaced && switches.numbers_off_receive === 'refused') {
    return { fault: `${type}: only receive takes sendblue_numbers` }
  }
  const numbers = isMisplaced && switches.numbers_off_receive === 'ignored' ? undefined : given
  const isMoreKept = Object.keys(more).length > 0 && switches.unknown_members === 'kept'
  return {
    entry: {
      type,
      url,
      form: 'object',
      ...(secret === undefined || secret === '' ? {} : { secret }),
      ...(numbers === undefined ? {} : { sendblue_numbers: numbers }),
      ...(isMoreKept ? { more } : {}),
    },
  }
}

function isPhoneNumbers(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((number) => typeof number === 'string' && /^\+\d{7,15}$/.test(number))
}

/** Makes the text by which an entry is told from the others of its type. */
export function entryIdentity({ url, sendblue_numbers = [] }: SendblueDraft, by: SwitchValue | undefined): string {
  return by === 'url' ? url : JSON.stringify([url, ...sendblue_numbers.toSorted()])
}

/** Makes the JSON of an entry as answers show it. */
export function renderEntry(webhook: SendblueWebhook, switches: SwitchValues): unknown {
  const { url, secret, sendblue_numbers, form = 'string', more = {} } = webhook
  const members = {
    ...more,
    ...(secret === undefined ? {} : showSecret('secret', secret, switches)),
    ...(sendblue_numbers === undefined ? {} : { sendblue_numbers }),
  }
  const bare = { 'as-written': form, strings: 'string', objects: 'object' }[String(switches.entry_form)]
  return Object.keys(members).length === 0 && bare === 'string' ? url : { url, ...members }
}

/** Makes the member of an answer that holds a secret, or none. */
export function showSecret(name: string, secret: string, switches: SwitchValues): object {
  if (switches.secrets_in_reads === 'absent') return {}
  return { [name]: switches.secrets_in_reads === 'masked' ? `${secret.slice(0, 3)}***` : secret }
}
