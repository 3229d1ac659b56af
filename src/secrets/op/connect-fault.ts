import { HttpError } from '../../http/http-error.ts'
import type { StoreFault } from '../store.ts'

/** Words a call to 1Password Connect that failed; `what` goes after "reading". Quotes nothing that the server says. */
export function explainConnectError(error: unknown, server: string, what: string): StoreFault {
  if (!(error instanceof HttpError)) throw error
  return error.kind === 'status' ? explainStatus(error.status ?? 0, server, what) : explainTransport(error, server)
}

function explainStatus(status: number, server: string, what: string): StoreFault {
  if (status === 401) {
    const message = `${server} does not accept the token of 1Password Connect.`
    return {
      kind: 'unauthenticated',
      message,
      hint: 'It may be revoked or expired; set a new one in OP_CONNECT_TOKEN.',
    }
  }
  if (status === 403) {
    const hint = 'Give the token of 1Password Connect read access to the vault.'
    return { kind: 'denied', message: `${server} denies reading ${what}.`, hint }
  }
  if (status === 404) return { kind: 'not-found', message: `${server} has no ${what}.`, hint: 'Check its name or ID.' }
  if (status === 429) {
    return { kind: 'throttled', message: `${server} wants fewer requests.`, hint: 'Run the command again later.' }
  }
  const hint = status >= 500 ? 'Look into its log; then run the command again.' : 'Check OP_CONNECT_HOST.'
  return {
    kind: status >= 500 ? 'unavailable' : 'malformed',
    message: `${server} refuses reading ${what}: ${status}.`,
    hint,
  }
}

function explainTransport({ kind, reason = kind }: HttpError, server: string): StoreFault {
  if (/certificate|EPROTO|ERR_SSL/u.test(reason)) {
    const hint = 'NODE_EXTRA_CA_CERTS adds a certificate authority of your own.'
    return { kind: 'tls', message: `${server} cannot be trusted: ${reason}.`, hint }
  }
  if (kind === 'redirect') {
    const hint = 'No credential was sent on. Write the address of the server itself.'
    return { kind: 'unavailable', message: `${server} answers with a ${reason}.`, hint }
  }
  if (kind === 'body') return notConnect(server)
  const hint = 'Check OP_CONNECT_HOST, the network and the proxy settings; then run the command again.'
  return { kind: 'unavailable', message: `${server} cannot be reached: ${reason}.`, hint }
}

/** Words an answer of another form than 1Password Connect gives. */
export function notConnect(server: string): StoreFault {
  const hint = 'Check OP_CONNECT_HOST; something else may have answered.'
  return { kind: 'malformed', message: `${server} gave no answer of 1Password Connect.`, hint }
}
