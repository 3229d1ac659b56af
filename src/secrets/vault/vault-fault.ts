import { HttpError } from '../../http/http-error.ts'
import type { StoreFault, StoreFaultKind } from '../store.ts'

/** What was tried when it failed. */
export interface Undertaking {
  /** The server, as messages name it. */
  readonly server: string
  /** After "denies" and "refuses": `reading kv/a`. */
  readonly doing: string
  /** What the policy would have to allow. */
  readonly need?: string
  /** Whether the server's own words may be shown: never where they might repeat what was written. */
  readonly showsReason: boolean
}

/** Turns a failed call into a fault. Its texts are ours, or the server's after secrets were taken out. */
export function explainVaultError(error: unknown, undertaking: Undertaking): StoreFault {
  if (!(error instanceof HttpError)) throw error
  return error.kind === 'status' ? explainStatus(error, undertaking) : explainTransport(error, undertaking)
}

/** Tells whether a refusal says that the token itself is not known, and not that it may not do this. */
export function isTokenUnknown(error: HttpError): boolean {
  return error.status === 403 && /invalid token|bad token/iu.test(error.vendorMessage ?? '')
}

/** Tells whether an answer is that of a server whose data is locked. */
export function isSealed(status: number, body: unknown): boolean {
  return status === 503 && /vault is sealed/iu.test(JSON.stringify(body) ?? '')
}

const untrustedHints: readonly (readonly [RegExp, string])[] = [
  [/ALTNAME/u, 'The certificate is for another host name; write the address as the certificate has it.'],
  [/EXPIRED|NOT_YET_VALID/u, 'Renew the certificate of the server, or check the clock of this machine.'],
  [/./u, 'Name its certificate authority: ca_file under "stores:", or VAULT_CACERT where hooks-sync runs.'],
]

function explainTransport({ kind, reason = kind }: HttpError, { server }: Undertaking): StoreFault {
  const tlsHint = untrustedHints.find(([pattern]) => pattern.test(reason))?.[1]
  if (/certificate is not trusted/u.test(reason) && tlsHint !== undefined) {
    return { kind: 'tls', message: `${server} cannot be trusted: ${reason}.`, hint: tlsHint }
  }
  if (/EPROTO|ERR_SSL/u.test(reason)) {
    const hint = 'Check whether its address starts with https:// or http://.'
    return { kind: 'tls', message: `${server} does not speak TLS.`, hint }
  }
  if (kind === 'redirect') {
    const hint = 'Nothing was sent there. Write the address of the active node, or of what stands before all nodes.'
    return { kind: 'unavailable', message: `${server} answers with a ${reason}.`, hint }
  }
  if (kind === 'body') {
    const hint = 'Check the address; something other than Vault may have answered.'
    return { kind: 'malformed', message: `${server} gave no answer of a vault: ${reason}.`, hint }
  }
  const hint = 'Check the address, the network and the proxy settings; then run the command again.'
  return { kind: 'unavailable', message: `${server} cannot be reached: ${reason}.`, hint }
}

function explainStatus(error: HttpError, undertaking: Undertaking): StoreFault {
  const { server, doing, need, showsReason } = undertaking
  const { status = 0, vendorMessage } = error
  if (status === 503 && /sealed/iu.test(vendorMessage ?? '')) {
    return { kind: 'sealed', message: `${server} is sealed.`, hint: 'Unseal it; then run the command again.' }
  }
  if (status === 403) {
    const hint = need ?? 'Check the policies of the token.'
    return { kind: 'denied', message: `${server} denies ${doing}.`, hint }
  }
  if (status === 429) {
    const hint = 'A quota of the server is used up; run the command again later.'
    return { kind: 'throttled', message: `${server} wants fewer requests.`, hint }
  }
  if (status === 412) {
    const hint = 'Run the command again, or write the address of the active node.'
    return { kind: 'unavailable', message: `${server} is a standby that lags behind.`, hint }
  }
  const told =
    showsReason && vendorMessage !== undefined ? `${status}, ${vendorMessage.replace(/\.$/u, '')}` : `${status}`
  const kind: StoreFaultKind = status >= 500 ? 'unavailable' : 'malformed'
  const hint = status >= 500 ? 'Look into its log; then run the command again.' : 'Check the address and the settings.'
  return { kind, message: `${server} refuses ${doing}: ${told}.`, hint }
}
