import { rootCertificates } from 'node:tls'
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { DiagnosticError } from '../core/diagnostic.ts'
import { isLoopback } from './allowed-origin.ts'
import { findUnsafeTls } from './unsafe-tls.ts'

export interface TransportOptions {
  readonly baseUrl: URL
  readonly connections: number
  readonly timeoutMs: number
  readonly ca?: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Opens the pool of connections to one vendor: directly, or through the proxy that the environment names. */
export function makeTransport(options: TransportOptions): Dispatcher {
  refuseUnsafeTls(options.env)
  const tls = {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    timeout: Math.min(10_000, options.timeoutMs),
    ...(options.ca === undefined ? {} : { ca: [...rootCertificates, options.ca] }),
  } as const
  // The exchange has its own time limit over everything; those of undici would only cut it into parts.
  const pool = { connections: options.connections, headersTimeout: 0, bodyTimeout: 0, connect: tls }
  if (isLoopback(options.baseUrl)) return new Agent(pool)
  return new EnvHttpProxyAgent({
    ...pool,
    requestTls: tls,
    proxyTls: tls,
    // An empty text, not an absent one: undici would look into the environment of the process instead.
    httpProxy: proxyUrl(options.env, 'http_proxy'),
    httpsProxy: proxyUrl(options.env, 'https_proxy'),
    noProxy: options.env['no_proxy'] ?? options.env['NO_PROXY'] ?? '',
  })
}

function refuseUnsafeTls(env: Readonly<Record<string, string | undefined>>): void {
  const found = findUnsafeTls(env)
  if (found !== undefined) throw new DiagnosticError([found])
}

function proxyUrl(env: Readonly<Record<string, string | undefined>>, name: 'http_proxy' | 'https_proxy'): string {
  const upper = name.toUpperCase()
  const text = (env[name] ?? env[upper] ?? '').trim()
  if (text === '') return ''
  const url = text.includes('://') ? text : `http://${text}`
  if (URL.canParse(url)) return url
  // The text is not shown: it may hold a password.
  throw new DiagnosticError([
    {
      code: 'HS1003',
      severity: 'error',
      message: `${upper} is not a URL.`,
      hint: 'Write it as http://proxy.example:3128.',
    },
  ])
}
