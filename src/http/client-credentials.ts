import { Secret } from '../core/secret.ts'
import { makeHttpClient } from './client.ts'
import type { Authorizer, HttpOptions } from './contract.ts'
import { HttpError } from './http-error.ts'
import { makeScrub } from './vendor-error.ts'
import type { HeaderValues } from './wire-request.ts'

export interface ClientCredentialsOptions {
  /** How to reach the token endpoint; `baseUrl` is its origin. */
  readonly http: Omit<HttpOptions, 'authorize'>
  readonly path?: string
  readonly clientId: string | Secret
  readonly clientSecret: Secret
  readonly scope?: string
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

interface Token {
  readonly headers: Readonly<Record<string, Secret>>
  readonly renewAt: number
}

/** Renewed this long before it expires, so that no request leaves with a token about to end. */
const marginMs = 60_000
/** RFC 6749 §5.1 only recommends `expires_in`; without it a token is not kept for long. */
const defaultLifetimeSeconds = 300

/** Makes an OAuth 2 client-credentials authorizer: one token, fetched once for all who ask, renewed in time. */
export function makeClientCredentials(options: ClientCredentialsOptions): Required<Authorizer> {
  return new ClientCredentials(options)
}

class ClientCredentials implements Required<Authorizer> {
  readonly #options: ClientCredentialsOptions
  readonly #client: ReturnType<typeof makeHttpClient>
  readonly #now: () => number
  #token: Token | undefined
  #pending: Promise<Token> | undefined

  constructor(options: ClientCredentialsOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    // Full jitter under ceilings of 1, 4 and 16 s: what a vendor's own SDK does whose token endpoint sends no Retry-After.
    const backoff = { baseMs: options.http.backoffBaseMs ?? 1000, factor: 4, capMs: 16_000, jitter: 1 }
    // The secret goes out as part of a Basic header, so an echo of it alone must be looked for as well.
    const scrub = makeScrub([options.clientSecret.reveal()], options.http.scrub)
    const budget = options.http.budget?.tokens
    const shared = budget === undefined ? {} : { budget }
    this.#client = makeHttpClient({ maxAttempts: 4, ...options.http, ...shared, backoff, scrub })
  }

  get calls(): number {
    return this.#client.calls
  }

  async headers(): Promise<Readonly<Record<string, Secret>>> {
    if (this.#token !== undefined && this.#now() < this.#token.renewAt) return this.#token.headers
    return (await this.#fetchOnce()).headers
  }

  async refresh(rejected: HeaderValues): Promise<boolean> {
    // Many requests learn at about the same time that one token has expired; the first of them renews it for all.
    if (this.#token?.headers === rejected) this.#token = undefined
    await this.headers()
    return true
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  #fetchOnce(): Promise<Token> {
    this.#pending ??= this.#fetch().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  async #fetch(): Promise<Token> {
    const { path = '/oauth2/token', clientId, clientSecret, scope } = this.#options
    const response = await this.#client.request({
      method: 'POST',
      path,
      headers: { authorization: basicAuthorization(clientId, clientSecret) },
      form: { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) },
      // Asking for a token twice harms nobody.
      retry: 'idempotent',
    })
    this.#token = this.#parseToken(response.json, path, response.status)
    return this.#token
  }

  #parseToken(json: unknown, path: string, status: number): Token {
    const { access_token: text, expires_in: lifetime }: Partial<Record<string, unknown>> = Object(json)
    if (typeof text !== 'string' || text === '') {
      const reason = 'the answer holds no access_token'
      throw new HttpError({ kind: 'body', outcome: 'not-sent', method: 'POST', path, status, reason, attempts: 1 })
    }
    const seconds = Number(lifetime ?? defaultLifetimeSeconds)
    const lifetimeMs = (Number.isFinite(seconds) && seconds > 0 ? seconds : defaultLifetimeSeconds) * 1000
    // A token that lives shorter than two margins is renewed at half of its life.
    const renewAt = this.#now() + lifetimeMs - Math.min(marginMs, lifetimeMs / 2)
    // The token is a secret of its own: in an encoding, nothing of what stands before it tells that it is one.
    const token = new Secret(text)
    return { headers: { authorization: new Secret(`Bearer ${token.reveal()}`) }, renewAt }
  }
}

/** Makes the `Authorization` header of HTTP Basic; it opens both parts, since they go over the wire as one. */
function basicAuthorization(user: string | Secret, password: Secret): Secret {
  const name = typeof user === 'string' ? user : user.reveal()
  return new Secret(`Basic ${Buffer.from(`${name}:${password.reveal()}`).toString('base64')}`)
}
