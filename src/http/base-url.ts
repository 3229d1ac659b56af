import { type Diagnostic, DiagnosticError } from '../core/diagnostic.ts'
import { checkOrigin, isLoopback } from './allowed-origin.ts'

/** Where a client sends its requests. */
export interface BaseUrl {
  readonly origin: string
  /** The path before every path, without a slash at its end. */
  readonly prefix: string
  /** Throws a `DiagnosticError` where a secret must not go to the origin; asked whenever one is about to be sent. */
  readonly checkRelease: () => void
}

/** Takes a base URL apart; throws a `DiagnosticError` where credentials must not go. */
export function parseBaseUrl(text: string, allowedOrigins: readonly string[] | undefined): BaseUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.search !== '' || url.hash !== '') {
    throw refusal(
      'HS1003',
      'The base URL of a vendor is not a URL without query and fragment.',
      'Write it as https://api.example.com/v1.',
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw refusal(
      'HS2001',
      `The base URL of ${url.host} holds a user name or password.`,
      'Credentials belong under auth, as references.',
    )
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw refusal(
      'HS2007',
      `Credentials would go to ${url.host} unencrypted.`,
      'Use https; http is for this machine only.',
    )
  }
  const { origin } = url
  const checkRelease = (): void => {
    if (!checkOrigin(origin, allowedOrigins ?? [origin])) throw foreign(origin)
  }
  checkRelease()
  return { origin, prefix: url.pathname.replace(/\/+$/, ''), checkRelease }
}

function foreign(origin: string): DiagnosticError {
  return refusal(
    'HS2007',
    `Credentials would go to ${origin}, which is not an allowed host.`,
    'The operator allows further origins with HOOKS_SYNC_ALLOWED_ORIGINS or a --policy.',
  )
}

function refusal(code: Diagnostic['code'], message: string, hint: string): DiagnosticError {
  return new DiagnosticError([{ code, severity: 'error', message, hint }])
}
