import { DiagnosticError } from '../core/diagnostic.ts'
import { HiddenSecret, Secret, SecretSlot } from '../core/secret.ts'
import type { BaseUrl } from './base-url.ts'

type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type HeaderValues = Readonly<Record<string, string | Secret>>

/** What a request says, secrets still closed. */
export interface RequestContent {
  readonly method: HttpMethod
  /** A template with `{name}` for each of `params`; a list fills in as many steps of the path. */
  readonly path: string
  readonly params?: Readonly<Record<string, string | readonly string[]>>
  /** A list becomes one value whose commas are not percent-encoded, as an `update_mask` wants it. */
  readonly query?: Readonly<Record<string, string | Secret | readonly string[]>>
  /** Sent as JSON; secrets may stand anywhere in it. */
  readonly body?: unknown
  readonly form?: Readonly<Record<string, string | Secret>>
  readonly headers?: HeaderValues
}

/** A request as it goes over the wire, secrets in clear; lives as short as possible and is never part of an error. */
export interface WireRequest {
  readonly method: HttpMethod
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** The secrets it shows, so that an echo of them can be taken out of what the vendor says. */
  readonly revealed: readonly string[]
}

/**
 * Builds the request for one attempt, and is the only place of a vendor call that opens secrets: right then the place
 * they go to is checked once more.
 */
export function makeWireRequest(
  base: Pick<BaseUrl, 'prefix' | 'checkRelease'>,
  content: RequestContent,
  more: readonly HeaderValues[],
): WireRequest {
  const revealed: string[] = []
  const open = (value: string | Secret): string => {
    if (typeof value === 'string') return value
    base.checkRelease()
    const text = value.reveal()
    revealed.push(text)
    return text
  }
  const body = renderBody(content, open)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = body.type
  for (const values of [...more, content.headers ?? {}]) {
    for (const [name, value] of Object.entries(values)) headers[name.toLowerCase()] = open(value)
  }
  return {
    method: content.method,
    path: `${base.prefix}${renderPath(content)}${renderQuery(content, open)}`,
    headers,
    ...(body === undefined ? {} : { body: body.text }),
    revealed,
  }
}

/** Fills the path template; a value that a server might read as a step in the path is refused. */
export function renderPath(content: Pick<RequestContent, 'path' | 'params'>): string {
  return content.path.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = content.params?.[name]
    if (value === undefined) throw new TypeError(`The path ${content.path} has no value for {${name}}.`)
    return [value]
      .flat()
      .map((segment) => encodeSegment(segment, name, content.path))
      .join('/')
  })
}

function encodeSegment(value: string, name: string, path: string): string {
  // Servers that follow the WHATWG URL standard read %2E%2E as a step up, so encoding the dots would not help.
  const isStep = value === '' || /^\.{1,2}$/.test(value)
  const encoded = isStep ? undefined : encodeText(value)
  if (encoded !== undefined) return encoded
  throw new DiagnosticError([
    {
      code: 'HS1003',
      severity: 'error',
      message: `${JSON.stringify(value)} cannot stand for {${name}} in ${path}.`,
      hint: 'An id is neither empty nor made of dots alone.',
    },
  ])
}

/** Percent-encodes all but letters, digits, `-` and `_`, and dots that stand inside; undefined for broken UTF-16. */
function encodeText(text: string): string | undefined {
  try {
    return encodeURIComponent(text).replaceAll(
      /[!'()*~]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  } catch {
    return undefined
  }
}

type Open = (value: string | Secret) => string

function renderQuery(content: RequestContent, open: Open): string {
  const pairs = Object.entries(content.query ?? {}).map(([name, value]) => {
    const text =
      typeof value === 'string' || value instanceof Secret
        ? encodeURIComponent(open(value))
        : value.map(encodeURIComponent).join(',')
    return `${encodeURIComponent(name)}=${text}`
  })
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

interface WireBody {
  readonly type: string
  readonly text: string
}

function renderBody(content: RequestContent, open: Open): WireBody | undefined {
  if (content.form !== undefined) {
    const fields = Object.entries(content.form).map(([name, value]): [string, string] => [name, open(value)])
    return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(fields).toString() }
  }
  if (content.body === undefined) return undefined
  return { type: 'application/json', text: JSON.stringify(openAll(content.body, open)) }
}

function openAll(value: unknown, open: Open): unknown {
  if (value instanceof Secret) return open(value)
  // A mask written back would replace the real secret at the vendor.
  if (value instanceof HiddenSecret) throw new TypeError('A secret that the vendor hides cannot be written to it.')
  if (value instanceof SecretSlot) throw new TypeError('A secret must be resolved before it is sent.')
  if (Array.isArray(value)) return value.map((item) => openAll(item, open))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, openAll(item, open)]))
}
