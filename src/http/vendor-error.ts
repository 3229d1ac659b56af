/** What a vendor says about a refusal. */
export interface VendorError {
  readonly code?: string
  readonly message?: string
}

const maxLength = 300

/** Takes secrets out of a text. */
export type Scrub = (text: string) => string

/**
 * Reads code and message from the error bodies vendors use: `{error: {code, message, status}}`, the same without the
 * envelope, `{error: "…"}`, `{message}`, `{errors: ["…"]}`, `{error_message}`, `{error, error_description}`, `{details}`.
 */
export function readVendorError(body: unknown, scrub: Scrub): VendorError {
  if (!isRecord(body)) return {}
  const inner = isRecord(body['error']) ? body['error'] : body
  const code = firstText([inner['code'], inner['status'], body['error_type'], oauthCode(body)])
  const message = firstMessage(body, inner)
  const details = describeDetails(inner['details'])
  const whole = [message, details === undefined ? undefined : `(${details})`]
    .filter((part) => part !== undefined)
    .join(' ')
  return {
    ...(code === undefined ? {} : { code: tidyText(code, scrub, 64) }),
    ...(whole === '' ? {} : { message: tidyText(whole, scrub, maxLength) }),
  }
}

/** Makes a vendor's text fit to be shown: no secret, no control character, not long. */
export function tidyText(text: string, scrub: Scrub, limit: number): string {
  // Twice, because a secret may hold line breaks, and because taking characters out may join one.
  const clean = scrub(scrub(text).replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')).trim()
  const signs = Array.from(clean)
  return signs.length <= limit ? clean : `${signs.slice(0, limit - 1).join('')}…`
}

/** Makes a scrubber for the secrets that one request showed, whole and word by word (`Bearer …`, `Basic …`). */
export function makeScrub(revealed: readonly string[], more: Scrub = (text) => text): Scrub {
  const words = revealed.flatMap((secret) => [secret, ...secret.split(/\s+/)]).filter((word) => word.length >= 4)
  const forms = words.flatMap((word) => [
    word,
    JSON.stringify(word).slice(1, -1),
    new URLSearchParams([['', word]]).toString().slice(1),
  ])
  const longestFirst = [...new Set(forms)].toSorted((a, b) => b.length - a.length)
  return (text) => more(longestFirst.reduce((rest, form) => rest.replaceAll(form, '[secret]'), text))
}

function firstMessage(body: Fields, inner: Fields): string | undefined {
  const { error } = body
  const plain = firstText([inner['message'], body['error_message'], body['error_description'], body['message'], error])
  return plain ?? describeList(body['errors']) ?? describeList(inner['errors'])
}

/** RFC 6749 §5.2: `error` is a code when a description stands beside it. */
function oauthCode(body: Fields): unknown {
  return body['error_description'] === undefined ? undefined : body['error']
}

function firstText(candidates: readonly unknown[]): string | undefined {
  const number = candidates.find((candidate) => typeof candidate === 'number')
  return candidates.find(isText) ?? (number === undefined ? undefined : String(number))
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function describeList(list: unknown): string | undefined {
  if (!Array.isArray(list)) return undefined
  const texts = list.map((item: unknown) => (isRecord(item) ? describeItem(item) : firstText([item])))
  return joinTexts(texts)
}

function describeItem(item: Fields): string | undefined {
  const text = firstText([item['message'], item['description'], item['reason'], item['detail']])
  const field = firstText([item['param'], item['field'], item['path']])
  return text !== undefined && field !== undefined ? `${field}: ${text}` : text
}

function describeDetails(details: unknown): string | undefined {
  if (!isRecord(details)) return describeList(Array.isArray(details) ? details : [details])
  const texts = Object.entries(details).map(([path, reasons]) => {
    const reason = describeList([reasons].flat())
    return reason === undefined ? undefined : `${path}: ${reason}`
  })
  return joinTexts(texts)
}

function joinTexts(texts: readonly (string | undefined)[]): string | undefined {
  const told = texts.filter((text) => text !== undefined)
  return told.length === 0 ? undefined : told.join('; ')
}

type Fields = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
