import type { Clock } from '../../http/clock.ts'
import type { StoreFault } from '../store.ts'
import { type Lease, parseLease, type VaultToken } from './login.ts'
import type { VaultServer } from './vault-server.ts'

/** The token of a run: got once for all who ask, renewed in time, and got anew when it ends. */
export interface TokenKeeper {
  current(): Promise<VaultToken | StoreFault>
  /** Answers with the token to try next after one was refused, or with why there is none. */
  replace(refused: VaultToken): Promise<VaultToken | StoreFault>
  /** Tells whether a token that was refused something is known to the server at all. */
  isKnown(token: VaultToken): Promise<boolean>
  /** Gives back a token that was issued for this run. */
  close(): Promise<void>
}

export interface TokenKeeperOptions {
  readonly server: VaultServer
  readonly logIn: () => Promise<VaultToken | StoreFault>
  readonly clock: Pick<Clock, 'now'>
}

interface Held {
  readonly token: VaultToken
  readonly renewAt: number
  readonly expiresAt: number
}

/** Whether the server knows a token; asked once for all requests that are refused at about the same time. */
interface Lookup {
  readonly token: VaultToken
  readonly holdsUntil: number
  readonly isKnown: Promise<boolean>
}

/** The share of its life after which a token is renewed. */
const renewalShare = 2 / 3
const closingMs = 3000
const lookupHoldsMs = 10_000

/** Makes the keeper of the token for one server. */
export function makeTokenKeeper(options: TokenKeeperOptions): TokenKeeper {
  return new Keeper(options)
}

class Keeper implements TokenKeeper {
  readonly #options: TokenKeeperOptions
  #held: Held | undefined
  #lookup: Lookup | undefined
  /** A login that failed fails for the rest of the run: one finding, and no guessing game with the server. */
  #failed: StoreFault | undefined
  #pending: Promise<VaultToken | StoreFault> | undefined

  constructor(options: TokenKeeperOptions) {
    this.#options = options
  }

  async current(): Promise<VaultToken | StoreFault> {
    const held = this.#held
    const now = this.#options.clock.now()
    if (held !== undefined && now < held.renewAt) return held.token
    return this.#once(() => (held === undefined || now >= held.expiresAt ? this.#acquire() : this.#prolong(held)))
  }

  async replace(refused: VaultToken): Promise<VaultToken | StoreFault> {
    if (this.#held !== undefined && this.#held.token !== refused) return this.#held.token
    return this.#once(async () => {
      const next = await this.#acquire()
      if (!('secret' in next) || refused.lease !== undefined || !next.secret.equals(refused.secret)) return next
      return this.#fail(unknownToken(refused, this.#options.server.name))
    })
  }

  async isKnown(token: VaultToken): Promise<boolean> {
    const now = this.#options.clock.now()
    if (this.#held?.token !== token || now >= this.#held.expiresAt) return false
    if (this.#lookup === undefined || this.#lookup.token !== token || now >= this.#lookup.holdsUntil) {
      this.#lookup = { token, holdsUntil: now + lookupHoldsMs, isKnown: this.#lookUp(token) }
    }
    return this.#lookup.isKnown
  }

  async close(): Promise<void> {
    const token = this.#held?.token
    if (token?.lease === undefined) return
    const request = { method: 'POST', path: '/v1/auth/token/revoke-self', doing: 'revoking the token' } as const
    const signal = AbortSignal.timeout(closingMs)
    await this.#options.server.send({ ...request, retry: 'only-unprocessed', signal }, token.secret)
  }

  #once(work: () => Promise<VaultToken | StoreFault>): Promise<VaultToken | StoreFault> {
    if (this.#failed !== undefined) return Promise.resolve(this.#failed)
    this.#pending ??= work().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  async #acquire(): Promise<VaultToken | StoreFault> {
    const token = await this.#options.logIn()
    return 'secret' in token ? this.#hold(token) : this.#fail(token)
  }

  /** Renews a token, or else replaces it; one that still lives is used on where neither works. */
  async #prolong(held: Held): Promise<VaultToken | StoreFault> {
    const { token } = held
    const renewed = token.lease?.isRenewable === true ? await this.#renew(token, token.lease) : undefined
    if (renewed !== undefined) return this.#hold({ ...token, lease: renewed })
    const next = await this.#options.logIn()
    if ('secret' in next) return this.#hold(next)
    this.#held = { ...held, renewAt: held.expiresAt }
    return token
  }

  async #renew({ secret }: VaultToken, before: Lease): Promise<Lease | undefined> {
    const request = { method: 'POST', path: '/v1/auth/token/renew-self', doing: 'renewing the token' } as const
    const answer = await this.#options.server.send(request, secret)
    const lease = answer.kind === 'answer' ? parseLease(answer.body['auth']) : undefined
    // Near the end of the longest life it may have, a token is renewed for less and less.
    return lease !== undefined && lease.lifetimeMs * 2 >= before.lifetimeMs ? lease : undefined
  }

  async #lookUp({ secret }: VaultToken): Promise<boolean> {
    const request = { method: 'GET', path: '/v1/auth/token/lookup-self', doing: 'looking up the token' } as const
    const answer = await this.#options.server.send(request, secret)
    return answer.kind === 'answer' || answer.blamesToken === 'no'
  }

  #hold(token: VaultToken): VaultToken {
    const lifetimeMs = token.lease?.lifetimeMs ?? Number.POSITIVE_INFINITY
    const now = this.#options.clock.now()
    this.#held = { token, renewAt: now + lifetimeMs * renewalShare, expiresAt: now + lifetimeMs }
    return token
  }

  #fail(fault: StoreFault): StoreFault {
    this.#failed = fault
    return fault
  }
}

function unknownToken({ origin }: VaultToken, server: string): StoreFault {
  const hint =
    'It may have expired, been revoked or used up, belong to another namespace, or lack the policy "default".'
  return { kind: 'unauthenticated', message: `${server} does not accept the token. ${origin} holds it.`, hint }
}
