import { systemClock } from '../../http/clock.ts'
import type { StoreFault } from '../store.ts'
import { type LoginOptions, logIn } from './login.ts'
import { makeTokenKeeper, type TokenKeeper } from './token-keeper.ts'
import type { VaultAnswer, VaultRefusal, VaultRequest, VaultServer } from './vault-server.ts'

/** Requests to one vault, each with a token that is good. */
export interface VaultSession {
  /** The server, as messages name it. */
  readonly name: string
  ask(request: VaultRequest): Promise<VaultAnswer | VaultRefusal>
  /** Tells whether the server takes the credentials. */
  check(): Promise<StoreFault | undefined>
  close(): Promise<void>
}

/** Makes the session of a run; it logs in with the first request. */
export function makeVaultSession(options: LoginOptions): VaultSession {
  const { server, calls } = options
  const keeper = makeTokenKeeper({ server, logIn: () => logIn(options), clock: calls.clock ?? systemClock })
  const ask = (request: VaultRequest): Promise<VaultAnswer | VaultRefusal> => askWithToken(request, server, keeper)
  return {
    name: server.name,
    ask,
    check: async () => {
      const path = '/v1/auth/token/lookup-self'
      const answer = await ask({ method: 'GET', path, doing: 'looking up the token', showsReason: true })
      return answer.kind === 'refusal' ? answer.fault : undefined
    },
    close: async () => {
      await keeper.close()
      await server.close()
    },
  }
}

async function askWithToken(
  request: VaultRequest,
  server: VaultServer,
  keeper: TokenKeeper,
): Promise<VaultAnswer | VaultRefusal> {
  const token = await keeper.current()
  if (!('secret' in token)) return { kind: 'refusal', fault: token, blamesToken: 'no' }
  const answer = await server.send(request, token.secret)
  if (answer.kind === 'answer' || answer.blamesToken === 'no') return answer
  // Where HashiCorp names an unknown token, OpenBao and older servers say "permission denied", as for any path.
  const isDenied = answer.blamesToken === 'perhaps' && (request.mayBeDenied === true || (await keeper.isKnown(token)))
  if (isDenied) return answer
  const next = await keeper.replace(token)
  if (!('secret' in next)) return { kind: 'refusal', fault: next, blamesToken: 'no' }
  return server.send(request, next.secret)
}
