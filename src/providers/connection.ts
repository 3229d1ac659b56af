import type { ProviderApi } from '../core/provider.ts'
import { Secret } from '../core/secret.ts'
import type { Account } from '../core/webhook.ts'
import type { HttpOptions } from '../http/client.ts'
import type { Receivers } from './receiver-url.ts'

/** All that a provider needs to talk to one vendor account. */
export interface Connection {
  readonly account: Account
  /** The account's `auth` fields, resolved. */
  readonly credentials: Readonly<Record<string, Secret>>
  readonly receivers: Receivers
  /** Base URL, limits and observers of this account; the provider adds how to authenticate. */
  readonly http: Omit<HttpOptions, 'headers' | 'authorize' | 'parseRetryAfter'>
}

/** Opens the API of one account; no call is made yet. */
export type Connect = (connection: Connection) => ProviderApi

/** Returns a resolved credential of the account. */
export function credential(connection: Pick<Connection, 'account' | 'credentials'>, name: string): Secret {
  const secret = connection.credentials[name]
  if (secret === undefined)
    throw new TypeError(`The credential ${name} of ${connection.account.name} was not resolved.`)
  return secret
}

/** Returns a required text setting of the account. */
export function setting(connection: Connection, name: string): string {
  const value = connection.account.settings[name]
  if (typeof value !== 'string') throw new TypeError(`The account ${connection.account.name} has no ${name}.`)
  return value
}

/** Makes the header that carries a bearer token. */
export function bearer(token: Secret): { readonly authorization: Secret } {
  return authorization('Bearer', token)
}

/** Makes the header that carries a token under a vendor's own scheme. */
export function authorization(scheme: string, token: Secret): { readonly authorization: Secret } {
  return { authorization: new Secret(`${scheme} ${token.reveal()}`) }
}
