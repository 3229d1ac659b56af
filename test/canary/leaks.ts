import type { FrontName } from './ground.ts'

/** A secret that must never be seen where it does not belong. */
export interface Canary {
  readonly name: string
  readonly value: string
  /** Servers that it may be sent to. */
  readonly homes: readonly FrontName[]
}

/** One way in which a text may carry a secret without showing it. */
interface Encoding {
  readonly name: string
  /** Writes the secret into a text, as somebody who repeats it would. */
  readonly write: (secret: string) => string
  /** What of that is the same whatever stands around the secret. */
  readonly trace: (secret: string) => string
}

/** Every encoding that is looked for, and that those repeat secrets in who should not. */
export const encodings: readonly Encoding[] = [
  plain('as it is', (secret) => secret),
  plain('percent-encoded', encodeURIComponent),
  plain('percent-encoded in lower case', (secret) => encodeURIComponent(secret).replaceAll(/%../gu, lower)),
  plain('form-encoded', (secret) => new URLSearchParams({ a: secret }).toString().slice(2)),
  plain('in JSON', (secret) => JSON.stringify(secret).slice(1, -1)),
  plain('in JSON that escapes slashes', (secret) => JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')),
  ...[0, 1, 2].flatMap((offset) => [baseEncoding('base64', offset), baseEncoding('base64url', offset)]),
  plain('in hex', (secret) => Buffer.from(secret).toString('hex')),
  plain('in upper-case hex', (secret) => Buffer.from(secret).toString('hex').toUpperCase()),
]

type Traces = readonly (readonly [encoding: string, trace: string])[]

/** Texts are cut where they are long: so much of a secret gives it away. */
const telling = 60

const tracesOf = new Map<string, Traces>()

/** Tells which canaries a text holds, and how. */
export function findLeaks(text: string, canaries: readonly Pick<Canary, 'name' | 'value'>[]): readonly string[] {
  // What renders a text may break its lines, or escape more of it than JSON does.
  const [solid, bare, read] = [text.replaceAll(/\s+/gu, ''), withoutEscapes(text), withoutEntities(text)]
  const isIn = (trace: string): boolean =>
    text.includes(trace) || solid.includes(trace) || bare.includes(withoutEscapes(trace)) || read.includes(trace)
  return canaries.flatMap(({ name, value }) =>
    traces(value).flatMap(([encoding, trace]) => (isIn(trace) ? [`${name} ${encoding}`] : [])),
  )
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }

/** Reads what pages, XML and Markdown write as entities, and what scripts write as numbers. */
function withoutEntities(text: string): string {
  return text
    .replaceAll(/&(?:amp|lt|gt|quot);/gu, (entity) => entities[entity] ?? entity)
    .replaceAll(/&#(\d+);/gu, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/\\u00([0-7][0-9a-f])/gu, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll('\u200b', '')
}

function withoutEscapes(text: string): string {
  return text.replaceAll('\\', '')
}

function traces(value: string): Traces {
  const known =
    tracesOf.get(value) ?? encodings.map(({ name, trace }) => [name, trace(value).slice(0, telling)] as const)
  tracesOf.set(value, known)
  return known
}

function plain(name: string, write: (secret: string) => string): Encoding {
  return { name, write, trace: write }
}

/** In base64 a secret looks in three ways, by where it starts in a group of three bytes; its rims depend on its neighbors. */
function baseEncoding(alphabet: 'base64' | 'base64url', offset: number): Encoding {
  const write = (secret: string): string => Buffer.from(`${'key='.slice(0, offset)}${secret};`).toString(alphabet)
  return {
    name: `in ${alphabet} at offset ${offset}`,
    write,
    trace: (secret) => {
      const end = Math.floor(((Buffer.byteLength(secret) + offset) * 4) / 3)
      return write(secret).slice(Math.ceil((offset * 4) / 3), end)
    },
  }
}

function lower(text: string): string {
  return text.toLowerCase()
}
