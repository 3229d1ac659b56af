import type { ProviderApi } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import type { Account } from '../core/webhook.ts'
import type { HttpClient, HttpClientOptions } from '../http/client.ts'
import type { Receivers } from './receiver-url.ts'

/** All that a provider needs to talk to one vendor account. */
export interface Connection {
  readonly account: Account
  /** With its path prefix, settings filled in, without a trailing slash. */
  readonly baseUrl: string
  /** The account's `auth` fields, resolved. */
  readonly credentials: Readonly<Record<string, Secret>>
  readonly receivers: Receivers
  /** Makes a client with what the account sets: concurrency, rate, user agent, observers. */
  readonly makeClient: (options: ClientChoices) => HttpClient
}

/** What a provider decides about its client; the rest is the account's and the run's. */
export type ClientChoices = Pick<HttpClientOptions, 'baseUrl' | 'authorize'> &
  Partial<Pick<HttpClientOptions, 'headers' | 'parseRetryAfter'>>

/** Opens the API of one account. */
export type Connect = (connection: Connection) => ProviderApi
