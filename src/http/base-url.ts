import { type Diagnostic, DiagnosticError } from '../core/diagnostic.ts'
import { checkOrigin, isLoopback } from './allowed-origin.ts'

/** Where a client sends its requests. */
export interface BaseUrl {
  readonly origin: string
  /** The path before every path, without a slash at its end. */
  readonly prefix: string
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
  if (!checkOrigin(url, allowedOrigins ?? [url.origin])) {
    throw refusal(
      'HS2007',
      `Credentials would go to ${url.origin}, which is not an allowed host.`,
      'HOOKS_SYNC_ALLOWED_ORIGINS lists further origins.',
    )
  }
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') }
}

function refusal(code: Diagnostic['code'], message: string, hint: string): DiagnosticError {
  return new DiagnosticError([{ code, severity: 'error', message, hint }])
}
