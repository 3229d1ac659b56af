import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { validateRequest } from './validate-request.ts'

/** One request of this process, as it went out. */
export interface SentRequest {
  readonly method: string
  /** Relative to the watched base URL, without the query. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** The body as JSON; undefined where there is none. */
  readonly body: unknown
}

export interface RequestWatch {
  readonly requests: readonly SentRequest[]
  clear(): void
  /** What goes against the vendor's OpenAPI description in all requests so far. */
  findings(vendor: string): readonly string[]
  stop(): void
}

/** Watches the requests that this process sends below a base URL, whoever sends them. */
export function watchRequests(baseUrl: string): RequestWatch {
  const base = new URL(baseUrl)
  const prefix = base.pathname.replace(/\/$/u, '')
  let requests: SentRequest[] = []
  const listener = (message: unknown): void => {
    const { request } = message as { readonly request: Outgoing }
    if (request.origin !== undefined && new URL(String(request.origin)).origin !== base.origin) return
    const url = new URL(request.path, base)
    if (!url.pathname.startsWith(`${prefix}/`)) return
    requests.push({
      method: request.method,
      path: url.pathname.slice(prefix.length),
      query: Object.fromEntries(url.searchParams),
      body: readBody(request.body),
    })
  }
  subscribe(channel, listener)
  return {
    get requests() {
      return [...requests]
    },
    clear: () => {
      requests = []
    },
    findings: (vendor) => {
      const calls = requests.filter(({ path }) => !path.startsWith('/oauth2/'))
      return calls.flatMap(({ method, path, query, body }) => validateRequest(vendor, method, path, query, body))
    },
    stop: () => unsubscribe(channel, listener),
  }
}

const channel = 'undici:request:create'

interface Outgoing {
  readonly origin?: string | URL
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

function readBody(body: unknown): unknown {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
