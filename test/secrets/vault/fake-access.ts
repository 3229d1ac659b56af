import { randomUUID } from 'node:crypto'
import type { FakeAnswer } from './fake-answer.ts'

type Fields = Readonly<Record<string, unknown>>
type Rules = Readonly<Record<string, { readonly capabilities: readonly string[] }>>

export interface FakeToken {
  readonly policies: readonly string[]
  readonly renewable: boolean
  readonly ttlSeconds: number
  expiresAt: number
  usesLeft: number
}

interface AppRole {
  readonly roleId: string
  readonly secretIds: Map<string, number>
  readonly settings: Fields
}

/** Tokens, policies and auth methods of a fake vault. */
export class FakeAccess {
  readonly tokens: Map<string, FakeToken> = new Map()
  readonly policies: Map<string, Rules> = new Map()
  readonly methods: Map<string, string> = new Map([['token', 'token']])
  readonly roles: Map<string, Fields> = new Map()
  readonly appRoles: Map<string, AppRole> = new Map()
  readonly wrapped: Map<string, Fields> = new Map()
  /** How far the clock of the server is ahead, in milliseconds; it goes by nothing else. */
  aheadMs = 0
  readonly #startedAt = Date.now()

  now(): number {
    return this.#startedAt + this.aheadMs
  }

  issue(options: Partial<FakeToken> & { readonly policies: readonly string[] }): string {
    const ttlSeconds = options.ttlSeconds ?? 0
    const expiresAt = ttlSeconds === 0 ? Number.POSITIVE_INFINITY : this.now() + ttlSeconds * 1000
    const text = `hvs.canary-${randomUUID()}`
    this.tokens.set(text, { renewable: true, usesLeft: Number.POSITIVE_INFINITY, expiresAt, ...options, ttlSeconds })
    return text
  }

  /** Finds a living token and counts the use. */
  use(text: string): FakeToken | undefined {
    const token = this.tokens.get(text)
    if (token === undefined || token.usesLeft === 0 || this.now() >= token.expiresAt) return undefined
    token.usesLeft -= 1
    return token
  }

  capabilities(token: FakeToken, path: string): readonly string[] {
    if (token.policies.includes('root')) return ['root']
    const rules = token.policies.flatMap((name) => Object.entries(this.policies.get(name) ?? {}))
    const matching = rules.filter(([pattern]) => covers(pattern, path))
    const longest = Math.max(...matching.map(([pattern]) => pattern.length))
    const granted = matching.filter(([pattern]) => pattern.length === longest)
    const capabilities = granted.flatMap(([, rule]) => rule.capabilities)
    return capabilities.includes('deny') ? [] : capabilities
  }

  may(token: FakeToken, path: string, capability: string): boolean {
    const capabilities = this.capabilities(token, path)
    return capabilities.includes('root') || capabilities.includes(capability)
  }

  /** Whether a token may do anything in a mount, which is what looking up the mount asks for. */
  knowsMount(token: FakeToken, mount: string): boolean {
    if (token.policies.includes('root')) return true
    const patterns = token.policies.flatMap((name) => Object.keys(this.policies.get(name) ?? {}))
    return patterns.some((pattern) => pattern.startsWith(mount) || covers(pattern, mount))
  }

  logIn(method: string, mount: string, body: Fields): FakeAnswer {
    if (method === 'approle') return this.#logInRole(body)
    const role = this.roles.get(`${mount}/${String(body['role'])}`)
    if (role === undefined) {
      const text = method === 'jwt' ? `role "${String(body['role'])}" could not be found` : 'invalid role name'
      return { status: 400, json: { errors: [text] } }
    }
    if (method === 'kubernetes' && role['jwt'] !== body['jwt']) {
      return { status: 403, json: { errors: ['permission denied'] } }
    }
    if (method === 'jwt' && readAudience(body['jwt']) !== role['bound_audiences']) {
      const text =
        'error validating token: invalid audience (aud) claim: audience claim does not match any expected audience'
      return { status: 400, json: { errors: [text] } }
    }
    return this.#grant(role)
  }

  #logInRole({ role_id: roleId, secret_id: secretId }: Fields): FakeAnswer {
    const role = Array.from(this.appRoles.values()).find((each) => each.roleId === roleId)
    const usesLeft = role?.secretIds.get(String(secretId)) ?? 0
    if (role === undefined || usesLeft === 0) return { status: 400, json: { errors: ['invalid role or secret ID'] } }
    role.secretIds.set(String(secretId), usesLeft - 1)
    return this.#grant(role.settings)
  }

  #grant({ token_policies: policies, token_ttl: ttl = 0, token_num_uses: uses = 0 }: Fields): FakeAnswer {
    const ttlSeconds = Number(ttl)
    const usesLeft = Number(uses) === 0 ? Number.POSITIVE_INFINITY : Number(uses)
    const text = this.issue({ policies: ['default', ...(policies as readonly string[])], ttlSeconds, usesLeft })
    return { status: 200, json: { auth: { client_token: text, lease_duration: ttlSeconds, renewable: true } } }
  }
}

function covers(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path
}

/** The fake trusts every signature; what it checks is what the token says. */
function readAudience(jwt: unknown): unknown {
  const [, payload = ''] = String(jwt).split('.')
  try {
    return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as Fields)['aud']
  } catch {
    return undefined
  }
}
